// The rows of messages that are new, each in the session that it was placed in.
import type { Act } from '../act.ts';
import type { Conversation } from '../conversations/conversation.ts';
import { insertRows } from '../rows.ts';
import type { Session } from '../sessions/session.ts';
import type { Incoming } from './incoming.ts';

export type PlacedMessages = {
  readonly conversation: Conversation;
  readonly messages: readonly {
    readonly incoming: Incoming;
    readonly session: Session;
    readonly overlapped: boolean;
  }[];
};
export function insertMessages(act: Act, placed: readonly PlacedMessages[]): Promise<void> {
  const rows = placed.flatMap(({ conversation, messages }) =>
    messages.map(({ incoming, session, overlapped }) => ({
      account_id: incoming.accountId,
      external_id: incoming.externalId,
      conversation_id: conversation.id,
      session_id: session.id,
      sender: incoming.sender,
      sender_id: incoming.senderId,
      sender_name: incoming.senderName,
      type: incoming.type,
      content: incoming.content,
      private: incoming.private,
      overlapped,
      status: 'sent',
      sent_at: incoming.sentAt,
      created_at: act.now,
    })),
  );
  return insertRows(act.em, 'message', rows);
}
