// What an act wants done next: rows of the ledger in the same transaction. After the commit they are woken in BullMQ;
// a wake that is lost is found by the sweep.
import type { Act } from '../act.ts';
import { newId } from '../ids.ts';
import { insertRows } from '../rows.ts';
import { isWorked, type JobKind, type JobPayload } from './catalogue.ts';
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

/** What an outside system is to be told, or somebody to be sent: the row is there from the act on, and held until somebody delivers. */
export function planDelivery(act: Act, accountId: string, payload: JobPayload['delivery']): void {
  act.planned.push({ id: newId(), kind: 'delivery', accountId, payload: JSON.stringify(payload) });
}

/** Inserts what the act planned; called once, by the act itself, before it commits. */
export function insertPlannedJobs(act: Act): Promise<void> {
  const rows = act.planned.map((job) => ({
    id: job.id,
    kind: job.kind,
    state: isWorked(job) ? 'accepted' : 'held',
    account_id: job.accountId,
    payload: job.payload,
    due_at: job.dueAt ?? act.now,
    created_at: act.now,
  }));
  return insertRows(act.em, 'job', rows);
}
