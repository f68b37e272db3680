// Transfers: a session goes to another holder, and whoever is asked answers.
import { z } from 'zod';
import { Needs } from '../domain/accounts/settings.ts';
import { returnTransfer } from '../domain/assignments/hand-back.ts';
import { acceptTransferAs, declineTransferAs, transferSession } from '../domain/assignments/transfer-session.ts';
import { WholeText } from '../domain/contacts/profile.ts';
import { Bundle, Cause } from '../domain/transfers/bundle.ts';
import { TRANSFER_STATES, type Transfer } from '../domain/transfers/transfer.ts';
import { findAgentFor, findSessionFor, findTransferFor } from './access.ts';
import { Taken, viewTaken } from './offers.ts';
import { route } from './route.ts';
import { ById, Id, Remark, Time } from './shapes.ts';

const TransferView = z
  .object({
    id: Id,
    conversationId: Id,
    fromSessionId: Id,
    toSessionId: Id,
    toAgentId: Id.nullable(),
    state: z.enum(TRANSFER_STATES),
    requestedBy: z.string(),
    reason: z.string(),
    cause: Cause.nullable(),
    urgency: z.int(),
    advice: z.string().nullable(),
    hops: z.int(),
    answer: z.string().nullable(),
    deadlineAt: Time.nullable(),
    createdAt: Time,
    endedAt: Time.nullable(),
    bundle: Bundle,
    returnBundle: Bundle.nullable(),
  })
  .meta({ id: 'Transfer' });

const Why = z.strictObject({ reason: Remark.optional() }).prefault({});

export const postTransfer = route({
  method: 'post',
  path: '/v1/sessions/:id/transfers',
  summary: 'Hand a session on: to people, or to an agent by name, who accepts it or (direct) has it at once.',
  door: { key: 'sessions:write', agent: true },
  params: ById,
  body: z
    .strictObject({
      reason: Remark,
      cause: Cause.optional().meta({ description: 'The rule and the words that asked for a person.' }),
      urgency: z.int().min(1).max(5).default(1),
      advice: WholeText.trim().min(1).max(2000).optional(),
      kind: z.enum(['manual_urgent', 'manual_customer_service', 'manual_complaint']).optional(),
      needs: Needs.optional(),
      toAgentId: Id.optional(),
      mode: z.enum(['accept', 'direct']).default('accept'),
    })
    .refine(({ mode, toAgentId }) => mode === 'accept' || toAgentId !== undefined, {
      path: ['toAgentId'],
      message: 'must name the agent who has it at once',
    }),
  answers: { 201: { says: 'The transfer with its frozen bundle.', schema: TransferView } },
  handle: ({ principal, params, body, change }) =>
    change(async (act) => {
      await findSessionFor(act.em, principal, params.id);
      if (body.toAgentId) await findAgentFor(act.em, principal, body.toAgentId);
      const { reason, urgency, mode } = body;
      const agentId = principal.type === 'agent' ? principal.id : null;
      const more = { cause: body.cause ?? null, advice: body.advice ?? null, kind: body.kind ?? null };
      const request = { reason, urgency, ...more, needs: body.needs ?? null, toAgentId: body.toAgentId ?? null };
      const { transfer } = await transferSession(act, params.id, agentId, request, mode);
      return { status: 201, body: viewTransfer(transfer) };
    }),
});

export const getTransfer = route({
  method: 'get',
  path: '/v1/transfers/:id',
  summary: 'One transfer with its bundle, and the one that went back.',
  door: { key: 'sessions:read', agent: true },
  params: ById,
  answers: { 200: { says: 'The transfer.', schema: TransferView } },
  handle: async ({ context, principal, params }) => ({
    status: 200,
    body: viewTransfer(await findTransferFor(context.kernel.orm.em.fork(), principal, params.id)),
  }),
});

export const postTransferAccept = route({
  method: 'post',
  path: '/v1/transfers/:id/accept',
  summary: 'Take over: seat, floor and owner change here, once. For agents.',
  door: { agent: true },
  params: ById,
  answers: { 200: { says: 'It is yours.', schema: Taken } },
  handle: ({ principal, params, change }) =>
    change(async (act) => {
      await findTransferFor(act.em, principal, params.id);
      return { status: 200, body: viewTaken(await acceptTransferAs(act, params.id, principal.id)) };
    }),
});

export const postTransferDecline = route({
  method: 'post',
  path: '/v1/transfers/:id/decline',
  summary: 'Say that you will not take it; somebody else is asked. For agents.',
  door: { agent: true },
  params: ById,
  body: Why,
  answers: { 200: { says: 'The transfer as it stands.', schema: TransferView } },
  handle: ({ principal, params, body, change }) =>
    change(async (act) => {
      await findTransferFor(act.em, principal, params.id);
      await declineTransferAs(act, params.id, principal.id, body.reason ?? null);
      return { status: 200, body: viewTransfer(await findTransferFor(act.em, principal, params.id)) };
    }),
});

export const postTransferReturn = route({
  method: 'post',
  path: '/v1/transfers/:id/return',
  summary:
    'Before it is taken: withdraw it. After: hand the work back to the robot, with a note and what happened since.',
  door: { key: 'sessions:write', agent: true },
  params: ById,
  body: z.strictObject({ note: Remark.optional() }).prefault({}),
  answers: {
    200: { says: 'Returned; the session that goes on.', schema: z.object({ transfer: TransferView, sessionId: Id }) },
  },
  handle: ({ principal, params, body, change }) =>
    change(async (act) => {
      await findTransferFor(act.em, principal, params.id);
      const agentId = principal.type === 'agent' ? principal.id : null;
      const { transfer, session } = await returnTransfer(act, params.id, agentId, body.note ?? null);
      const view = viewTransfer(await findTransferFor(act.em, principal, transfer.id));
      return { status: 200, body: { transfer: view, sessionId: session.id } };
    }),
});

function viewTransfer(transfer: Transfer) {
  const { id, conversationId, fromSessionId, toSessionId, toAgentId, state, requestedBy, reason, urgency } = transfer;
  const { advice, hops, answer, deadlineAt, createdAt, endedAt, cause, bundle, returnBundle } = transfer;
  return {
    id,
    conversationId,
    fromSessionId,
    toSessionId,
    toAgentId,
    state,
    requestedBy,
    reason,
    cause: cause === null ? null : JSON.parse(cause),
    urgency,
    advice,
    hops,
    answer,
    deadlineAt,
    createdAt,
    endedAt,
    bundle: JSON.parse(bundle),
    returnBundle: returnBundle ? JSON.parse(returnBundle) : null,
  };
}
