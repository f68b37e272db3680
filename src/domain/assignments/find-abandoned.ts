// Sessions whose agent is gone: offline, or without a live connection, for longer than the account allows. They are handed on like
// any other; the agent keeps floor and seat until somebody accepts, so whoever comes back in time has lost nothing.
import type { EntityManager } from '@mikro-orm/mysql';
import { Account } from '../accounts/account.ts';
import { utc } from '../rows.ts';

/** The sessions, at most `limit`; those that are being handed on already are left out. */
export async function findAbandoned(em: EntityManager, now: Date, limit: number): Promise<string[]> {
  const rows: { session_id: string; account_id: string; since: string }[] = await em.execute(
    `select s.id as session_id, s.account_id, a.updated_at as since
     from agent a join assignment x on x.agent_id = a.id and x.serves is not null join session s on s.id = x.serves
     where (a.availability = 'offline' or (a.reachable = false and a.always_reachable = false)) and s.state in ('active', 'paused')
       and not exists (select 1 from transfer t where t.conversation_id = s.conversation_id and t.state = 'requested')
     order by a.updated_at limit ?`,
    [limit],
  );
  const accounts = await em.find(Account, { id: { $in: [...new Set(rows.map((row) => row.account_id))] } });
  const patience = new Map(accounts.map((account) => [account.id, account.fullSettings.routing.lostAfter]));
  return rows.flatMap(({ session_id, account_id, since }) => {
    const seconds = patience.get(account_id) ?? null;
    const gone = (now.getTime() - utc(since).getTime()) / 1000;
    return seconds !== null && gone >= seconds ? [session_id] : [];
  });
}
