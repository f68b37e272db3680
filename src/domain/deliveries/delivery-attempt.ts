// One attempt at a delivery, written before the call: whatever happens then, it is known that we called.
import { defineEntity, p } from '@mikro-orm/mysql';
import { wordOf } from './delivery.ts';

export const ATTEMPT_OUTCOMES = ['begun', 'delivered', 'skipped', 'failed', 'unknown'] as const;
export type AttemptOutcome = (typeof ATTEMPT_OUTCOMES)[number];

const DETAIL_LENGTH = 500;

const DeliveryAttemptSchema = defineEntity({
  name: 'DeliveryAttempt',
  tableName: 'delivery_attempt',
  properties: {
    id: p.bigint('number').primary(),
    deliveryId: p.bigint('number'),
    number: p.integer(),
    lease: p.string(),
    outcome: p.enum(ATTEMPT_OUTCOMES),
    status: p.integer().strictNullable(),
    code: p.string().strictNullable(),
    detail: p.string().strictNullable(),
    beganAt: p.datetime(3),
    endedAt: p.datetime(3).strictNullable(),
  },
});

export class DeliveryAttempt extends DeliveryAttemptSchema.class {
  end(
    outcome: Exclude<AttemptOutcome, 'begun'>,
    now: Date,
    {
      status = null,
      code = null,
      detail = null,
    }: { status?: number | null; code?: string | null; detail?: string | null },
  ): void {
    this.outcome = outcome;
    this.status = status;
    this.code = code === null ? null : wordOf(code);
    this.detail = detail === null ? null : detail.slice(0, DETAIL_LENGTH).toWellFormed();
    this.endedAt = now;
  }
}
DeliveryAttemptSchema.setClass(DeliveryAttempt);
