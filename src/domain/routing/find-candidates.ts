// The agents among whom routing chooses, as they are at this moment: seats taken are counted, never kept.
import type { EntityManager } from '@mikro-orm/mysql';
import { utc } from '../rows.ts';
import type { Candidate } from './candidate.ts';

/** The session that they are wanted for; null: one that only might be. */
export type About = {
  readonly accountId: string;
  readonly sessionId: string | null;
  /** Declines before this do not count: a transfer that was escalated asks everybody again. */
  readonly askedSince: Date | null;
};

/**
 * Everybody who is allowed on the account, in the order of their ids.
 * @param declineFor seconds in which a decline counts. @param only this one, where it is named.
 */
export async function findCandidates(
  em: EntityManager,
  { accountId, sessionId, askedSince }: About,
  now: Date,
  declineFor: number,
  only: string | null = null,
): Promise<Candidate[]> {
  const rows: Row[] = await em.execute(
    `select a.id as agentId, a.name, a.availability, a.capacity, a.skills, a.teams, a.reachable, a.always_reachable as alwaysReachable,
       (select count(*) from assignment s where s.agent_id = a.id and s.seat is not null) as seatsTaken,
       (select s.ended_at from assignment s where s.agent_id = a.id and s.ended_at is not null order by s.ended_at desc limit 1) as idleSince
     from agent_account g join agent a on a.id = g.agent_id where g.account_id = ? ${only === null ? '' : 'and a.id = ?'} order by a.id`,
    only === null ? [accountId] : [accountId, only],
  );
  const answers = sessionId === null ? new Map<string, Answers>() : await answersTo(em, sessionId);
  const since = countedSince(askedSince, now, declineFor);
  return rows.map((row) => candidateOf(row, answers.get(row.agentId), since));
}

/** Declines from then on count. */
export function countedSince(askedSince: Date | null, now: Date, declineFor: number): Date {
  return new Date(Math.max(now.getTime() - declineFor * 1000, askedSince?.getTime() ?? 0));
}

type Row = Pick<Candidate, 'agentId' | 'name' | 'availability'> & {
  readonly capacity: number;
  readonly seatsTaken: number;
  readonly reachable: number;
  readonly alwaysReachable: number;
  readonly skills: string | readonly string[];
  readonly teams: string | readonly string[];
  readonly idleSince: string | null;
};

/** Declines and missed offers of a session; its locked conversation keeps them as they are. */
type Answers = { readonly missed: number; readonly declinedAt: Date | null };

async function answersTo(em: EntityManager, sessionId: string): Promise<Map<string, Answers>> {
  const rows: { agent_id: string; missed: number; declined_at: string | null }[] = await em.execute(
    `select agent_id, sum(state = 'expired') as missed, max(case when state = 'declined' then ended_at end) as declined_at
     from assignment where session_id = ? and state in ('expired', 'declined') group by agent_id`,
    [sessionId],
  );
  return new Map(
    rows.map(({ agent_id, missed, declined_at }) => [
      agent_id,
      { missed: Number(missed), declinedAt: declined_at === null ? null : utc(declined_at) },
    ]),
  );
}

function candidateOf(row: Row, answers: Answers | undefined, since: Date): Candidate {
  const { agentId, name, availability, capacity, seatsTaken, idleSince, skills, teams } = row;
  const declinedAt = answers?.declinedAt ?? null;
  return {
    agentId,
    name,
    availability,
    capacity: Number(capacity),
    seatsTaken: Number(seatsTaken),
    skills: list(skills),
    teams: list(teams),
    reachable: Boolean(row.reachable),
    alwaysReachable: Boolean(row.alwaysReachable),
    idleSince: idleSince === null ? null : utc(idleSince).getTime(),
    declined: declinedAt !== null && declinedAt >= since,
    missed: answers?.missed ?? 0,
    inHand: false,
  };
}

/** MySQL's driver parses a JSON column, MariaDB's hands over its text. */
function list(value: string | readonly string[]): readonly string[] {
  return typeof value === 'string' ? JSON.parse(value) : value;
}
