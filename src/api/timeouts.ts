// The timeout check by hand: what the scheduler does every few seconds, now. Accepted as a job, like all queued work.
import { z } from 'zod';
import { planJob } from '../domain/jobs/plan-job.ts';
import { onlyForEveryAccount } from './auth.ts';
import { route } from './route.ts';
import { Id } from './shapes.ts';

export const postTimeoutCheck = route({
  method: 'post',
  path: '/v1/timeout-checks',
  summary: 'End whatever is due now; the scheduler does so every few seconds by itself. For keys for every account.',
  door: { key: 'jobs:write' },
  answers: {
    202: {
      says: 'It will be done; what came of it is at Location.',
      schema: z.object({ id: Id, kind: z.literal('timeout-check'), state: z.literal('accepted'), href: z.string() }),
    },
  },
  handle: ({ principal, change }) => {
    onlyForEveryAccount(principal);
    return change(async (act) => {
      const { id } = planJob(act, 'timeout-check', null, {});
      const href = `/v1/jobs/${id}`;
      return { status: 202, body: { id, kind: 'timeout-check', state: 'accepted', href }, headers: { Location: href } };
    });
  },
});
