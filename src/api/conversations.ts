// The desk: the list, one conversation, and the two things that end a wait.
import type { EntityManager } from '@mikro-orm/mysql';
import { z } from 'zod';
import { acceptConversation } from '../domain/assignments/accept-conversation.ts';
import { resolveConversation } from '../domain/assignments/resolve-conversation.ts';
import { DESK_STATUSES } from '../domain/conversations/desk-status.ts';
import { readHeads } from '../domain/events/read-stream.ts';
import { findAccountFor, findAgentFor, findConversationFor } from './access.ts';
import { Detail, detailOf, OwnConversation } from './conversation-detail.ts';
import { cutPage, openCursor } from './cursor.ts';
import { deskPage, viewConversations } from './desk.ts';
import { HttpProblem } from './problems.ts';
import { type Call, route } from './route.ts';
import { AsOf, ById, ConversationView, Cursor, Id, Label, Limit, pageOf, Remark, YesOrNo } from './shapes.ts';

const ACCOUNTS_A_LIST = 100;

const ListQuery = z.strictObject({
  status: z.enum(DESK_STATUSES).optional(),
  account: Id.optional(),
  agent: Id.optional(),
  label: Label.optional(),
  pinned: YesOrNo.optional(),
  todo: YesOrNo.optional(),
  q: z.string().trim().min(1).max(60).optional(),
  limit: Limit,
  cursor: Cursor,
});

export const getConversations = route({
  method: 'get',
  path: '/v1/conversations',
  summary: 'The desk list, in the order of the desk. `q` finds contacts whose name or external id begins so.',
  door: { key: 'conversations:read', agent: true },
  query: ListQuery,
  answers: {
    200: {
      says: 'One page, and where each board stood before it was read.',
      schema: pageOf(ConversationView).extend({ asOf: z.array(AsOf) }),
    },
  },
  handle: async (call) => {
    const { context, query } = call;
    const { kernel } = context;
    const em = kernel.orm.em.fork();
    const accounts = await accountsOf(call);
    const { status, agent, label, pinned, todo, q } = query;
    const filters = { status, agent, label, pinned, todo, q };
    const list = `conversations:${JSON.stringify([accounts, filters])}`;
    const place = query.cursor ? openCursor(query.cursor, list, kernel.config.BATON_SECRET) : null;
    const heads = await readHeads(
      em,
      accounts.map((account) => `board:${account}`),
    );
    const rows = await deskPage(em, accounts, filters, place, query.limit + 1);
    const { data, page } = cutPage(rows, query.limit, place, list, kernel.config.BATON_SECRET, (row) => [
      row.desk_order,
      row.id,
    ]);
    const asOf = heads.map(({ stream, epoch, head }) => ({ stream, epoch, seq: head }));
    return {
      status: 200,
      body: {
        data: await viewConversations(
          em,
          data.map(({ id }) => id),
        ),
        page,
        asOf,
      },
    };
  },
});

/** The accounts whose conversations are listed; each is one range of the desk's index. */
async function accountsOf({
  context,
  principal,
  query,
}: Call<unknown, z.output<typeof ListQuery>, unknown>): Promise<string[]> {
  const em = context.kernel.orm.em.fork();
  if (query.agent) await findAgentFor(em, principal, query.agent);
  if (query.account) return [(await findAccountFor(em, principal, query.account)).id];
  const accounts = principal.accounts ?? (await firstAccounts(em));
  if (accounts.length <= ACCOUNTS_A_LIST) return [...accounts];
  throw new HttpProblem(
    400,
    'account_missing',
    `There are more than ${ACCOUNTS_A_LIST} accounts; name one with ?account=.`,
  );
}

/** One more than a list may have, where there are so many. */
async function firstAccounts(em: EntityManager): Promise<string[]> {
  const rows: { id: string }[] = await em.execute('select id from account order by id limit ?', [ACCOUNTS_A_LIST + 1]);
  return rows.map(({ id }) => id);
}

export const getConversation = route({
  method: 'get',
  path: '/v1/conversations/:id',
  summary:
    'One conversation with its newest 50 sessions, and where its stream stood before it was read. Contacts and participants see a smaller view of it.',
  door: { key: 'conversations:read', agent: true, contact: true, participant: true },
  params: ById,
  answers: { 200: { says: 'The conversation.', schema: z.union([Detail, OwnConversation]) } },
  handle: async (call) => ({ status: 200, body: await detailOf(call, call.params.id) }),
});

export const postAccept = route({
  method: 'post',
  path: '/v1/conversations/:id/accept',
  summary: 'Take a conversation from the queue, or over from a robot. For agents, who need a free seat.',
  door: { agent: true },
  params: ById,
  answers: {
    200: {
      says: 'It is yours; speak with this session id.',
      schema: z.object({ conversationId: Id, sessionId: Id, assignmentId: Id, seat: z.int(), epoch: z.int() }),
    },
  },
  handle: ({ principal, params, change }) =>
    change(async (act) => {
      await findConversationFor(act.em, principal, params.id);
      const { conversation, session, assignment } = await acceptConversation(act, params.id, principal.id);
      return {
        status: 200,
        body: {
          conversationId: params.id,
          sessionId: session.id,
          assignmentId: assignment.id,
          seat: assignment.seat,
          epoch: conversation.epoch,
        },
      };
    }),
});

export const postResolve = route({
  method: 'post',
  path: '/v1/conversations/:id/resolve',
  summary: 'End every open session and free the seat. For the agent who serves it, or upstream.',
  door: { key: 'conversations:write', agent: true },
  params: ById,
  body: z.strictObject({ note: Remark.optional() }).prefault({}),
  answers: {
    200: { says: 'It is resolved.', schema: z.object({ conversationId: Id, status: z.enum(DESK_STATUSES) }) },
  },
  handle: ({ principal, params, body, change }) =>
    change(async (act) => {
      await findConversationFor(act.em, principal, params.id);
      const agentId = principal.type === 'agent' ? principal.id : null;
      const conversation = await resolveConversation(act, params.id, agentId, body.note ?? null);
      return { status: 200, body: { conversationId: params.id, status: conversation.status } };
    }),
});
