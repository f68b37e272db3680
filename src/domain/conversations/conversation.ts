// The lasting thread of one account and one contact. Its epoch grows whenever the floor changes hands.
import { defineEntity, p } from '@mikro-orm/mysql';
import { deskOrder, EMOTIONS, type Flags } from './desk-order.ts';
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
    emotion: p.enum(EMOTIONS),
    deskOrder: p.bigint('number'),
    lastMessageAt: p.datetime(3).strictNullable(),
    imageTaskId: p.string().strictNullable(),
    createdAt: p.datetime(3),
    updatedAt: p.datetime(3),
  },
});

/** What the desk sets by hand; what is left out stays. */
type DeskFlags = Flags & { readonly todo: boolean };
export type WantedFlags = { readonly [flag in keyof DeskFlags]?: DeskFlags[flag] | undefined };

export class Conversation extends ConversationSchema.class {
  /** Sets flags, and with them the place on the desk. @returns those that were otherwise before. */
  flag(wanted: WantedFlags, now: Date): WantedFlags {
    const changed = {
      pinned: other(this.pinned, wanted.pinned),
      todo: other(this.todo, wanted.todo),
      urgency: other(this.urgency, wanted.urgency),
      handRaised: other(this.handRaised, wanted.handRaised),
      needIntervene: other(this.needIntervene, wanted.needIntervene),
      emotion: other(this.emotion, wanted.emotion),
    };
    const set = Object.entries(changed).filter(([, value]) => value !== undefined);
    if (set.length === 0) return {};
    Object.assign(this, Object.fromEntries(set));
    this.showAs(this.status, null, now);
    return changed;
  }

  /**
   * The status, the newest message and the flags decide the place on the desk, which is set here and nowhere else.
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

/** The wanted value where it differs from the present one. */
function other<T>(present: T, wanted: T | undefined): T | undefined {
  return wanted === present ? undefined : wanted;
}
