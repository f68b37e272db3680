// What went wrong with a call to Gemini, in our few kinds; whatever Google said of it, the key is not in its words.
import { ApiError } from '@google/genai';
import { z } from 'zod';
import { kindOfStatus } from '../http-answers.ts';
import { OutsideFailure } from '../outside-failure.ts';
import { failureInside } from './bounded-fetch.ts';

/** google.rpc.Status, as JSON: ErrorInfo has a reason, RetryInfo a delay such as "7s". */
const GoogleError = z.object({
  error: z.object({
    message: z.string().default(''),
    status: z.string().optional(),
    details: z.array(z.object({ reason: z.string().optional(), retryDelay: z.string().optional() })).default([]),
  }),
});
type GoogleError = z.output<typeof GoogleError>['error'];

export function geminiFailure(error: unknown, apiKey: string): OutsideFailure {
  const known = failureInside(error);
  if (known) return known;
  if (error instanceof SyntaxError) return new OutsideFailure('retryable', 'bad_answer', 'Gemini’s answer is no JSON.');
  if (!(error instanceof ApiError)) {
    return new OutsideFailure('retryable', 'network', 'Gemini could not be reached.', { cause: error });
  }
  const said = readError(error.message);
  const reason = said.details.find((detail) => detail.reason !== undefined)?.reason;
  const code = (reason ?? said.status ?? `http_${error.status}`).toLowerCase();
  const words = said.message.replaceAll(apiKey, '[key]').slice(0, 300).toWellFormed();
  const detail = `Gemini answered ${error.status}: ${words}`;
  // A wrong key is a wrong argument to Google, with status 400.
  if (reason === 'API_KEY_INVALID') return new OutsideFailure('auth', code, detail);
  const retryAfterMs = delayOf(said);
  return new OutsideFailure(kindOfStatus(error.status), code, detail, retryAfterMs === null ? {} : { retryAfterMs });
}

/** The library gives the body of the answer as its error's message. */
function readError(message: string): GoogleError {
  const nothing: GoogleError = { message: '', details: [] };
  try {
    return GoogleError.safeParse(JSON.parse(message)).data?.error ?? nothing;
  } catch {
    return nothing;
  }
}

function delayOf({ details }: GoogleError): number | null {
  const delay = details.find(({ retryDelay }) => retryDelay !== undefined)?.retryDelay;
  const seconds = /^(\d+(?:\.\d+)?)s$/.exec(delay ?? '')?.[1];
  return seconds === undefined ? null : Math.ceil(Number(seconds) * 1000);
}
