// Reads what a bundle holds, as it is in this act. It is kept as a document: what is said later does not change it.
import type { Act } from '../act.ts';
import { Contact } from '../contacts/contact.ts';
import type { Conversation } from '../conversations/conversation.ts';
import { shownContent } from '../messages/incoming.ts';
import { Message } from '../messages/message.ts';
import { Session } from '../sessions/session.ts';
import { type Bundle, type Cause, EARLIER_IN_BUNDLE, MESSAGES_IN_BUNDLE } from './bundle.ts';

export type Told = Pick<Bundle, 'reason' | 'urgency' | 'advice'> & { readonly cause: Cause | null };

/** Private notes are for agents: they are in the history behind the link, not in a document that robots read too. */
export async function freezeBundle(
  act: Act,
  conversation: Conversation,
  session: Session,
  { reason, cause, urgency, advice }: Told,
): Promise<Bundle> {
  const contact = await act.em.findOneOrFail(Contact, { id: conversation.contactId });
  const said = { conversationId: conversation.id, private: false, status: { $nin: ['recalled', 'deleted'] as const } };
  const messages = await act.em.find(Message, said, {
    orderBy: { sentAt: 'desc', id: 'desc' },
    limit: MESSAGES_IN_BUNDLE,
    disableIdentityMap: true,
  });
  const count = await act.em.count(Message, said);
  const earlier = await act.em.find(
    Session,
    { conversationId: conversation.id, endedAt: { $ne: null }, mergedInto: null },
    { orderBy: { id: 'desc' }, limit: EARLIER_IN_BUNDLE, disableIdentityMap: true },
  );
  const { id, externalId, kind, name, department, position, level, vip } = contact;
  return {
    version: 1,
    frozenAt: act.now.toISOString(),
    conversation: {
      id: conversation.id,
      epoch: conversation.epoch,
      history: `/v1/conversations/${conversation.id}/messages`,
    },
    contact: { id, externalId, kind, name, department, position, level, vip },
    session: {
      id: session.id,
      kind: session.kind,
      openedAt: session.openedAt.toISOString(),
      task: session.task === null ? null : JSON.parse(session.task),
    },
    reason,
    cause,
    urgency,
    advice,
    messages: messages.toReversed().map(shown),
    earlierMessages: count - messages.length,
    earlierSessions: earlier.map((each) => ({
      id: each.id,
      kind: each.kind,
      state: each.state,
      reason: each.reason,
      firstAt: each.firstAt.toISOString(),
      lastAt: each.lastAt.toISOString(),
    })),
  };
}

function shown({ id, sender, senderName, type, content, sentAt }: Message): Bundle['messages'][number] {
  return {
    id: String(id),
    sender,
    senderName,
    type,
    content: shownContent(type, content),
    sentAt: sentAt.toISOString(),
  };
}
