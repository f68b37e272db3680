// An agent takes a conversation: the session that waits for a person, or the floor from a robot, which is paused.

import { Account } from '../accounts/account.ts';
import type { Act } from '../act.ts';
import { Agent } from '../agents/agent.ts';
import { accountsOfAgent, lockAgent } from '../agents/create-agent.ts';
import type { Conversation } from '../conversations/conversation.ts';
import { lockConversation } from '../conversations/lock-conversation.ts';
import { DomainError } from '../errors.ts';
import { leaveFloor, openSession, openSessionsOf } from '../sessions/move-session.ts';
import type { Session } from '../sessions/session.ts';
import { byPrecedence } from '../sessions/succession.ts';
import { findOpenTransferTo } from '../transfers/accept-transfer.ts';
import { Assignment } from './assignment.ts';
import { isBarred } from './barring.ts';
import { findHolder, nameOf } from './holder.ts';
import { findSeat } from './seats.ts';
import { serveSession } from './serve-session.ts';

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
  const agent = await lockAgentOf(act, conversation, agentId);
  if (conversation.status === 'resolved')
    throw new DomainError('conversation_resolved', 'This conversation is resolved; a new message opens it again.');
  const open = await openSessionsOf(act, conversationId);
  const waiting = await waitingFor(act, open, agentId);
  const served = await servedAmong(act, open);
  const own = served.find(({ assignment }) => assignment.agentId === agentId);
  if (own && !waiting) return { conversation, ...own };
  if (!waiting && (served.length > 0 || open.some(waitsForAgent)))
    throw await alreadyAssigned(act, conversationId, served);
  const account = await act.em.findOneOrFail(Account, { id: conversation.accountId });
  const session = waiting ?? (await sessionToTake(act, account, conversation, open, agent));
  const offer = await act.em.findOne(Assignment, { offeredFor: session.id, agentId });
  const assignment = await serveSession(act, account, conversation, session, agent, offer);
  return { conversation, session, assignment };
}

/** @throws DomainError agent_not_found, conversation_not_found where the agent is not allowed on the account. */
export async function lockAgentOf(act: Act, conversation: Conversation, agentId: string): Promise<Agent> {
  const agent = await lockAgent(act, agentId);
  if ((await accountsOfAgent(act.em, agentId)).includes(conversation.accountId)) return agent;
  throw new DomainError('conversation_not_found', `There is no conversation ${conversation.id}.`);
}

/**
 * The foremost session that waits for a person and may have the floor; one that is being handed to somebody else by name waits for
 * them alone.
 */
export async function waitingFor(act: Act, open: readonly Session[], agentId: string): Promise<Session | null> {
  const waiting = open.filter(waitsForAgent).sort(byPrecedence);
  for (const session of waiting) {
    if (await isBarred(act, open, session)) continue;
    const transfer = await findOpenTransferTo(act, session.id);
    if (!transfer?.toAgentId || transfer.toAgentId === agentId) return session;
  }
  return null;
}

function waitsForAgent({ handler, state }: Session): boolean {
  return handler === 'human' && state === 'pending';
}

type Served = { readonly session: Session; readonly assignment: Assignment };

async function servedAmong(act: Act, open: readonly Session[]): Promise<Served[]> {
  const serving = await act.em.find(Assignment, { serves: { $in: open.map(({ id }) => id) } });
  return serving.flatMap((assignment) => {
    const session = open.find(({ id }) => id === assignment.serves);
    return session ? [{ session, assignment }] : [];
  });
}

async function alreadyAssigned(act: Act, conversationId: string, served: readonly Served[]): Promise<DomainError> {
  const holder = await findHolder(act.em, conversationId);
  const speaks = served.length === 0 || holder?.handler === 'human' ? nameOf(holder) : await nameOfServer(act, served);
  const byName = served.length === 0 && holder?.handler !== 'human';
  const why = byName
    ? 'Somebody else is asked for this conversation by name'
    : `${speaks} has this conversation already`;
  return new DomainError('already_assigned', `${why}.`, { holder });
}

/** Of a session that is on hold: nobody else takes it. */
async function nameOfServer(act: Act, [first]: readonly Served[]): Promise<string> {
  const agent = first ? await act.em.findOne(Agent, { id: first.assignment.agentId }) : null;
  return agent?.name ?? 'an agent';
}

/** A turn of a person outside goes on in the agent's hands; from a robot the floor is taken by a new session. */
async function sessionToTake(
  act: Act,
  account: Account,
  conversation: Conversation,
  open: readonly Session[],
  agent: Agent,
): Promise<Session> {
  const outside = open.find(({ handler, state }) => handler === 'human' && (state === 'active' || state === 'paused'));
  if (outside) return outside;
  await findSeat(act, agent); // refused before anything is paused
  const settings = account.fullSettings;
  const robot = open.find(({ state }) => state === 'active');
  robot?.settle();
  if (robot) leaveFloor(act, conversation, robot, 'paused', settings, `${agent.name} took over`);
  await act.em.flush();
  const session = openSession(act, conversation, settings, {
    kind: 'manual_customer_service',
    state: 'active',
    origin: 'accepted',
    heard: 'human',
    firstAt: act.now,
    lastAt: act.now,
    reason: `${agent.name} took over`,
    ...(robot ? { predecessorId: robot.id } : {}),
  });
  act.em.persist(session);
  await act.em.flush();
  return session;
}
