// Routing, asked and explained: why it went where it went, what the law says now, and once more for somebody who waits.
import { z } from 'zod';
import { Needs } from '../domain/accounts/settings.ts';
import { ExternalId } from '../domain/contacts/profile.ts';
import { lastDecision, previewImagined, previewRoute } from '../domain/routing/preview-route.ts';
import { routeConversation } from '../domain/routing/route-conversation.ts';
import type { RouteDecision } from '../domain/routing/route-decision.ts';
import { findAccountFor, findConversationFor } from './access.ts';
import { route } from './route.ts';
import { ById, Id, Time } from './shapes.ts';

const Verdict = z
  .object({
    chosen: Id.nullable(),
    candidates: z.array(
      z.object({
        agentId: Id,
        name: z.string(),
        eligible: z.boolean(),
        chosen: z.boolean(),
        load: z.number().meta({ description: 'Taken seats over all seats.' }),
        why: z.string().meta({ description: 'Every reason against; or what the chosen one has before them.' }),
      }),
    ),
    eligible: z.int(),
    declinedByAll: z.boolean(),
    relaxed: z.array(z.enum(['skills', 'team'])).meta({ description: 'Asked for no more, after so long a wait.' }),
    explanation: z.string(),
  })
  .meta({ id: 'RouteVerdict' });

const Decision = z.object({ id: Id, sessionId: Id, decidedAt: Time, verdict: Verdict }).meta({ id: 'RouteDecision' });

const OrNobody = Verdict.nullable().meta({ description: 'null: nobody waits for an agent, or an offer stands.' });

export const getRoute = route({
  method: 'get',
  path: '/v1/conversations/:id/route',
  summary: 'Why it went where it went: the last decision with every candidate, and what the law says now.',
  door: { key: 'routing:read', agent: true },
  params: ById,
  answers: {
    200: {
      says: 'The last decision on the session that waits, else on the one that was routed last; and now, without consequences.',
      schema: z.object({ decision: Decision.nullable(), now: OrNobody }),
    },
  },
  handle: async ({ context, principal, params }) => {
    const em = context.kernel.orm.em.fork();
    const conversation = await findConversationFor(em, principal, params.id);
    const now = context.kernel.clock();
    const decision = await lastDecision(em, conversation.id);
    const body = { decision: decision && viewDecision(decision), now: await previewRoute(em, conversation, now) };
    return { status: 200, body };
  },
});

export const postRoute = route({
  method: 'post',
  path: '/v1/conversations/:id/route',
  summary: 'Look for an agent again, now.',
  door: { key: 'conversations:write', agent: true },
  params: ById,
  answers: { 200: { says: 'What was decided, and done.', schema: z.object({ verdict: OrNobody }) } },
  handle: ({ principal, params, change }) =>
    change(async (act) => {
      await findConversationFor(act.em, principal, params.id);
      return { status: 200, body: { verdict: await routeConversation(act, params.id) } };
    }),
});

const Imagined = z.strictObject({
  conversationId: Id.optional().meta({ description: 'The session that waits there; nothing else is given then.' }),
  account: Id.optional().meta({ description: 'A session that might be opened on this account.' }),
  kind: z.enum(['manual_urgent', 'manual_customer_service', 'manual_complaint']).optional(),
  needs: Needs.optional(),
  contact: ExternalId.optional(),
  waitedSeconds: z
    .number()
    .min(0)
    .max(30 * 86_400)
    .optional(),
});

export const postPreview = route({
  method: 'post',
  path: '/v1/routing/preview',
  summary:
    'What would be decided now, for a conversation that waits or for a session that does not exist. Writes nothing.',
  door: { key: 'routing:read', agent: true },
  asks: true,
  body: Imagined.refine(
    ({ conversationId, ...rest }) => (conversationId === undefined) !== (Object.keys(rest).length === 0),
    {
      message: 'name either a conversation, or an account and what might be asked for',
    },
  ).refine(({ conversationId, account }) => conversationId !== undefined || account !== undefined, {
    path: ['account'],
    message: 'must name the account, where no conversation is named',
  }),
  answers: { 200: { says: 'The verdict of the law.', schema: z.object({ verdict: OrNobody }) } },
  handle: async ({ context, principal, body }) => {
    const em = context.kernel.orm.em.fork();
    const now = context.kernel.clock();
    if (body.conversationId !== undefined) {
      const conversation = await findConversationFor(em, principal, body.conversationId);
      return { status: 200, body: { verdict: await previewRoute(em, conversation, now) } };
    }
    const { kind = 'manual_customer_service', needs = null, contact = null, waitedSeconds = 0 } = body;
    const account = await findAccountFor(em, principal, body.account ?? '');
    const verdict = await previewImagined(em, { account, kind, needs, contact, waitedSeconds }, now);
    return { status: 200, body: { verdict } };
  },
});

function viewDecision({ id, sessionId, decidedAt, verdict }: RouteDecision) {
  return { id, sessionId, decidedAt, verdict: JSON.parse(verdict) };
}
