// How often one caller may ask: counted in Redis for all API processes together, in memory while Redis is away.

import type { Response } from 'express';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import type { Kernel } from '../kernel.ts';
import { HttpProblem } from './problems.ts';

const WINDOW_SECONDS = 60;
/** A Redis that hangs must not hold a request up; the count of this one request is then left out. */
const PATIENCE_MS = 250;

export type Limits = {
  /** Counts a request; sets the RateLimit headers. @throws HttpProblem 429 */
  readonly spend: (response: Response, caller: string, points: number) => Promise<void>;
  /** Counts a wrong key from an address. @throws HttpProblem 429 when there were too many. */
  readonly failed: (address: string) => Promise<void>;
};

export function makeLimits({ config, producer }: Kernel): Limits {
  const points = config.RATE_LIMIT;
  const memory = new RateLimiterMemory({ points, duration: WINDOW_SECONDS });
  const shared = new RateLimiterRedis({
    storeClient: producer,
    keyPrefix: `${config.REDIS_PREFIX}-limit`,
    points,
    duration: WINDOW_SECONDS,
    inMemoryBlockOnConsumed: points + 1,
    insuranceLimiter: memory,
  });
  const failures = new RateLimiterMemory({ points: config.RATE_LIMIT_FAILURES, duration: WINDOW_SECONDS });
  return {
    spend: async (response, caller, cost) => {
      const limiter = producer.status === 'ready' ? shared : memory;
      const counted = await Promise.race([consume(limiter, caller, cost), after(PATIENCE_MS)]);
      if (!counted) return;
      const seconds = Math.ceil(counted.state.msBeforeNext / 1000);
      response.setHeader('RateLimit-Policy', `"default";q=${points};w=${WINDOW_SECONDS}`);
      response.setHeader('RateLimit', `"default";r=${Math.max(0, counted.state.remainingPoints)};t=${seconds}`);
      if (counted.refused) throw tooMany(seconds);
    },
    failed: async (address) => {
      const counted = await consume(failures, address, 1);
      if (counted.refused) throw tooMany(Math.ceil(counted.state.msBeforeNext / 1000));
    },
  };
}

async function consume(
  limiter: RateLimiterMemory | RateLimiterRedis,
  caller: string,
  cost: number,
): Promise<{ state: RateLimiterRes; refused: boolean }> {
  try {
    return { state: await limiter.consume(caller, cost), refused: false };
  } catch (rejected) {
    if (rejected instanceof RateLimiterRes) return { state: rejected, refused: true };
    throw rejected;
  }
}

function after(milliseconds: number): Promise<null> {
  return new Promise((resolve) => setTimeout(() => resolve(null), milliseconds).unref());
}

function tooMany(seconds: number): HttpProblem {
  return new HttpProblem(429, 'too_many_requests', `Too many requests; try again in ${seconds} s.`, {
    retryAfter: seconds,
  });
}
