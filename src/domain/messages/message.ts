// What somebody said. Its external id is unique per account: that is what makes every delivery of it after the first one a duplicate.
import { defineEntity, p } from '@mikro-orm/mysql';
import { MESSAGE_TYPES, SENDERS } from './incoming.ts';

export const MESSAGE_STATUSES = ['sent', 'delivered', 'read', 'recalled', 'deleted'] as const;

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
    sentAt: p.datetime(3),
    createdAt: p.datetime(3),
  },
});

export class Message extends MessageSchema.class {}
MessageSchema.setClass(Message);
