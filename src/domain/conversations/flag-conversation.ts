// What people set by hand on a conversation: pin, to-do, raised hand, need to intervene, emotion, urgency. Its place on the desk
// follows in the same act; what was so already changes nothing and tells nobody.
import type { Act } from '../act.ts';
import { record } from '../events/record.ts';
import type { Conversation, WantedFlags } from './conversation.ts';
import { lockConversation } from './lock-conversation.ts';

/**
 * @param wanted urgency is 1-5.
 * @param reason why the urgency is changed; for the operation log.
 * @throws DomainError conversation_not_found
 */
export async function flagConversation(
  act: Act,
  conversationId: string,
  wanted: WantedFlags,
  reason: string | null,
): Promise<Conversation> {
  const conversation = await lockConversation(act, conversationId);
  const from = conversation.urgency;
  const { urgency: to, ...flags } = conversation.flag(wanted, act.now);
  await act.em.flush();
  const { accountId, contactId } = conversation;
  const subject = { accountId, conversationId, contactId };
  const data = { conversationId, contactId };
  if (Object.values(flags).some((value) => value !== undefined))
    record(act, 'conversation.flags_changed', subject, { ...data, ...flags });
  if (to !== undefined) record(act, 'conversation.priority_changed', subject, { ...data, from, to, reason });
  return conversation;
}
