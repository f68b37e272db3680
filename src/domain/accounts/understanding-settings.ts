// What an account says about how its contacts' words are read: rules of ours that are off, and phrases of its own, as plain text.
import { z } from 'zod';

/** What a contact may want or feel, as far as the rules of `messages/understanding` look. */
export const INTENTS = [
  'wants_person',
  'complaint',
  'anger',
  'urgency',
  'refund',
  'after_sale',
  'price_talk',
  'confirmation',
  'change_request',
] as const;
export type Intent = (typeof INTENTS)[number];

const RULE_ID = /^[a-z0-9_.-]{1,60}$/;
/** The ids of our rules begin so. */
const OURS = /^(?:zh|en)\./;

const RuleId = z.string().regex(RULE_ID, 'must be 1-60 of a-z, 0-9, _, . and -');

export const UnderstandingOverrides = z.strictObject({
  /** Rules of ours that are not looked for, by their ids; docs/understanding.md lists them. */
  off: z.array(RuleId).max(200).optional(),
  /** Rules of the account's own: whoever says one of the phrases means that. Never patterns. */
  extra: z
    .array(
      z.strictObject({
        id: RuleId.refine((id) => !OURS.test(id), 'must not begin with `zh.` or `en.`: these are our own rules'),
        intent: z.enum(INTENTS),
        phrases: z.array(z.string().trim().min(1).max(100)).min(1).max(50),
      }),
    )
    .max(100)
    .refine((rules) => new Set(rules.map(({ id }) => id)).size === rules.length, 'must not name an id twice')
    .optional(),
});

export type Overrides = {
  readonly off?: readonly string[] | undefined;
  readonly extra?: readonly OwnRule[] | undefined;
};

export type OwnRule = { readonly id: string; readonly intent: Intent; readonly phrases: readonly string[] };

/** What follows from how contacts' words are read. */
export const UnderstandingSettings = z.strictObject({
  /** A robot's session goes to people when its contact asks for one, or threatens with a complaint. */
  transfer: z.boolean().default(true),
  /** What is urgent, angry or a complaint shows on the desk. */
  flags: z.boolean().default(true),
  rules: UnderstandingOverrides.prefault({}),
  /** What no rule is sure of is read by the installation's language model, where it has one. */
  model: z.enum(['off', 'on']).default('off'),
  /** The language model says too where a new topic begins: messages are grouped by that. */
  topics: z.enum(['off', 'on']).default('off'),
});
export type UnderstandingSettings = z.output<typeof UnderstandingSettings>;
