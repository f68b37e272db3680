// What becomes of messages once they are said: delivered and read, for all up to one; recalled by their author, within a time;
// deleted. Whoever sees the conversation is told, once for each change.
import { Account } from '../accounts/account.ts';
import type { Act } from '../act.ts';
import { Collaborator } from '../conversations/collaborator.ts';
import type { Conversation } from '../conversations/conversation.ts';
import { lockConversation } from '../conversations/lock-conversation.ts';
import { DomainError } from '../errors.ts';
import { record } from '../events/record.ts';
import { withdrawWords } from '../events/withdraw-words.ts';
import { ownId, type Sender } from '../messages/incoming.ts';
import { Message } from '../messages/message.ts';
import { type Mark, statusesBefore } from '../messages/message-status.ts';
import { subjectOf } from '../sessions/move-session.ts';
import { Assignment } from './assignment.ts';

export type Marker = { readonly type: 'agent' | 'contact' | 'key'; readonly id: string };

/**
 * Saying again what is so already changes nothing and tells nobody.
 * @param marker has been found to see the message.
 * @throws DomainError message_not_found; for recall and deletion also not_author, too_late, illegal_move
 */
export async function markMessage(act: Act, messageId: number, to: Mark, marker: Marker): Promise<Message> {
  const seen = await findMessage(act, messageId);
  const conversation = await lockConversation(act, seen.conversationId);
  const message = await findMessage(act, messageId);
  if (to === 'delivered' || to === 'read') await markUpTo(act, conversation, message, to, marker);
  else await withdraw(act, conversation, message, to, marker);
  return message;
}

/** As the database has it now. */
async function findMessage(act: Act, id: number): Promise<Message> {
  const message = await act.em.findOne(Message, { id }, { refresh: true });
  if (!message) throw new DomainError('message_not_found', 'There is no such message.');
  return message;
}

const OURS: readonly Sender[] = ['robot', 'human', 'system'];

/** Every message of the other side up to this one that was not yet so. */
async function markUpTo(
  act: Act,
  conversation: Conversation,
  message: Message,
  to: 'delivered' | 'read',
  marker: Marker,
): Promise<void> {
  const senders = sendersReadBy(marker, message);
  const { affectedRows: count } = await act.em.execute<{ affectedRows: number }>(
    `update message set status = ?, status_at = ? where conversation_id = ? and sender in (?) and private = false
       and status in (?) and sent_at <= ? and (sent_at < ? or id <= ?)`,
    [to, act.now, conversation.id, senders, statusesBefore(to), message.sentAt, message.sentAt, message.id],
    'run',
  );
  if (count === 0) return;
  await act.em.refresh(message);
  tell(act, conversation, message, to, marker, count);
}

/** Upstream reports for either side: whose message it names, the other one has read it. */
function sendersReadBy({ type }: Marker, { sender }: Message): readonly Sender[] {
  if (type === 'contact') return OURS;
  return type === 'agent' || sender === 'contact' ? ['contact'] : OURS;
}

async function withdraw(
  act: Act,
  conversation: Conversation,
  message: Message,
  to: 'recalled' | 'deleted',
  marker: Marker,
): Promise<void> {
  const isAuthor = wrote(marker, message);
  if (to === 'recalled' && !isAuthor) throw new DomainError('not_author', 'Only who said it can take it back.');
  if (to === 'deleted' && !isAuthor && !(await mayDelete(act, conversation, marker)))
    throw new DomainError(
      'not_author',
      'Only who said it, an agent who serves or helps in this conversation, or upstream can delete it.',
    );
  if (message.status === to) return;
  if (to === 'recalled') await checkTime(act, message);
  message.moveTo(to, act.now);
  await act.em.flush();
  await withdrawWords(act, conversation.id, String(message.id), message.sentAt);
  tell(act, conversation, message, to, marker, 1);
}

/**
 * A key is the author of what a robot said by it. A contact is that of their own words, those that came from outside without an
 * author too, but not of a participant's, who speaks on the same side.
 */
function wrote({ type, id }: Marker, { sender, senderId, externalId }: Message): boolean {
  if (type === 'contact') return sender === 'contact' && (senderId === null || senderId === id);
  if (type === 'agent') return sender === 'human' && senderId === id;
  return externalId.startsWith(ownId(`key:${id}`, ''));
}

async function mayDelete(act: Act, { id: conversationId }: Conversation, marker: Marker): Promise<boolean> {
  if (marker.type !== 'agent') return marker.type === 'key';
  const agentId = marker.id;
  const serving = await act.em.count(Assignment, { conversationId, agentId, serves: { $ne: null } });
  return serving > 0 || (await act.em.count(Collaborator, { conversationId, agentId, state: 'joined' })) > 0;
}

/** @throws DomainError too_late */
async function checkTime(act: Act, { accountId, sentAt }: Message): Promise<void> {
  const { recallWithin } = (await act.em.findOneOrFail(Account, { id: accountId })).fullSettings;
  if (act.now.getTime() - sentAt.getTime() <= recallWithin * 1000) return;
  throw new DomainError('too_late', `A message can be taken back within ${recallWithin} s; this one is older.`, {
    sentAt: sentAt.toISOString(),
    recallWithin,
  });
}

const SAID_BY = { agent: 'agent', contact: 'contact', key: 'upstream' } as const;

/** Contacts never hear of a private note, nor of what becomes of it. */
function tell(
  act: Act,
  conversation: Conversation,
  { id, private: isPrivate }: Message,
  status: Mark,
  marker: Marker,
  count: number,
): void {
  const { id: conversationId, contactId } = conversation;
  const data = { conversationId, contactId, messageId: String(id), by: SAID_BY[marker.type] };
  if (isPrivate && (status === 'recalled' || status === 'deleted'))
    record(act, 'note.withdrawn', subjectOf(conversation), { ...data, status });
  else record(act, 'message.status_changed', subjectOf(conversation), { ...data, status, count });
}
