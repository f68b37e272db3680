// What the sweep looks for in the ledger: accepted work that nobody came for.
import type { EntityManager } from '@mikro-orm/mysql';
import type { JobKind } from './catalogue.ts';

/** Accepted jobs that were due before that time, the oldest first, at most `limit`. */
export function findStaleJobs(
  em: EntityManager,
  dueBefore: Date,
  limit: number,
): Promise<{ id: string; kind: JobKind }[]> {
  return em.execute("select id, kind from job where state = 'accepted' and due_at < ? order by due_at limit ?", [
    dueBefore,
    limit,
  ]);
}

/** Removes finished jobs older than that, at most `limit`. @returns how many. */
export async function removeFinishedJobs(em: EntityManager, finishedBefore: Date, limit: number): Promise<number> {
  const { affectedRows } = await em.execute<{ affectedRows: number }>(
    "delete from job where state = 'done' and finished_at < ? limit ?",
    [finishedBefore, limit],
    'run',
  );
  return affectedRows;
}

export type LedgerCount = {
  readonly kind: JobKind;
  readonly state: string;
  readonly count: number;
  readonly oldest: string | null;
};

/** How many jobs are not done, by kind and state, and since when the oldest of them has been waiting. */
export function countLedger(em: EntityManager): Promise<LedgerCount[]> {
  return em.execute(
    "select kind, state, count(*) as count, min(created_at) as oldest from job where state in ('accepted', 'running', 'failed') group by kind, state",
  );
}
