// The lasting thread of one account and one contact. Its epoch grows whenever the floor changes hands.
import { defineEntity, p } from '@mikro-orm/mysql';
import { deskOrder } from './desk-order.ts';
import { DESK_STATUSES, type DeskStatus } from './desk-status.ts';

const ConversationSchema = defineEntity({
  name: 'Conversation',
  tableName: 'conversation',
  properties: {
    id: p.string().primary(),
    accountId: p.string(),
    contactId: p.string(),
    epoch: p.integer(),
    status: p.enum(DESK_STATUSES),
    pinned: p.boolean(),
    todo: p.boolean(),
    urgency: p.integer(),
    handRaised: p.boolean(),
    needIntervene: p.boolean(),
    emotion: p.string(),
    deskOrder: p.bigint('number'),
    lastMessageAt: p.datetime(3).strictNullable(),
    createdAt: p.datetime(3),
    updatedAt: p.datetime(3),
  },
});

export class Conversation extends ConversationSchema.class {
  /** The status and the newest message decide the place on the desk; both are set here and nowhere else. */
  showAs(status: DeskStatus, lastMessageAt: Date | null, now: Date): void {
    this.status = status;
    this.lastMessageAt = lastMessageAt;
    this.deskOrder = deskOrder(this, status, lastMessageAt?.getTime() ?? 0);
    this.updatedAt = now;
  }
}
ConversationSchema.setClass(Conversation);
