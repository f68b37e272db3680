// What moves an image task on: what upstream saw, a result that was handed in, what the contact said, another try, the end.
import { z } from 'zod';
import type { Act } from '../domain/act.ts';
import { ExternalId, WholeText } from '../domain/contacts/profile.ts';
import { newId } from '../domain/ids.ts';
import { cancelImage, retryImage, submitResult } from '../domain/images/change-image.ts';
import { hearWords } from '../domain/images/hear-contact.ts';
import { type LockedTask, lockImage } from '../domain/images/lock-image.ts';
import { Analysis } from '../domain/images/requirements.ts';
import { analyseImage } from '../domain/images/take-analysis.ts';
import { findImageTaskFor } from './access.ts';
import type { Principal } from './auth.ts';
import type { Answer } from './idempotency.ts';
import { ImageTaskView, PictureUrl, viewImageTask } from './image-view.ts';
import { type Call, route } from './route.ts';
import { ById, Remark } from './shapes.ts';

const WRITERS = { key: 'images:write', agent: true } as const;
const answers = { 200: { says: 'The task as it stands.', schema: ImageTaskView } } as const;

async function lockFor(act: Act, principal: Principal, id: string): Promise<LockedTask> {
  await findImageTaskFor(act.em, principal, id);
  return lockImage(act, id);
}

type Move<B> = (act: Act, locked: LockedTask, body: B) => Promise<void>;

/** The handler that makes this move of the task that the path names, and answers with how it stands then. */
function moving<B>(move: Move<B>) {
  return ({ principal, params, body, change }: Call<{ id: string }, unknown, B>): Promise<Answer> =>
    change(async (act) => {
      const locked = await lockFor(act, principal, params.id);
      await move(act, locked, body);
      return { status: 200, body: viewImageTask(locked.task) };
    });
}

export const postImageAnalysis = route({
  method: 'post',
  path: '/v1/image-tasks/:id/analysis',
  summary: 'What upstream saw in the picture. It gives the quote, which is pushed to the robot once.',
  door: { key: 'images:write' },
  params: ById,
  body: Analysis,
  answers,
  handle: moving(analyseImage),
});

export const postImageResult = route({
  method: 'post',
  path: '/v1/image-tasks/:id/result',
  summary: 'Hand in a result that somebody else made: a worker fetches, measures and delivers it.',
  door: WRITERS,
  params: ById,
  body: z.strictObject({ image: PictureUrl }),
  answers,
  handle: moving((act, locked, { image }) => submitResult(act, locked, image)),
});

export const postImageReply = route({
  method: 'post',
  path: '/v1/image-tasks/:id/reply',
  summary:
    'What the contact said to the work. For upstream that does not post the contact’s messages: those are listened to anyway.',
  door: { key: 'images:write' },
  params: ById,
  body: z.strictObject({
    text: WholeText.trim().min(1).max(4000),
    id: ExternalId.max(80).optional().meta({
      description: 'An id of yours, that of the message where you post it too: it is heard once.',
    }),
  }),
  answers: {
    200: {
      says: 'What it was understood as; `other` is an ordinary word, `heard` was heard before.',
      schema: z.object({ understood: z.string(), task: ImageTaskView }),
    },
  },
  handle: ({ principal, params, body, change }) => {
    const heardAs = `message:${body.id ?? newId()}`;
    return change(async (act) => {
      const locked = await lockFor(act, principal, params.id);
      const understood = await hearWords(act, locked, heardAs, body.text, act.now);
      return { status: 200, body: { understood: understood ?? 'heard', task: viewImageTask(locked.task) } };
    });
  },
});

const Why = z.strictObject({ reason: Remark.optional() }).prefault({});

export const postImageRetry = route({
  method: 'post',
  path: '/v1/image-tasks/:id/retry',
  summary: 'Work again on a task that failed, or mail again what did not go out through a fault of ours.',
  door: WRITERS,
  params: ById,
  body: Why,
  answers,
  handle: moving((act, locked, { reason }) => retryImage(act, locked, reason ?? 'tried again by hand')),
});

export const postImageCancel = route({
  method: 'post',
  path: '/v1/image-tasks/:id/cancel',
  summary: 'The work is not wanted any more. Not while it is worked on.',
  door: WRITERS,
  params: ById,
  body: Why,
  answers,
  handle: moving((act, locked, { reason }) => cancelImage(act, locked, reason ?? 'called off')),
});
