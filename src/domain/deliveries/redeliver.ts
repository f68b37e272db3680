// By hand: a delivery is tried again, or an operator who has looked says what became of one that is not known.
import { LockMode } from '@mikro-orm/mysql';
import type { Act } from '../act.ts';
import { findEndpoint } from '../endpoints/find-endpoints.ts';
import { DomainError } from '../errors.ts';
import { lockCircuit } from './circuit.ts';
import { Delivery } from './delivery.ts';
import { expiryOf } from './endurance.ts';
import { isOnItsWay } from './lifecycle.ts';
import { planDelivering } from './plan-deliveries.ts';
import { closeCircuit } from './tell-circuit.ts';

/**
 * It is sent once more, under the same key; what is on its way already stays as it is.
 * @throws DomainError delivery_not_found, illegal_move
 */
export async function redeliver(act: Act, id: number): Promise<Delivery> {
  const delivery = await lockDelivery(act, id);
  const endpoint = await findEndpoint(act, delivery.endpointId);
  if (isOnItsWay(delivery.state)) return delivery;
  // Whoever asks knows that it may arrive twice.
  again(delivery, endpoint.kind, act.now);
  await act.em.flush();
  planDelivering(act, endpoint);
  return delivery;
}

const AT_ONCE = 1000;

/** What of an endpoint was written down since then and given up, the oldest first; at most 1,000. @returns how many. */
export async function redeliverSince(act: Act, endpointId: string, since: Date): Promise<number> {
  const endpoint = await findEndpoint(act, endpointId);
  const circuit = await lockCircuit(act, endpointId);
  const failed = await act.em.find(
    Delivery,
    { endpointId, state: 'failed', createdAt: { $gte: since } },
    { orderBy: { id: 'asc' }, limit: AT_ONCE },
  );
  for (const delivery of failed) again(delivery, endpoint.kind, act.now);
  await closeCircuit(act, endpoint, circuit);
  await act.em.flush();
  planDelivering(act, endpoint);
  return failed.length;
}

function again(delivery: Delivery, kind: Parameters<typeof expiryOf>[0], now: Date): void {
  delivery.moveTo('pending', now);
  delivery.doubt = false;
  delivery.attempts = 0;
  delivery.dueAt = now;
  delivery.expiresAt = expiryOf(kind, now);
}

/** @throws DomainError delivery_not_found, illegal_move unless it is unknown */
export async function settleDelivery(
  act: Act,
  id: number,
  became: 'delivered' | 'failed',
  note: string | null,
): Promise<Delivery> {
  const delivery = await lockDelivery(act, id);
  if (delivery.state !== 'unknown')
    throw new DomainError(
      'illegal_move',
      `Only what is unknown is settled by hand; this delivery is ${delivery.state}.`,
      {
        deliveryId: String(id),
        state: delivery.state,
      },
    );
  delivery.moveTo(became, act.now);
  delivery.explain(became === 'failed' ? 'by_hand' : null, note ?? 'settled by hand');
  await act.em.flush();
  return delivery;
}

/** Behind the row that everybody locks first who changes deliveries of this endpoint. @throws DomainError delivery_not_found */
async function lockDelivery(act: Act, id: number): Promise<Delivery> {
  const seen = await act.em.findOne(Delivery, { id });
  if (!seen) throw new DomainError('delivery_not_found', `There is no delivery ${id}.`);
  await lockCircuit(act, seen.endpointId);
  return act.em.findOneOrFail(Delivery, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });
}
