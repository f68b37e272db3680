// Queue delivery: whatever endpoints are to be told by now. Each endpoint is looked after by one run in a process, which sends in several
// lanes side by side; whoever is woken for it meanwhile only says that there is more. The attempt is written down, the call made with no
// transaction open, and what came of it written down with all that follows.
import { runAct } from '../act.ts';
import { beginDeliveries } from '../domain/deliveries/begin-delivery.ts';
import { planDelivering } from '../domain/deliveries/plan-deliveries.ts';
import { Endpoint } from '../domain/endpoints/endpoint.ts';
import type { JobPayload } from '../domain/jobs/catalogue.ts';
import { claimDue, claimJob } from '../domain/jobs/claim-jobs.ts';
import { finishJobs } from '../domain/jobs/finish-job.ts';
import type { Kernel } from '../kernel.ts';
import { carry } from './carry.ts';
import type { Outside } from './outside.ts';
import { SYSTEM } from './perform.ts';

export type Deliveries = (kernel: Kernel, id: string) => Promise<string>;

/** What looks after an endpoint, and hears that there is more while it does. */
type Run = { bell: PromiseWithResolvers<void>; isAsked: boolean };

/** For one process. @returns the handler, which says a few words for whoever looks at the queue. */
export function makeDeliveries(outside: Outside): Deliveries {
  const runs = new Map<string, Run>();
  const lookAfter = async (kernel: Kernel, endpointId: string): Promise<number> => {
    const known = runs.get(endpointId);
    if (known) {
      known.isAsked = true;
      known.bell.resolve();
      return 0;
    }
    const run: Run = { bell: Promise.withResolvers(), isAsked: false };
    runs.set(endpointId, run);
    // In the same breath as the run finds that nobody has asked: else somebody might, in vain.
    const end = () => void runs.delete(endpointId);
    return deliverAll(kernel, outside, endpointId, run, end).catch((error) => {
      end();
      throw error;
    });
  };
  return async (kernel, id) => {
    const endpoints = await takeJobs(kernel, id);
    const counts = await Promise.all(endpoints.map((endpointId) => lookAfter(kernel, endpointId)));
    return `${counts.reduce((sum, count) => sum + count, 0)} attempts`;
  };
}

/** Jobs that are ended together. */
const TOGETHER = 200;

/**
 * The job that was woken and those that wait with it are done once somebody looks: what they are about are rows of their own, which the
 * sweep finds should this process die. @returns the endpoints.
 */
function takeJobs(kernel: Kernel, id: string): Promise<string[]> {
  return runAct(kernel, SYSTEM, async (act) => {
    const woken = await claimJob(act, id);
    if (!woken) return [];
    const due = await claimDue(act, 'delivery', TOGETHER);
    const jobs = [woken, ...due.filter((job) => job.id !== id)];
    await finishJobs(act, 'delivery', new Map(jobs.map((job) => [job.id, { looked: true }])));
    const payloads = jobs.map(({ payload }): JobPayload['delivery'] => JSON.parse(payload));
    return [...new Set(payloads.map(({ endpointId }) => endpointId))];
  });
}

/** Until nothing is due. @returns how many attempts were made. */
async function deliverAll(
  kernel: Kernel,
  outside: Outside,
  endpointId: string,
  run: Run,
  end: () => void,
): Promise<number> {
  const underWay = new Set<Promise<void>>();
  let attempts = 0;
  while (!outside.stopping.aborted) {
    Object.assign(run, { bell: Promise.withResolvers(), isAsked: false });
    const parcels = await runAct(kernel, SYSTEM, (act) => beginDeliveries(act, endpointId));
    attempts += parcels.length;
    for (const parcel of parcels) {
      const carried = carry(kernel, outside, parcel).finally(() => underWay.delete(carried));
      underWay.add(carried);
    }
    // What is planned meanwhile may be of a lane that waits for none of these.
    if (underWay.size > 0) await Promise.race([...underWay, run.bell.promise]);
    else if (!run.isAsked) {
      end();
      return attempts;
    }
  }
  end();
  await Promise.all(underWay);
  await comeBack(kernel, endpointId);
  return attempts;
}

/** For another process, or this one when it is there again. */
async function comeBack(kernel: Kernel, endpointId: string): Promise<void> {
  await runAct(kernel, SYSTEM, async (act) => {
    const endpoint = await act.em.findOne(Endpoint, { id: endpointId });
    if (endpoint) planDelivering(act, endpoint);
  });
}
