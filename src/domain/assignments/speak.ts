// Speaking with the floor: the fence that keeps a robot from talking over a person, and an agent out of a session that
// somebody else serves. The conversation is locked, so what is checked here still holds when the message commits.

import { Account } from '../accounts/account.ts';
import type { Act } from '../act.ts';
import { Agent } from '../agents/agent.ts';
import type { Conversation } from '../conversations/conversation.ts';
import { lockConversation } from '../conversations/lock-conversation.ts';
import { DomainError } from '../errors.ts';
import { ownId } from '../messages/incoming.ts';
import type { Message } from '../messages/message.ts';
import { findSaid, postAsContact, postMessage, type Said } from '../messages/post-message.ts';
import { Session } from '../sessions/session.ts';
import { Assignment } from './assignment.ts';
import { helpsIn } from './collaboration.ts';
import { findHolder, nameOf } from './holder.ts';

/** The agent who serves, or one who helps them. @throws DomainError floor_lost, with the holder; not_serving when it is somebody else. */
export async function speakAsAgent(
  act: Act,
  conversationId: string,
  sessionId: string,
  agentId: string,
  said: Said,
): Promise<Message> {
  const { conversation, account } = await lockWithAccount(act, conversationId);
  const known = await findSaid(act, conversation, own(act, said));
  if (known) return known;
  const session = await sessionOnFloor(act, conversation, sessionId);
  const agent = await act.em.findOneOrFail(Agent, { id: agentId });
  const serves = await act.em.findOne(Assignment, { serves: sessionId, agentId });
  if (!serves && !(await helpsIn(act.em, conversationId, sessionId, agentId)))
    throw await notServing(act, conversationId);
  return postMessage(
    act,
    account,
    conversation,
    session,
    { sender: 'human', id: agent.id, name: agent.name },
    own(act, said),
  );
}

/** @param epoch the conversation's, as the robot knew it when its turn began. @throws DomainError floor_lost, with the holder. */
export async function speakAsRobot(
  act: Act,
  conversationId: string,
  sessionId: string,
  epoch: number,
  robot: string,
  said: Said,
): Promise<Message> {
  const { conversation, account } = await lockWithAccount(act, conversationId);
  const known = await findSaid(act, conversation, own(act, said));
  if (known) return known;
  const session = await sessionOnFloor(act, conversation, sessionId);
  if (session.handler !== 'robot' || conversation.epoch !== epoch) throw await floorLost(act, conversation);
  return postMessage(act, account, conversation, session, { sender: 'robot', id: null, name: robot }, own(act, said));
}

/** A contact needs no floor. */
export async function speakAsContact(act: Act, conversationId: string, said: Said): Promise<Message> {
  const { conversation, account } = await lockWithAccount(act, conversationId);
  const known = await findSaid(act, conversation, own(act, said));
  return known ?? postAsContact(act, account, conversation, own(act, said));
}

/** Whoever speaks has ids of their own: nobody can take the id of another's message, or of a notice of ours. */
export function own({ actor }: Act, said: Said): Said {
  return { ...said, externalId: ownId(`${actor.type}:${actor.id}`, said.externalId) };
}

async function lockWithAccount(
  act: Act,
  conversationId: string,
): Promise<{ conversation: Conversation; account: Account }> {
  const conversation = await lockConversation(act, conversationId);
  return { conversation, account: await act.em.findOneOrFail(Account, { id: conversation.accountId }) };
}

async function sessionOnFloor(act: Act, conversation: Conversation, sessionId: string): Promise<Session> {
  const session = await act.em.findOne(Session, { id: sessionId, activeIn: conversation.id });
  if (!session) throw await floorLost(act, conversation);
  return session;
}

async function floorLost(act: Act, conversation: Conversation): Promise<DomainError> {
  const holder = await findHolder(act.em, conversation.id);
  return new DomainError(
    'floor_lost',
    `This session does not hold the floor; ${nameOf(holder)} does, at epoch ${conversation.epoch}.`,
    { holder, epoch: conversation.epoch },
  );
}

export async function notServing(act: Act, conversationId: string): Promise<DomainError> {
  const holder = await findHolder(act.em, conversationId);
  return new DomainError('not_serving', `You do not serve this conversation; ${nameOf(holder)} holds it.`, { holder });
}
