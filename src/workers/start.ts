// All workers of one process on one screen: a handler for each kind, the sweep, and their end.
import { setInterval as every } from 'node:timers';
import { setTimeout as pause } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { JobKind } from '../domain/jobs/catalogue.ts';
import type { Kernel } from '../kernel.ts';
import { closeRedis, makeRedis } from '../redis.ts';
import { alarm } from './alarm.ts';
import { makeDeliveries } from './delivery.ts';
import { imageTask } from './image-task.ts';
import { inbound } from './inbound.ts';
import { ingestBatch } from './ingest-batch.ts';
import { type Outside, openOutside } from './outside.ts';
import { type Handler, startWorker } from './perform.ts';
import { routeConversation } from './route-conversation.ts';
import { sweep } from './sweep.ts';
import { timeoutCheck } from './timeout-check.ts';
import { transfer } from './transfer.ts';
import { understanding } from './understanding.ts';

const handlersWith = (outside: Outside): Record<JobKind, Handler> => ({
  'ingest-batch': ingestBatch,
  'route-conversation': routeConversation,
  transfer,
  'timeout-check': timeoutCheck,
  'image-task': (kernel, id) => imageTask(kernel, outside, id),
  alarm,
  delivery: makeDeliveries(outside),
  inbound: (kernel, id) => inbound(kernel, outside, id),
  understanding: (kernel, id) => understanding(kernel, outside, id),
});

export type Workers = { readonly isRunning: () => boolean; readonly stop: () => Promise<void> };

export function startWorkers(kernel: Kernel): Workers {
  const redis = makeRedis(kernel.config.REDIS_URL, 'worker', kernel.log);
  const outside = openOutside(kernel.config, kernel.producer);
  const handlers = handlersWith(outside);
  const workers = (Object.keys(handlers) as JobKind[]).map((kind) => startWorker(kernel, kind, handlers[kind], redis)); // the keys are the union
  const sweeping = startSweeping(kernel);
  return {
    isRunning: () => workers.every((worker) => worker.isRunning()),
    stop: async () => {
      await sweeping.stop();
      outside.stop();
      await unlessRedisIsAway(Promise.all(workers.map((worker) => worker.close())), kernel.producer);
      closeRedis(redis);
      outside.close();
    },
  };
}

const REDIS_LOOK_MS = 1000;

/** BullMQ's close waits for ever for a Redis that is away. What is at work then ends with the process: another worker finds it. */
async function unlessRedisIsAway(closing: Promise<unknown>, redis: Redis): Promise<void> {
  let away = false;
  while (!away) {
    const closed = await Promise.race([closing.then(() => true), pause(REDIS_LOOK_MS, false)]);
    if (closed) return;
    away = await redis.ping().then(
      () => false,
      () => true,
    );
  }
}

/** Looks at once, then at each interval; never twice side by side in one process. */
function startSweeping(kernel: Kernel): { stop: () => Promise<void> } {
  let current: Promise<unknown> = Promise.resolve();
  let busy = false;
  const look = () => {
    if (busy) return;
    busy = true;
    current = sweep(kernel)
      .catch((err) => kernel.log.warn({ err }, 'sweep failed; the next one comes'))
      .finally(() => {
        busy = false;
      });
  };
  const timer = every(look, kernel.config.SWEEP_SECONDS * 1000);
  look();
  return {
    stop: async () => {
      clearInterval(timer);
      await current;
    },
  };
}
