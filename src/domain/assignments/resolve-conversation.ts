// Ends every open session of a conversation and frees the seats. Resolved is not for ever: the next message opens a new session.

import { Account } from '../accounts/account.ts';
import { phraseFor } from '../accounts/settings.ts';
import type { Act } from '../act.ts';
import type { Conversation } from '../conversations/conversation.ts';
import { lockConversation } from '../conversations/lock-conversation.ts';
import { DomainError } from '../errors.ts';
import { record } from '../events/record.ts';
import { ownId } from '../messages/incoming.ts';
import { postMessage } from '../messages/post-message.ts';
import { isOver } from '../sessions/lifecycle.ts';
import { openSessionsOf, subjectOf } from '../sessions/move-session.ts';
import { planNextRobots } from '../sessions/robot-slots.ts';
import type { Session } from '../sessions/session.ts';
import { settleDesk } from '../sessions/settle-desk.ts';
import { Assignment } from './assignment.ts';
import { endOne } from './end-session.ts';
import { notServing } from './speak.ts';

/**
 * @param agentId the agent who resolves, who must serve it; null: upstream or an operator decides.
 * @throws DomainError conversation_not_found, conversation_resolved, not_serving (with the holder)
 */
export async function resolveConversation(
  act: Act,
  conversationId: string,
  agentId: string | null,
  note: string | null,
): Promise<Conversation> {
  const conversation = await lockConversation(act, conversationId);
  if (conversation.status === 'resolved')
    throw new DomainError('conversation_resolved', 'This conversation is resolved already.');
  const open = await openSessionsOf(act, conversationId);
  const serving = await act.em.find(Assignment, { serves: { $in: open.map(({ id }) => id) } });
  if (agentId !== null && !mayResolve(agentId, open, serving)) throw await notServing(act, conversationId);
  const account = await act.em.findOneOrFail(Account, { id: conversation.accountId });
  const last = open.find((session) => session.state === 'active') ?? open[0];
  if (last) {
    const notice = {
      externalId: ownId('resolved', last.id),
      type: 'system',
      content: phraseFor(account.fullSettings, 'resolved'),
      private: false,
    } as const;
    await postMessage(act, account, conversation, last, { sender: 'system', id: null, name: null }, notice);
  }
  // The note is for colleagues: a session's reason is shown to the contact too.
  for (const session of open) {
    if (isOver(session.state)) continue; // it ended with the one that it was handed to
    const to = session.state === 'pending' ? 'cancelled' : 'completed';
    await endOne(act, account, conversation, session, to, 'resolved');
  }
  await planNextRobots(act, conversation.accountId, account.fullSettings);
  await settleDesk(act, conversation, 'resolved');
  const sessions = open.map(({ id }) => id);
  const data = { conversationId, contactId: conversation.contactId, agentId, note, sessions };
  record(act, 'conversation.resolved', { ...subjectOf(conversation), ...(agentId === null ? {} : { agentId }) }, data);
  return conversation;
}

/** Who serves it; an agent who was interrupted does not end what a colleague is at. */
function mayResolve(agentId: string, open: readonly Session[], serving: readonly Assignment[]): boolean {
  const speaking = serving.find(({ serves }) => open.some(({ id, state }) => id === serves && state === 'active'));
  return speaking ? speaking.agentId === agentId : serving.some((assignment) => assignment.agentId === agentId);
}
