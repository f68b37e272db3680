// Agents who are called in to help: asked by whoever serves or helps already, and coming by themselves.
import { z } from 'zod';
import type { Act } from '../domain/act.ts';
import { Collaborator } from '../domain/conversations/collaborator.ts';
import { inviteCollaborator } from '../domain/members/invite-collaborator.ts';
import { joinCollaborator } from '../domain/members/join-collaborator.ts';
import { leaveCollaborator } from '../domain/members/leave-collaborator.ts';
import { findConversationFor } from './access.ts';
import { pageOfIds } from './id-page.ts';
import { route } from './route.ts';
import { ById, Cursor, Id, Limit, pageOf, Remark, Time } from './shapes.ts';

const CollaboratorView = z
  .object({
    id: Id,
    conversationId: Id,
    sessionId: Id,
    agentId: Id,
    state: z.enum(['invited', 'joined', 'left', 'ended']),
    invitedBy: Id,
    reason: z.string().nullable(),
    invitedAt: Time,
    joinedAt: Time.nullable(),
    endedAt: Time.nullable(),
  })
  .meta({ id: 'Collaborator' });

const ByAgent = z.strictObject({ id: Id, agent: Id });

export const getCollaborators = route({
  method: 'get',
  path: '/v1/conversations/:id/collaborators',
  summary: 'Everybody who was ever called in to help here, in the order in which they were asked.',
  door: { key: 'conversations:read', agent: true },
  params: ById,
  query: z.strictObject({ limit: Limit, cursor: Cursor }),
  answers: { 200: { says: 'One page.', schema: pageOf(CollaboratorView) } },
  handle: async ({ context, principal, params, query }) => {
    const em = context.kernel.orm.em.fork();
    await findConversationFor(em, principal, params.id);
    const rows = { table: 'collaborator', where: 'conversation_id = ?', values: [params.id] };
    const { ids, page } = await pageOfIds(em, rows, query, context.kernel.config.BATON_SECRET);
    const found = await em.find(Collaborator, { id: { $in: ids } }, { orderBy: { id: 'asc' } });
    return { status: 200, body: { data: found.map(viewCollaborator), page } };
  },
});

export const postCollaborator = route({
  method: 'post',
  path: '/v1/conversations/:id/collaborators/:agent',
  summary: 'Call in a colleague, who takes no seat; or, by the one who was called in: join.',
  door: { agent: true },
  params: ByAgent,
  body: z.strictObject({ reason: Remark.optional() }).prefault({}),
  answers: { 200: { says: 'They are asked, or have joined.', schema: CollaboratorView } },
  handle: ({ principal, params, body, change }) =>
    change(async (act) => {
      await findConversationFor(act.em, principal, params.id);
      const collaborator = await inviteOrJoin(act, params, principal.id, body.reason ?? null);
      return { status: 200, body: viewCollaborator(collaborator) };
    }),
});

function inviteOrJoin(act: Act, { id, agent }: z.output<typeof ByAgent>, by: string, reason: string | null) {
  return agent === by ? joinCollaborator(act, id, by) : inviteCollaborator(act, id, by, agent, reason);
}

export const deleteCollaborator = route({
  method: 'delete',
  path: '/v1/conversations/:id/collaborators/:agent',
  summary: 'Leave, or decline to come; or, by the agent who serves: send somebody away.',
  door: { agent: true },
  params: ByAgent,
  answers: { 200: { says: 'They help no more.', schema: CollaboratorView } },
  handle: ({ principal, params, change }) =>
    change(async (act) => {
      await findConversationFor(act.em, principal, params.id);
      const collaborator = await leaveCollaborator(act, params.id, params.agent, principal.id);
      return { status: 200, body: viewCollaborator(collaborator) };
    }),
});

function viewCollaborator(collaborator: Collaborator) {
  const { id, conversationId, sessionId, agentId, state, invitedBy, reason, createdAt, joinedAt, endedAt } =
    collaborator;
  return { id, conversationId, sessionId, agentId, state, invitedBy, reason, invitedAt: createdAt, joinedAt, endedAt };
}
