// Whether somebody is there, over all their tabs and all servers: asked of the leases in the database, never of a server's memory.
import type { EntityManager } from '@mikro-orm/mysql';
import { utc } from '../rows.ts';
import type { Owner } from './connection.ts';

export type Reached = { readonly reachable: boolean; readonly connections: number; readonly leftAt: Date | null };

/**
 * `connections` are open sockets. Somebody whose last socket closed a moment ago is still reachable, with none: a page that is
 * loaded anew is no absence. `leftAt` is known while the leases that ran out have not been swept away.
 */
export async function readPresence(em: EntityManager, owner: Owner, now: Date): Promise<Reached> {
  const [row]: { leases: number; open: number; until: string | null }[] = await em.execute(
    `select count(case when leased_until > ? then 1 end) as leases, max(leased_until) as until,
       count(case when leased_until > ? and server <> 'closed' then 1 end) as open
     from connection where owner_type = ? and owner_id = ?`,
    [now, now, owner.type, owner.id],
  );
  const reachable = (row?.leases ?? 0) > 0;
  return { reachable, connections: row?.open ?? 0, leftAt: !reachable && row?.until ? utc(row.until) : null };
}
