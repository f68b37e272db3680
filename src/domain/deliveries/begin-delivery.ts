// The next deliveries to an endpoint are begun: the oldest of each lane in which nothing is on its way, while the circuit lets anything
// through. Their attempts are written down before anybody outside is called.
import type { EntityManager } from '@mikro-orm/mysql';
import type { Act } from '../act.ts';
import { Endpoint } from '../endpoints/endpoint.ts';
import { newId } from '../ids.ts';
import { utc } from '../rows.ts';
import { type Circuit, lockCircuit } from './circuit.ts';
import { Delivery } from './delivery.ts';
import { DeliveryAttempt } from './delivery-attempt.ts';
import { AT_ONCE, DOUBT_MS, standingOf } from './endurance.ts';
import type { Parcel } from './parcel.ts';
import { planDelivering } from './plan-deliveries.ts';

/** Seconds; renewed at a third of it while the call goes on. What is not renewed has lost its worker. */
export const LEASE_SECONDS = 15;

/** @param most for whoever wants fewer than there are places. @returns none when there is nothing to send now, or as much is under way as the endpoint is sent at once. */
export async function beginDeliveries(
  act: Act,
  endpointId: string,
  most = Number.POSITIVE_INFINITY,
): Promise<Parcel[]> {
  const wanted = { id: endpointId, state: 'enabled' } as const;
  if (!(await act.em.findOne(Endpoint, wanted))) return [];
  const circuit = await lockCircuit(act, endpointId);
  // It may have been switched off while we waited for the lock.
  const endpoint = await act.em.findOne(Endpoint, wanted, { refresh: true });
  if (!endpoint) return [];
  await takeBackLost(act, endpoint);
  const lanes = await lanesUnderWay(act, endpointId);
  const places = placesOf(endpoint, circuit, act.now);
  const parcels: Parcel[] = [];
  while (lanes.length < places && parcels.length < most) {
    const delivery = await nextOf(act, endpointId, lanes);
    if (!delivery) return parcels;
    lanes.push(delivery.lane);
    parcels.push(await begin(act, endpoint, delivery));
  }
  return parcels;
}

/** How many may be under way at the same time. */
function placesOf({ kind }: Endpoint, circuit: Circuit, now: Date): number {
  const standing = standingOf(circuit, now);
  if (standing === 'open' || (circuit.pausedUntil !== null && circuit.pausedUntil > now)) return 0;
  return standing === 'probe' ? 1 : AT_ONCE[kind];
}

async function lanesUnderWay(act: Act, endpointId: string): Promise<string[]> {
  const rows: { lane: string }[] = await act.em.execute(
    'select sending_lane as lane from delivery where endpoint_id = ? and sending_lane is not null',
    [endpointId],
  );
  return rows.map(({ lane }) => lane);
}

/** Their workers are gone, with what they knew: each may have been carried out, or be on its way still. */
async function takeBackLost(act: Act, endpoint: Endpoint): Promise<void> {
  const { id: endpointId } = endpoint;
  const lost = await act.em.find(Delivery, { endpointId, state: 'sending', leasedUntil: { $lt: act.now } });
  for (const delivery of lost) {
    const attempt = await act.em.findOneOrFail(DeliveryAttempt, { deliveryId: delivery.id, outcome: 'begun' });
    const said = { code: 'worker_lost', detail: 'The worker was lost while it called; it may have been carried out.' };
    attempt.end('unknown', act.now, said);
    delivery.moveTo('pending', act.now);
    delivery.doubt = true;
    delivery.dueAt = new Date(act.now.getTime() + DOUBT_MS);
    delivery.explain(said.code, said.detail);
    planDelivering(act, endpoint, delivery.dueAt);
  }
  await act.em.flush();
}

/**
 * The oldest that is due of those that are first in their lane. Lanes that are under way are left out by the index: a long one would
 * otherwise be looked through row by row.
 */
async function nextOf(act: Act, endpointId: string, underWay: readonly string[]): Promise<Delivery | null> {
  const [row]: { id: number }[] = await act.em.execute(
    `select d.id from delivery d where d.endpoint_id = ? and d.state = 'pending' and d.due_at <= ? and d.lane not in (?)
       and not exists (select 1 from delivery e
         where e.endpoint_id = d.endpoint_id and e.lane = d.lane and e.state in ('pending', 'sending') and e.id < d.id)
     order by d.due_at, d.id limit 1`,
    [endpointId, act.now, underWay.length > 0 ? underWay : ['']],
  );
  return row ? act.em.findOneOrFail(Delivery, { id: row.id }) : null;
}

async function begin(act: Act, endpoint: Endpoint, delivery: Delivery): Promise<Parcel> {
  const lease = newId();
  delivery.moveTo('sending', act.now, { id: lease, until: leaseEnd(act.now) });
  delivery.attempts += 1;
  const [before]: { number: number; first: string | null }[] = await act.em.execute(
    'select count(*) as number, min(began_at) as first from delivery_attempt where delivery_id = ?',
    [delivery.id],
  );
  act.em.create(DeliveryAttempt, {
    deliveryId: delivery.id,
    number: Number(before?.number ?? 0) + 1,
    lease,
    outcome: 'begun',
    status: null,
    code: null,
    detail: null,
    beganAt: act.now,
    endedAt: null,
  });
  await act.em.flush();
  const firstAt = before?.first ? utc(before.first) : act.now;
  return { endpoint, delivery, lease, beganAt: act.now, firstAt };
}

/** @returns false when the attempt was taken from us. */
export async function renewAttempt(em: EntityManager, { delivery, lease }: Parcel, now: Date): Promise<boolean> {
  const { affectedRows } = await em.execute<{ affectedRows: number }>(
    'update delivery set leased_until = ? where id = ? and lease = ?',
    [leaseEnd(now), delivery.id, lease],
    'run',
  );
  return affectedRows === 1;
}

function leaseEnd(now: Date): Date {
  return new Date(now.getTime() + LEASE_SECONDS * 1000);
}
