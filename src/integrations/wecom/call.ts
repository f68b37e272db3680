// One call of WeCom's interface: the token, the answer, its error code. A token that WeCom takes back early is asked for anew and the
// call made again, once. A call that may not be made twice fails as `unknown` where it may have been carried out.
import { Readable } from 'node:stream';
import { type Dispatcher, request } from 'undici';
import { z } from 'zod';
import { readRetryAfter } from '../http-answers.ts';
import { OutsideFailure } from '../outside-failure.ts';
import { withinTime } from '../within-time.ts';
import { TOKEN_CODES, wecomFailure } from './failure.ts';
import type { Issued, TokenCache } from './token-cache.ts';

export type CallOptions = {
  readonly baseUrl: string;
  readonly corpId: string;
  /** Of the app, or of customer service: each has a token of its own. */
  readonly secret: string;
  readonly tokens: TokenCache;
  /** For one request. */
  readonly timeoutMs: number;
  /** undici's own, unless another is given. */
  readonly dispatcher?: Dispatcher | undefined;
};

export type Asked = {
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Without one it is a GET. */
  readonly body?: object;
  /** Twice does no harm: it reads, sets, or names itself so that WeCom knows it again. */
  readonly isRepeatable: boolean;
};

export type Call = <T>(asked: Asked, answer: z.ZodType<T>) => Promise<T>;

export function makeCall(options: CallOptions): Call {
  const { corpId, secret, tokens } = options;
  const owner = { corpId, secret };
  const issue = () => askToken(options);
  return async (asked, shape) => {
    const token = await tokens.take(owner, issue);
    const first = await ask(options, asked, token);
    if (!TOKEN_CODES.includes(first.errcode)) return read(first, asked, shape, [token, secret]);
    const renewed = await tokens.renew(owner, token, issue);
    return read(await ask(options, asked, renewed), asked, shape, [token, renewed, secret]);
  };
}

const IssuedToken = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() });

async function askToken(options: CallOptions): Promise<Issued> {
  const { corpId, secret } = options;
  const query = { corpid: corpId, corpsecret: secret };
  const asked = { path: '/cgi-bin/gettoken', query, isRepeatable: true };
  const { access_token, expires_in } = read(await ask(options, asked, null), asked, IssuedToken, [secret]);
  return { token: access_token, expiresInSeconds: expires_in };
}

const Answer = z.looseObject({ errcode: z.number().int(), errmsg: z.string().catch('') });
type Answer = z.output<typeof Answer>;

function read<T>(answer: Answer, { path, isRepeatable }: Asked, shape: z.ZodType<T>, secrets: readonly string[]): T {
  if (answer.errcode !== 0) throw wecomFailure(answer.errcode, answer.errmsg, secrets);
  const { data } = shape.safeParse(answer);
  if (data !== undefined) return data;
  const kind = isRepeatable ? 'retryable' : 'unknown';
  throw new OutsideFailure(kind, 'bad_answer', `WeCom’s answer to ${path} has another form than agreed.`);
}

async function ask(options: CallOptions, asked: Asked, token: string | null): Promise<Answer> {
  const letter = makeLetter(asked.body);
  try {
    return await withinTime(options, (stop) => exchange(options, asked, token, letter, stop));
  } catch (error) {
    throw failureOf(error, asked.isRepeatable || !letter.isSent());
  }
}

/** The body, and whether any of it was asked for by a connection that stands: before that nothing has left. */
function makeLetter(body: object | undefined) {
  if (body === undefined) return { isSent: () => false, headers: {}, open: () => null };
  const bytes = Buffer.from(JSON.stringify(body));
  let isSent = false;
  async function* held(): AsyncGenerator<Buffer> {
    isSent = true;
    yield bytes;
  }
  const open = () => Readable.from(held(), { objectMode: false });
  const headers = { 'content-type': 'application/json', 'content-length': `${bytes.length}` };
  return { isSent: () => isSent, headers, open };
}

type Letter = ReturnType<typeof makeLetter>;

async function exchange(
  { baseUrl, dispatcher }: CallOptions,
  { path, query }: Asked,
  token: string | null,
  letter: Letter,
  stop: AbortSignal,
): Promise<Answer> {
  const url = new URL(path, baseUrl);
  const parameters = { ...query, ...(token === null ? {} : { access_token: token }) };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  const body = letter.open();
  const answer = await request(url, {
    method: body === null ? 'GET' : 'POST',
    headers: { ...letter.headers, 'accept-encoding': 'identity', 'user-agent': 'Baton' },
    body,
    signal: stop,
    headersTimeout: 0,
    bodyTimeout: 0,
    ...(dispatcher === undefined ? {} : { dispatcher }),
  });
  const text = await readBody(answer);
  const said = answer.statusCode === 200 ? Answer.safeParse(parsed(text)).data : undefined;
  if (said) return said;
  throw notUnderstood(answer);
}

/** A thousand rows of customer service have some megabytes. */
const LONGEST_ANSWER = 16_000_000;

async function readBody({ body }: Dispatcher.ResponseData): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    const part = Buffer.from(chunk);
    bytes += part.length;
    if (bytes > LONGEST_ANSWER) {
      throw new OutsideFailure('retryable', 'bad_answer', `WeCom’s answer is larger than ${LONGEST_ANSWER} bytes.`);
    }
    chunks.push(part);
  }
  return Buffer.concat(chunks).toString();
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** A page of whatever stands before WeCom, which itself answers 200 to everything: it may be gone the next time. A success that says nothing is none. */
function notUnderstood({ statusCode, headers }: Dispatcher.ResponseData): OutsideFailure {
  const { 'retry-after': header } = headers;
  const retryAfterMs = readRetryAfter(Array.isArray(header) ? header[0] : header, Date.now());
  const kind = statusCode === 429 ? 'rate_limited' : 'retryable';
  const pause = retryAfterMs === null ? {} : { retryAfterMs };
  const detail = `Somebody answered ${statusCode} for WeCom, without its words.`;
  return new OutsideFailure(kind, `http_${statusCode}`, detail, pause);
}

/** Who redirects, refuses or says when to come again has done nothing; other failures of a server may come after the deed. */
function failureOf(error: unknown, isHarmless: boolean): OutsideFailure {
  const failure =
    error instanceof OutsideFailure
      ? error
      : new OutsideFailure('retryable', 'unreachable', 'WeCom was not reached.', { cause: error });
  const isPutOff = /^http_[34]/.test(failure.code) || (failure.code === 'http_503' && failure.retryAfterMs !== null);
  if (isHarmless || failure.kind !== 'retryable' || isPutOff) return failure;
  const detail = `${failure.message} The call may have been carried out.`;
  return new OutsideFailure('unknown', failure.code, detail, { cause: failure.cause });
}
