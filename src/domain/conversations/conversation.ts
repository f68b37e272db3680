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
  /**
   * The status and the newest message decide the place on the desk; both are set here and nowhere else.
   * @param messageAt of a message that came; an older one than is known moves nothing.
   */
  showAs(status: DeskStatus, messageAt: Date | null, now: Date): void {
    this.status = status;
    if (messageAt && (!this.lastMessageAt || messageAt > this.lastMessageAt)) this.lastMessageAt = messageAt;
    this.deskOrder = deskOrder(this, status, this.lastMessageAt?.getTime() ?? 0);
    if (now > this.updatedAt) this.updatedAt = now;
  }

  /** A time after everything that was done here, for what is done next: an act that waited for the lock began earlier. */
  nextMoment(now: Date): Date {
    return new Date(Math.max(now.getTime(), this.updatedAt.getTime() + 1));
  }
}
ConversationSchema.setClass(Conversation);
