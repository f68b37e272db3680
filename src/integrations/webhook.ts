// One event to one URL of a customer's: a POST that is signed by Standard Webhooks and follows no redirect. A webhook carries an id
// by which its receiver knows it again, so to send it once more is always safe, and nothing that fails here is of unknown outcome.
import { Webhook } from 'standardwebhooks';
import { type Dispatcher, request } from 'undici';
import { readVersion } from '../version.ts';
import { readRetryAfter } from './http-answers.ts';
import { OutsideFailure } from './outside-failure.ts';
import { withinTime } from './within-time.ts';

/** What is read of an answer, so that its connection can be used again. Nobody looks at it. */
const MOST_BYTES_READ = 4096;

export type WebhookOptions = {
  /** One that judges each address in the moment of connecting; see guarded-dispatcher.ts. */
  readonly dispatcher: Dispatcher;
  /** From the connection to the end of the answer. */
  readonly timeoutMs: number;
};

export type WebhookMessage = {
  readonly url: string;
  /** The same at every attempt. */
  readonly id: string;
  /** When this attempt is made: receivers refuse what is more than five minutes off. */
  readonly at: Date;
  /** `whsec_…`, newest first; while one is replaced by another the message is signed with both. */
  readonly secrets: readonly string[];
  /** JSON; what is signed is these very bytes. */
  readonly body: string;
};

/**
 * @throws OutsideFailure: permanent `gone` (410), `address_forbidden`, `bad_url`; `rate_limited` `http_429`; retryable `redirect`,
 * `http_<status>`, `timeout`, `aborted`, `network`; auth `bad_secret`. None of them names more of the URL than its host.
 */
export type SendWebhook = (message: WebhookMessage, signal?: AbortSignal) => Promise<{ readonly status: number }>;

export function makeWebhookSender({ dispatcher, timeoutMs }: WebhookOptions): SendWebhook {
  const userAgent = `Baton/${readVersion()}`;
  return async (message, signal) => {
    const url = addressOf(message.url);
    const headers = { ...signedHeaders(message), 'content-type': 'application/json', 'user-agent': userAgent };
    try {
      return await withinTime({ timeoutMs, signal }, (stop) =>
        post(url, { dispatcher, headers, body: message.body, signal: stop }),
      );
    } catch (error) {
      throw failureOf(error, url);
    }
  };
}

function addressOf(text: string): URL {
  const url = URL.parse(text);
  const isOfTheWeb = url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
  if (isOfTheWeb) return url;
  throw new OutsideFailure('permanent', 'bad_url', 'This URL is none of http or https, or holds a password.');
}

function signedHeaders({ id, at, secrets, body }: WebhookMessage): Record<string, string> {
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': signaturesOf({ id, at, secrets, body }),
  };
}

function signaturesOf({ id, at, secrets, body }: Omit<WebhookMessage, 'url'>): string {
  if (secrets.length === 0) throw badSecret();
  try {
    return secrets.map((secret) => new Webhook(secret).sign(id, at, body)).join(' ');
  } catch {
    throw badSecret();
  }
}

function badSecret(): OutsideFailure {
  return new OutsideFailure('auth', 'bad_secret', 'This endpoint has no secret that can sign.');
}

type Post = {
  readonly dispatcher: Dispatcher;
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly signal: AbortSignal;
};

async function post(url: URL, { signal, ...options }: Post): Promise<{ status: number }> {
  const answer = await request(url, { ...options, method: 'POST', signal, headersTimeout: 0, bodyTimeout: 0 });
  // The status has said it all: that the rest does not come, or not in time, changes nothing.
  await answer.body.dump({ limit: MOST_BYTES_READ, signal }).catch(() => undefined);
  const { statusCode: status } = answer;
  if (status >= 200 && status < 300) return { status };
  throw failureOfAnswer(answer, url);
}

function failureOfAnswer({ statusCode, headers }: Dispatcher.ResponseData, { host }: URL): OutsideFailure {
  if (statusCode === 410) return new OutsideFailure('permanent', 'gone', `${host} wants no more (410).`);
  if (statusCode >= 300 && statusCode < 400) {
    return new OutsideFailure('retryable', 'redirect', `${host} redirects (${statusCode}); webhooks are not followed.`);
  }
  const kind = statusCode === 429 ? 'rate_limited' : 'retryable';
  const header = headers['retry-after'];
  const retryAfterMs = readRetryAfter(Array.isArray(header) ? header[0] : header, Date.now());
  const pause = retryAfterMs === null || (statusCode !== 429 && statusCode !== 503) ? {} : { retryAfterMs };
  return new OutsideFailure(kind, `http_${statusCode}`, `${host} answered ${statusCode}.`, pause);
}

function failureOf(error: unknown, { host }: URL): OutsideFailure {
  if (error instanceof OutsideFailure && error.code !== 'address_forbidden') return error;
  if (error instanceof OutsideFailure) {
    return new OutsideFailure('permanent', 'address_forbidden', `${host} is, or leads to, no public address.`);
  }
  const code = error instanceof Error ? Reflect.get(error, 'code') : null;
  const why = typeof code === 'string' ? ` (${code})` : '';
  return new OutsideFailure('retryable', 'network', `${host} could not be reached, or broke off${why}.`, {
    cause: error,
  });
}
