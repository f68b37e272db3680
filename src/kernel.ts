// What every process of Baton stands on, opened together and closed together: database, Redis, queues, clock, metrics.
import type { Redis } from 'ioredis';
import type { ActPoint, Stage } from './act.ts';
import { makeDatabaseClock } from './clock.ts';
import type { Config } from './config.ts';
import { makeOrm } from './db/orm.ts';
import { readEpoch } from './domain/events/read-stream.ts';
import { MACHINES } from './domain/machines.ts';
import { findDeadEnds } from './domain/reachability.ts';
import type { Log } from './log.ts';
import { makeMetrics } from './metrics.ts';
import { makeQueues, makeWake, type Queues } from './queues.ts';
import { makeRealtime, type Realtime } from './realtime.ts';
import { closeRedis, makeRedis } from './redis.ts';

export type Kernel = Stage & {
  readonly config: Config;
  readonly log: Log;
  readonly producer: Redis;
  readonly queues: Queues;
  readonly realtime: Realtime;
  /** Ends every connection; waits for none that is away. */
  readonly close: () => Promise<void>;
};

export type KernelOptions = {
  readonly onPoint?: ((point: ActPoint) => Promise<void> | void) | undefined;
  /** Milliseconds by which this kernel's time is ahead of the database's, asked at each look at the clock. */
  readonly shift?: (() => number) | undefined;
};

const CLOCK_REFRESH_MS = 60_000;

/**
 * Opens the kernel; the database must be there and migrated, Redis may come later.
 * @throws when the database can not be reached, and when a table of states has a dead end: something would stay there for ever.
 */
export async function openKernel(
  config: Config,
  log: Log,
  role: string,
  { onPoint, shift }: KernelOptions = {},
): Promise<Kernel> {
  const deadEnds = findDeadEnds(MACHINES);
  if (deadEnds.length > 0) throw new Error(`Baton does not start: ${deadEnds.join('; ')}.`);
  const orm = await makeOrm(config.DATABASE_URL, config.DATABASE_POOL, config.DATABASE_SILENCE_SECONDS);
  const { clock, refresh } = await makeDatabaseClock(orm, shift);
  const epoch = await readEpoch(orm.em.fork());
  const metrics = makeMetrics(role);
  const producer = makeRedis(config.REDIS_URL, 'producer', log);
  const publisher = makeRedis(config.REDIS_URL, 'publisher', log);
  const queues = makeQueues(producer, config.REDIS_PREFIX);
  const realtime = makeRealtime(publisher, config.REDIS_PREFIX, metrics);
  const timer = setInterval(
    () => void refresh().catch((err) => log.warn({ err }, 'clock not compared')),
    CLOCK_REFRESH_MS,
  );
  return {
    config,
    log,
    orm,
    clock,
    epoch,
    metrics,
    producer,
    queues,
    realtime,
    publish: realtime.publish,
    wake: makeWake(queues, producer, log, metrics),
    ...(onPoint ? { onPoint } : {}),
    close: async () => {
      clearInterval(timer);
      await Promise.allSettled(Object.values(queues).map((queue) => queue.close()));
      closeRedis(producer);
      closeRedis(publisher);
      await orm.close();
    },
  };
}
