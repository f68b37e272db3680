// Where an account's effects go to.
import { type EntityManager, LockMode } from '@mikro-orm/mysql';
import type { Act } from '../act.ts';
import { DomainError } from '../errors.ts';
import { Endpoint } from './endpoint.ts';
import type { Channel } from './kinds.ts';

/** Those that take anything, of these accounts, in the order of their ids. */
export async function findEnabled(em: EntityManager, accounts: readonly string[]): Promise<Endpoint[]> {
  if (accounts.length === 0) return [];
  // Every act asks, and most accounts have none: that is told by the index alone.
  const found: { id: string }[] = await em.execute(
    "select id from endpoint where account_id in (?) and state = 'enabled'",
    [[...accounts]],
  );
  if (found.length === 0) return [];
  const ids = found.map(({ id }) => id);
  return em.find(Endpoint, { id: { $in: ids } }, { orderBy: { id: 'asc' }, disableIdentityMap: true });
}

/** The account's channel, while it is enabled. */
export function findChannel(em: EntityManager, accountId: string, channel: Channel): Promise<Endpoint | null> {
  return em.findOne(Endpoint, { accountId, channel, state: 'enabled' }, { disableIdentityMap: true });
}

/** @throws DomainError endpoint_not_found */
export async function findEndpoint(act: Act, id: string): Promise<Endpoint> {
  const endpoint = await act.em.findOne(Endpoint, { id });
  if (!endpoint) throw notFound(id);
  return endpoint;
}

/** For whoever changes it: fresh from the database, and nobody else's until the act ends. @throws DomainError endpoint_not_found */
export async function lockEndpoint(act: Act, id: string): Promise<Endpoint> {
  const lock = { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true } as const;
  const endpoint = await act.em.findOne(Endpoint, { id }, lock);
  if (!endpoint) throw notFound(id);
  return endpoint;
}

function notFound(id: string): DomainError {
  return new DomainError('endpoint_not_found', `There is no endpoint ${id}.`);
}
