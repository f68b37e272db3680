// Work that calls the outside is leased: its row is `running` for a short while, renewed as long as its worker lives, and nobody
// holds a transaction open across somebody else's network. Whoever's lease has run out can write no outcome any more.
import type { EntityManager } from '@mikro-orm/mysql';
import type { Act } from '../act.ts';
import type { JobKind } from './catalogue.ts';
import type { ClaimedJob } from './claim-jobs.ts';

/** Seconds; renewed at a third of it. */
export const LEASE_SECONDS = 15;

/**
 * Locks the row, for the act that begins the work: when it is still to be done, has failed and was asked for again, or its lease ran out.
 * @returns null when somebody else has it or did it.
 */
export async function claimLeasable(act: Act, id: string): Promise<Pick<ClaimedJob, 'id' | 'payload'> | null> {
  const rows: { id: string; payload: string }[] = await act.em.execute(
    `select id, payload from job where id = ? and (state in ('accepted', 'failed') or state = 'running' and leased_until < ?)
     for update skip locked`,
    [id, act.now],
  );
  return rows[0] ?? null;
}

/** @param lease names this run. The row is locked. */
export async function leaseJob(act: Act, id: string, lease: string): Promise<void> {
  await act.em.execute(
    "update job set state = 'running', lease = ?, leased_until = ?, error = null, finished_at = null where id = ?",
    [lease, leaseEnd(act.now), id],
    'run',
  );
}

/** @returns false when the lease is somebody else's by now. */
export async function renewLease(em: EntityManager, lease: string, id: string, now: Date): Promise<boolean> {
  const { affectedRows } = await em.execute<{ affectedRows: number }>(
    "update job set leased_until = ? where id = ? and state = 'running' and lease = ?",
    [leaseEnd(now), id, lease],
    'run',
  );
  return affectedRows === 1;
}

/** Locks the row of a run that comes back with its outcome. @returns false when the lease is somebody else's by now. */
export async function holdsLease(act: Act, id: string, lease: string): Promise<boolean> {
  const rows: unknown[] = await act.em.execute(
    "select 1 from job where id = ? and state = 'running' and lease = ? for update",
    [id, lease],
  );
  return rows.length > 0;
}

/** Whether the run of another job is at work just now. */
export async function isLeased(act: Act, id: string): Promise<boolean> {
  const rows: unknown[] = await act.em.execute(
    "select 1 from job where id = ? and state = 'running' and leased_until >= ?",
    [id, act.now],
  );
  return rows.length > 0;
}

/** What is to be done again, from `dueAt` on. */
export async function releaseLease(act: Act, id: string, dueAt: Date): Promise<void> {
  await act.em.execute(
    "update job set state = 'accepted', lease = null, leased_until = null, due_at = ? where id = ? and state = 'running'",
    [dueAt, id],
    'run',
  );
}

/** Leases that ran out: the rows are accepted again. @returns what can be woken. */
export async function takeBackLeases(
  act: Act,
  limit: number,
): Promise<{ readonly id: string; readonly kind: JobKind }[]> {
  const rows: { id: string; kind: JobKind }[] = await act.em.execute(
    "select id, kind from job where state = 'running' and leased_until < ? order by leased_until limit ? for update skip locked",
    [act.now, limit],
  );
  for (const { id } of rows) await releaseLease(act, id, act.now);
  return rows;
}

function leaseEnd(now: Date): Date {
  return new Date(now.getTime() + LEASE_SECONDS * 1000);
}
