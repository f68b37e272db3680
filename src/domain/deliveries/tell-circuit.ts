// What an attempt tells of its endpoint: the circuit opens, stays open or closes, operators hear of the first and the last of it, and a
// webhook that nobody answers for days is disabled.
import type { Act } from '../act.ts';
import { raiseAlarm } from '../alarms/raise-alarm.ts';
import type { Endpoint } from '../endpoints/endpoint.ts';
import { record } from '../events/record.ts';
import type { Circuit } from './circuit.ts';
import { wordOf } from './delivery.ts';
import { afterFailure, CLOSED, DISABLED_AFTER_MS, PAUSED_TOO_LONG_MS, standingOf } from './endurance.ts';
import type { Outcome } from './parcel.ts';
import { planDelivering } from './plan-deliveries.ts';

type Failed = Extract<Outcome, { readonly kind: 'failed' }>['failure'];

/** What is refused for good, or is a fault of ours, says nothing of the endpoint: perhaps nobody was called. */
export async function tellFailure(act: Act, endpoint: Endpoint, circuit: Circuit, failure: Failed): Promise<void> {
  if (failure.code === 'gone') return disable(act, endpoint, 'It answered 410: it is gone for good.');
  if (failure.kind === 'permanent' || failure.kind === 'refused' || failure.kind === 'fault') return;
  if (failure.kind === 'rate_limited') return tellPaused(act, endpoint, circuit, failure);
  const before = standingOf(circuit, act.now);
  circuit.stand(afterFailure(circuit, act.now, failure.kind === 'auth'));
  circuit.lastCode = wordOf(failure.code);
  if (circuit.openUntil && before !== 'open') planDelivering(act, endpoint, circuit.openUntil);
  if (circuit.openUntil && !circuit.alarmed) await alarm(act, endpoint, circuit, failure);
  const since = circuit.failingSince;
  if (endpoint.kind === 'webhook' && since && act.now.getTime() - since.getTime() >= DISABLED_AFTER_MS)
    await disable(act, endpoint, `It failed for days, last with ${failure.code}.`);
}

/** One that asks for silence again and again is no better than one that is away. */
async function tellPaused(act: Act, endpoint: Endpoint, circuit: Circuit, failure: Failed): Promise<void> {
  const paused = act.now.getTime() - (circuit.pausedSince ?? act.now).getTime();
  if (paused >= PAUSED_TOO_LONG_MS && !circuit.alarmed) await alarm(act, endpoint, circuit, failure);
  if (endpoint.kind === 'webhook' && paused >= DISABLED_AFTER_MS)
    await disable(act, endpoint, `It has asked for silence for days (${failure.code}).`);
}

/** Everything that waited for it to come back goes now. */
export async function tellSuccess(act: Act, endpoint: Endpoint, circuit: Circuit): Promise<void> {
  const wasOpen = circuit.openUntil !== null;
  circuit.succeededAt = act.now;
  if (circuit.pausedUntil !== null && circuit.pausedUntil <= act.now) circuit.goOn();
  await closeCircuit(act, endpoint, circuit);
  if (wasOpen) planDelivering(act, endpoint);
}

/** Nothing is held against the endpoint any more. */
export async function closeCircuit(act: Act, endpoint: Endpoint, circuit: Circuit): Promise<void> {
  if (circuit.openUntil !== null) await release(act, endpoint);
  circuit.stand(CLOSED);
  if (!circuit.alarmed) return;
  circuit.alarmed = false;
  const { accountId, name } = endpoint;
  const said = {
    code: 'endpoint_failing',
    detail: `${name} is sent deliveries again.`,
    accountId,
    conversationId: null,
  };
  record(act, 'ops.alert_cleared', { accountId }, said);
}

/** Whatever waits for its next attempt is due now. */
export async function release(act: Act, { id }: Pick<Endpoint, 'id'>): Promise<void> {
  await act.em.execute(
    "update delivery set due_at = ? where endpoint_id = ? and state = 'pending' and due_at > ?",
    [act.now, id, act.now],
    'run',
  );
}

async function alarm(act: Act, { name, accountId }: Endpoint, circuit: Circuit, { code }: Failed): Promise<void> {
  circuit.alarmed = true;
  const detail = `${name} does not take deliveries (${code}); they are kept and tried again.`;
  await raiseAlarm(act, { code: 'endpoint_failing', detail, accountId, conversationId: null });
}

async function disable(act: Act, endpoint: Endpoint, reason: string): Promise<void> {
  endpoint.moveTo('disabled', act.now, reason);
  await act.em.flush();
  const { name, accountId } = endpoint;
  const detail = `The webhook ${name} was disabled. ${reason}`;
  await raiseAlarm(act, { code: 'webhook_disabled', detail, accountId, conversationId: null });
}
