// What an act wants done next: rows of the ledger in the same transaction. After the commit they are woken in BullMQ;
// a wake that is lost is found by the sweep.
import type { Act } from '../act.ts';
import { newId } from '../ids.ts';
import { insertRows } from '../rows.ts';
import type { JobKind, JobPayload } from './catalogue.ts';
import type { PlannedJob } from './planned-job.ts';

/** @param dueAt when workers are woken for it: at once, or later. */
export function planJob<K extends JobKind>(
  act: Act,
  kind: K,
  accountId: string | null,
  payload: JobPayload[K],
  dueAt: Date = act.now,
): PlannedJob {
  const job = { id: newId(), kind, accountId, payload: JSON.stringify(payload), dueAt };
  act.planned.push(job);
  return job;
}

/** Work that a caller has asked for, and wants to look after. @param askedBy their principal, at most 40 characters. */
export function planAsked<K extends JobKind>(
  act: Act,
  kind: K,
  accountId: string,
  payload: JobPayload[K],
  askedBy: string,
): PlannedJob {
  const job = { id: newId(), kind, accountId, payload: JSON.stringify(payload), dueAt: act.now, askedBy };
  act.planned.push(job);
  return job;
}

/** A batch of messages that we have read somewhere ourselves. */
export function planBatch(act: Act, accountId: string, messages: readonly unknown[]): void {
  const payload: JobPayload['ingest-batch'] = { account: accountId, messages };
  const job = { id: newId(), kind: 'ingest-batch', accountId, payload: JSON.stringify(payload) } as const;
  act.planned.push({ ...job, size: messages.length, dueAt: act.now });
}

/**
 * A job, for what somebody outside may tell us several times.
 * @param principal at most 40 characters. @param key at most 128.
 * @returns null: it was planned before.
 */
export async function planOnce<K extends JobKind>(
  act: Act,
  kind: K,
  accountId: string,
  payload: JobPayload[K],
  once: { readonly principal: string; readonly key: string },
  dueAt: Date = act.now,
): Promise<PlannedJob | null> {
  const known: unknown[] = await act.em.execute('select 1 from job where principal = ? and idempotency_key = ?', [
    once.principal,
    once.key,
  ]);
  if (known.length > 0) return null;
  const job = { id: newId(), kind, accountId, payload: JSON.stringify(payload), dueAt, once };
  act.planned.push(job);
  return job;
}

/** Inserts what the act planned; called once, by the act itself, before it commits. */
export function insertPlannedJobs(act: Act): Promise<void> {
  const rows = act.planned.map((job) => ({
    id: job.id,
    kind: job.kind,
    state: 'accepted',
    account_id: job.accountId,
    payload: job.payload,
    size: job.size ?? 1,
    principal: job.once?.principal ?? job.askedBy ?? null,
    accounts: job.askedBy ? JSON.stringify([job.accountId]) : null,
    idempotency_key: job.once?.key ?? null,
    due_at: job.dueAt ?? act.now,
    created_at: act.now,
  }));
  return insertRows(act.em, 'job', rows);
}
