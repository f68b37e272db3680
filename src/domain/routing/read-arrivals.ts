// What came to an account in the last days and how long it was served: the arrivals that a simulation is played with.
import type { EntityManager } from '@mikro-orm/mysql';
import { utc } from '../rows.ts';
import type { HumanKind } from '../sessions/kinds.ts';
import { HUMAN_KINDS } from './find-waiting.ts';
import type { Arrival } from './simulation.ts';

export type RealArrivals = {
  readonly arrivals: readonly Arrival[];
  /** Those that nobody served, and that are taken to last as long as the others do in the middle. */
  readonly guessed: number;
};

/** Where nothing was ever served. */
const USUAL_SECONDS = 300;
const NO_NEEDS = { skills: [], team: null };

/** Human sessions, the newest `limit` at most; what was read in as history, and turns of people outside, never waited. */
export async function readArrivals(
  em: EntityManager,
  accountId: string,
  since: Date,
  now: Date,
  limit: number,
): Promise<RealArrivals> {
  const rows: Row[] = await em.execute(
    `select s.kind, s.needs, s.opened_at, s.conversation_id,
       (select min(a.served_at) from assignment a where a.session_id = s.id) as served_at,
       (select max(coalesce(a.ended_at, ?)) from assignment a where a.session_id = s.id and a.served_at is not null) as ended_at
     from session s where s.account_id = ? and s.kind in (?) and s.opened_at >= ? and s.origin <> 'outside' and s.merged_into is null
       and (s.ended_at is null or s.ended_at > s.opened_at)
     order by s.opened_at desc, s.id desc limit ?`,
    [now, accountId, HUMAN_KINDS, since, limit],
  );
  const lengths = rows.flatMap((row) => lengthOf(row) ?? []).sort((a, b) => a - b);
  const usual = lengths[Math.floor(lengths.length / 2)] ?? USUAL_SECONDS;
  const arrivals = rows.toReversed().map((row) => arrivalOf(row, usual));
  return { arrivals, guessed: rows.length - lengths.length };
}

type Row = {
  readonly kind: HumanKind;
  readonly needs: string | null;
  readonly opened_at: string;
  readonly conversation_id: string;
  readonly served_at: string | null;
  readonly ended_at: string | null;
};

function lengthOf({ served_at, ended_at }: Row): number | null {
  if (served_at === null || ended_at === null) return null;
  return Math.max(0, (utc(ended_at).getTime() - utc(served_at).getTime()) / 1000);
}

function arrivalOf(row: Row, usual: number): Arrival {
  return {
    at: utc(row.opened_at).getTime() / 1000,
    kind: row.kind,
    needs: row.needs === null ? NO_NEEDS : JSON.parse(row.needs),
    contact: row.conversation_id,
    handleSeconds: lengthOf(row) ?? usual,
  };
}
