// The other side has shown us something that carries our mark: what nobody was sure of, or was just being sent, has arrived.
import { LockMode } from '@mikro-orm/mysql';
import type { Act } from '../act.ts';
import { Endpoint } from '../endpoints/endpoint.ts';
import { lockCircuit } from './circuit.ts';
import { Delivery } from './delivery.ts';
import { DeliveryAttempt } from './delivery-attempt.ts';
import { planDelivering } from './plan-deliveries.ts';
import { tellSuccess } from './tell-circuit.ts';

const DETAIL = 'The other side has shown it.';

/**
 * Whoever still waits for the answer to it finds its lease gone.
 * @returns false: it was known, or there is no such delivery.
 */
export async function confirmDelivery(
  act: Act,
  endpointId: string,
  deliveryId: number,
  externalId: string,
): Promise<boolean> {
  const seen = await act.em.findOne(Delivery, { id: deliveryId, endpointId });
  if (!seen || !isUnsure(seen)) return false;
  const endpoint = await act.em.findOne(Endpoint, { id: endpointId });
  if (!endpoint) return false;
  const circuit = await lockCircuit(act, endpointId);
  const lock = { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true } as const;
  const delivery = await act.em.findOne(Delivery, { id: deliveryId, endpointId }, lock);
  if (!delivery || !isUnsure(delivery)) return false;
  const attempt = await act.em.findOne(DeliveryAttempt, { deliveryId, outcome: 'begun' });
  attempt?.end('delivered', act.now, { detail: DETAIL });
  delivery.moveTo('delivered', act.now);
  delivery.doubt = false;
  delivery.knownAs(externalId);
  delivery.explain(null, DETAIL);
  await act.em.flush();
  await freeLane(act, delivery);
  await tellSuccess(act, endpoint, circuit);
  await act.em.flush();
  planDelivering(act, endpoint);
  return true;
}

/** What was given up may have been on its way when it was. */
function isUnsure({ state, doubt }: Delivery): boolean {
  return state === 'sending' || state === 'unknown' || state === 'failed' || (state === 'pending' && doubt);
}

/** Those behind it waited with it. */
async function freeLane(act: Act, { endpointId, lane }: Delivery): Promise<void> {
  await act.em.execute(
    "update delivery set due_at = ? where endpoint_id = ? and lane = ? and state = 'pending' and due_at > ?",
    [act.now, endpointId, lane, act.now],
    'run',
  );
}
