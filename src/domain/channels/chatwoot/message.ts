// A message of Chatwoot, read the same way out of a webhook and out of an answer.
import { z } from 'zod';
import {
  AttachmentPieces,
  Attributes,
  type ChatwootAttachment,
  type ChatwootSender,
  type Direction,
  Id,
  MessageDirection,
  Moment,
  markOf,
  SenderPiece,
} from './payload.ts';

export type ChatwootMessage = {
  readonly messageId: number;
  /** `template`: what Chatwoot says by itself; `activity`: what it notes ("assigned to …"). */
  readonly direction: Direction;
  /** A note that contacts never see. */
  readonly isPrivate: boolean;
  readonly contentType: string;
  readonly content: string;
  readonly contentAttributes: Attributes;
  /** Ours: this is an echo of what we sent ourselves. */
  readonly mark: string | null;
  readonly sender: ChatwootSender | null;
  readonly attachments: readonly ChatwootAttachment[];
  /** The id that the channel behind Chatwoot gave it, or our mark. */
  readonly sourceId: string | null;
  readonly sentAt: Date;
};

const Word = z
  .string()
  .nullish()
  .catch(null)
  .transform((text) => text ?? null);

export const MessagePiece = z.object({
  id: Id,
  content: Word,
  content_type: Word,
  content_attributes: Attributes,
  message_type: MessageDirection,
  private: z.boolean().nullish().catch(null),
  created_at: Moment,
  sender: SenderPiece,
  attachments: AttachmentPieces,
  source_id: Word,
});

export function messageOf(piece: z.output<typeof MessagePiece>): ChatwootMessage {
  return {
    messageId: piece.id,
    direction: piece.message_type,
    isPrivate: piece.private ?? false,
    contentType: piece.content_type ?? 'text',
    content: piece.content ?? '',
    contentAttributes: piece.content_attributes,
    mark: markOf(piece.content_attributes, piece.source_id),
    sender: senderOf(piece),
    attachments: piece.attachments,
    sourceId: piece.source_id,
    sentAt: piece.created_at,
  };
}

/** Only contacts write what is incoming. */
function senderOf({ sender, message_type }: z.output<typeof MessagePiece>): ChatwootSender | null {
  if (!sender) return null;
  return sender.type === 'unknown' && message_type === 'incoming' ? { ...sender, type: 'contact' } : sender;
}
