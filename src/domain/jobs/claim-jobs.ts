// Takes accepted work out of the ledger, inside the act that does it: if the process dies, the claim dies with the transaction.
import type { Act } from '../act.ts';
import type { JobKind } from './catalogue.ts';

export type ClaimedJob = {
  readonly id: string;
  readonly payload: string;
  readonly principal: string | null;
  readonly accounts: readonly string[] | null;
};

const COLUMNS = 'id, payload, principal, accounts';

/** Jobs of that kind that are due, and that nobody has begun, oldest first; at most so many. */
export async function claimDue(act: Act, kind: JobKind, most: number): Promise<ClaimedJob[]> {
  const rows: Row[] = await act.em.execute(
    `select ${COLUMNS} from job where kind = ? and state = 'accepted' and due_at <= ? order by id limit ? for update skip locked`,
    [kind, act.now, most],
  );
  return rows.map(claimed);
}

/** The one job, when it is still to be done (or has failed and was asked for again); null when somebody else has it or did it. */
export async function claimJob(act: Act, id: string): Promise<ClaimedJob | null> {
  const rows: Row[] = await act.em.execute(
    `select ${COLUMNS} from job where id = ? and state in ('accepted', 'failed') for update skip locked`,
    [id],
  );
  return rows.map(claimed)[0] ?? null;
}

/**
 * Further work of that kind that nobody has begun and that never failed, oldest first: doing it in the same act saves a
 * transaction for each. What failed before runs alone, so that one bad job can not fail the others twice.
 * @param most jobs, and `mostSize` the sum of their sizes (for batches: messages); the first is taken whatever its size.
 */
export async function claimMore(act: Act, kind: JobKind, most: number, mostSize: number): Promise<ClaimedJob[]> {
  const locked: Weight[] = await act.em.execute(
    `select id, size, bytes from job where ${UNTRIED} order by id limit ? for update skip locked`,
    [kind, most],
  );
  const ids = locked.slice(0, countWithin(locked, mostSize)).map(({ id }) => id);
  if (ids.length === 0) return [];
  const rows: Row[] = await act.em.execute(`select ${COLUMNS} from job where id in (?) order by id`, [ids]);
  return rows.map(claimed);
}

const UNTRIED = "kind = ? and state = 'accepted' and attempts = 0";

type Weight = { readonly id: string; readonly size: number; readonly bytes: number };

function countWithin(next: readonly Weight[], mostSize: number): number {
  let [sizes, bytes] = [0, 0];
  const fitting = next.findIndex((job, index) => {
    sizes += job.size;
    bytes += job.bytes;
    return index > 0 && (sizes > mostSize || bytes > MOST_BYTES);
  });
  return fitting === -1 ? next.length : fitting;
}

/** Of payloads that one act holds in memory. */
const MOST_BYTES = 16 * 1024 * 1024;

type Row = { id: string; payload: string; principal: string | null; accounts: string | readonly string[] | null };

function claimed({ id, payload, principal, accounts }: Row): ClaimedJob {
  // MySQL's driver parses a JSON column, MariaDB's hands over its text.
  return { id, payload, principal, accounts: typeof accounts === 'string' ? JSON.parse(accounts) : accounts };
}
