// What an agent says to an offer, or that they said nothing. An offer is answered once: whoever is late is told who holds it.

import { Account } from '../accounts/account.ts';
import type { Act } from '../act.ts';
import { accountsOfAgent, lockAgent } from '../agents/create-agent.ts';
import { whyAbsent } from '../agents/presence.ts';
import { missOffer } from '../agents/set-presence.ts';
import type { Conversation } from '../conversations/conversation.ts';
import { lockConversation, lockIfFree } from '../conversations/lock-conversation.ts';
import { DomainError } from '../errors.ts';
import { planJob } from '../jobs/plan-job.ts';
import { Session } from '../sessions/session.ts';
import { type Accepted, lockAgentOf } from './accept-conversation.ts';
import { Assignment } from './assignment.ts';
import { findHolder, nameOf } from './holder.ts';
import { freeSeatOf } from './seats.ts';
import { serveSession } from './serve-session.ts';

/** @throws DomainError assignment_not_found (for the offers of others too), offer_closed with the holder */
export async function acceptOffer(act: Act, assignmentId: string, agentId: string): Promise<Accepted> {
  const { conversation, offer } = await lockOffer(act, assignmentId, agentId);
  const session = await act.em.findOneOrFail(Session, { id: offer.sessionId });
  if (offer.state === 'serving') return { conversation, session, assignment: offer };
  const agent = await lockAgentOf(act, conversation, agentId);
  const account = await act.em.findOneOrFail(Account, { id: conversation.accountId });
  await checkOpen(act, conversation, offer);
  await serveSession(act, account, conversation, session, agent, offer);
  return { conversation, session, assignment: offer };
}

/** The next one is looked for. @throws DomainError assignment_not_found, offer_closed with the holder */
export async function declineOffer(
  act: Act,
  assignmentId: string,
  agentId: string,
  reason: string | null,
): Promise<Assignment> {
  const { conversation, offer } = await lockOffer(act, assignmentId, agentId);
  if (offer.state === 'declined') return offer;
  await checkOpen(act, conversation, offer);
  const agent = await lockAgentOf(act, conversation, agentId);
  agent.missedOffers = 0;
  await endOffer(act, conversation, offer, 'declined', reason);
  return offer;
}

/** The deadline of an offer has come: its seat is free, and an agent who misses several in a row is set away. @returns false when it is not due any more. */
export async function expireOffer(act: Act, assignmentId: string): Promise<boolean> {
  const seen = await act.em.findOne(Assignment, { id: assignmentId });
  const conversation = seen ? await lockIfFree(act, seen.conversationId) : null;
  if (!seen || !conversation) return false;
  await act.em.refresh(seen);
  if (seen.state !== 'offered' || !seen.deadlineAt || seen.deadlineAt > act.now) return false;
  const account = await act.em.findOneOrFail(Account, { id: conversation.accountId });
  await endOffer(act, conversation, seen, 'expired', 'not answered in time');
  await missOffer(act, seen.agentId, account.fullSettings.routing.missedOffers);
  return true;
}

/** The agent went away while the offer stood, or was taken off the account: it need not wait for its deadline. */
export async function withdrawOffer(act: Act, assignmentId: string): Promise<void> {
  const seen = await act.em.findOneOrFail(Assignment, { id: assignmentId });
  const conversation = await lockConversation(act, seen.conversationId);
  await act.em.refresh(seen);
  const agent = await lockAgent(act, seen.agentId);
  const allowed = (await accountsOfAgent(act.em, agent.id)).includes(conversation.accountId);
  const why = whyAbsent(agent) ?? (allowed ? null : 'no longer allowed on the account');
  if (seen.state === 'offered' && why !== null) await endOffer(act, conversation, seen, 'expired', why);
}

async function endOffer(
  act: Act,
  conversation: Conversation,
  offer: Assignment,
  to: 'declined' | 'expired',
  reason: string | null,
): Promise<void> {
  freeSeatOf(act, conversation, offer, to, reason);
  await act.em.flush();
  planJob(act, 'route-conversation', conversation.accountId, { conversationId: conversation.id });
}

async function lockOffer(
  act: Act,
  assignmentId: string,
  agentId: string,
): Promise<{ conversation: Conversation; offer: Assignment }> {
  const seen = await act.em.findOne(Assignment, { id: assignmentId, agentId });
  if (!seen) throw new DomainError('assignment_not_found', `There is no offer ${assignmentId} for you.`);
  const conversation = await lockConversation(act, seen.conversationId);
  await act.em.refresh(seen);
  return { conversation, offer: seen };
}

async function checkOpen(act: Act, conversation: Conversation, offer: Assignment): Promise<void> {
  const open = offer.state === 'offered' && offer.deadlineAt !== null && offer.deadlineAt > act.now;
  if (open) return;
  const holder = await findHolder(act.em, conversation.id);
  const what = offer.state === 'offered' ? 'expired' : offer.state;
  throw new DomainError('offer_closed', `This offer is ${what}; ${nameOf(holder)} holds the conversation now.`, {
    holder,
    state: what,
  });
}
