// The one door to change: whoever changes anything in a conversation locks its row first. One row lock, one order.
import { LockMode } from '@mikro-orm/mysql';
import type { Act } from '../act.ts';
import { DomainError } from '../errors.ts';
import { updateRows } from '../rows.ts';
import { Conversation } from './conversation.ts';

/** Locks one, fresh from the database. @throws DomainError conversation_not_found */
export async function lockConversation(act: Act, id: string): Promise<Conversation> {
  const conversation = await act.em.findOne(Conversation, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  if (!conversation) throw new DomainError('conversation_not_found', `There is no conversation ${id}.`);
  return conversation;
}

/** Locks one for work that time brought; null while another act has it, which may just be moving the deadline. */
export function lockIfFree(act: Act, id: string): Promise<Conversation | null> {
  return act.em.findOne(Conversation, { id }, { lockMode: LockMode.PESSIMISTIC_PARTIAL_WRITE, refresh: true });
}

/**
 * Locks many, in the order of their ids, so that two acts never wait for each other in a circle. They are read past the ORM's
 * bookkeeping: a flush does not see them, `updateConversations` writes what changed.
 */
export async function lockConversations(act: Act, ids: readonly string[]): Promise<Map<string, Conversation>> {
  if (ids.length === 0) return new Map();
  const options = { lockMode: LockMode.PESSIMISTIC_WRITE, orderBy: { id: 'asc' }, disableIdentityMap: true } as const;
  const found = await act.em.find(Conversation, { id: { $in: [...ids] } }, options);
  return new Map(found.map((conversation) => [conversation.id, conversation]));
}

/** Writes where conversations stand now: the floor's epoch, what the desk shows, and what was read in the contact's words. */
export function updateConversations(act: Act, conversations: readonly Conversation[]): Promise<void> {
  const rows = conversations.map(({ id, epoch, status, urgency, emotion, ...rest }) => ({
    id,
    epoch,
    status,
    urgency,
    emotion,
    need_intervene: rest.needIntervene,
    desk_order: rest.deskOrder,
    last_message_at: rest.lastMessageAt,
    updated_at: rest.updatedAt,
  }));
  return updateRows(act.em, 'conversation', rows);
}
