// The same key and the same request: the first answer again. The answer is written in the act that did the work, so both
// commit or neither, and of two that run at once the second waits for the first one's answer. Stored answers are sealed,
// since some of them hold a key or a token.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Act } from '../domain/act.ts';
import { insertRows } from '../domain/rows.ts';
import { seal, unseal } from '../domain/seal.ts';
import { HttpProblem } from './problems.ts';

export type Answer = {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};
export type IdempotencyRequest = { readonly principal: string; readonly key: string; readonly fingerprint: string };

const Sealed = z.object({ body: z.unknown().optional(), headers: z.record(z.string(), z.string()).optional() });

const PURPOSE = 'answers';

/** What makes two requests the same: method, path and body. */
export function fingerprintOf(method: string, path: string, text: string): string {
  return createHash('sha256').update(`${method} ${path}\n${text}`).digest('hex');
}

export function checkKey(key: string): string {
  if (/^[\x21-\x7e]{1,128}$/.test(key)) return key;
  throw new HttpProblem(400, 'bad_idempotency_key', 'Idempotency-Key must be 1-128 visible ASCII characters.');
}

export function reusedKey(): HttpProblem {
  return new HttpProblem(
    422,
    'idempotency_key_reused',
    'This Idempotency-Key was used for another request; take a new one.',
  );
}

/**
 * Takes the key for this act: whoever comes with the same one waits here until it has committed, and finds its answer.
 * @returns the first answer, or null where this request is the first. @throws HttpProblem 422 when the key came with another request before.
 */
export async function takeKey(
  act: Act,
  { principal, key, fingerprint }: IdempotencyRequest,
  secret: string,
): Promise<Answer | null> {
  const taken = { principal, idempotency_key: key, fingerprint, status: UNANSWERED, body: '', created_at: act.now };
  await insertRows(act.em, 'idempotent_answer', [taken], 'on duplicate key update status = status');
  const sql = 'select fingerprint, status, body from idempotent_answer where principal = ? and idempotency_key = ?';
  const [row]: { fingerprint: string; status: number; body: string }[] = await act.em.execute(sql, [principal, key]);
  if (row && row.fingerprint !== fingerprint) throw reusedKey();
  if (!row || row.status === UNANSWERED) return null;
  const { body, headers } = Sealed.parse(JSON.parse(unseal(row.body, PURPOSE, secret)));
  return { status: row.status, body, headers: { ...headers, 'Idempotent-Replayed': 'true' } };
}

/** Never committed: the act that takes a key either keeps an answer or leaves nothing. */
const UNANSWERED = 0;

export async function keepAnswer(
  act: Act,
  { principal, key }: IdempotencyRequest,
  answer: Answer,
  secret: string,
): Promise<void> {
  const body = seal(JSON.stringify({ body: answer.body, headers: answer.headers }), PURPOSE, secret);
  const sql = 'update idempotent_answer set status = ?, body = ? where principal = ? and idempotency_key = ?';
  await act.em.execute(sql, [answer.status, body, principal, key], 'run');
}
