// What Chatwoot means by an answer that is no success. Its words are `error`, `message` or `description`; whoever stands before it
// answers with a page.
import { z } from 'zod';
import { kindOfStatus, readRetryAfter } from '../http-answers.ts';
import { type FailureKind, OutsideFailure } from '../outside-failure.ts';

/** Chatwoot counts requests by the minute, and messages of a conversation too. */
const PAUSE_MS = 60_000;
const LONGEST_WORDS = 300;

export type Answer = { readonly status: number; readonly text: string; readonly retryAfterMs: number | null };

type Meaning = { readonly kind: FailureKind; readonly code: string; readonly retryAfterMs?: number | null };

/** @param isRepeatable false: whether it was done decides what may be done next. @param tokens that no words may hold. */
export function failureOfAnswer(
  { status, text, retryAfterMs }: Answer,
  isRepeatable: boolean,
  tokens: readonly (string | null)[],
): OutsideFailure {
  const words = wordsIn(text);
  const meaning = isOfAnother(status, words)
    ? ({ kind: 'retryable', code: `http_${status}` } as const)
    : meaningOf(status, words ?? '', retryAfterMs, isRepeatable);
  const shown = words === null ? 'without its words' : `“${withoutTokens(words, tokens)}”`;
  const pause = meaning.retryAfterMs ?? retryAfterMs;
  return new OutsideFailure(
    meaning.kind,
    meaning.code,
    `Chatwoot answered ${status}: ${shown}.`,
    pause === null ? {} : { retryAfterMs: pause },
  );
}

export function pauseIn(header: string | string[] | undefined, now: number): number | null {
  return readRetryAfter(Array.isArray(header) ? header[0] : header, now);
}

/** A page of whatever stands before it, for instance while Chatwoot is put up anew: Chatwoot itself has not been asked. */
function isOfAnother(status: number, words: string | null): boolean {
  return words === null && (status === 400 || status === 404 || (status >= 300 && status < 400));
}

function meaningOf(status: number, words: string, retryAfterMs: number | null, isRepeatable: boolean): Meaning {
  if (status === 404) return { kind: 'permanent', code: 'not_found' };
  if (status === 422) return meaningOfRefusal(words, isRepeatable);
  if (status === 429) return { kind: 'rate_limited', code: 'rate_limited', retryAfterMs: retryAfterMs ?? PAUSE_MS };
  if (status === 401 || status === 403) return meaningOfDoor(status, words);
  if (status >= 300 && status < 400) return { kind: 'permanent', code: 'redirected' };
  // Whoever names a pause has not taken the request. Any other trouble may have come after the work was done.
  const mayBeDone = !isRepeatable && status >= 500 && !(status === 503 && retryAfterMs !== null);
  return { kind: mayBeDone ? 'unknown' : kindOfStatus(status), code: `http_${status}` };
}

/** Chatwoot answers 422 to whatever goes wrong while a message is made, a full minute and a lost database among it. */
function meaningOfRefusal(words: string, isRepeatable: boolean): Meaning {
  if (/too many messages/i.test(words))
    return { kind: 'rate_limited', code: 'too_many_messages', retryAfterMs: PAUSE_MS };
  if (/connection|connect\(|redis|timed? ?out|deadlock|\bPG::/i.test(words))
    return { kind: isRepeatable ? 'retryable' : 'unknown', code: 'broken_inside' };
  return { kind: 'permanent', code: 'refused' };
}

/** A wrong token closes every door, a right one that opens this door to others only closes just this one. */
function meaningOfDoor(status: number, words: string): Meaning {
  if (/not authorized for bots/i.test(words)) return { kind: 'refused', code: 'not_for_bots' };
  if (/not authorized to do this/i.test(words)) return { kind: 'refused', code: 'not_allowed' };
  return { kind: 'auth', code: `http_${status}` };
}

const Words = z.object({
  error: z.string().optional().catch(undefined),
  message: z.string().optional().catch(undefined),
  description: z.string().optional().catch(undefined),
});

/** null: these are not Chatwoot's. */
function wordsIn(text: string): string | null {
  try {
    const { error, message, description } = Words.parse(JSON.parse(text));
    return error ?? message ?? description ?? null;
  } catch {
    return null;
  }
}

function withoutTokens(words: string, tokens: readonly (string | null)[]): string {
  const shown = tokens.reduce<string>((left, token) => (token ? left.replaceAll(token, '…') : left), words);
  return shown.slice(0, LONGEST_WORDS).toWellFormed();
}
