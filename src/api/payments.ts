// Payments for pictures: by the task, or by the contact where upstream does not know the task. One order counts once.
import { z } from 'zod';
import { ExternalId, Profile } from '../domain/contacts/profile.ts';
import { updateProfiles } from '../domain/contacts/update-profiles.ts';
import { openConversations } from '../domain/conversations/open-conversations.ts';
import { lockImage, lockStudio } from '../domain/images/lock-image.ts';
import { PAYMENT_OUTCOMES, type Payment } from '../domain/images/payment.ts';
import { takePayment } from '../domain/images/take-payment.ts';
import { findAccountFor, findImageTaskFor } from './access.ts';
import { route } from './route.ts';
import { ById, Id, Time } from './shapes.ts';

const paid = {
  orderId: ExternalId.meta({ description: 'Of the platform; told again, it is answered with what became of it.' }),
  amount: z.number().min(0).max(1_000_000_000).multipleOf(0.01).optional(),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, 'must be a currency of ISO 4217, for instance CNY')
    .optional(),
};

const PaymentView = z
  .object({
    id: Id,
    orderId: z.string(),
    taskId: Id.nullable().meta({ description: 'null: there is no picture to work on, and people were told.' }),
    outcome: z.enum(PAYMENT_OUTCOMES),
    amount: z.number().nullable(),
    currency: z.string().nullable(),
    createdAt: Time,
  })
  .meta({ id: 'Payment' });

const answers = { 200: { says: 'The payment, and what it set in motion.', schema: PaymentView } } as const;

export const postImagePayment = route({
  method: 'post',
  path: '/v1/image-tasks/:id/payment',
  summary: 'The contact has paid for this task: the work begins.',
  door: { key: 'images:write' },
  params: ById,
  body: z.strictObject(paid),
  answers,
  handle: ({ principal, params, body, change }) =>
    change(async (act) => {
      await findImageTaskFor(act.em, principal, params.id);
      const locked = await lockImage(act, params.id);
      return { status: 200, body: viewPayment(await takePayment(act, locked, locked.task, wholeOf(body))) };
    }),
});

export const postPayment = route({
  method: 'post',
  path: '/v1/payments',
  summary:
    'A contact has paid: for the task that is open, else for a new one of their last picture; where there is none, people are told.',
  door: { key: 'images:write' },
  body: z.strictObject({
    account: Id,
    contact: z.union([ExternalId.transform((id): Profile => ({ id })), Profile]),
    ...paid,
  }),
  answers,
  handle: ({ principal, body: { account, contact, ...rest }, change }) =>
    change(async (act) => {
      await findAccountFor(act.em, principal, account);
      const profiles = new Map([[contact.id, contact]]);
      const parties = await openConversations(act, account, profiles);
      const studio = await lockStudio(act, parties.get(contact.id)?.conversationId ?? '');
      await updateProfiles(act, account, profiles);
      return { status: 200, body: viewPayment(await takePayment(act, studio, null, wholeOf(rest))) };
    }),
});

type Told = { orderId: string; amount?: number | undefined; currency?: string | undefined };

function wholeOf({ orderId, amount, currency }: Told) {
  return { orderId, amount: amount ?? null, currency: currency ?? null };
}

function viewPayment({ id, orderId, taskId, outcome, amount, currency, createdAt }: Payment) {
  return { id, orderId, taskId, outcome, amount, currency, createdAt };
}
