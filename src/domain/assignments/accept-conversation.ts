// An agent takes a conversation: a seat, the floor and the contact's notice, in one act.

import { Account } from '../accounts/account.ts';
import { phraseFor, type Settings } from '../accounts/settings.ts';
import type { Act } from '../act.ts';
import type { Agent } from '../agents/agent.ts';
import { freeSeat } from '../agents/capacity.ts';
import { accountsOfAgent, lockAgent } from '../agents/create-agent.ts';
import { whyAbsent } from '../agents/presence.ts';
import type { Conversation } from '../conversations/conversation.ts';
import { lockConversation } from '../conversations/lock-conversation.ts';
import { DomainError } from '../errors.ts';
import { record } from '../events/record.ts';
import { newId } from '../ids.ts';
import { ownId } from '../messages/incoming.ts';
import { postMessage } from '../messages/post-message.ts';
import { KINDS } from '../sessions/kinds.ts';
import { activateSession, leaveFloor, openSession, openSessionsOf, subjectOf } from '../sessions/move-session.ts';
import type { Session } from '../sessions/session.ts';
import { settleDesk } from '../sessions/settle-desk.ts';
import { Assignment } from './assignment.ts';
import { findHolder, nameOf } from './holder.ts';

export type Accepted = {
  readonly conversation: Conversation;
  readonly session: Session;
  readonly assignment: Assignment;
};

/**
 * Accepts from the queue, or takes over from a robot, which is paused. Accepting what one serves already changes nothing.
 * @throws DomainError conversation_not_found (also where the agent is not allowed on the account), conversation_resolved,
 *   already_assigned (with the holder), agent_offline, agent_full
 */
export async function acceptConversation(act: Act, conversationId: string, agentId: string): Promise<Accepted> {
  const conversation = await lockConversation(act, conversationId);
  const agent = await lockAgent(act, agentId);
  if (!(await accountsOfAgent(act.em, agentId)).includes(conversation.accountId)) {
    throw new DomainError('conversation_not_found', `There is no conversation ${conversationId}.`);
  }
  if (conversation.status === 'resolved')
    throw new DomainError('conversation_resolved', 'This conversation is resolved; a new message opens it again.');
  const open = await openSessionsOf(act, conversationId);
  const served = await servedBy(act, open);
  if (served?.assignment.agentId === agentId) return { conversation, ...served };
  if (served) throw await alreadyAssigned(act, conversationId);
  const seat = await seatFor(act, agent);
  const account = await act.em.findOneOrFail(Account, { id: conversation.accountId });
  const session = await takeFloor(act, conversation, open, account.fullSettings, agent);
  const assignment = await sit(act, conversation, session, agent, seat);
  await settleDesk(act, conversation, `${agent.name} accepted`);
  const content = phraseFor(account.fullSettings, 'agentJoined', { agent: agent.name });
  const notice = { externalId: ownId('joined', assignment.id), type: 'system', content, private: false } as const;
  await postMessage(act, account, conversation, session, { sender: 'system', id: null, name: null }, notice);
  return { conversation, session, assignment };
}

async function servedBy(
  act: Act,
  open: readonly Session[],
): Promise<{ session: Session; assignment: Assignment } | null> {
  const assignment = await act.em.findOne(Assignment, { serves: { $in: open.map(({ id }) => id) } });
  const session = open.find(({ id }) => id === assignment?.serves);
  return assignment && session ? { session, assignment } : null;
}

async function alreadyAssigned(act: Act, conversationId: string): Promise<DomainError> {
  const holder = await findHolder(act.em, conversationId);
  return new DomainError('already_assigned', `${nameOf(holder)} has this conversation already.`, { holder });
}

/** The agent's row is locked, so that accepts of one agent come one after the other and the lowest free seat is free. */
async function seatFor(act: Act, agent: Agent): Promise<number> {
  const absent = whyAbsent(agent);
  if (absent)
    throw new DomainError('agent_offline', `You can not take a conversation now: ${absent}.`, {
      availability: agent.availability,
      reachable: agent.reachable,
    });
  const rows = await act.em.find(Assignment, { agentId: agent.id, seat: { $ne: null } });
  const seat = freeSeat(agent.capacity, new Set(rows.flatMap((row) => row.seat ?? [])));
  if (seat === null)
    throw new DomainError(
      'agent_full',
      `All of your ${agent.capacity} seats are taken; resolve a conversation first.`,
      { capacity: agent.capacity },
    );
  return seat;
}

/** The session that waits for a person, or one that is spoken outside, or a new one; whoever else holds the floor is paused. */
async function takeFloor(
  act: Act,
  conversation: Conversation,
  open: readonly Session[],
  settings: Settings,
  agent: Agent,
): Promise<Session> {
  for (const session of open) session.settle();
  const human = open
    .filter(({ handler }) => handler === 'human')
    .sort((a, b) => KINDS[a.kind].rank - KINDS[b.kind].rank)[0];
  for (const session of open) {
    if (session.state === 'active' && session !== human)
      leaveFloor(act, conversation, session, 'paused', settings, `${agent.name} took over`);
  }
  await act.em.flush();
  if (human?.state === 'active') return human;
  if (human) {
    activateSession(act, conversation, human, settings, `${agent.name} accepted`);
    return human;
  }
  const span = { firstAt: act.now, lastAt: act.now };
  return openSession(act, conversation, settings, {
    kind: 'manual_customer_service',
    state: 'active',
    origin: 'accepted',
    heard: 'human',
    reason: `${agent.name} took over`,
    ...span,
  });
}

async function sit(
  act: Act,
  conversation: Conversation,
  session: Session,
  agent: Agent,
  seat: number,
): Promise<Assignment> {
  act.em.persist(session);
  await act.em.flush(); // a session that is new must be there before what refers to it
  const ids = { conversationId: conversation.id, sessionId: session.id, agentId: agent.id };
  const assignment = act.em.create(Assignment, {
    id: newId(),
    accountId: conversation.accountId,
    ...ids,
    state: 'serving',
    seat,
    serves: session.id,
    reason: null,
    createdAt: act.now,
    endedAt: null,
  });
  await act.em.flush();
  const subject = { ...subjectOf(conversation), agentId: agent.id };
  record(act, 'assignment.accepted', subject, {
    ...ids,
    contactId: conversation.contactId,
    assignmentId: assignment.id,
    seat,
  });
  record(act, 'conversation.assigned', subject, {
    ...ids,
    contactId: conversation.contactId,
    agentName: agent.name,
    previousAgentId: null,
  });
  return assignment;
}
