// Replay: whoever was away reads on from their last place.
import { z } from 'zod';
import { EVENTS } from '../domain/events/catalogue.ts';
import { PAGE_LIMIT } from '../domain/events/read-stream.ts';
import { replayFor } from './replay.ts';
import { route } from './route.ts';
import { Time } from './shapes.ts';

const EnvelopeView = z
  .object({
    v: z.literal(1),
    id: z.string(),
    type: z.enum(Object.keys(EVENTS) as [keyof typeof EVENTS]), // the keys are the event types
    stream: z.string(),
    epoch: z.string(),
    seq: z.int(),
    at: Time,
    actor: z.object({ type: z.string(), id: z.string() }).nullable(),
    data: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'Event' });

const place = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

export const getStreamEvents = route({
  method: 'get',
  path: '/v1/streams/:stream/events',
  summary: 'The events of a stream after a place, in order: `after` is the last number that you have.',
  door: { key: 'streams:read', agent: true, contact: true, participant: true },
  params: z.strictObject({
    stream: z.string().min(1).max(48).meta({ example: 'conversation:01JZ0000000000000000000000' }),
  }),
  query: z.strictObject({
    after: place.default(0),
    upto: place.optional(),
    limit: z.coerce.number().int().min(1).max(PAGE_LIMIT).default(PAGE_LIMIT),
  }),
  answers: {
    200: {
      says: 'A page, the head of the stream, and whether there is more.',
      schema: z.object({
        stream: z.string(),
        epoch: z.string(),
        head: z.int(),
        floor: z.int(),
        events: z.array(EnvelopeView),
        more: z.boolean(),
      }),
    },
  },
  handle: async ({ context, principal, params, query }) => {
    const em = context.kernel.orm.em.fork();
    const body = await replayFor(em, principal, params.stream, query);
    context.kernel.metrics.syncs.inc({ door: 'http' });
    return { status: 200, body };
  },
});
