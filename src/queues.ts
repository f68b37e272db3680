// BullMQ: one queue for each kind of job, and the wake. Nothing here knows the business: a queue carries the id of a row of
// the ledger, and a wake that is lost is no loss.
import { type JobsOptions, Queue, type WorkerOptions } from 'bullmq';
import type { Redis } from 'ioredis';
import { JOB_KINDS, type JobKind } from './domain/jobs/catalogue.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';

export type WakeData = { readonly id: string };
/** @property delay milliseconds until the work is due. */
export type Wakeable = { readonly id: string; readonly kind: JobKind; readonly delay?: number };
export type Queues = { readonly [K in JobKind]: Queue<WakeData> };

/** Attempts of one wake; see `backoff` in workers/perform.ts for the pauses between them. */
export const ATTEMPTS = 12;

/** Kept with each job, so few: up to 64 bytes Redis keeps a job packed, beyond that it takes twice as much. */
const JOB_OPTIONS: JobsOptions = { attempts: ATTEMPTS, backoff: { type: 'capped' } };

/** What stays in Redis of wakes that ended, for people to look at; seconds, and how many. */
export const KEPT_WAKES = {
  removeOnComplete: { age: 3600, count: 1000 },
  removeOnFail: { age: 7 * 86_400, count: 10_000 },
} satisfies Pick<WorkerOptions, 'removeOnComplete' | 'removeOnFail'>;

/** One hash tag a queue, so that Redis Cluster may spread queues over its nodes. */
export function queuePrefix(prefix: string, kind: JobKind): string {
  return `{${prefix}-${kind}}`;
}

/** The id in BullMQ: waking the same row twice is one job, for as long as it waits or is kept. */
export function wakeId({ kind, id }: Wakeable): string {
  return `${kind}-${id}`;
}

export function makeQueues(redis: Redis, prefix: string): Queues {
  const make = (kind: JobKind) => {
    const queue = new Queue<WakeData>(kind, {
      connection: redis,
      prefix: queuePrefix(prefix, kind),
      defaultJobOptions: JOB_OPTIONS,
      streams: { events: { maxLen: 1000 } },
    });
    queue.on('error', () => undefined); // the connection itself reports that it is lost, once
    return [kind, queue];
  };
  return Object.fromEntries(JOB_KINDS.map(make));
}

/** The id of a wake that no row of the ledger asked for: the scheduler's own. */
export const SCHEDULED = 'scheduled';

/**
 * Asks for a timeout check now and at each interval, for as long as Redis keeps that in mind. What it had in mind before is dropped:
 * BullMQ would keep its next time, however wrong.
 * @param every milliseconds
 */
export async function scheduleTimeoutCheck({ 'timeout-check': queue }: Queues, every: number): Promise<void> {
  await queue.removeJobScheduler(queue.name);
  await queue.upsertJobScheduler(
    queue.name,
    { every },
    { name: queue.name, data: { id: SCHEDULED }, opts: { attempts: 1 } },
  );
}

export type Wake = (jobs: readonly Wakeable[]) => Promise<number>;

/** Wakes workers for rows that are committed. Never throws, never waits longer than the producer's timeout. @returns how many Redis took. */
export function makeWake(queues: Queues, redis: Redis, log: Log, metrics: Metrics): Wake {
  return async (jobs) => {
    let taken = 0;
    for (const kind of JOB_KINDS) {
      const own = jobs.filter((job) => job.kind === kind);
      if (own.length === 0) continue;
      const woken = redis.status === 'ready' && (await add(queues[kind], own, log));
      metrics.wakes.inc({ kind, outcome: woken ? 'woken' : 'left to the sweep' }, own.length);
      if (woken) taken += own.length;
    }
    return taken;
  };
}

async function add(queue: Queue<WakeData>, jobs: readonly Wakeable[], log: Log): Promise<boolean> {
  try {
    await queue.addBulk(jobs.map((job) => ({ name: job.kind, data: { id: job.id }, opts: optionsOf(job) })));
    return true;
  } catch (err) {
    log.debug({ err, kind: queue.name }, 'wake left to the sweep');
    return false;
  }
}

function optionsOf(job: Wakeable): JobsOptions {
  const { delay = 0 } = job;
  return delay > 0 ? { jobId: wakeId(job), delay } : { jobId: wakeId(job) };
}
