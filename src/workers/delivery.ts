// Queue delivery: whatever an endpoint is to be told by now, lane by lane, several side by side. The attempt is written down, the call
// made with no transaction open, and what came of it written down with all that follows.
import { runAct } from '../act.ts';
import { beginDelivery, LEASE_SECONDS, renewAttempt } from '../domain/deliveries/begin-delivery.ts';
import { endDelivery } from '../domain/deliveries/end-delivery.ts';
import { AT_ONCE } from '../domain/deliveries/endurance.ts';
import type { Outcome, Parcel } from '../domain/deliveries/parcel.ts';
import { planDelivering } from '../domain/deliveries/plan-deliveries.ts';
import { Endpoint } from '../domain/endpoints/endpoint.ts';
import type { EndpointKind } from '../domain/endpoints/kinds.ts';
import type { JobPayload } from '../domain/jobs/catalogue.ts';
import { claimJob } from '../domain/jobs/claim-jobs.ts';
import { finishJobs } from '../domain/jobs/finish-job.ts';
import { Job } from '../domain/jobs/job.ts';
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

/** After so long a run ends and plans the next one, so that a worker that is told to stop need not empty the table first. */
const TURN_MS = 10_000;

export type { Deliver };

const DELIVER: Readonly<Record<EndpointKind, Deliver>> = {
  webhook: deliverToWebhook,
  chatwoot: deliverToChatwoot,
  wecom: deliverToWecom,
};

/** @returns a few words for whoever looks at the queue. */
export async function delivery(kernel: Kernel, outside: Outside, id: string): Promise<string> {
  const em = kernel.orm.em.fork();
  const job = await em.findOne(Job, { id }, { populate: ['payload'] });
  if (!job) return 'there is no such job';
  const { endpointId }: JobPayload['delivery'] = JSON.parse(job.payload);
  const endpoint = await em.findOne(Endpoint, { id: endpointId });
  const until = performance.now() + TURN_MS;
  const lanes = Array.from({ length: endpoint ? AT_ONCE[endpoint.kind] : 0 }, () =>
    runLane(kernel, outside, endpointId, until),
  );
  const counts = await Promise.all(lanes);
  const delivered = counts.reduce((sum, count) => sum + count, 0);
  const isCut = outside.stopping.aborted || performance.now() > until;
  await runAct(kernel, SYSTEM, async (act) => {
    if (!(await claimJob(act, id))) return;
    await finishJobs(act, 'delivery', new Map([[id, { attempts: delivered }]]));
    if (isCut && endpoint) planDelivering(act, endpoint);
  });
  return `${delivered} attempts`;
}

/** One after the other, while there is any. @returns how many. */
async function runLane(kernel: Kernel, outside: Outside, endpointId: string, until: number): Promise<number> {
  let attempts = 0;
  while (!outside.stopping.aborted && performance.now() < until) {
    const parcel = await runAct(kernel, SYSTEM, (act) => beginDelivery(act, endpointId));
    if (!parcel) return attempts;
    attempts += 1;
    const outcome = await keepingLease(kernel, parcel, () => attempt(kernel, outside, parcel));
    const said = await untilWritten(() => runAct(kernel, SYSTEM, (act) => endDelivery(act, parcel, outcome)));
    kernel.metrics.deliveries.inc({ kind: parcel.endpoint.kind, effect: parcel.delivery.effect, outcome: said });
  }
  return attempts;
}

/** A lease that can not be renewed is noticed when the outcome is written: somebody else has the delivery then, in doubt. */
async function keepingLease<T>(kernel: Kernel, parcel: Parcel, work: () => Promise<T>): Promise<T> {
  const renew = () => renewAttempt(kernel.orm.em.fork(), parcel, kernel.clock()).catch(() => false);
  const timer = setInterval(renew, (LEASE_SECONDS * 1000) / 3);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}

/** Whatever goes wrong is an outcome too, so that nothing is called for ever. */
async function attempt(kernel: Kernel, outside: Outside, parcel: Parcel): Promise<Outcome> {
  const { kind } = parcel.endpoint;
  const end = kernel.metrics.deliveryTime.startTimer({ kind });
  try {
    return await DELIVER[kind](kernel, outside, parcel);
  } catch (error) {
    if (!(error instanceof OutsideFailure))
      kernel.log.warn({ err: error, delivery: parcel.delivery.id, kind }, 'a delivery failed by a fault of ours');
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
  // Whether the call was made by then is not known.
  return { kind: 'unknown', code: 'fault', detail: wordsOf(error), retryAfterMs: null };
}
