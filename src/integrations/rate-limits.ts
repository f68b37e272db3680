// How often something outside may be asked, counted in Redis for all processes together. A spending that finds no room says how long
// to wait. Where Redis is away nothing is counted: the party outside says itself when it is enough.
import type { Redis } from 'ioredis';
import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';

export type Limit = {
  readonly points: number;
  readonly seconds: number;
};

/**
 * Spends one point of each limit.
 * @param key whose limit it is; no secret, since it is the name of a key in Redis.
 * @returns null: go on; else milliseconds to wait. The limits that had room before the one that has none keep their point as spent,
 * which errs on the quiet side: name the tightest first.
 */
export async function spendFor(
  redis: Redis,
  prefix: string,
  key: string,
  limits: readonly Limit[],
): Promise<number | null> {
  for (const limit of limits) {
    const wait = await spend(redis, prefix, key, limit);
    if (wait !== null) return wait;
  }
  return null;
}

async function spend(redis: Redis, prefix: string, key: string, limit: Limit): Promise<number | null> {
  if (redis.status !== 'ready') return null;
  return limiterOf(redis, prefix, limit)
    .consume(key)
    .then(
      () => null,
      (full: unknown) => (full instanceof RateLimiterRes ? Math.max(1, full.msBeforeNext) : null),
    );
}

function limiterOf(redis: Redis, prefix: string, { points, seconds }: Limit): RateLimiterRedis {
  const keyPrefix = `${prefix}:limit:${points}:${seconds}`;
  return new RateLimiterRedis({ storeClient: redis, keyPrefix, points, duration: seconds });
}
