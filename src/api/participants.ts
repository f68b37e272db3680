// People and departments from outside, in one conversation: asked in by whoever serves, coming by a link, and going.
import { z } from 'zod';
import { ExternalId } from '../domain/contacts/profile.ts';
import { HISTORY_MODES, PARTICIPANT_KINDS, Participant } from '../domain/conversations/participant.ts';
import { DomainError } from '../domain/errors.ts';
import { inviteParticipant } from '../domain/members/invite-participant.ts';
import { joinParticipant } from '../domain/members/join-participant.ts';
import { leaveParticipant, removeParticipant } from '../domain/members/remove-participant.ts';
import { findConversationFor } from './access.ts';
import type { Principal } from './auth.ts';
import { Invitation } from './door.ts';
import { pageOfIds } from './id-page.ts';
import { route } from './route.ts';
import { ById, Cursor, Id, Limit, Name, pageOf, Time } from './shapes.ts';

const ParticipantView = z
  .object({
    id: Id,
    conversationId: Id,
    sessionId: Id,
    kind: z.enum(PARTICIPANT_KINDS),
    externalId: z.string(),
    name: z.string(),
    avatar: z.string().nullable(),
    historyMode: z.enum(HISTORY_MODES),
    state: z.enum(['invited', 'joined', 'removed', 'left', 'ended']),
    invitedBy: Id,
    invitedAt: Time,
    invitationUntil: Time.nullable(),
    joinedAt: Time.nullable(),
    endedAt: Time.nullable(),
  })
  .meta({ id: 'Participant' });

const Token = { token: z.string(), expiresAt: Time };
const ByParticipant = z.strictObject({ id: Id, participant: Id });

export const getParticipants = route({
  method: 'get',
  path: '/v1/conversations/:id/participants',
  summary: 'Everybody who was ever asked in here, in the order in which they were asked.',
  door: { key: 'conversations:read', agent: true },
  params: ById,
  query: z.strictObject({ limit: Limit, cursor: Cursor }),
  answers: { 200: { says: 'One page.', schema: pageOf(ParticipantView) } },
  handle: async ({ context, principal, params, query }) => {
    const em = context.kernel.orm.em.fork();
    await findConversationFor(em, principal, params.id);
    const rows = { table: 'participant', where: 'conversation_id = ?', values: [params.id] };
    const { ids, page } = await pageOfIds(em, rows, query, context.kernel.config.BATON_SECRET);
    const found = await em.find(Participant, { id: { $in: ids } }, { orderBy: { id: 'asc' } });
    return { status: 200, body: { data: found.map(viewParticipant), page } };
  },
});

export const postParticipant = route({
  method: 'post',
  path: '/v1/conversations/:id/participants',
  summary: 'Ask somebody from outside in. The invitation in the answer is shown this once, and can be used once.',
  door: { agent: true },
  params: ById,
  body: z.strictObject({
    kind: z.enum(PARTICIPANT_KINDS),
    externalId: ExternalId,
    name: Name,
    avatar: z
      .url({ protocol: /^https?$/ })
      .max(500)
      .nullable()
      .default(null),
    historyMode: z.enum(HISTORY_MODES),
  }),
  answers: {
    201: { says: 'They are asked in.', schema: z.object({ participant: ParticipantView, invitation: z.string() }) },
  },
  handle: ({ context, principal, params, body, change }) =>
    change(async (act) => {
      await findConversationFor(act.em, principal, params.id);
      const { BATON_SECRET: secret } = context.kernel.config;
      const { participant, invitation } = await inviteParticipant(act, params.id, principal.id, body, secret);
      return { status: 201, body: { participant: viewParticipant(participant), invitation } };
    }),
});

export const postParticipantJoin = route({
  method: 'post',
  path: '/v1/conversations/:id/participants/join',
  summary: 'Come by an invitation, which is used up by it. The token opens this one conversation.',
  door: { invitation: true },
  params: ById,
  body: Invitation,
  answers: {
    200: { says: 'You take part.', schema: z.object({ participant: ParticipantView, ...Token }) },
  },
  handle: ({ context, principal, params, body, change, address }) =>
    change(async (act) => {
      await findConversationFor(act.em, principal, params.id);
      const participant = await joinParticipant(act, params.id, body.invitation, context.kernel.config.BATON_SECRET);
      const { token, expiresAt } = await context.auth.mintToken({ type: 'participant', id: participant.id });
      return { status: 200, body: { participant: viewParticipant(participant), token, expiresAt } };
    }).catch(async (error) => {
      if (error instanceof DomainError && error.code === 'not_invited') await context.limits.failed(address);
      throw error;
    }),
});

export const postParticipantToken = route({
  method: 'post',
  path: '/v1/conversations/:id/participants/:participant/tokens',
  summary: 'A fresh token for a participant: asked for by themselves before theirs ends, or by upstream.',
  door: { key: 'tokens:write', participant: true },
  params: ByParticipant,
  answers: { 201: { says: 'The token.', schema: z.object(Token) } },
  handle: ({ context, principal, params, change }) =>
    change(async (act) => {
      await findConversationFor(act.em, principal, params.id);
      const { id, conversationId } = { id: params.participant, conversationId: params.id };
      const participant = isSomebodyElse(principal, id)
        ? null
        : await act.em.findOne(Participant, { id, conversationId });
      if (!participant) throw new DomainError('participant_not_found', `There is no participant ${id}.`);
      if (participant.state !== 'joined')
        throw new DomainError('not_participating', `${participant.name} does not take part: ${participant.state}.`);
      return { status: 201, body: await context.auth.mintToken({ type: 'participant', id }) };
    }),
});

export const deleteParticipant = route({
  method: 'delete',
  path: '/v1/conversations/:id/participants/:participant',
  summary: 'By the agent who serves: take somebody out, or withdraw their invitation. By the participant: leave.',
  door: { agent: true, participant: true },
  params: ByParticipant,
  answers: { 200: { says: 'They take part no more, and hear nothing from here on.', schema: ParticipantView } },
  handle: ({ principal, params: { id, participant }, change }) =>
    change(async (act) => {
      await findConversationFor(act.em, principal, id);
      if (isSomebodyElse(principal, participant))
        throw new DomainError('participant_not_found', `There is no participant ${participant}.`);
      const gone =
        principal.type === 'participant'
          ? await leaveParticipant(act, id, participant)
          : await removeParticipant(act, id, participant, principal.id);
      return { status: 200, body: viewParticipant(gone) };
    }),
});

/** To a participant there is no other one. */
function isSomebodyElse({ type, id }: Principal, participant: string): boolean {
  return type === 'participant' && id !== participant;
}

function viewParticipant(participant: Participant) {
  const { id, conversationId, sessionId, kind, externalId, name, avatar, historyMode, state } = participant;
  const { invitedBy, createdAt: invitedAt, invitationUntil, joinedAt, endedAt } = participant;
  const who = { id, conversationId, sessionId, kind, externalId, name, avatar, historyMode, state };
  return { ...who, invitedBy, invitedAt, invitationUntil, joinedAt, endedAt };
}
