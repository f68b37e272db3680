// The frame round every run of every job: what is done, refused, tried again or handed back.
//
// Done: the handler's act committed. Refused (by our rules, or for good by a party outside): failed at once, with its reason. Out of
// reach (the database cuts or locks), or the process is to stop: tried again without counting. Anything else: tried again with growing pauses, 12 times, then
// failed and shown to a person. The ledger's row is the truth of all this; BullMQ only remembers when to come back.
import { DelayedError, type Job, UnrecoverableError, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { passingCause, runAct } from '../act.ts';
import type { Actor } from '../domain/actor.ts';
import { DomainError } from '../domain/errors.ts';
import type { JobKind } from '../domain/jobs/catalogue.ts';
import { failJob, postponeJob } from '../domain/jobs/finish-job.ts';
import { OutsideFailure } from '../integrations/outside-failure.ts';
import type { Kernel } from '../kernel.ts';
import { wordsOf } from '../log.ts';
import { ATTEMPTS, KEPT_WAKES, queuePrefix, type WakeData } from '../queues.ts';
import { Stopping } from './lease.ts';

export const SYSTEM: Actor = { type: 'system', id: 'worker' };

/** Does the work that this row of the ledger asks for; returns when it is done, or needs doing no more; what it returns the board shows. */
export type Handler = (kernel: Kernel, id: string) => Promise<unknown>;

/** A stalled job is found within lockDuration plus two intervals, at most 25 s after its worker died. */
const STALL = { lockDuration: 15_000, stalledInterval: 5_000, maxStalledCount: 20 };
const OUT_OF_REACH_PAUSE_MS = 1000;
/** Whose runs take turns anyway: those that wait would only hold connections. */
const ONE_BY_ONE: readonly JobKind[] = ['alarm'];
/** Runs that mostly wait for others: a slow one must keep no other out. */
const MANY_AT_ONCE = 100;

export function startWorker(kernel: Kernel, kind: JobKind, handler: Handler, connection: Redis): Worker<WakeData> {
  const worker = new Worker<WakeData>(kind, async (job, token, _signal) => perform(kernel, kind, handler, job, token), {
    connection,
    prefix: queuePrefix(kernel.config.REDIS_PREFIX, kind),
    concurrency: concurrencyOf(kernel, kind),
    ...STALL,
    ...KEPT_WAKES,
    settings: { backoffStrategy: backoff },
  });
  worker.on('error', (err) => kernel.log.debug({ err, kind }, 'worker connection'));
  worker.on('stalled', () => kernel.metrics.stalled.inc({ kind }));
  return worker;
}

function concurrencyOf({ config }: Kernel, kind: JobKind): number {
  if (ONE_BY_ONE.includes(kind)) return 1;
  return kind === 'delivery' ? MANY_AT_ONCE : config.WORKER_CONCURRENCY;
}

async function perform(
  kernel: Kernel,
  kind: JobKind,
  handler: Handler,
  job: Job<WakeData>,
  token: string | undefined,
): Promise<unknown> {
  const { id } = job.data;
  const end = kernel.metrics.jobs.startTimer({ kind });
  try {
    const said = await handler(kernel, id);
    end({ outcome: 'done' });
    return said;
  } catch (error) {
    if (error instanceof Stopping && token !== undefined) {
      end({ outcome: 'handed back' });
      await job.moveToDelayed(Date.now() + OUT_OF_REACH_PAUSE_MS, token);
      throw new DelayedError();
    }
    end({ outcome: await settleFailure(kernel, kind, job, error) });
    if (isRefusal(error)) throw new UnrecoverableError(error.message);
    // BullMQ keeps what is thrown, so these are words only: an SQL error carries the values of its statement.
    if (passingCause(error) === null || token === undefined) throw new Error(wordsOf(error));
    await job.moveToDelayed(Date.now() + OUT_OF_REACH_PAUSE_MS, token);
    throw new DelayedError();
  }
}

/** By our own rules, or by a party outside that will never do this very thing. */
function isRefusal(error: unknown): error is Error {
  if (error instanceof OutsideFailure) return error.kind === 'permanent' || error.kind === 'refused';
  return error instanceof DomainError;
}

/** Writes the outcome into the ledger. Where even that fails, the row stays accepted and the sweep comes back to it. */
async function settleFailure(kernel: Kernel, kind: JobKind, job: Job<WakeData>, error: unknown): Promise<string> {
  const { id } = job.data;
  const log = kernel.log.child({ job: id, kind });
  if (passingCause(error) !== null) {
    log.warn({ err: error }, 'database out of reach, job waits');
    return 'out of reach';
  }
  const said = wordsOf(error);
  const final = isRefusal(error) || job.attemptsMade + 1 >= ATTEMPTS;
  log[final ? 'error' : 'warn'](
    { err: error, attempt: job.attemptsMade + 1 },
    final ? 'job failed' : 'job will be tried again',
  );
  const dueAt = new Date(kernel.clock().getTime() + backoff(job.attemptsMade + 1));
  const settle = runAct(kernel, SYSTEM, (act) =>
    final ? failJob(act, id, kind, said) : postponeJob(act, id, said, dueAt),
  );
  await settle.catch((err) => log.warn({ err }, 'outcome not written'));
  return final ? 'failed' : 'postponed';
}

/** Exponential from 200 ms, at most 30 s, with half of it left to chance. Milliseconds. */
export function backoff(attemptsMade: number): number {
  const full = Math.min(30_000, 200 * 2 ** (attemptsMade - 1));
  return full / 2 + (Math.random() * full) / 2;
}
