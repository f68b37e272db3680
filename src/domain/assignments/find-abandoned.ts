// Sessions whose agent is gone: offline, or without a live connection, for longer than the account allows; or no longer allowed on the
// account at all. They are handed on like any other; the agent keeps floor and seat until somebody accepts, so whoever comes back in
// time has lost nothing.
import type { EntityManager } from '@mikro-orm/mysql';
import { Account } from '../accounts/account.ts';
import { utc } from '../rows.ts';

type Row = { session_id: string; account_id: string; since: string; allowed: number; last_try: string | null };

/** The sessions, at most `limit`; those that are being handed on already, or were in vain for as long, are left out. */
export async function findAbandoned(em: EntityManager, now: Date, limit: number): Promise<string[]> {
  const rows: Row[] = await em.execute(
    `select s.id as session_id, s.account_id, a.updated_at as since, g.agent_id is not null as allowed,
       (select max(t.ended_at) from transfer t where t.from_session_id = s.id) as last_try
     from agent a join assignment x on x.agent_id = a.id and x.serves is not null join session s on s.id = x.serves
       left join agent_account g on g.agent_id = a.id and g.account_id = s.account_id
     where (g.agent_id is null or a.availability = 'offline' or (a.reachable = false and a.always_reachable = false))
       and s.state in ('active', 'paused')
       and not exists (select 1 from transfer t where t.conversation_id = s.conversation_id and t.state = 'requested')
     order by last_try, a.updated_at limit ?`,
    [limit],
  );
  const accounts = await em.find(Account, { id: { $in: [...new Set(rows.map((row) => row.account_id))] } });
  const patience = new Map(accounts.map((account) => [account.id, account.fullSettings.routing.lostAfter]));
  return rows.flatMap((row) => (isAbandoned(row, patience.get(row.account_id) ?? null, now) ? [row.session_id] : []));
}

function isAbandoned({ since, allowed, last_try }: Row, lostAfter: number | null, now: Date): boolean {
  const secondsSince = (time: string) => (now.getTime() - utc(time).getTime()) / 1000;
  const wait = lostAfter ?? LEAST_WAIT;
  if (last_try !== null && secondsSince(last_try) < wait) return false;
  if (!allowed) return true;
  return lostAfter !== null && secondsSince(since) >= lostAfter;
}

/** Between two tries where the account sets none; seconds. */
const LEAST_WAIT = 600;
