// An agent's own list, in the order of the desk: what they serve, what they are offered, and where they help or are asked to.
import type { EntityManager } from '@mikro-orm/mysql';
import { z } from 'zod';
import { Assignment } from '../domain/assignments/assignment.ts';
import { Collaborator } from '../domain/conversations/collaborator.ts';
import { findAgentFor } from './access.ts';
import type { Principal } from './auth.ts';
import { cutPage, openCursor, type Place } from './cursor.ts';
import { beyondPlace, type DeskRow, viewConversations } from './desk.ts';
import { neverEmpty } from './id-page.ts';
import { route } from './route.ts';
import { ById, ConversationView, Cursor, Id, Limit, pageOf, Time } from './shapes.ts';

const OwnView = ConversationView.extend({
  assignment: z
    .object({
      id: Id,
      sessionId: Id,
      state: z.enum(['offered', 'serving']),
      deadlineAt: Time.nullable().meta({ description: 'Of an offer: until when it stands.' }),
    })
    .nullable()
    .meta({ description: 'The seat that the agent holds for it; null where they only help.' }),
  collaboration: z
    .object({ sessionId: Id, state: z.enum(['invited', 'joined']) })
    .nullable()
    .meta({ description: 'Where the agent helps, or is asked to.' }),
}).meta({ id: 'OwnConversationOfAgent' });

export const getAgentConversations = route({
  method: 'get',
  path: '/v1/agents/:id/conversations',
  summary: 'What an agent serves, is offered, and helps in, in the order of the desk.',
  door: { key: 'conversations:read', agent: true },
  params: ById,
  query: z.strictObject({ limit: Limit, cursor: Cursor }),
  answers: { 200: { says: 'One page.', schema: pageOf(OwnView) } },
  handle: async ({ context, principal, params, query }) => {
    const em = context.kernel.orm.em.fork();
    const { BATON_SECRET: secret } = context.kernel.config;
    await findAgentFor(em, principal, params.id);
    const list = `agent:${params.id}:${JSON.stringify(principal.accounts)}`;
    const place = query.cursor ? openCursor(query.cursor, list, secret) : null;
    const rows = await ownPage(em, principal, params.id, place, query.limit + 1);
    const { data, page } = cutPage(rows, query.limit, place, list, secret, (row) => [row.desk_order, row.id]);
    const ids = data.map(({ id }) => id);
    return { status: 200, body: { data: await viewOwn(em, params.id, ids), page } };
  },
});

/** As many rows as the agent has seats and calls for help are sorted: few, whatever the size of the desk. */
function ownPage(
  em: EntityManager,
  { accounts }: Principal,
  agentId: string,
  place: Place | null,
  limit: number,
): Promise<DeskRow[]> {
  const direction = place?.back ? 'asc' : 'desc';
  const beyond = place ? beyondPlace(place) : { where: 'true', values: [] };
  return em.execute(
    `select id, desk_order from (
       select conversation_id from assignment where agent_id = ? and seat is not null
       union select conversation_id from collaborator where agent_id = ? and state in ('invited', 'joined')
     ) own join conversation on conversation.id = own.conversation_id
     where ${accounts ? 'account_id in (?)' : 'true'} and ${beyond.where}
     order by desk_order ${direction}, id ${direction} limit ?`,
    [agentId, agentId, ...(accounts ? [neverEmpty(accounts)] : []), ...beyond.values, limit],
  );
}

async function viewOwn(em: EntityManager, agentId: string, ids: readonly string[]) {
  const conversations = await viewConversations(em, ids);
  const own = { agentId, conversationId: { $in: [...ids] } };
  const seats = await em.find(Assignment, { ...own, seat: { $ne: null } });
  const calls = await em.find(Collaborator, { ...own, openAgent: { $ne: null } });
  return conversations.map((conversation) => {
    const seat = seats.find(({ conversationId }) => conversationId === conversation.id);
    const call = calls.find(({ conversationId }) => conversationId === conversation.id);
    return {
      ...conversation,
      assignment: seat
        ? { id: seat.id, sessionId: seat.sessionId, state: seat.state, deadlineAt: seat.deadlineAt }
        : null,
      collaboration: call ? { sessionId: call.sessionId, state: call.state } : null,
    };
  });
}
