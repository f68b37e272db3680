// What an act wants done next: rows of the ledger in the same transaction. After the commit they are woken in BullMQ;
// a wake that is lost is found by the sweep.
import type { Act } from '../act.ts';
import { newId } from '../ids.ts';
import { insertRows } from '../rows.ts';
import type { JobKind, JobPayload } from './catalogue.ts';

export function planJob<K extends JobKind>(act: Act, kind: K, accountId: string, payload: JobPayload[K]): void {
  act.planned.push({ id: newId(), kind, accountId, payload: JSON.stringify(payload) });
}

/** Inserts what the act planned; called once, by the act itself, before it commits. */
export function insertPlannedJobs(act: Act): Promise<void> {
  const rows = act.planned.map(({ id, kind, accountId, payload }) => ({
    id,
    kind,
    state: 'accepted',
    account_id: accountId,
    payload,
    due_at: act.now,
    created_at: act.now,
  }));
  return insertRows(act.em, 'job', rows);
}
