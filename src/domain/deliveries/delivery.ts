// One effect outside, written down in the act that wants it. Its key makes it one, however often it is planned; its lane has at most one
// on its way at a time, which a unique key sees to.
import { defineEntity, p } from '@mikro-orm/mysql';
import { DomainError } from '../errors.ts';
import { canMoveDelivery, DELIVERY_MOVES, DELIVERY_STATES, type DeliveryState, isOnItsWay } from './lifecycle.ts';

/** Of the columns. */
const CODE_LENGTH = 60;
const DETAIL_LENGTH = 500;
const EXTERNAL_LENGTH = 128;

const DeliverySchema = defineEntity({
  name: 'Delivery',
  tableName: 'delivery',
  properties: {
    id: p.bigint('number').primary(),
    endpointId: p.string(),
    accountId: p.string(),
    conversationId: p.string().strictNullable(),
    lane: p.string(),
    effect: p.string(),
    effectKey: p.string(),
    eventId: p.string().strictNullable(),
    payload: p.text().strictNullable(),
    state: p.enum(DELIVERY_STATES),
    sendingLane: p.string().strictNullable(),
    doubt: p.boolean(),
    attempts: p.integer(),
    dueAt: p.datetime(3),
    expiresAt: p.datetime(3),
    lease: p.string().strictNullable(),
    leasedUntil: p.datetime(3).strictNullable(),
    externalId: p.string().strictNullable(),
    code: p.string().strictNullable(),
    detail: p.string().strictNullable(),
    createdAt: p.datetime(3),
    endedAt: p.datetime(3).strictNullable(),
  },
});

export class Delivery extends DeliverySchema.class {
  /**
   * The only way to another state.
   * @param lease names the attempt, where it is sent.
   * @throws DomainError illegal_move
   */
  moveTo(to: DeliveryState, now: Date, lease: { readonly id: string; readonly until: Date } | null = null): void {
    if (!canMoveDelivery(this.state, to)) {
      const possible = DELIVERY_MOVES[this.state].join(', ');
      throw new DomainError(
        'illegal_move',
        `A delivery that is ${this.state} can not become ${to}; possible: ${possible}.`,
        {
          deliveryId: String(this.id),
          state: this.state,
        },
      );
    }
    this.state = to;
    this.sendingLane = to === 'sending' ? this.lane : null;
    this.lease = lease?.id ?? null;
    this.leasedUntil = lease?.until ?? null;
    this.endedAt = isOnItsWay(to) ? null : now;
  }

  /** What went wrong last, or why it ended; null: nothing. */
  explain(code: string | null, detail: string | null): void {
    this.code = code === null ? null : wordOf(code);
    this.detail = detail === null ? null : detail.slice(0, DETAIL_LENGTH).toWellFormed();
  }

  /** What is needed to speak of it again later; what is known stays. */
  keep(more: Readonly<Record<string, unknown>>): void {
    const known: object = this.payload === null ? {} : JSON.parse(this.payload);
    this.payload = JSON.stringify({ ...known, ...more });
  }

  /** The other side's name for it. */
  knownAs(externalId: string | null): void {
    if (externalId !== null) this.externalId = externalId.slice(0, EXTERNAL_LENGTH).toWellFormed();
  }
}
DeliverySchema.setClass(Delivery);

/** For counting: what others call their faults may be long, or hold anything. */
export function wordOf(code: string): string {
  return code.replaceAll(/[^\w.-]/g, '_').slice(0, CODE_LENGTH);
}
