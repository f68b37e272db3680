// After the moves of an act: the status that the desk shows is made true again, and told when it changed.
import type { Act } from '../act.ts';
import type { Conversation } from '../conversations/conversation.ts';
import { deskStatus, type OpenSession } from '../conversations/desk-status.ts';
import { record } from '../events/record.ts';
import { openSessionsOf, subjectOf } from './move-session.ts';

/** Reads the open sessions and settles one conversation. @param lastMessageAt where the act brought a newer message. */
export async function settleDesk(
  act: Act,
  conversation: Conversation,
  reason: string | null,
  lastMessageAt?: Date,
): Promise<void> {
  await act.em.flush();
  showOnDesk(act, conversation, await openSessionsOf(act, conversation.id), reason, lastMessageAt);
  await act.em.flush();
}

/** The same for a caller that has the open sessions at hand. */
export function showOnDesk(
  act: Act,
  conversation: Conversation,
  open: readonly OpenSession[],
  reason: string | null,
  lastMessageAt?: Date,
): void {
  const from = conversation.status;
  const to = deskStatus(open);
  conversation.showAs(to, lastMessageAt ?? null, act.now);
  if (from === to) return;
  const { id: conversationId, contactId, epoch } = conversation;
  record(act, 'conversation.status_changed', subjectOf(conversation), {
    conversationId,
    contactId,
    from,
    to,
    epoch,
    reason,
  });
}
