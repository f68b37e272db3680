// The one door to change: whoever changes anything in a conversation locks its row first. One row lock, one order.
import { LockMode } from '@mikro-orm/mysql';
import type { Act } from '../act.ts';
import { DomainError } from '../errors.ts';
import { Conversation } from './conversation.ts';

/** Locks one, fresh from the database. @throws DomainError conversation_not_found */
export async function lockConversation(act: Act, id: string): Promise<Conversation> {
  const conversation = await act.em.findOne(Conversation, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  if (!conversation) throw new DomainError('conversation_not_found', `There is no conversation ${id}.`);
  return conversation;
}

/** Locks many, in the order of their ids, so that two acts never wait for each other in a circle. */
export async function lockConversations(act: Act, ids: readonly string[]): Promise<Map<string, Conversation>> {
  if (ids.length === 0) return new Map();
  const options = { lockMode: LockMode.PESSIMISTIC_WRITE, orderBy: { id: 'asc' } } as const;
  const found = await act.em.find(Conversation, { id: { $in: [...ids] } }, options);
  return new Map(found.map((conversation) => [conversation.id, conversation]));
}
