// The settings of an account: one document, validated as a whole. Every value has a default of ours, so `{}` is a full document.
import { z } from 'zod';
import { IMAGE_PHRASES, ImageSettings } from './image-settings.ts';
import { UnderstandingSettings } from './understanding-settings.ts';

const seconds = (fallback: number, max = 30 * 86_400) => z.int().min(1).max(max).default(fallback);
const phrase = (zh: string, en: string) =>
  z.strictObject({ zh: z.string().max(500).default(zh), en: z.string().max(500).default(en) }).prefault({});
type Phrase = ReturnType<typeof phrase>;

function phrasesOf<N extends string>(texts: Readonly<Record<N, readonly [string, string]>>): Record<N, Phrase> {
  const phrases = Object.entries<readonly [string, string]>(texts).map(([name, [zh, en]]) => [name, phrase(zh, en)]);
  return Object.fromEntries(phrases) as Record<N, Phrase>; // the same names
}

const HUMAN_KINDS = ['manual_urgent', 'manual_customer_service', 'manual_complaint'] as const;

/** What is asked of the agent who takes a session: every skill, and the team. */
export const Needs = z.strictObject({
  skills: z
    .array(z.string().regex(/^[a-z0-9_-]{1,40}$/))
    .max(20)
    .default([]),
  team: z
    .string()
    .regex(/^[a-z0-9_-]{1,40}$/)
    .nullable()
    .default(null),
});
export type Needs = z.output<typeof Needs>;

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
      /** A turn of a person outside, of whom nobody tells us when it is over. */
      outside: seconds(1800),
    })
    .prefault({}),
  /** Robot sessions that are given the floor at the same time, over all conversations; more wait. */
  maxRobotSessions: z.int().min(0).max(10_000).default(10),
  /** While a person is waited for, robots stay silent. */
  robotsWaitForPeople: z.boolean().default(true),
  /** A complaint goes to a person at once, or begins with a robot that hands it on immediately. */
  complaints: z.enum(['people', 'robot_then_people']).default('people'),
  transfers: z
    .strictObject({
      /** When the one who hands on falls silent. */
      pauseAt: z.enum(['request', 'accept']).default('request'),
      /** Seconds until a request that nobody takes is over. */
      acceptWithin: seconds(300),
      onTimeout: z.enum(['return', 'escalate']).default('return'),
      /** Escalations of one transfer, and transfers in a row without a word of the contact. */
      maxHops: z.int().min(1).max(10).default(3),
    })
    .prefault({}),
  routing: z
    .strictObject({
      /** Agents pick; or it is offered to one after the other; or it is theirs at once. */
      mode: z.enum(['manual', 'offer', 'direct']).default('manual'),
      /** Seconds an offer stands. */
      offerFor: seconds(30, 3600),
      /** Offers missed in a row after which the agent is set away. */
      missedOffers: z.int().min(1).max(20).default(3),
      /** Seconds after which the sessions of an agent who is gone are handed on; null: they stay theirs. */
      lostAfter: seconds(600).nullable(),
      /** Seconds in which an agent who declined a session is not asked for it again. */
      declineFor: seconds(600, 86_400),
      /** Seconds in which a contact who comes back meets the same agent; 0: never. */
      stickyFor: z
        .int()
        .min(0)
        .max(30 * 86_400)
        .default(86_400),
      /** Skills and team that each kind of session asks for, beside what its request names. */
      needs: z.partialRecord(z.enum(HUMAN_KINDS), Needs).default({}),
      /** Seconds of waiting after which skills, or the team, are asked for no more; null: never. */
      relax: z
        .strictObject({
          skillsAfter: seconds(600).nullable().default(null),
          teamAfter: seconds(600).nullable().default(null),
        })
        .prefault({}),
    })
    .prefault({}),
  /** Seconds in which an author may take a message back. */
  recallWithin: seconds(120, 86_400),
  /** Seconds in which an invitation can be used. */
  invitationsFor: seconds(3600, 7 * 86_400),
  understanding: UnderstandingSettings.prefault({}),
  images: ImageSettings.prefault({}),
  /** When the same person connects twice: the newest connection replaces the older one, or all stay. */
  connections: z
    .strictObject({
      agents: z.enum(['replace', 'keep']).default('replace'),
      contacts: z.enum(['replace', 'keep']).default('keep'),
    })
    .prefault({}),
  /** What contacts are told; `{agent}` becomes the agent's name, `{name}` the name of whoever comes or goes. */
  phrases: z
    .strictObject({
      agentJoined: phrase('{agent} 已接入，正在为您服务。', '{agent} has joined and will help you.'),
      waiting: phrase(
        '正在为您转接人工客服，请稍候。',
        'We are looking for a colleague who can help you. One moment, please.',
      ),
      nobodyCame: phrase(
        '抱歉，暂时没有同事可以接待您，请稍后再试。',
        'Sorry, nobody is free to help you just now. Please try again later.',
      ),
      handedBack: phrase('{agent} 已将对话交还给智能助手。', '{agent} has handed you back to our assistant.'),
      timedOut: phrase(
        '由于长时间没有新消息，本次服务已结束。',
        'This conversation was closed because nothing was said for a long time.',
      ),
      invited: phrase('{agent} 邀请了 {name} 加入对话。', '{agent} has invited {name}.'),
      joined: phrase('{name} 已加入对话。', '{name} has joined.'),
      removed: phrase('{name} 已被移出对话。', '{name} was removed.'),
      left: phrase('{name} 已离开对话。', '{name} has left.'),
      resolved: phrase('本次服务已结束，再次留言即可继续。', 'This conversation is closed. Write again at any time.'),
      ...phrasesOf(IMAGE_PHRASES),
    })
    .prefault({}),
});

export type Settings = z.output<typeof Settings>;
/** In which an account’s contacts are spoken to. */
export type Language = Settings['language'];
export type PhraseName = keyof Settings['phrases'];

/** A phrase in the account's language, with its gaps filled. */
export function phraseFor(settings: Settings, name: PhraseName, gaps: Readonly<Record<string, string>> = {}): string {
  return settings.phrases[name][settings.language].replaceAll(/\{(\w+)\}/g, (gap, word: string) => gaps[word] ?? gap);
}
