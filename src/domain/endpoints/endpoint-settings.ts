// What an operator says of an endpoint: how it is spoken to, and the secrets for that. Validated as a whole, by its kind.
import { z } from 'zod';
import { ID_PATTERN } from '../ids.ts';

const secret = z.string().regex(/^[\x21-\x7e]{1,500}$/, 'must be 1-500 visible ASCII characters');
const number = z.int().min(1).max(2_147_483_647);
const page = z
  .url({ protocol: /^https?$/ })
  .max(1000)
  .nullable()
  .default(null);

export const ChatwootSettings = z.strictObject({
  /** Their number of the account, as in /app/accounts/<number>. */
  account: number,
  /** Their inboxes whose conversations are ours; null: all of the account. */
  inboxes: z.array(number).min(1).max(100).nullable().default(null),
  /** Whether a webhook must be signed. Servers before 4.13 sign nothing. */
  signatures: z.enum(['required', 'if_present', 'off']).default('required'),
  /** Our bot’s number there: what it says comes back to us as a webhook. */
  bot: number.nullable().default(null),
  /** Their team to which a conversation goes that waits for a person. */
  team: number.nullable().default(null),
  /** Their label for a conversation that was handed to people. */
  handoffLabel: z
    .string()
    .regex(/^[\p{L}\p{N}_-]{1,40}$/u)
    .nullable()
    .default(null),
  /** Our agents, by id, and their users. */
  agents: z.record(z.string().regex(ID_PATTERN), number).default({}),
});
export type ChatwootSettings = z.output<typeof ChatwootSettings>;

/** Bots may post and set states, users read and label: what needs the one that is missing is left out, and said so. */
export const ChatwootSecrets = z.strictObject({
  botToken: secret.nullable().default(null),
  userToken: secret.nullable().default(null),
  webhookSecret: secret.nullable().default(null),
});
export type ChatwootSecrets = z.output<typeof ChatwootSecrets>;

export const WecomSettings = z.strictObject({
  corpId: z.string().regex(/^[\w-]{1,64}$/),
  /** The number of the app. */
  agentId: z.int().min(0).max(2_147_483_647),
  /** Whether the contact is sent what is said in their conversation: always, or a notice while they are not connected here. */
  send: z.enum(['always', 'away', 'never']).default('always'),
  /** Who else is sent a notice while they are not connected. */
  notices: z.strictObject({ participants: z.boolean().default(true), agents: z.boolean().default(false) }).prefault({}),
  /** Seconds in which one person gets one notice for a conversation. */
  noticeEvery: z.int().min(10).max(86_400).default(600),
  /** Pages of yours. `{invitation}` and `{conversation}` are filled in; without them there are no cards and no links. */
  pages: z.strictObject({ join: page, conversation: page }).prefault({}),
  /** Customer-service accounts (open_kfid) whose customers are our contacts. */
  customerService: z
    .array(z.string().regex(/^[\w-]{1,64}$/))
    .max(100)
    .default([]),
});
export type WecomSettings = z.output<typeof WecomSettings>;

export const WecomSecrets = z.strictObject({
  /** Of the app. */
  secret,
  /** Of the app’s callback. */
  token: z.string().regex(/^[A-Za-z0-9]{1,32}$/),
  aesKey: z.string().regex(/^[A-Za-z0-9]{43}$/, 'must be the 43 characters of EncodingAESKey'),
  /** Of customer service, where it is used. */
  customerServiceSecret: secret.nullable().default(null),
});
export type WecomSecrets = z.output<typeof WecomSecrets>;

/** Of a webhook: the newest first; an older one counts until its time is over, so that receivers can change over. */
export const WebhookSecrets = z
  .array(z.strictObject({ secret, until: z.iso.datetime().nullable() }))
  .min(1)
  .max(5);
export type WebhookSecrets = z.output<typeof WebhookSecrets>;
