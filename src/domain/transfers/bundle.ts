// What the next one must know: the bundle of a transfer, frozen when it is requested, and the one that goes back. A typed document
// with a version, so that whoever keeps one can still read it.
import { z } from 'zod';
import { WholeText } from '../contacts/profile.ts';

const id = z.string();
const time = z.iso.datetime();

/** Messages that a bundle carries; the rest is behind its link. */
export const MESSAGES_IN_BUNDLE = 50;
export const EARLIER_IN_BUNDLE = 10;

export const Bundle = z
  .object({
    version: z.literal(1),
    frozenAt: time,
    conversation: z.object({ id, epoch: z.int(), history: z.string() }),
    contact: z.object({
      id,
      externalId: z.string(),
      kind: z.string(),
      name: z.string().nullable(),
      department: z.string().nullable(),
      position: z.string().nullable(),
      level: z.string().nullable(),
      vip: z.boolean(),
    }),
    session: z.object({ id, kind: z.string(), openedAt: time, task: z.unknown().nullable() }),
    reason: z.string(),
    cause: z.object({ rule: z.string(), words: z.array(z.string()) }).nullable(),
    urgency: z.int(),
    advice: z.string().nullable(),
    messages: z.array(
      z.object({
        id: z.string(),
        sender: z.string(),
        senderName: z.string().nullable(),
        type: z.string(),
        content: z.unknown(),
        sentAt: time,
      }),
    ),
    earlierMessages: z.int().describe('How many more there are before these.'),
    earlierSessions: z.array(
      z.object({
        id,
        kind: z.string(),
        state: z.string(),
        reason: z.string().nullable(),
        firstAt: time,
        lastAt: time,
      }),
    ),
  })
  .meta({ id: 'Bundle', description: 'What the next holder must know; frozen.' });

export type Bundle = z.output<typeof Bundle>;

/** The rule and the words that asked for a person. */
export const Cause = z.strictObject({
  rule: WholeText.trim().min(1).max(80),
  words: z.array(WholeText.max(200)).max(20).default([]),
});
export type Cause = z.output<typeof Cause>;
