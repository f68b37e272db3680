// What somebody said. Its external id is unique per account: that is what makes every delivery of it after the first one a duplicate.
import { defineEntity, type OptionalProps, p } from '@mikro-orm/mysql';
import { DomainError } from '../errors.ts';
import { MESSAGE_TYPES, SENDERS, shownContent } from './incoming.ts';
import { canMark, isWithdrawn, type Mark, MESSAGE_MOVES, MESSAGE_STATUSES } from './message-status.ts';

const MessageSchema = defineEntity({
  name: 'Message',
  tableName: 'message',
  properties: {
    id: p.bigint('number').primary(),
    accountId: p.string(),
    externalId: p.string(),
    conversationId: p.string(),
    sessionId: p.string(),
    sender: p.enum(SENDERS),
    senderId: p.string().strictNullable(),
    senderName: p.string().strictNullable(),
    type: p.enum(MESSAGE_TYPES),
    content: p.text(),
    private: p.boolean(),
    status: p.enum(MESSAGE_STATUSES),
    overlapped: p.boolean(),
    /** A mark: what is said from here on is about something else (cut-by-meaning.ts). */
    beginsTopic: p.boolean(),
    statusAt: p.datetime(3).strictNullable(),
    sentAt: p.datetime(3),
    createdAt: p.datetime(3),
  },
});

export class Message extends MessageSchema.class {
  declare [OptionalProps]?: 'shownContent';

  /** What was said; null once it was recalled or deleted. */
  get shownContent(): unknown {
    return isWithdrawn(this.status) ? null : shownContent(this.type, this.content);
  }

  /** The only way to another status, for one message. @throws DomainError illegal_move */
  moveTo(to: Mark, now: Date): void {
    if (!canMark(this.status, to)) {
      const possible = MESSAGE_MOVES[this.status].join(', ') || 'nothing: it is over';
      throw new DomainError(
        'illegal_move',
        `A message that is ${this.status} can not become ${to}; possible: ${possible}.`,
        { messageId: String(this.id), status: this.status },
      );
    }
    this.status = to;
    this.statusAt = now;
  }
}
MessageSchema.setClass(Message);
