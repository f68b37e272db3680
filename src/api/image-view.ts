// An image task as the desk and upstream see it: where it stands, every attempt with its reason, and links to its pictures.
import type { EntityManager } from '@mikro-orm/mysql';
import { z } from 'zod';
import { ImageAttempt } from '../domain/images/image-attempt.ts';
import { ImageReply } from '../domain/images/image-reply.ts';
import type { ImageTask } from '../domain/images/image-task.ts';
import { IMAGE_STATES } from '../domain/images/lifecycle.ts';
import { OPERATIONS } from '../domain/images/operation.ts';
import { CHECKS } from '../domain/images/quality.ts';
import { Requirements } from '../domain/images/requirements.ts';
import { ATTEMPT_STATES, MAIL_STATES, STEPS } from '../domain/images/steps.ts';
import { StoredFile } from '../domain/images/stored-file.ts';
import type { Kernel } from '../kernel.ts';
import { linkToFile } from '../public-link.ts';
import { Id, Time } from './shapes.ts';

/** Of a picture: where a worker fetches it. */
export const PictureUrl = z.url({ protocol: /^https?$/ }).max(2048);

const FileView = z
  .object({
    id: Id,
    url: z.string().meta({ description: 'Signed; good for an hour. Ask for the task again to get a new one.' }),
    mediaType: z.string(),
    bytes: z.int(),
    width: z.int().nullable(),
    height: z.int().nullable(),
  })
  .meta({ id: 'File' });

export const ImageTaskView = z
  .object({
    id: Id,
    accountId: Id,
    contactId: Id,
    conversationId: Id,
    state: z.enum(IMAGE_STATES),
    operation: z.enum(OPERATIONS),
    requirements: Requirements,
    quote: z.object({ from: z.number(), to: z.number(), currency: z.string() }).nullable(),
    orderId: z.string().nullable(),
    paidAt: Time.nullable(),
    round: z.int(),
    revisions: z.int(),
    score: z.int().nullable(),
    email: z.string().nullable(),
    mail: z.enum(MAIL_STATES),
    asked: z.string().nullable().meta({ description: 'The question to the contact that is open.' }),
    reason: z.string().nullable(),
    deadlineAt: Time.nullable(),
    createdAt: Time,
    updatedAt: Time,
    endedAt: Time.nullable(),
  })
  .meta({ id: 'ImageTask' });

export const ImageDetail = ImageTaskView.extend({
  original: FileView.nullable(),
  result: FileView.nullable(),
  preview: FileView.nullable().meta({ description: 'Of a result that is no picture that screens show.' }),
  attempts: z.array(
    z.object({
      id: Id,
      step: z.enum(STEPS),
      round: z.int(),
      number: z.int(),
      state: z.enum(ATTEMPT_STATES),
      maker: z.string().nullable(),
      model: z.string().nullable(),
      code: z.string().nullable(),
      detail: z.string().nullable(),
      score: z.int().nullable(),
      failed: z.array(z.object({ check: z.enum(CHECKS), zh: z.string(), en: z.string() })),
      beganAt: Time,
      endedAt: Time.nullable(),
    }),
  ),
  replies: z.array(z.object({ understood: z.string(), rule: z.string().nullable(), words: z.string(), saidAt: Time })),
});

const SHOWN = 200;
const LINK_MS = 3_600_000;

export function viewImageTask(task: ImageTask) {
  const { id, accountId, contactId, conversationId, state, operation, wanted, orderId, paidAt, round } = task;
  const { revisions, score, email, mailState, question, reason, deadlineAt, createdAt, updatedAt, endedAt } = task;
  const quote: unknown = task.quote === null ? null : JSON.parse(task.quote);
  const whose = { id, accountId, contactId, conversationId };
  const money = { quote, orderId, paidAt };
  const work = { state, operation, requirements: wanted, round, revisions, score };
  const times = { deadlineAt, createdAt, updatedAt, endedAt };
  return { ...whose, ...work, ...money, email, mail: mailState, asked: question?.question ?? null, reason, ...times };
}

export async function detailOfImage(kernel: Kernel, em: EntityManager, task: ImageTask) {
  const newest = { orderBy: { id: 'desc' }, limit: SHOWN } as const;
  const attempts = await em.find(ImageAttempt, { taskId: task.id }, newest);
  const replies = await em.find(ImageReply, { taskId: task.id }, newest);
  const file = (id: string | null) => viewFile(kernel, em, id);
  return {
    ...viewImageTask(task),
    original: await file(task.originalFileId),
    result: await file(task.resultFileId),
    preview: await file(task.previewFileId),
    attempts: attempts.reverse().map(viewAttempt),
    replies: replies.reverse().map(({ understood, rule, words, saidAt }) => ({ understood, rule, words, saidAt })),
  };
}

function viewAttempt(attempt: ImageAttempt) {
  const { id, step, round, number, state, maker, model, code, detail, score, judged, beganAt, endedAt } = attempt;
  const failed = judged?.failed ?? [];
  return { id, step, round, number, state, maker, model, code, detail, score, failed, beganAt, endedAt };
}

async function viewFile({ config, clock }: Kernel, em: EntityManager, id: string | null) {
  const file = id === null ? null : await em.findOne(StoredFile, { id });
  if (!file) return null;
  const { mediaType, bytes, width, height } = file;
  const until = new Date(clock().getTime() + LINK_MS);
  return { id: file.id, url: linkToFile(config, file.id, until, 'attachment'), mediaType, bytes, width, height };
}
