// One request to Chatwoot and its answer. What went wrong is said by what it means for asking again: whether the request had begun to
// leave decides that, for a message must not be sent twice.
import { Readable } from 'node:stream';
import { type Dispatcher, request } from 'undici';
import { OutsideFailure } from '../outside-failure.ts';
import { withinTime } from '../within-time.ts';
import { type Answer, failureOfAnswer, pauseIn } from './refusals.ts';

export type ChatwootOptions = {
  /** Where Chatwoot lies, as people open it: `https://chat.example.com`, with a path where it has one. */
  readonly baseUrl: string;
  /** Chatwoot's number of the account. */
  readonly accountId: number;
  readonly botToken: string | null;
  readonly userToken: string | null;
  /** For each request, its answer included. */
  readonly timeoutMs: number;
  readonly dispatcher: Dispatcher;
  readonly signal?: AbortSignal | undefined;
};

export type Call = {
  /** Whose rights it needs. What a robot may do is done by the robot's token, where there is one: a user who opens a conversation gets it. */
  readonly as: 'bot' | 'user';
  readonly method: 'GET' | 'POST' | 'PUT';
  /** Below the account. */
  readonly path: string;
  readonly body?: object;
  /** To do it twice is to do it once. What is not so may be `unknown`. */
  readonly isRepeatable: boolean;
};

/** 20 messages of 150,000 characters each, which is the most that Chatwoot keeps, with what stands round them. */
const LONGEST_ANSWER = 16_000_000;

/** @returns the JSON of the answer; undefined: it has none. @throws OutsideFailure; its words hold no token. */
export async function exchange(options: ChatwootOptions, call: Call): Promise<unknown> {
  const token = tokenFor(options, call);
  const url = urlOf(options, call);
  const sending = { hasBegun: false };
  try {
    const answer = await withinTime(options, (stop) => send(url, token, call, options.dispatcher, stop, sending));
    if (answer.status >= 200 && answer.status < 300) return parsed(answer.text);
    throw failureOfAnswer(answer, call.isRepeatable, [options.botToken, options.userToken]);
  } catch (error) {
    throw failureOf(error, sending.hasBegun && !call.isRepeatable);
  }
}

/** An answer that is not what it should be. */
export function notUnderstood(isRepeatable: boolean): OutsideFailure {
  const kind = isRepeatable ? 'retryable' : 'unknown';
  return new OutsideFailure(kind, 'not_understood', 'Somebody answered for Chatwoot, without its words.');
}

function tokenFor({ botToken, userToken }: ChatwootOptions, { as }: Call): string {
  const token = as === 'bot' ? (botToken ?? userToken) : userToken;
  if (token !== null) return token;
  if (as === 'bot') throw new OutsideFailure('auth', 'no_token', 'There is no token for Chatwoot.');
  throw new OutsideFailure('auth', 'no_user_token', 'Chatwoot lets only users do this, and there is no user’s token.');
}

function urlOf({ baseUrl, accountId }: ChatwootOptions, { path }: Call): URL {
  const url = URL.parse(`${baseUrl.replace(/\/+$/, '')}/api/v1/accounts/${accountId}${path}`);
  if (url !== null && /^https?:$/.test(url.protocol)) return url;
  throw new OutsideFailure('permanent', 'bad_address', 'The address of Chatwoot is none.');
}

async function send(
  url: URL,
  token: string,
  { method, body }: Call,
  dispatcher: Dispatcher,
  signal: AbortSignal,
  sending: { hasBegun: boolean },
): Promise<Answer> {
  const bytes = body === undefined ? null : Buffer.from(JSON.stringify(body));
  const answer = await request(url, {
    method,
    dispatcher,
    signal,
    headersTimeout: 0,
    bodyTimeout: 0,
    headers: {
      api_access_token: token,
      accept: 'application/json',
      ...(bytes && { 'content-type': 'application/json', 'content-length': String(bytes.length) }),
    },
    body: bytes && leaving(bytes, sending),
  });
  const retryAfter = answer.headers['retry-after'];
  return {
    status: answer.statusCode,
    text: await readBody(answer.body),
    retryAfterMs: pauseIn(retryAfter, Date.now()),
  };
}

/** Nobody reads it before the connection stands: as long as it was not begun, nothing has reached the other side. */
function leaving(bytes: Buffer, sending: { hasBegun: boolean }): Readable {
  return new Readable({
    read() {
      sending.hasBegun = true;
      this.push(bytes);
      this.push(null);
    },
  });
}

async function readBody(body: AsyncIterable<unknown> & { destroy: () => unknown }): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    if (!Buffer.isBuffer(chunk)) continue;
    length += chunk.length;
    if (length > LONGEST_ANSWER) {
      body.destroy();
      throw new OutsideFailure('retryable', 'too_large', `The answer is larger than ${LONGEST_ANSWER} bytes.`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Some calls are answered by nothing at all, some by `null`, and a proxy may answer with a page of its own. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A cut or a silence after the request left: what it asked for may be done. */
function failureOf(error: unknown, mayBeDone: boolean): OutsideFailure {
  if (!(error instanceof OutsideFailure)) {
    const kind = mayBeDone ? 'unknown' : 'retryable';
    const said = mayBeDone ? 'The connection to Chatwoot was cut before its answer.' : 'Chatwoot was not reached.';
    return new OutsideFailure(kind, mayBeDone ? 'cut' : 'unreachable', said, { cause: error });
  }
  const leavesOpen = error.kind === 'retryable' && ['timeout', 'aborted', 'too_large'].includes(error.code);
  return mayBeDone && leavesOpen ? new OutsideFailure('unknown', error.code, error.message) : error;
}
