// What time brings, found by looking: wakes that were lost, leases that ran out, rows whose retention is over. Every worker
// looks, one at a time does (an advisory lock of the database); doing it twice would be harmless.
import type { Queue } from 'bullmq';
import { runAct } from '../act.ts';
import { settleAgent } from '../domain/agents/set-presence.ts';
import { findAbandoned } from '../domain/assignments/find-abandoned.ts';
import { transferByRule } from '../domain/assignments/transfer-session.ts';
import { forgetExpired, ownersWithExpiredLease } from '../domain/connections/lease-connection.ts';
import { settleContact } from '../domain/conversations/connect-contact.ts';
import { comeFor, findLateEndpoints } from '../domain/deliveries/find-late-endpoints.ts';
import { DomainError } from '../domain/errors.ts';
import { findRestingImages, resumeImage } from '../domain/images/resume-images.ts';
import { findStaleJobs } from '../domain/jobs/find-stale-jobs.ts';
import { takeBackLeases } from '../domain/jobs/lease-job.ts';
import type { Kernel } from '../kernel.ts';
import { scheduleTimeoutCheck, type Wakeable, type WakeData, wakeId } from '../queues.ts';
import { SYSTEM } from './perform.ts';
import { removeOld } from './remove-old.ts';
import { routeForgotten } from './route-conversation.ts';

/** A job that has been due for this long was not woken, or its wake was lost. */
const STALE_MS = 5_000;
const AT_ONCE = 500;
/** A schedule whose next check is this overdue, or this far ahead, has lost its place in the queue. */
const OFF_INTERVALS = 3;

export type Swept = Readonly<
  Record<
    'schedules' | 'runs' | 'wakes' | 'deliveries' | 'forgotten' | 'pictures' | 'abandoned' | 'leases' | 'removed',
    number
  >
>;

const NOTHING: Swept = {
  schedules: 0,
  runs: 0,
  wakes: 0,
  deliveries: 0,
  forgotten: 0,
  pictures: 0,
  abandoned: 0,
  leases: 0,
  removed: 0,
};

/** One look. @returns what was put right; zeros when another worker is looking just now. */
export async function sweep(kernel: Kernel): Promise<Swept> {
  return kernel.orm.em.fork().transactional(async (em) => {
    const name = `baton-sweep-${kernel.config.REDIS_PREFIX}`;
    const [row]: { held: number }[] = await em.execute('select get_lock(?, 0) as held', [name]);
    if (row?.held !== 1) return NOTHING;
    try {
      const swept = {
        schedules: await attempt(kernel, healSchedule),
        runs: await attempt(kernel, takeBackRuns),
        wakes: await attempt(kernel, healWakes),
        deliveries: await attempt(kernel, comeForDeliveries),
        forgotten: await attempt(kernel, routeForgotten),
        pictures: await attempt(kernel, resumePictures),
        abandoned: await attempt(kernel, handOnAbandoned),
        leases: await attempt(kernel, settleLeases),
        removed: await removeOld(kernel, attempt),
      };
      for (const [what, count] of Object.entries(swept)) kernel.metrics.swept.inc({ what }, count);
      return swept;
    } finally {
      await em.execute('select release_lock(?)', [name]);
    }
  });
}

type Part = (kernel: Kernel) => Promise<number>;

/** One part that fails holds up no other, and is tried again by the next look. */
async function attempt(kernel: Kernel, part: Part): Promise<number> {
  return part(kernel).catch((err) => {
    kernel.log.warn({ err, part: part.name }, 'a part of the sweep failed; the next one comes');
    return 0;
  });
}

/**
 * The schedule of timeout checks lives in Redis, and may be lost with it; or a machine whose clock was wrong has put it off for hours.
 * @returns 1 when it was.
 */
async function healSchedule({ producer, queues, config, clock }: Kernel): Promise<number> {
  if (producer.status !== 'ready') return 0;
  const interval = config.SWEEP_SECONDS * 1000;
  const schedule = await queues['timeout-check'].getJobScheduler(queues['timeout-check'].name);
  const off = Math.abs(clock().getTime() - (schedule?.next ?? 0));
  if (schedule?.every === interval && off < OFF_INTERVALS * interval) return 0;
  await scheduleTimeoutCheck(queues, interval);
  return 1;
}

/** Runs whose worker vanished while it waited for the outside. */
async function takeBackRuns(kernel: Kernel): Promise<number> {
  const runs = await runAct(kernel, SYSTEM, (act) => takeBackLeases(act, AT_ONCE));
  const ended = await Promise.all(runs.map((job) => forgetEnded(kernel.queues[job.kind], job).catch(() => false)));
  await kernel.wake(runs.filter((_, index) => ended[index]));
  return runs.length;
}

async function healWakes(kernel: Kernel): Promise<number> {
  if (kernel.producer.status !== 'ready') return 0;
  const stale = await findStaleJobs(kernel.orm.em.fork(), before(kernel, STALE_MS), AT_ONCE);
  const ended = await Promise.all(stale.map((job) => forgetEnded(kernel.queues[job.kind], job)));
  const toWake = stale.filter((_, index) => ended[index]);
  return kernel.wake(toWake);
}

/** BullMQ ignores an id that it still keeps, so a wake that ended without the work being done is removed first. @returns false while it is on its way. */
async function forgetEnded(queue: Queue<WakeData>, job: Wakeable): Promise<boolean> {
  const known = await queue.getJob(wakeId(job));
  if (!known) return true;
  const ended = (await known.isCompleted()) || (await known.isFailed());
  if (ended) await known.remove();
  return ended;
}

/** Endpoints whose deliveries nobody comes for: their job was lost, or their worker. */
async function comeForDeliveries(kernel: Kernel): Promise<number> {
  const late = await findLateEndpoints(kernel.orm.em.fork(), kernel.clock(), before(kernel, STALE_MS));
  await runAct(kernel, SYSTEM, async (act) => {
    for (const each of late) comeFor(act, each);
  });
  return late.length;
}

/** A task that nothing moved for so long is looked at. */
const RESTING_MS = 60_000;

async function resumePictures(kernel: Kernel): Promise<number> {
  let resumed = 0;
  for (const id of await findRestingImages(kernel.orm.em.fork(), before(kernel, RESTING_MS), AT_ONCE))
    if (await runAct(kernel, SYSTEM, (act) => resumeImage(act, id))) resumed += 1;
  return resumed;
}

/** An agent who vanished must not hold a contact for hours. One that can not be handed on again is left to its deadline. */
async function handOnAbandoned(kernel: Kernel): Promise<number> {
  let handedOn = 0;
  for (const id of await findAbandoned(kernel.orm.em.fork(), kernel.clock(), AT_ONCE)) {
    const transfer = await runAct(kernel, SYSTEM, (act) =>
      transferByRule(act, id, 'the agent is gone', 'agent-gone'),
    ).catch(refusedOnly);
    if (transfer) handedOn += 1;
  }
  return handedOn;
}

function refusedOnly(error: unknown): null {
  if (error instanceof DomainError) return null;
  throw error;
}

async function settleLeases(kernel: Kernel): Promise<number> {
  const owners = await ownersWithExpiredLease(kernel.orm.em.fork(), kernel.clock(), AT_ONCE);
  for (const { type, id } of owners) {
    await runAct(kernel, SYSTEM, (act) => {
      if (type === 'participant') return forgetExpired(act, { type, id });
      return type === 'agent' ? settleAgent(act, id) : settleContact(act, id);
    });
  }
  return owners.length;
}

function before(kernel: Kernel, milliseconds: number): Date {
  return new Date(kernel.clock().getTime() - milliseconds);
}
