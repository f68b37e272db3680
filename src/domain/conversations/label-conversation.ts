// Labels of a conversation: added and removed one by one, so that two who label at once lose nothing of each other.
import type { EntityManager } from '@mikro-orm/mysql';
import type { Act } from '../act.ts';
import { DomainError } from '../errors.ts';
import { record } from '../events/record.ts';
import { insertRows } from '../rows.ts';
import { lockConversation } from './lock-conversation.ts';

export const LABELS_LIMIT = 50;

/**
 * What is there already, or is not there to be removed, is left as it is. A label that is in both lists stays.
 * @throws DomainError conversation_not_found, labels_full
 */
export async function labelConversation(
  act: Act,
  conversationId: string,
  add: readonly string[],
  remove: readonly string[],
): Promise<void> {
  const { accountId, contactId } = await lockConversation(act, conversationId);
  const present = new Set((await findLabels(act.em, [conversationId])).get(conversationId));
  const added = [...new Set(add)].filter((label) => !present.has(label));
  const removed = [...new Set(remove)].filter((label) => present.has(label) && !add.includes(label));
  if (added.length + removed.length === 0) return;
  const count = present.size + added.length - removed.length;
  if (added.length > 0 && count > LABELS_LIMIT)
    throw new DomainError(
      'labels_full',
      `A conversation has at most ${LABELS_LIMIT} labels, and this would make ${count}; remove some.`,
      { labels: present.size, limit: LABELS_LIMIT },
    );
  if (removed.length > 0)
    await act.em.execute(
      'delete from conversation_label where conversation_id = ? and label in (?)',
      [conversationId, removed],
      'run',
    );
  const rows = added.map((label) => ({
    conversation_id: conversationId,
    label,
    account_id: accountId,
    created_at: act.now,
  }));
  await insertRows(act.em, 'conversation_label', rows);
  const subject = { accountId, conversationId, contactId };
  record(act, 'conversation.labels_changed', subject, { conversationId, contactId, added, removed });
}

/** The labels of each of these conversations that has any, in the order of their letters. */
export async function findLabels(em: EntityManager, ids: readonly string[]): Promise<Map<string, string[]>> {
  if (ids.length === 0) return new Map();
  const rows: { conversation_id: string; label: string }[] = await em.execute(
    'select conversation_id, label from conversation_label where conversation_id in (?) order by conversation_id, label',
    [[...ids]],
  );
  const own = Map.groupBy(rows, (row) => row.conversation_id);
  return new Map([...own].map(([id, found]) => [id, found.map(({ label }) => label)]));
}
