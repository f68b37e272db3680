// The events of image tasks: a part of the catalogue, in the same form.
import { z } from 'zod';

const id = z.string().length(26);
const image = { conversationId: id, contactId: id, taskId: id };
/** Contacts see what they took part in; prices, scores and addresses are the desk's and the robot's. */
const imageShown = ['conversationId', 'taskId'] as const;
const imageStreams = { board: 'all', session: 'all', conversation: imageShown } as const;

export const IMAGE_EVENTS = {
  'image_task.created': {
    says: 'A picture is to be worked on.',
    data: z.object({ ...image, operation: z.string(), source: z.string() }),
    streams: imageStreams,
  },
  'image_task.quoted': {
    says: 'What the work costs: advice for whoever speaks with the contact.',
    data: z.object({
      ...image,
      complexity: z.string(),
      from: z.number(),
      to: z.number(),
      currency: z.string(),
      advice: z.string(),
    }),
    streams: { board: 'all', session: 'all' },
  },
  'image_task.paid': {
    says: 'The contact has paid; what that set in motion.',
    data: z.object({
      ...image,
      orderId: z.string(),
      amount: z.number().nullable(),
      currency: z.string().nullable(),
      outcome: z.string(),
    }),
    streams: { board: 'all', session: 'all' },
  },
  'image_task.processing': {
    says: 'The work has begun, for the first time or anew.',
    data: z.object({ ...image, round: z.int(), reason: z.string().nullable() }),
    streams: imageStreams,
  },
  'image_task.result_ready': {
    says: 'A result was sent to the contact, who is asked to confirm it; or they took back that it be changed.',
    data: z.object({
      ...image,
      round: z.int(),
      attempts: z.int(),
      score: z.int().nullable(),
      isGoodEnough: z.boolean(),
      failed: z.array(z.object({ check: z.string(), zh: z.string(), en: z.string() })),
      fileId: id.nullable(),
      reason: z.string().nullable(),
    }),
    streams: { ...imageStreams, conversation: [...imageShown, 'round', 'fileId'] },
  },
  'image_task.revision_requested': {
    says: 'The contact wants it otherwise; what they say next is taken as how.',
    data: z.object({ ...image, revisions: z.int(), reason: z.string().nullable() }),
    streams: imageStreams,
  },
  'image_task.mail_refused': {
    says: 'The mail with the work did not go through, or nobody knows; the contact is asked.',
    data: z.object({ ...image, outcome: z.enum(['refused', 'unknown']), reason: z.string().nullable() }),
    streams: { board: 'all', session: 'all' },
  },
  'image_task.completed': {
    says: 'The contact has the work in their mail.',
    data: z.object({ ...image, revisions: z.int(), reason: z.string().nullable() }),
    streams: imageStreams,
  },
  'image_task.failed': {
    says: 'The work could not be done; it can be tried again.',
    data: z.object({ ...image, reason: z.string().nullable() }),
    streams: imageStreams,
  },
  'image_task.cancelled': {
    says: 'The work is not wanted any more, or was not confirmed in time.',
    data: z.object({ ...image, reason: z.string().nullable() }),
    streams: imageStreams,
  },
} as const;
