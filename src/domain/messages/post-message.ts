// One message said here: by an agent, a robot or the system in the session that holds the floor, or by the contact, who may
// always speak. The external id makes a repeated post harmless: the first one is answered again.

import type { Account } from '../accounts/account.ts';
import type { Act } from '../act.ts';
import { Contact } from '../contacts/contact.ts';
import type { Conversation } from '../conversations/conversation.ts';
import { DomainError } from '../errors.ts';
import { record } from '../events/record.ts';
import { subjectOf } from '../sessions/move-session.ts';
import type { Session } from '../sessions/session.ts';
import { type Content, type Incoming, type MessageType, type Sender, shownContent, storedContent } from './incoming.ts';
import { insertMessages } from './insert-messages.ts';
import { Message } from './message.ts';
import { storeMessages } from './store-messages.ts';

export type Said = {
  readonly externalId: string;
  readonly type: MessageType;
  readonly content: Content;
  readonly private: boolean;
};
export type Author = { readonly sender: Sender; readonly id: string | null; readonly name: string | null };

/** @param session holds the floor of the locked conversation; whoever calls has checked that this author may speak in it. */
export async function postMessage(
  act: Act,
  account: Account,
  conversation: Conversation,
  session: Session,
  author: Author,
  said: Said,
): Promise<Message> {
  const known = await knownMessage(act, conversation, author, said);
  if (known) return known;
  const incoming = incomingOf(act, account, author, said, '');
  await insertMessages(act, [{ conversation, messages: [{ incoming, session }] }]);
  if (author.sender !== 'system') session.settle();
  session.heardAt(act.now, act.now, account.fullSettings.deadlines);
  if (!said.private) conversation.showAs(conversation.status, act.now, act.now);
  await act.em.flush();
  return recordMessage(act, conversation, said.externalId);
}

/** The contact speaks: the message finds its session, or opens one, by the same reading as every message that is ingested. */
export async function postAsContact(
  act: Act,
  account: Account,
  conversation: Conversation,
  said: Said,
): Promise<Message> {
  const contact = await act.em.findOneOrFail(Contact, { id: conversation.contactId });
  const author: Author = { sender: 'contact', id: contact.id, name: contact.name };
  const known = await knownMessage(act, conversation, author, said);
  if (known) return known;
  const incoming = {
    ...incomingOf(act, account, author, said, contact.externalId),
    sentAt: afterAllElse(act, conversation),
  };
  await storeMessages(act, account.id, account.fullSettings, [incoming]);
  return recordMessage(act, conversation, said.externalId);
}

/** Said after whatever was done while it waited for the lock: a session that was resolved meanwhile must not swallow it. */
function afterAllElse(act: Act, conversation: Conversation): Date {
  return new Date(Math.max(act.now.getTime(), conversation.updatedAt.getTime() + 1));
}

/** @throws DomainError message_id_taken when the id names something else that was said. */
async function knownMessage(act: Act, conversation: Conversation, author: Author, said: Said): Promise<Message | null> {
  const known = await act.em.findOne(Message, { accountId: conversation.accountId, externalId: said.externalId });
  if (!known) return null;
  const same =
    known.conversationId === conversation.id &&
    known.sender === author.sender &&
    known.senderId === author.id &&
    known.content === storedContent(said.content);
  if (!same)
    throw new DomainError(
      'message_id_taken',
      `The message id ${said.externalId} names another message of this account.`,
    );
  return known;
}

function incomingOf(act: Act, account: Account, author: Author, said: Said, contact: string): Incoming {
  return {
    externalId: said.externalId,
    accountId: account.id,
    contact: { id: contact },
    sender: author.sender,
    senderId: author.id,
    senderName: author.name,
    type: said.type,
    content: storedContent(said.content),
    private: said.private,
    sentAt: act.now,
    batch: '',
  };
}

async function recordMessage(act: Act, conversation: Conversation, externalId: string): Promise<Message> {
  const message = await act.em.findOneOrFail(Message, { accountId: conversation.accountId, externalId });
  const { sessionId, sender, senderId, senderName, type } = message;
  const said = {
    sessionId,
    senderId,
    senderName,
    content: shownContent(type, message.content),
    sentAt: message.sentAt.toISOString(),
  };
  const data = {
    conversationId: conversation.id,
    contactId: conversation.contactId,
    messageId: String(message.id),
    ...said,
  };
  if (message.private) record(act, 'note.created', subjectOf(conversation), data);
  else record(act, 'message.created', subjectOf(conversation), { ...data, externalId, sender, type });
  return message;
}
