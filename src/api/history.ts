// What was said in a conversation, newest first, as far as its reader may see it: one page by keyset over (sent_at, id).
import type { EntityManager } from '@mikro-orm/mysql';
import { Message } from '../domain/messages/message.ts';
import { utc } from '../domain/rows.ts';
import type { Guest, Principal } from './auth.ts';
import type { Place } from './cursor.ts';

/** Which messages of the conversation somebody sees, as a condition on the table `message` with its values. */
export type Reader = { readonly sees: string; readonly values: readonly unknown[] };

export function readerOf(principal: Principal): Reader {
  if (principal.type === 'participant') return participantReader(principal);
  return principal.type === 'contact' ? CONTACT_READER : DESK_READER;
}

/** What was stored since they came; of what was said before, as much as they were allowed then. Late messages count as stored. */
function participantReader({ reads: { historyFrom, historySince, historySinceId } }: Guest): Reader {
  if (historyFrom === null) return { sees: 'false', values: [] };
  if (historySince === null) return { sees: 'private = false and id >= ?', values: [historyFrom] };
  return {
    sees: 'private = false and (id >= ? or sent_at > ? or (sent_at = ? and id >= ?))',
    values: [historyFrom, historySince, historySince, historySinceId],
  };
}

/** Keys and agents. */
export const DESK_READER: Reader = { sees: 'true', values: [] };
/** No private notes. */
export const CONTACT_READER: Reader = { sees: 'private = false', values: [] };

type HistoryRow = { readonly id: number; readonly sent_at: string };

/** @returns at most `limit` rows, in the order of reading: backwards when `place.back`. */
export function historyPage(
  em: EntityManager,
  reader: Reader,
  conversationId: string,
  place: Place | null,
  limit: number,
): Promise<HistoryRow[]> {
  const [after, direction] = place?.back ? ['>', 'asc'] : ['<', 'desc'];
  const [at, id] = place?.at ?? [];
  const beyond = place ? `and sent_at ${after}= ? and (sent_at ${after} ? or id ${after} ?)` : '';
  return em.execute(
    `select id, sent_at from message where conversation_id = ? and ${reader.sees} ${beyond}
     order by sent_at ${direction}, id ${direction} limit ?`,
    [conversationId, ...reader.values, ...(place ? [new Date(String(at)), new Date(String(at)), id] : []), limit],
  );
}

export function placeOf({ sent_at, id }: HistoryRow): Place['at'] {
  return [utc(sent_at).toISOString(), id];
}

/** What is shown of messages, in the order of the ids. */
export async function viewMessages(em: EntityManager, ids: readonly number[]) {
  const messages = await em.find(Message, { id: { $in: [...ids] } });
  const byId = new Map(messages.map((message) => [message.id, viewMessage(message)]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

/** Without its words once it was recalled or deleted. */
export function viewMessage(message: Message) {
  const { id, externalId, conversationId, sessionId, sender, senderId, senderName, type, status, sentAt } = message;
  return {
    id: String(id),
    externalId,
    conversationId,
    sessionId,
    sender,
    senderId,
    senderName,
    type,
    content: message.shownContent,
    private: message.private,
    status,
    statusAt: message.statusAt,
    sentAt,
  };
}
