// Opening, renewing and ending a connection's lease. Who owns it is locked by the caller, so that two connects of one person
// come one after the other and the later one has the higher generation.
import type { EntityManager } from '@mikro-orm/mysql';
import type { Act } from '../act.ts';
import { Connection, type Owner, type OwnerType } from './connection.ts';

export type NewConnection = {
  readonly id: string;
  readonly server: string;
  readonly generation: number;
  readonly leasedUntil: Date;
};

/** @param replace ends every older connection of the owner: their servers drop the sockets when they see that the row is gone. */
export async function openConnection(act: Act, owner: Owner, opened: NewConnection, replace: boolean): Promise<void> {
  if (replace) await act.em.nativeDelete(Connection, { ownerType: owner.type, ownerId: owner.id });
  act.em.create(Connection, { ...opened, ownerType: owner.type, ownerId: owner.id, connectedAt: act.now });
  await act.em.flush();
}

/** The socket closed: its lease goes on for the grace period only, so that a reload is not an absence. A replaced one has no row any more. */
export async function endConnection(act: Act, id: string, graceUntil: Date): Promise<void> {
  await act.em.execute(
    'update connection set leased_until = least(leased_until, ?), server = ? where id = ?',
    [graceUntil, 'closed', id],
    'run',
  );
}

/** Renews every lease of one server in one statement and returns the connections that are still its own. */
export async function renewConnections(em: EntityManager, server: string, leasedUntil: Date): Promise<Set<string>> {
  await em.execute('update connection set leased_until = ? where server = ?', [leasedUntil, server], 'run');
  const rows: { id: string }[] = await em.execute('select id from connection where server = ?', [server]);
  return new Set(rows.map(({ id }) => id));
}

/** Those of these people who have a connection whose lease lasts. */
export async function findConnected(
  em: EntityManager,
  type: OwnerType,
  ids: readonly string[],
  now: Date,
): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const rows: { id: string }[] = await em.execute(
    'select distinct owner_id as id from connection where owner_type = ? and owner_id in (?) and leased_until > ?',
    [type, [...ids], now],
  );
  return new Set(rows.map(({ id }) => id));
}

/** Whether any connection of the owner has a lease that lasts. */
export async function isConnected(em: EntityManager, owner: Owner, now: Date): Promise<boolean> {
  return (await em.count(Connection, { ownerType: owner.type, ownerId: owner.id, leasedUntil: { $gt: now } })) > 0;
}

/** Owners of leases that ended; their rows are removed by whoever settles them. At most `limit`. */
export async function ownersWithExpiredLease(em: EntityManager, now: Date, limit: number): Promise<Owner[]> {
  return em.execute<{ type: Owner['type']; id: string }[]>(
    'select distinct owner_type as type, owner_id as id from connection where leased_until <= ? limit ?',
    [now, limit],
  );
}

export async function forgetExpired(act: Act, owner: Owner): Promise<void> {
  await act.em.nativeDelete(Connection, { ownerType: owner.type, ownerId: owner.id, leasedUntil: { $lte: act.now } });
}
