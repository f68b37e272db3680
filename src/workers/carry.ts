// One attempt at a delivery, from the call to the note of what came of it. Whatever goes wrong is an outcome too.
import { runAct } from '../act.ts';
import { LEASE_SECONDS, renewAttempt } from '../domain/deliveries/begin-delivery.ts';
import { endDelivery } from '../domain/deliveries/end-delivery.ts';
import type { Outcome, Parcel } from '../domain/deliveries/parcel.ts';
import type { EndpointKind } from '../domain/endpoints/kinds.ts';
import { OutsideFailure } from '../integrations/outside-failure.ts';
import type { Kernel } from '../kernel.ts';
import { wordsOf } from '../log.ts';
import type { Deliver } from './deliver.ts';
import { deliverToChatwoot } from './deliver-to-chatwoot.ts';
import { deliverToWebhook } from './deliver-to-webhook.ts';
import { deliverToWecom } from './deliver-to-wecom.ts';
import type { Outside } from './outside.ts';
import { SYSTEM } from './perform.ts';
import { untilWritten } from './until-written.ts';

const DELIVER: Readonly<Record<EndpointKind, Deliver>> = {
  webhook: deliverToWebhook,
  chatwoot: deliverToChatwoot,
  wecom: deliverToWecom,
};

/** Never throws: what can not be written down is found by the lease that runs out. */
export async function carry(kernel: Kernel, outside: Outside, parcel: Parcel): Promise<void> {
  const { kind } = parcel.endpoint;
  const { id, effect } = parcel.delivery;
  try {
    const outcome = await keepingLease(kernel, parcel, () => attempt(kernel, outside, parcel));
    const said =
      outcome && (await untilWritten(() => runAct(kernel, SYSTEM, (act) => endDelivery(act, parcel, outcome))));
    kernel.metrics.deliveries.inc({ kind, effect, outcome: said ?? 'lost' });
  } catch (err) {
    kernel.log.warn({ err, delivery: id, kind }, 'what came of a delivery could not be written down');
  }
}

/** So long may it take from the note of an attempt to the call. */
const HESITATION_MS = (LEASE_SECONDS * 1000) / 3;

/** @returns null where the attempt was taken from us before the call: this process was too slow. */
async function keepingLease<T>(kernel: Kernel, parcel: Parcel, work: () => Promise<T>): Promise<T | null> {
  const renew = () => renewAttempt(kernel.orm.em.fork(), parcel, kernel.clock());
  const isLate = kernel.clock().getTime() - parcel.beganAt.getTime() > HESITATION_MS;
  if (isLate && !(await renew())) return null;
  // Later, that it was taken is noticed when the outcome is written: whoever has it then is in doubt, and asks.
  const timer = setInterval(() => void renew().catch(() => false), HESITATION_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}

/** Words grow stale; a state that is set late is still right. */
const WORDS: readonly string[] = ['message', 'note', 'handoff_note', 'notice', 'card', 'card_link'];

async function attempt(kernel: Kernel, outside: Outside, parcel: Parcel): Promise<Outcome> {
  const { endpoint, delivery } = parcel;
  if (delivery.expiresAt <= kernel.clock() && endpoint.kind !== 'webhook' && WORDS.includes(delivery.effect))
    return { kind: 'skipped', code: 'stale', detail: 'It waited for so long that nobody wants to hear it now.' };
  const end = kernel.metrics.deliveryTime.startTimer({ kind: endpoint.kind });
  try {
    return await DELIVER[endpoint.kind](kernel, outside, parcel);
  } catch (error) {
    if (!(error instanceof OutsideFailure))
      kernel.log.warn({ err: error, delivery: delivery.id }, 'a delivery failed by a fault of ours');
    return { kind: 'failed', failure: failureOf(error) };
  } finally {
    end();
  }
}

type Failed = Extract<Outcome, { readonly kind: 'failed' }>['failure'];

function failureOf(error: unknown): Failed {
  if (error instanceof OutsideFailure) {
    const { kind, code, message: detail, retryAfterMs } = error;
    return { kind, code, detail, retryAfterMs };
  }
  return { kind: 'fault', code: 'fault', detail: wordsOf(error), retryAfterMs: null };
}
