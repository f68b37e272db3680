// One act: one transaction with its rows, its events and its next jobs, and after the commit their frames and wakes.
// API and workers change things in no other way. What is published or woken has been committed; what a crash leaves out after
// the commit is healed by the streams (frames) and by the sweep (wakes).
import { DriverException, IsolationLevel, type MikroORM } from '@mikro-orm/mysql';
import type { Clock } from './clock.ts';
import type { Act } from './domain/act.ts';
import type { Actor } from './domain/actor.ts';
import { planEffects } from './domain/channels/plan-effects.ts';
import { numberEvents, type Placed } from './domain/events/number-events.ts';
import { insertPlannedJobs } from './domain/jobs/plan-job.ts';
import type { Metrics } from './metrics.ts';
import type { Wake } from './queues.ts';
import type { Publish } from './realtime.ts';

/** Labelled points of an act, where fault tests kill the process. */
export type ActPoint = 'begun' | 'applied' | 'numbered' | 'committed' | 'published';

export type Stage = {
  readonly orm: MikroORM;
  readonly clock: Clock;
  readonly epoch: string;
  readonly metrics: Metrics;
  readonly publish: Publish;
  readonly wake: Wake;
  readonly onPoint?: (point: ActPoint) => Promise<void> | void;
};

export type Deed<T> = (act: Act) => Promise<T>;

const TRIES = 5;

/**
 * Runs a deed in an act. The deed may run several times, each time from the start on a fresh EntityManager, so it keeps nothing outside.
 * Deadlock, lock wait, changed snapshot, colliding key and cut connections are tried again, at most 5 times in all. Everything else is thrown as it
 * is, and nothing is written.
 * @throws CommitUnknown when the connection is cut during the commit: only a caller who finds its own effects may run the deed again.
 */
export async function runAct<T>(stage: Stage, actor: Actor, deed: Deed<T>): Promise<T> {
  const end = stage.metrics.acts.startTimer();
  const { result, act, placed } = await untilCommitted(stage, actor, deed).catch((error) => {
    end({ outcome: 'failed' });
    throw error;
  });
  end({ outcome: 'committed' });
  await stage.onPoint?.('committed');
  stage.publish(placed);
  await stage.onPoint?.('published');
  const now = act.now.getTime();
  const wakes = act.planned.map((job) => ({ ...job, delay: (job.dueAt?.getTime() ?? now) - now }));
  void stage.wake(wakes);
  return result;
}

/** The connection was cut while the commit was on its way: whether it was made is not known. */
export class CommitUnknown extends Error {
  constructor(cause: unknown) {
    super('the connection was cut during the commit', { cause });
    this.name = 'CommitUnknown';
  }
}

type Committed<T> = { readonly result: T; readonly act: Act; readonly placed: readonly Placed[] };

async function untilCommitted<T>(stage: Stage, actor: Actor, deed: Deed<T>): Promise<Committed<T>> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await tryOnce(stage, actor, deed);
    } catch (error) {
      const cause = retryCause(error);
      if (!cause || attempt === TRIES) throw error;
      stage.metrics.actRetries.inc({ cause });
      await pause(attempt);
    }
  }
}

async function tryOnce<T>(stage: Stage, actor: Actor, deed: Deed<T>): Promise<Committed<T>> {
  let committing = false;
  const work = stage.orm.em.fork().transactional(
    async (em) => {
      const act: Act = { em, now: stage.clock(), actor, recorded: [], planned: [] };
      await stage.onPoint?.('begun');
      const result = await deed(act);
      await em.flush();
      await stage.onPoint?.('applied');
      await planEffects(act);
      await insertPlannedJobs(act);
      const placed = await numberEvents(em, act.recorded, stage.epoch);
      await stage.onPoint?.('numbered');
      committing = true;
      return { result, act, placed };
    },
    { isolationLevel: IsolationLevel.READ_COMMITTED },
  );
  return work.catch((error) => {
    throw committing && passingCause(error) === CUT ? new CommitUnknown(error) : error;
  });
}

const CUT = 'cut connection';
/** A key that collides, or a row that is gone: another act came first, and the next try finds what that one left. */
const OVERTAKEN = new Map([
  [1062, 'colliding key'],
  [1452, 'removed row'],
]);

/** Why the act is tried again. */
function retryCause(error: unknown): string | null {
  if (error instanceof CommitUnknown) return null;
  const cause = isOfDatabase(error) ? OVERTAKEN.get(error.errno ?? 0) : undefined;
  return cause ?? passingCause(error);
}

const PASSING_NUMBERS = new Map([
  [1213, 'deadlock'],
  [1205, 'lock wait'],
  [1020, 'changed snapshot'],
  [1927, 'connection killed'],
  [1053, 'server shutdown'],
]);
const PASSING_CODES = new Set([
  'EPIPE',
  'ECONNRESET',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'PROTOCOL_CONNECTION_LOST',
  'ETIMEDOUT',
  'ER_CLIENT_INTERACTION_TIMEOUT',
  'ER_CON_COUNT_ERROR',
]);

/** Why the database could not be asked, and may be later; null when it answered. */
export function passingCause(error: unknown): string | null {
  if (error instanceof CommitUnknown) return 'commit unknown';
  // So says the pool itself when too many wait for a connection.
  if (error instanceof Error && error.message === 'Queue limit reached.') return 'no free connection';
  if (!isOfDatabase(error)) return null;
  const cause = PASSING_NUMBERS.get(error.errno ?? 0);
  if (cause) return cause;
  return PASSING_CODES.has(error.code ?? '') ? CUT : null;
}

/** The ORM wraps the errors of statements; those of begin and commit come as the driver threw them. */
function isOfDatabase(error: unknown): error is Error & { errno?: number; code?: string } {
  if (error instanceof DriverException) return true;
  return error instanceof Error && ('sqlState' in error || 'fatal' in error);
}

/** Full jitter, 20-300 ms, growing: the two sides of a deadlock must not meet again. */
function pause(attempt: number): Promise<void> {
  const limit = Math.min(300, 20 * 2 ** attempt);
  return new Promise((resolve) => setTimeout(resolve, 10 + Math.random() * limit));
}
