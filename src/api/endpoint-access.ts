// Finding endpoints and their deliveries for a caller, as access.ts finds the rest. They are for keys only.
import type { EntityManager } from '@mikro-orm/mysql';
import { Delivery } from '../domain/deliveries/delivery.ts';
import { Endpoint } from '../domain/endpoints/endpoint.ts';
import type { Channel } from '../domain/endpoints/kinds.ts';
import { DomainError } from '../domain/errors.ts';
import { findAccountFor } from './access.ts';
import { mayTouch, type Principal } from './auth.ts';

/** A webhook or a channel. @throws DomainError endpoint_not_found */
export async function findEndpointFor(em: EntityManager, principal: Principal, id: string): Promise<Endpoint> {
  const endpoint = await em.findOne(Endpoint, { id });
  if (endpoint && mayTouch(principal, endpoint.accountId)) return endpoint;
  throw new DomainError('endpoint_not_found', `There is no endpoint ${id}.`);
}

/** @throws DomainError endpoint_not_found */
export async function findWebhookFor(em: EntityManager, principal: Principal, id: string): Promise<Endpoint> {
  const endpoint = await findEndpointFor(em, principal, id);
  if (endpoint.kind === 'webhook') return endpoint;
  throw new DomainError('endpoint_not_found', `There is no endpoint ${id}.`);
}

/** @throws DomainError account_not_found, endpoint_not_found */
export async function findChannelFor(
  em: EntityManager,
  principal: Principal,
  accountId: string,
  channel: Channel,
): Promise<Endpoint> {
  await findAccountFor(em, principal, accountId);
  const endpoint = await em.findOne(Endpoint, { accountId, channel });
  if (endpoint) return endpoint;
  throw new DomainError('endpoint_not_found', `The account ${accountId} is not connected to ${channel}.`);
}

/** One of an endpoint that was removed is on its way out, and seen by nobody. @throws DomainError delivery_not_found */
export async function findDeliveryFor(em: EntityManager, principal: Principal, id: number): Promise<Delivery> {
  const delivery = await em.findOne(Delivery, { id });
  const endpoint = delivery && (await em.findOne(Endpoint, { id: delivery.endpointId }));
  if (endpoint && mayTouch(principal, delivery.accountId)) return delivery;
  throw new DomainError('delivery_not_found', 'There is no such delivery.');
}
