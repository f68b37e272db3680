// The three kinds of connection to Redis. They differ in what they do while Redis is away, and must not be shared:
// producer: fails at once, so that the API answers (the job is already in MySQL, the sweep wakes it later);
// worker: waits for ever, BullMQ asks for that; publisher: drops and counts, since streams heal what a lost frame leaves out.
import { Redis, type RedisOptions } from 'ioredis';
import type { Log } from './log.ts';

const KINDS = {
  producer: {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    commandTimeout: 1500,
    connectTimeout: 2000,
    retryStrategy: (times) => Math.min(100 * 2 ** Math.min(times, 4), 1000),
  },
  worker: {
    maxRetriesPerRequest: null,
    connectTimeout: 5000,
    keepAlive: 30_000,
    retryStrategy: (times) => Math.min(200 * 2 ** Math.min(times, 5), 5000) + Math.floor(Math.random() * 200),
  },
  publisher: {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: 2000,
    connectTimeout: 2000,
    enableAutoPipelining: true,
    retryStrategy: (times) => Math.min(100 * 2 ** Math.min(times, 4), 1000),
  },
} satisfies Record<string, RedisOptions>;

export type RedisKind = keyof typeof KINDS;

/** Opens a connection; it goes on trying while Redis is away, and logs each change of state once. Close it with `closeRedis`. */
export function makeRedis(url: string, kind: RedisKind, log: Log): Redis {
  const redis = new Redis(url, KINDS[kind]);
  let lost = false;
  redis.on('error', (err) => {
    if (!lost) log.warn({ err, kind }, 'redis is out of reach');
    lost = true;
  });
  redis.on('ready', () => {
    if (lost) log.info({ kind }, 'redis is back');
    lost = false;
  });
  return redis;
}

/** Ends a connection whatever its state; never waits for a Redis that is away. */
export function closeRedis(redis: Redis): void {
  redis.disconnect();
}
