// Money that a contact paid, once for each order: its unique key makes every further notice of the same order a copy.
import { defineEntity, p } from '@mikro-orm/mysql';

/**
 * `started`: the work began. `noted`: it had begun, or was done, before it was paid. `people`: people do it. `extra`: the task was paid before. `rebuilt`: no task was open, so one was made of
 * the contact's last picture. `no_image`: there is no picture.
 */
export const PAYMENT_OUTCOMES = ['started', 'noted', 'people', 'extra', 'rebuilt', 'no_image'] as const;
export type PaymentOutcome = (typeof PAYMENT_OUTCOMES)[number];

const PaymentSchema = defineEntity({
  name: 'Payment',
  tableName: 'payment',
  properties: {
    id: p.string().primary(),
    accountId: p.string(),
    contactId: p.string(),
    orderId: p.string(),
    taskId: p.string().strictNullable(),
    amount: p.decimal('number').strictNullable(),
    currency: p.string().strictNullable(),
    outcome: p.enum(PAYMENT_OUTCOMES),
    createdAt: p.datetime(3),
  },
});

export class Payment extends PaymentSchema.class {}
PaymentSchema.setClass(Payment);
