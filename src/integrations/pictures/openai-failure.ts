// What went wrong with a call to OpenAI, in our few kinds; whatever OpenAI said of it, the key is not in its words.
import { APIConnectionTimeoutError, APIError } from 'openai';
import { kindOfStatus, readRetryAfter } from '../http-answers.ts';
import { type FailureKind, OutsideFailure } from '../outside-failure.ts';
import { failureInside } from './bounded-fetch.ts';

/** Where OpenAI's own code says more than the status does. */
const KINDS: Readonly<Record<string, FailureKind>> = {
  moderation_blocked: 'refused',
  content_policy_violation: 'refused',
  // The account is out of money: no pause helps, an operator must pay.
  insufficient_quota: 'auth',
  billing_hard_limit_reached: 'auth',
};

export function openaiFailure(error: unknown, apiKey: string): OutsideFailure {
  const known = failureInside(error);
  if (known) return known;
  if (error instanceof APIConnectionTimeoutError) {
    return new OutsideFailure('retryable', 'timeout', 'OpenAI did not answer in time.');
  }
  if (error instanceof SyntaxError) return new OutsideFailure('retryable', 'bad_answer', 'OpenAI’s answer is no JSON.');
  if (!(error instanceof APIError) || error.status === undefined) {
    return new OutsideFailure('retryable', 'network', 'OpenAI could not be reached.', { cause: error });
  }
  const code = typeof error.code === 'string' && error.code !== '' ? error.code : `http_${error.status}`;
  const kind = KINDS[code] ?? kindOfStatus(error.status);
  const retryAfterMs = kind === 'auth' || kind === 'refused' ? null : pauseOf(error);
  return new OutsideFailure(kind, code, wordsOf(error, apiKey), retryAfterMs === null ? {} : { retryAfterMs });
}

/** OpenAI quotes a wrong key with its middle left out; not even that is kept. */
function wordsOf({ message }: Error, apiKey: string): string {
  const words = message.replaceAll(apiKey, '[key]').replaceAll(/\bsk-[\w*.-]+/g, '[key]');
  return `OpenAI answered ${words.slice(0, 300).toWellFormed()}`;
}

function pauseOf({ headers }: APIError): number | null {
  const milliseconds = Number(headers?.get('retry-after-ms') ?? Number.NaN);
  if (Number.isFinite(milliseconds) && milliseconds >= 0) return Math.ceil(milliseconds);
  return readRetryAfter(headers?.get('retry-after'), Date.now());
}
