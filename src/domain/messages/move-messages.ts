// Known messages that belong to another session by a new reading are moved there, and who follows the conversation is told.
import type { Act } from '../act.ts';
import { record } from '../events/record.ts';
import { subjectOf } from '../sessions/move-session.ts';
import type { Session } from '../sessions/session.ts';
import type { ConversationReading } from './read-conversations.ts';

/** @param targets the session of each attachment of the reading. */
export async function moveMessages(
  act: Act,
  { conversation, reading }: ConversationReading,
  targets: readonly Session[],
): Promise<void> {
  const moved = new Map<string, string>();
  for (const [index, attachment] of reading.attachments.entries()) {
    const target = targets[index];
    if (!target) continue;
    const strangers = attachment.pieces.filter((piece) => piece.sessionId !== null && piece.sessionId !== target.id);
    for (const { sessionId } of strangers) if (sessionId !== null) moved.set(`${sessionId} ${target.id}`, target.id);
    const messages = strangers.flatMap(({ messageId }) => messageId ?? []);
    const sessions = strangers.flatMap(({ messageId, sessionId }) =>
      messageId === undefined ? (sessionId ?? []) : [],
    );
    if (messages.length > 0)
      await act.em.execute('update message set session_id = ? where id in (?)', [target.id, messages], 'run');
    if (sessions.length > 0)
      await act.em.execute(
        'update message set session_id = ? where conversation_id = ? and session_id in (?)',
        [target.id, conversation.id, sessions],
        'run',
      );
  }
  if (moved.size === 0) return;
  record(act, 'conversation.messages_moved', subjectOf(conversation), {
    conversationId: conversation.id,
    contactId: conversation.contactId,
    moved: [...moved].map(([pair, into]) => ({ from: pair.slice(0, into.length), into })),
  });
}
