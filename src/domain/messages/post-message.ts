// One message said here: by an agent, a robot or the system in the session that holds the floor, or by the contact, who may
// always speak.

import type { Account } from '../accounts/account.ts';
import type { Act } from '../act.ts';
import { Contact } from '../contacts/contact.ts';
import type { Conversation } from '../conversations/conversation.ts';
import { DomainError } from '../errors.ts';
import { record } from '../events/record.ts';
import { subjectOf } from '../sessions/move-session.ts';
import { Session } from '../sessions/session.ts';
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
  const incoming = incomingOf(act, account, conversation, author, said, '');
  await insertMessages(act, [{ conversation, messages: [{ incoming, session, overlapped: false }] }]);
  if (author.sender !== 'system') session.settle();
  session.heardAt(incoming.sentAt, act.now, account.fullSettings.deadlines);
  if (!said.private) conversation.showAs(conversation.status, incoming.sentAt, incoming.sentAt);
  await act.em.flush();
  return recordMessage(act, conversation, said.externalId, await floorOf(act, conversation, session));
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
  const incoming = incomingOf(act, account, conversation, author, said, contact.externalId);
  await storeMessages(act, account.id, account.fullSettings, [incoming]);
  return recordMessage(act, conversation, said.externalId, await floorOf(act, conversation, null));
}

/**
 * What was said under this id before: a repeated post is answered with it, whoever holds the floor by now.
 * @throws DomainError message_id_taken when the same author said something else by that id.
 */
export async function findSaid(act: Act, conversation: Conversation, said: Said): Promise<Message | null> {
  const known = await act.em.findOne(Message, { accountId: conversation.accountId, externalId: said.externalId });
  if (!known) return null;
  if (known.conversationId === conversation.id && known.content === storedContent(said.content)) return known;
  throw new DomainError('message_id_taken', 'This message id names something else that you said; take a new one.');
}

function incomingOf(
  act: Act,
  account: Account,
  conversation: Conversation,
  author: Author,
  said: Said,
  contact: string,
): Incoming {
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
    sentAt: conversation.nextMoment(act.now),
    batch: '',
  };
}

/** @param session that was spoken in: it holds the floor, most often. @returns the id of the one that does. */
async function floorOf(act: Act, { id }: Conversation, session: Session | null): Promise<string | null> {
  if (session?.activeIn === id) return session.id;
  const floor = await act.em.findOne(Session, { activeIn: id }, { fields: ['id'], disableIdentityMap: true });
  return floor?.id ?? null;
}

async function recordMessage(
  act: Act,
  conversation: Conversation,
  externalId: string,
  floorSessionId: string | null,
): Promise<Message> {
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
  else {
    const { epoch } = conversation;
    const told = { ...data, externalId, sender, type, epoch, floorSessionId };
    record(act, 'message.created', subjectOf(conversation), told);
  }
  return message;
}
