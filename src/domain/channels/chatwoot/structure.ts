// The structured messages that we can show in Chatwoot, as robots and agents post them here: card, cards, select, form, order card,
// image and file. More fields than these may be there; they are for others. What has none of these shapes is shown as plain text.
import { z } from 'zod';

const short = z.string().trim().min(1).max(200);
const long = z.string().trim().min(1).max(5000);
/** A link that a contact may press: never `javascript:` and its like. */
const Link = z.url({ protocol: /^https?$/ }).max(2000);
/** As upstream writes it: a number, or a text such as "1058.00". */
const Amount = z.union([z.number(), z.string().trim().min(1).max(40)]).transform(String);

/** A link, or words that come back to us as an answer (`payload`). */
export const Action = z.union([
  z.object({ text: short, url: Link }),
  z.object({ text: short, payload: z.string().min(1).max(1000) }),
]);
export type Action = z.output<typeof Action>;
const Actions = z.array(Action).max(20).optional();

export const Card = z.object({ title: short, description: long.optional(), image: Link.optional(), actions: Actions });
export type Card = z.output<typeof Card>;
export const Cards = z.object({ cards: z.array(Card).min(1).max(20) });

export const Select = z.object({
  text: long,
  options: z
    .array(z.object({ title: short, value: z.string().min(1).max(1000) }))
    .min(1)
    .max(50),
});
export type Select = z.output<typeof Select>;

const Choice = z.object({ label: short, value: z.string().min(1).max(1000) });
const Field = z
  .object({
    name: short,
    label: short,
    type: z.enum(['text', 'text_area', 'email', 'select']),
    placeholder: short.optional(),
    default: z.string().max(1000).optional(),
    options: z.array(Choice).min(1).max(50).optional(),
  })
  .refine(({ type, options }) => type !== 'select' || options !== undefined, 'a select needs options');
export type Field = z.output<typeof Field>;
export const Form = z.object({ text: long.optional(), fields: z.array(Field).min(1).max(30) });
export type Form = z.output<typeof Form>;

const OrderItem = z.object({
  name: short,
  quantity: z.number().optional(),
  price: Amount.optional(),
  image: Link.optional(),
});

export const OrderCard = z.object({
  orderId: z.union([short, z.number()]).transform(String),
  title: short.optional(),
  /** One of pending, paid, processing, shipped, delivered, completed, cancelled, refunded, failed; or upstream's own word. */
  status: short.optional(),
  /** The status as the contact reads it, where upstream has words for it. */
  statusText: short.optional(),
  createdAt: short.optional(),
  items: z.array(OrderItem).max(50).optional(),
  amount: Amount.optional(),
  shippingFee: Amount.optional(),
  /** ISO 4217; yuan where the account speaks Chinese, else none is written. */
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .optional(),
  logistics: z.object({ carrier: short.optional(), trackingNumber: short.optional() }).optional(),
  remark: long.optional(),
  actions: Actions,
});
export type OrderCard = z.output<typeof OrderCard>;

/** An image or a file lies where its address says. */
export const Attached = z.object({ url: Link, name: short.optional(), text: long.optional() });
export type Attached = z.output<typeof Attached>;
