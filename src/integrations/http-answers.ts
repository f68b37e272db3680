// What an answer's status and headers say about asking again, for every party that speaks HTTP.
import type { FailureKind } from './outside-failure.ts';

const LONGEST_PAUSE_MS = 24 * 3_600_000;

/** For a status that is no success. */
export function kindOfStatus(status: number): FailureKind {
  if (status === 401 || status === 403) return 'auth';
  if (status === 429) return 'rate_limited';
  if (status === 408 || status === 425 || status >= 500) return 'retryable';
  return 'permanent';
}

/** A header Retry-After (RFC 9110, 10.2.3), seconds or a date, in milliseconds from `now`; at most a day. null: it says nothing. */
export function readRetryAfter(header: string | null | undefined, now: number): number | null {
  const text = header?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(text)) return bounded(Number(text) * 1000);
  // Dates of HTTP begin with the day of the week; Date.parse alone would take "-5" for a year.
  const then = /^[A-Za-z]{3,9},? /.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(then) ? null : bounded(then - now);
}

function bounded(milliseconds: number): number {
  return Math.min(Math.max(0, Math.ceil(milliseconds)), LONGEST_PAUSE_MS);
}
