// Words that were taken back are taken out of the events that told them too: whoever reads on in a stream later finds that something
// was said, and no longer what. The one change that is ever made to what happened.
import type { Act } from '../act.ts';

/** @param messageId of a message or note of the conversation, whose lock is held. @param sentAt when it was said: a batch tells a preview of its last message. */
export async function withdrawWords(act: Act, conversationId: string, messageId: string, sentAt: Date): Promise<void> {
  await act.em.execute(
    `update event set data = json_remove(data, '$.content') where conversation_id = ? and type in ('message.created', 'note.created')
       and json_unquote(json_extract(data, '$.messageId')) = ?`,
    [conversationId, messageId],
    'run',
  );
  await act.em.execute(
    `update event set data = json_replace(data, '$.last.preview', '') where conversation_id = ? and type = 'messages.ingested'
       and json_unquote(json_extract(data, '$.lastAt')) = ?`,
    [conversationId, sentAt.toISOString()],
    'run',
  );
}
