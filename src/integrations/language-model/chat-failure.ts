// What went wrong with a call to a language model, in our few kinds. Servers quote what they were sent, so of their words only the
// code is kept: neither a key nor what a contact wrote gets into a log by them.
import { APIConnectionTimeoutError, APIError } from 'openai';
import { kindOfStatus, readRetryAfter } from '../http-answers.ts';
import { type FailureKind, OutsideFailure } from '../outside-failure.ts';
import { failureInside } from '../pictures/bounded-fetch.ts';
import { notUnderstood } from './chat.ts';

/** Where the server's code says more than its status: OpenAI's words, Azure's, DashScope's. */
const KINDS: Readonly<Record<string, FailureKind>> = {
  content_filter: 'refused',
  content_policy_violation: 'refused',
  moderation_blocked: 'refused',
  data_inspection_failed: 'refused',
  DataInspectionFailed: 'refused',
  // Out of money: no pause helps, an operator must pay.
  insufficient_quota: 'auth',
  billing_hard_limit_reached: 'auth',
  Arrearage: 'auth',
  invalid_api_key: 'auth',
  context_length_exceeded: 'permanent',
  model_not_found: 'permanent',
};

/** What servers answer to a form of answers that they do not have. */
const FORM_REFUSALS: readonly number[] = [400, 422, 501];

/** The request may do in a plainer form; which words say so differs from server to server. */
export function mayBeTheForm(error: unknown): boolean {
  return error instanceof APIError && FORM_REFUSALS.includes(error.status ?? 0) && KINDS[codeOf(error)] === undefined;
}

export function chatFailure(error: unknown): OutsideFailure {
  const known = failureInside(error);
  if (known) return known;
  if (error instanceof APIConnectionTimeoutError) {
    return new OutsideFailure('retryable', 'timeout', 'The language model did not answer in time.');
  }
  if (error instanceof SyntaxError) return notUnderstood('The answer is no JSON.');
  if (!(error instanceof APIError) || error.status === undefined) {
    return new OutsideFailure('retryable', 'network', 'The language model could not be reached.', { cause: error });
  }
  return failureOfStatus(error, error.status);
}

function failureOfStatus(error: APIError, status: number): OutsideFailure {
  const code = codeOf(error);
  // 402 is DeepSeek's word for an empty account.
  const kind = KINDS[code] ?? (status === 402 ? 'auth' : kindOfStatus(status));
  const retryAfterMs = kind === 'rate_limited' || kind === 'retryable' ? pauseOf(error) : null;
  const detail = `The language model’s server answered ${status} (${code}).`;
  return new OutsideFailure(kind, code, detail, retryAfterMs === null ? {} : { retryAfterMs });
}

function codeOf({ code, status }: APIError): string {
  return typeof code === 'string' && /^[\w.-]{1,60}$/.test(code) ? code : `http_${status}`;
}

function pauseOf({ headers }: APIError): number | null {
  const milliseconds = Number(headers?.get('retry-after-ms') ?? Number.NaN);
  if (Number.isFinite(milliseconds) && milliseconds >= 0) return Math.ceil(milliseconds);
  return readRetryAfter(headers?.get('retry-after'), Date.now());
}
