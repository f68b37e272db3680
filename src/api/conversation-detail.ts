// One conversation: all of it for the desk, and for the contact whose it is what a page for contacts shows and no more.
import { z } from 'zod';
import { DESK_STATUSES } from '../domain/conversations/desk-status.ts';
import { readHeads } from '../domain/events/read-stream.ts';
import { Session } from '../domain/sessions/session.ts';
import { findConversationFor } from './access.ts';
import { viewConversations } from './desk.ts';
import type { Call } from './route.ts';
import { AsOf, ConversationView, Id, SessionView, Time } from './shapes.ts';

const SESSIONS_SHOWN = 50;

export const Detail = ConversationView.extend({ sessions: z.array(SessionView), asOf: AsOf });

export const OwnConversation = z
  .object({
    id: Id,
    status: z.enum(DESK_STATUSES),
    epoch: z.int(),
    lastMessageAt: Time.nullable(),
    contact: z.object({ id: Id, name: z.string().nullable() }),
    agent: z.object({ name: z.string() }).nullable(),
    sessions: z.array(SessionView.pick({ id: true, handler: true, state: true })),
    asOf: AsOf,
  })
  .meta({ id: 'OwnConversation', description: 'What contacts see of their own conversation.' });

/** @throws DomainError conversation_not_found, for the conversations of others too. */
export async function detailOf({ context, principal }: Pick<Call, 'context' | 'principal'>, id: string) {
  const em = context.kernel.orm.em.fork();
  await findConversationFor(em, principal, id);
  const [head] = await readHeads(em, [`conversation:${id}`]);
  const views = await viewConversations(em, [id]);
  const sessions = await em.find(
    Session,
    { conversationId: id, mergedInto: null },
    { orderBy: { id: 'desc' }, limit: SESSIONS_SHOWN },
  );
  const asOf = { stream: head?.stream, epoch: head?.epoch, seq: head?.head };
  const [detail] = views.map((view) => ({ ...view, sessions: sessions.map(viewSession), asOf }));
  return detail && (principal.type === 'contact' || principal.type === 'participant') ? ownOf(detail) : detail;
}

type Desk = Awaited<ReturnType<typeof viewConversations>>[number];

/** Nothing of how the desk sorts, rates and hands on: each field that a contact sees is named here. */
function ownOf({
  id,
  status,
  epoch,
  lastMessageAt,
  contact,
  agent,
  sessions,
  asOf,
}: Desk & { readonly sessions: readonly ReturnType<typeof viewSession>[]; readonly asOf: object }) {
  return {
    id,
    status,
    epoch,
    lastMessageAt,
    contact: { id: contact.id, name: contact.name },
    agent: agent && { name: agent.name },
    sessions: sessions.map((session) => ({ id: session.id, handler: session.handler, state: session.state })),
    asOf,
  };
}

export function viewSession(session: Session) {
  return {
    id: session.id,
    kind: session.kind,
    handler: session.handler,
    level: session.level,
    state: session.state,
    origin: session.origin,
    reason: session.reason,
    firstAt: session.firstAt,
    lastAt: session.lastAt,
    openedAt: session.openedAt,
    endedAt: session.endedAt,
    deadlineAt: session.deadlineAt,
    mergedInto: session.mergedInto,
    onHold: session.onHold,
    predecessorId: session.predecessorId,
    successorId: session.successorId,
    task: session.task === null ? null : JSON.parse(session.task),
  };
}
