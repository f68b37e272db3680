// Fetches a picture from where a customer says it lies: from public addresses only, whole, within a size and a time, and only if
// it is a picture by its bytes.
import type { LookupFunction } from 'node:net';
import { type Agent, type Dispatcher, request } from 'undici';
import { judgeUrl } from './address-policy.ts';
import { makeGuardedDispatcher } from './guarded-dispatcher.ts';
import { kindOfStatus, readRetryAfter } from './http-answers.ts';
import { OutsideFailure } from './outside-failure.ts';
import { type PictureType, pictureTypeOf } from './picture-signature.ts';
import { withinTime } from './within-time.ts';

const MOST_REDIRECTS = 3;
const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];

export type FetchOptions = {
  /** `host:port` pairs that may be reached although they are private, for instance the platform's own store of files. */
  readonly allow: readonly string[];
  readonly maxBytes: number;
  /** For everything together, redirects included. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  readonly lookup?: LookupFunction;
};

export type FetchedPicture = { readonly data: Buffer; readonly mediaType: PictureType };

/**
 * @throws OutsideFailure: refused `address_forbidden`; permanent `bad_url`, `not_found`, `forbidden`, `too_large`, `not_a_picture`,
 * `too_many_redirects`, `http_<status>`; retryable `timeout`, `aborted`, `network`, `http_<status>`; `rate_limited`.
 * None of them names more of the URL than its host: the rest may be a signature.
 */
export async function fetchPicture(url: string, options: FetchOptions): Promise<FetchedPicture> {
  const target = judgeUrl(url, options.allow);
  const dispatcher = makeGuardedDispatcher(options);
  try {
    return await withinTime(options, (stop) => follow(target, { ...options, stop, dispatcher }, MOST_REDIRECTS));
  } catch (error) {
    throw failureOf(error, target);
  } finally {
    await dispatcher.destroy();
  }
}

type Way = FetchOptions & { readonly stop: AbortSignal; readonly dispatcher: Agent };

async function follow(url: URL, way: Way, redirectsLeft: number): Promise<FetchedPicture> {
  const answer = await request(url, {
    dispatcher: way.dispatcher,
    signal: way.stop,
    // Nothing is ever decompressed: a small body cannot become a large one.
    headers: { accept: 'image/*', 'accept-encoding': 'identity', 'user-agent': 'Baton' },
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  if (answer.statusCode === 200) return readPicture(answer, way.maxBytes);
  abandon(answer);
  if (!REDIRECTS.includes(answer.statusCode)) throw failureOfAnswer(answer, url);
  if (redirectsLeft === 0) {
    throw new OutsideFailure(
      'permanent',
      'too_many_redirects',
      `${url.host} redirects more than ${MOST_REDIRECTS} times.`,
    );
  }
  const location = headerOf(answer, 'location');
  if (location === null) throw new OutsideFailure('permanent', 'bad_url', `${url.host} redirects to nowhere.`);
  return follow(judgeUrl(location, way.allow, url), way, redirectsLeft - 1);
}

async function readPicture(answer: Dispatcher.ResponseData, maxBytes: number): Promise<FetchedPicture> {
  // A server that names no type leaves it to the bytes, as "octet-stream" does.
  const claimed = headerOf(answer, 'content-type') ?? 'application/octet-stream';
  if (!/^(image\/|application\/octet-stream)/i.test(claimed.trim())) {
    abandon(answer);
    throw notPicture();
  }
  if (Number(headerOf(answer, 'content-length') ?? 0) > maxBytes) {
    abandon(answer);
    throw tooLarge(maxBytes);
  }
  const data = await readBody(answer, maxBytes);
  const mediaType = pictureTypeOf(data);
  if (mediaType === null) throw notPicture();
  return { data, mediaType };
}

/** Counts while it reads: what a server says of the length need not be true. */
async function readBody(answer: Dispatcher.ResponseData, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer.body) {
    const part = Buffer.from(chunk);
    bytes += part.length;
    if (bytes > maxBytes) throw tooLarge(maxBytes);
    chunks.push(part);
  }
  return Buffer.concat(chunks);
}

/** A body that nobody reads is not waited for. */
function abandon(answer: Dispatcher.ResponseData): void {
  answer.body.on('error', () => undefined).destroy();
}

function headerOf({ headers }: Dispatcher.ResponseData, name: string): string | null {
  const value = headers[name];
  return (Array.isArray(value) ? value[0] : value) ?? null;
}

function failureOfAnswer(answer: Dispatcher.ResponseData, { host }: URL): OutsideFailure {
  const status = answer.statusCode;
  if (status === 404 || status === 410)
    return new OutsideFailure('permanent', 'not_found', `${host} has no such file.`);
  // The customer's link is closed to us: nothing that an operator of ours could mend.
  if (status === 401 || status === 403)
    return new OutsideFailure('permanent', 'forbidden', `${host} does not let us in.`);
  const kind = kindOfStatus(status);
  const retryAfterMs = readRetryAfter(headerOf(answer, 'retry-after'), Date.now());
  const code = kind === 'rate_limited' ? 'rate_limited' : `http_${status}`;
  return new OutsideFailure(kind, code, `${host} answered ${status}.`, retryAfterMs === null ? {} : { retryAfterMs });
}

function failureOf(error: unknown, { host }: URL): OutsideFailure {
  if (error instanceof OutsideFailure) return error;
  return new OutsideFailure('retryable', 'network', `${host} could not be reached.`, { cause: error });
}

function tooLarge(maxBytes: number): OutsideFailure {
  return new OutsideFailure('permanent', 'too_large', `The file is larger than ${maxBytes} bytes.`);
}

function notPicture(): OutsideFailure {
  return new OutsideFailure(
    'permanent',
    'not_a_picture',
    'What lies there is no picture (JPEG, PNG, WebP, GIF or TIFF).',
  );
}
