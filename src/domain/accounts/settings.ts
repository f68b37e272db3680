// The settings of an account: one document, validated as a whole. Every value has a default of ours, so `{}` is a full document.
import { z } from 'zod';

const seconds = (fallback: number, max = 30 * 86_400) => z.int().min(1).max(max).default(fallback);
const phrase = (zh: string, en: string) =>
  z.strictObject({ zh: z.string().max(500).default(zh), en: z.string().max(500).default(en) }).prefault({});

export const Settings = z.strictObject({
  /** The language in which contacts are told things. */
  language: z.enum(['zh', 'en']).default('en'),
  /** Who handles a conversation that a contact opens: a robot, or a person from the queue. */
  firstHandler: z.enum(['robot', 'people']).default('people'),
  /** A pause longer than this starts a new group of messages, and so a new session. Seconds. */
  groupingGap: seconds(1800, 86_400),
  /** Deadlines, in seconds: a session that nothing moves for so long is over. */
  deadlines: z
    .strictObject({
      robotActive: seconds(1800),
      humanActive: seconds(28_800),
      robotPending: seconds(86_400),
      humanPending: seconds(86_400),
      paused: seconds(28_800),
      transferred: seconds(86_400),
    })
    .prefault({}),
  /** When the same person connects twice: the newest connection replaces the older one, or all stay. */
  connections: z
    .strictObject({
      agents: z.enum(['replace', 'keep']).default('replace'),
      contacts: z.enum(['replace', 'keep']).default('keep'),
    })
    .prefault({}),
  /** What contacts are told; `{agent}` becomes the agent's name. */
  phrases: z
    .strictObject({
      agentJoined: phrase('{agent} 已接入，正在为您服务。', '{agent} has joined and will help you.'),
      resolved: phrase('本次服务已结束，再次留言即可继续。', 'This conversation is closed. Write again at any time.'),
    })
    .prefault({}),
});

export type Settings = z.output<typeof Settings>;
type PhraseName = keyof Settings['phrases'];

/** A phrase in the account's language, with its gaps filled. */
export function phraseFor(settings: Settings, name: PhraseName, gaps: Readonly<Record<string, string>> = {}): string {
  return settings.phrases[name][settings.language].replaceAll(/\{(\w+)\}/g, (gap, word: string) => gaps[word] ?? gap);
}
