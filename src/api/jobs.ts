// The ledger as callers see it.
import { z } from 'zod';
import { JOB_KINDS, JOB_STATES } from '../domain/jobs/catalogue.ts';
import { retryJob } from '../domain/jobs/finish-job.ts';
import { Job } from '../domain/jobs/job.ts';
import type { Kernel } from '../kernel.ts';
import { wakeId } from '../queues.ts';
import { findJobFor } from './access.ts';
import { route } from './route.ts';
import { ById, Id, Time } from './shapes.ts';

export const JobView = z
  .object({
    id: Id,
    kind: z.enum(JOB_KINDS),
    state: z.enum(JOB_STATES),
    createdAt: Time,
    finishedAt: Time.nullable(),
    attempts: z.int(),
    result: z.unknown().meta({ description: 'What came of it, once it is done.' }),
    error: z.string().nullable(),
  })
  .meta({ id: 'Job' });

export const getJob = route({
  method: 'get',
  path: '/v1/jobs/:id',
  summary: 'What became of accepted work. `Prefer: wait=<s>` (at most 10) holds the answer until it has ended.',
  door: { key: 'jobs:read' },
  params: ById,
  answers: { 200: { says: 'The job as it stands.', schema: JobView } },
  mayWait: true,
  handle: async ({ context, principal, params, waitSeconds }) => {
    await findJobFor(context.kernel.orm.em.fork(), principal, params.id);
    return { status: 200, body: await awaitJob(context.kernel, params.id, waitSeconds) };
  },
});

export const postJobRetry = route({
  method: 'post',
  path: '/v1/jobs/:id/retry',
  summary: 'Do failed work again.',
  door: { key: 'jobs:write' },
  params: ById,
  answers: { 202: { says: 'It waits to be done.', schema: JobView } },
  handle: async ({ context, principal, params, change }) => {
    const answer = await change(async (act) => {
      const job = await findJobFor(act.em, principal, params.id);
      await retryJob(act, params.id);
      return {
        status: 202,
        body: { ...viewJob(job), state: 'accepted', error: null, finishedAt: null },
        headers: { Location: `/v1/jobs/${job.id}` },
      };
    });
    await wakeAgain(context.kernel, params.id);
    return answer;
  },
});

async function wakeAgain(kernel: Kernel, id: string): Promise<void> {
  const job = await kernel.orm.em.fork().findOneOrFail(Job, { id });
  const known =
    kernel.producer.status === 'ready'
      ? await kernel.queues[job.kind].getJob(wakeId(job)).catch(() => undefined)
      : undefined;
  await known?.remove().catch(() => undefined);
  await kernel.wake([job]);
}

/** The job when it has ended, or as it stands after that many seconds. */
export async function awaitJob(kernel: Kernel, id: string, seconds: number) {
  const until = Date.now() + seconds * 1000;
  for (let pause = 15; ; pause = Math.min(pause * 1.5, 250)) {
    const job = await kernel.orm.em.fork().findOneOrFail(Job, { id });
    const over = job.state === 'done' || job.state === 'failed';
    if (over || Date.now() + pause > until) return viewJob(job);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

function viewJob(job: Job) {
  const { id, kind, state, createdAt, finishedAt, attempts, error } = job;
  const result: unknown = job.result === null ? null : JSON.parse(job.result);
  return {
    id,
    kind,
    state,
    createdAt: createdAt.toISOString(),
    finishedAt: finishedAt?.toISOString() ?? null,
    attempts,
    result,
    error,
  };
}
