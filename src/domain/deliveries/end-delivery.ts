// What came of an attempt is written down, with all that follows: for the delivery, for those behind it in its lane, and for the
// circuit of its endpoint.
import { LockMode } from '@mikro-orm/mysql';
import type { Act } from '../act.ts';
import { Endpoint } from '../endpoints/endpoint.ts';
import { type Circuit, lockCircuit } from './circuit.ts';
import { Delivery } from './delivery.ts';
import { type AttemptOutcome, DeliveryAttempt } from './delivery-attempt.ts';
import { DOUBT_MS, FAULTS_AT_MOST, isOutlived, nextAttempt } from './endurance.ts';
import { giveUp, leaveUnknown } from './give-up.ts';
import type { Outcome, Parcel } from './parcel.ts';
import { planDelivering } from './plan-deliveries.ts';
import { tellFailure, tellSuccess } from './tell-circuit.ts';

/** @returns what became of it, in a word; `lost` when the attempt was taken from us. */
export async function endDelivery(act: Act, parcel: Parcel, outcome: Outcome): Promise<string> {
  const endpoint = await act.em.findOne(Endpoint, { id: parcel.endpoint.id });
  if (!endpoint) return 'lost';
  const circuit = await lockCircuit(act, endpoint.id);
  const lock = { lockMode: LockMode.PESSIMISTIC_WRITE } as const;
  const delivery = await act.em.findOne(Delivery, { id: parcel.delivery.id, lease: parcel.lease }, lock);
  if (!delivery) return 'lost';
  const attempt = await act.em.findOneOrFail(DeliveryAttempt, { deliveryId: delivery.id, lease: parcel.lease });
  if (outcome.kind === 'postponed') act.em.remove(attempt);
  else attempt.end(wordFor(outcome), act.now, saidBy(outcome));
  const said = await settle(act, endpoint, circuit, delivery, outcome);
  if (outcome.kind === 'failed') await tellFailure(act, endpoint, circuit, outcome.failure);
  if (outcome.kind === 'delivered') await tellSuccess(act, endpoint, circuit);
  await act.em.flush();
  return said;
}

async function settle(
  act: Act,
  endpoint: Endpoint,
  circuit: Circuit,
  delivery: Delivery,
  outcome: Outcome,
): Promise<string> {
  if (outcome.kind === 'failed') return settleFailure(act, endpoint, circuit, delivery, outcome.failure);
  if (outcome.kind === 'postponed') {
    const until = new Date(act.now.getTime() + outcome.milliseconds);
    delivery.attempts -= 1;
    delivery.moveTo('pending', act.now);
    delivery.explain(outcome.code, null);
    await waitUntil(act, endpoint, delivery, until);
    if (outcome.whose === 'endpoint') silence(act, endpoint, circuit, until);
    return 'postponed';
  }
  if (outcome.kind === 'unresolved') {
    await leaveUnknown(act, endpoint, delivery, outcome.detail);
    return 'unknown';
  }
  delivery.moveTo(outcome.kind, act.now);
  delivery.doubt = false;
  if (outcome.kind === 'delivered') {
    if (outcome.keep) delivery.keep(outcome.keep);
    delivery.knownAs(outcome.externalId ?? null);
    delivery.explain(null, outcome.detail ?? null);
  } else delivery.explain(outcome.code, outcome.detail);
  return outcome.kind;
}

type Failed = Extract<Outcome, { readonly kind: 'failed' }>['failure'];

async function settleFailure(
  act: Act,
  endpoint: Endpoint,
  circuit: Circuit,
  delivery: Delivery,
  failure: Failed,
): Promise<string> {
  const { kind, code, detail, retryAfterMs } = failure;
  if (kind === 'unknown') delivery.doubt = true;
  if (isOver(circuit, delivery, failure)) {
    // A webhook's receiver knows it by its id.
    const isUnsure = delivery.doubt && endpoint.kind !== 'webhook';
    if (isUnsure) await leaveUnknown(act, endpoint, delivery, detail);
    else await giveUp(act, endpoint, delivery, code, detail);
    return delivery.state;
  }
  const pause = retryAfterMs === null ? null : new Date(act.now.getTime() + retryAfterMs);
  const usual = nextAttempt(endpoint.kind, delivery.attempts, act.now, Math.random());
  const least = new Date(act.now.getTime() + (kind === 'unknown' ? DOUBT_MS : 0));
  delivery.moveTo('pending', act.now);
  delivery.explain(code, detail);
  await waitUntil(act, endpoint, delivery, latest(usual, least, pause ?? usual));
  if (kind === 'rate_limited') silence(act, endpoint, circuit, pause ?? usual);
  return kind;
}

/** Somebody comes back for all its lanes when it is over. */
function silence(act: Act, endpoint: Endpoint, circuit: Circuit, until: Date): void {
  circuit.pause(act.now, until);
  planDelivering(act, endpoint, circuit.pausedUntil ?? until);
}

/** Whether it is tried no more. */
function isOver(circuit: Circuit, delivery: Delivery, failure: Failed): boolean {
  if (failure.kind === 'permanent' || failure.kind === 'refused') return true;
  if (failure.kind === 'fault') return delivery.attempts >= FAULTS_AT_MOST;
  return failure.kind !== 'rate_limited' && isOutlived(delivery.expiresAt, circuit);
}

function latest(...times: readonly Date[]): Date {
  return new Date(Math.max(...times.map((time) => time.getTime())));
}

/** Those behind it in its lane wait as long. */
async function waitUntil(act: Act, endpoint: Endpoint, delivery: Delivery, dueAt: Date): Promise<void> {
  delivery.dueAt = dueAt;
  await act.em.flush();
  await act.em.execute(
    "update delivery set due_at = ? where endpoint_id = ? and lane = ? and state = 'pending' and due_at < ?",
    [dueAt, endpoint.id, delivery.lane, dueAt],
    'run',
  );
  planDelivering(act, endpoint, dueAt);
}

type Ended = Exclude<Outcome, { readonly kind: 'postponed' }>;

function wordFor(outcome: Ended): Exclude<AttemptOutcome, 'begun'> {
  if (outcome.kind === 'unresolved') return 'unknown';
  if (outcome.kind === 'failed') return outcome.failure.kind === 'unknown' ? 'unknown' : 'failed';
  return outcome.kind;
}

function saidBy(outcome: Ended): { status?: number | null; code?: string | null; detail?: string | null } {
  if (outcome.kind === 'failed') {
    const { code, detail } = outcome.failure;
    const status = /^http_(\d{3})$/.exec(code)?.[1];
    return { code, detail, status: status === undefined ? null : Number(status) };
  }
  if (outcome.kind === 'delivered') return { status: outcome.status ?? null, detail: outcome.detail ?? null };
  if (outcome.kind === 'unresolved') return { code: 'unknown', detail: outcome.detail };
  return { code: outcome.code, detail: outcome.detail };
}
