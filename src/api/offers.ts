// Offers: an agent is asked, and answers; and what they hold once they have accepted.
import { z } from 'zod';
import type { Accepted } from '../domain/assignments/accept-conversation.ts';
import { acceptOffer, declineOffer } from '../domain/assignments/answer-offer.ts';
import { findOfferFor } from './access.ts';
import { route } from './route.ts';
import { ById, Id, Remark } from './shapes.ts';

export const Taken = z
  .object({ conversationId: Id, sessionId: Id, assignmentId: Id, seat: z.int(), epoch: z.int() })
  .meta({ id: 'Taken', description: 'It is yours; speak with this session id.' });

const Why = z.strictObject({ reason: Remark.optional() }).prefault({});

export const postAssignmentAccept = route({
  method: 'post',
  path: '/v1/assignments/:id/accept',
  summary: 'Accept an offer. For the agent to whom it was made.',
  door: { agent: true },
  params: ById,
  answers: { 200: { says: 'It is yours.', schema: Taken } },
  handle: ({ principal, params, change }) =>
    change(async (act) => {
      await findOfferFor(act.em, principal, params.id);
      return { status: 200, body: viewTaken(await acceptOffer(act, params.id, principal.id)) };
    }),
});

export const postAssignmentDecline = route({
  method: 'post',
  path: '/v1/assignments/:id/decline',
  summary: 'Decline an offer, with the reason; the next agent is asked. For the agent to whom it was made.',
  door: { agent: true },
  params: ById,
  body: Why,
  answers: { 200: { says: 'Declined.', schema: z.object({ assignmentId: Id, state: z.string() }) } },
  handle: ({ principal, params, body, change }) =>
    change(async (act) => {
      await findOfferFor(act.em, principal, params.id);
      const { id, state } = await declineOffer(act, params.id, principal.id, body.reason ?? null);
      return { status: 200, body: { assignmentId: id, state } };
    }),
});

export function viewTaken({ conversation, session, assignment }: Accepted) {
  const { id: assignmentId, seat } = assignment;
  return { conversationId: conversation.id, sessionId: session.id, assignmentId, seat, epoch: conversation.epoch };
}
