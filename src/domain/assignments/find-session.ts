// A session, its locked conversation and its account: what every deed on a session begins with.
import { Account } from '../accounts/account.ts';
import type { Act } from '../act.ts';
import type { Conversation } from '../conversations/conversation.ts';
import { lockConversation } from '../conversations/lock-conversation.ts';
import { DomainError } from '../errors.ts';
import { Session } from '../sessions/session.ts';
import { Assignment } from './assignment.ts';
import { notServing } from './speak.ts';

export type Locked = { readonly account: Account; readonly conversation: Conversation; readonly session: Session };

/** @throws DomainError session_not_found */
export async function lockSession(act: Act, sessionId: string): Promise<Locked> {
  const seen = await act.em.findOne(Session, { id: sessionId }, { disableIdentityMap: true });
  if (!seen) throw new DomainError('session_not_found', `There is no session ${sessionId}.`);
  const conversation = await lockConversation(act, seen.conversationId);
  const session = await act.em.findOneOrFail(Session, { id: sessionId }, { refresh: true });
  const account = await act.em.findOneOrFail(Account, { id: conversation.accountId });
  return { account, conversation, session };
}

/**
 * @param agentId of an agent who acts: they must serve it. null: upstream acts.
 * @throws DomainError not_serving, with the holder
 */
export async function checkServes(
  act: Act,
  { session }: Pick<Locked, 'session'>,
  agentId: string | null,
): Promise<void> {
  if (agentId === null) return;
  if (await act.em.findOne(Assignment, { serves: session.id, agentId })) return;
  throw await notServing(act, session.conversationId);
}
