// Who gets the floor when somebody wants it: one pure law over the one who holds it, those who wait, and the challenger. It says
// which rule decided and why, in a sentence; the rules are numbered as the cases of docs/sessions.md.
import type { Handler, SessionKind } from './kinds.ts';

export const ON_CONFLICT = ['queue', 'reject', 'preempt'] as const;
export type OnConflict = (typeof ON_CONFLICT)[number];

/** A session that is open: on the floor, or waiting for it. */
export type Rival = { readonly kind: SessionKind; readonly handler: Handler; readonly level: number };

export type Challenger = Rival & {
  readonly onConflict: OnConflict;
  /** Of a human session: an agent takes it now. Without one it waits for an agent, whatever the floor. */
  readonly taken: boolean;
};

export type Contest = {
  /** Who holds the floor. */
  readonly incumbent: Rival | null;
  /** Everybody else who would like to have it, or waits for an agent. */
  readonly waiting: readonly Rival[];
  readonly challenger: Challenger;
  /** Robots stay silent while a person is waited for (settings). */
  readonly robotsWait: boolean;
  /** One of the account's robot sessions is free; where a robot gives way to a robot, its place is. */
  readonly robotSlotFree: boolean;
};

export const RULES = {
  '0': 'Nobody holds the floor, and nobody of a better level waits for it.',
  '0b': 'Nobody holds the floor, but somebody of a better level waits for it.',
  '0c': 'A person is waited for, and robots stay silent until they come.',
  '1': 'A person goes before a robot.',
  '2': 'A robot never interrupts a person.',
  '3': 'A robot of a higher level interrupts a robot.',
  '3b': 'A robot of the same or a lower level waits for a robot.',
  '4': 'Whoever is of a higher level interrupts a person; an emergency interrupts at once.',
  '4b': 'An emergency waits for an emergency.',
  '5': 'A robot that comes back goes on where its session is.',
  '6': 'A person is asked for: the session is transferred.',
  '7': 'A person does not interrupt a person of the same level.',
  limit: 'The account’s robot sessions are all in use.',
} as const;

export type Rule = keyof typeof RULES;

export type Verdict = {
  readonly outcome: 'active' | 'pending' | 'refused';
  readonly rule: Rule;
  /** The incumbent leaves the floor. */
  readonly interrupts: boolean;
  readonly explanation: string;
};

export function arbitrate(contest: Contest): Verdict {
  const { incumbent, challenger } = contest;
  if (incumbent === null) return onFreeFloor(contest);
  return challenger.handler === 'human' ? personChallenges(incumbent, contest) : robotChallenges(incumbent, contest);
}

function onFreeFloor({ waiting, challenger, robotsWait, robotSlotFree }: Contest): Verdict {
  const better = waiting.find(({ handler, level }) => handler === challenger.handler && level < challenger.level);
  const person = waiting.find(({ handler }) => handler === 'human');
  if (challenger.handler === 'robot' && robotsWait && person)
    return loses(challenger, '0c', `${named(person)} waits for an agent`);
  if (better) return loses(challenger, '0b', `${named(better)} waits, of level ${better.level}`);
  if (challenger.handler === 'robot' && !robotSlotFree)
    return loses(challenger, 'limit', 'every robot session that this account may have at once is in use');
  return wins(challenger, '0', false, 'the floor is free');
}

/** Nobody who speaks is interrupted for somebody who is still to come: the contact would have nobody. But robots wait for people. */
function personChallenges(incumbent: Rival, { challenger, robotsWait }: Contest): Verdict {
  if (incumbent.handler === 'robot') {
    const rule = challenger.level === 1 ? '4' : '1';
    const now = challenger.taken || robotsWait;
    const why = now ? 'leaves the floor to a person' : 'goes on until the person comes';
    return wins(challenger, rule, now, `${named(incumbent)} ${why}`);
  }
  if (challenger.level < incumbent.level)
    return wins(challenger, '4', challenger.taken, `level ${challenger.level} goes before level ${incumbent.level}`);
  if (challenger.level === 1) return loses(challenger, '4b', `${named(incumbent)} is an emergency as well`);
  return refused('7', `${named(incumbent)} holds the floor, and level ${challenger.level} does not interrupt it`);
}

function robotChallenges(incumbent: Rival, { challenger, robotSlotFree }: Contest): Verdict {
  if (incumbent.handler === 'human') return loses(challenger, '2', `${named(incumbent)} holds the floor`);
  if (challenger.level < incumbent.level && !robotSlotFree)
    return loses(challenger, 'limit', 'every robot session that this account may have at once is in use');
  if (challenger.level < incumbent.level)
    return wins(challenger, '3', true, `level ${challenger.level} interrupts level ${incumbent.level}`);
  return loses(
    challenger,
    '3b',
    `${named(incumbent)} holds the floor, and level ${challenger.level} does not interrupt level ${incumbent.level}`,
  );
}

/** A human session that nobody takes yet has won its place, and waits for an agent. */
function wins(challenger: Challenger, rule: Rule, interrupts: boolean, why: string): Verdict {
  const waits = challenger.handler === 'human' && !challenger.taken;
  const outcome = waits ? 'pending' : 'active';
  const end = waits ? 'the newcomer waits for an agent' : 'the newcomer has it';
  return { outcome, rule, interrupts, explanation: sentence(rule, `${why}; ${end}`) };
}

/** What one who does not win gets is what the request wished: a place in the queue, or an answer at once. */
function loses(challenger: Challenger, rule: Rule, why: string): Verdict {
  if (challenger.onConflict === 'queue')
    return {
      outcome: 'pending',
      rule,
      interrupts: false,
      explanation: sentence(rule, `${why}; the newcomer waits until it is next`),
    };
  return refused(rule, challenger.onConflict === 'preempt' ? `${why}; the newcomer may not interrupt here` : why);
}

function refused(rule: Rule, why: string): Verdict {
  return { outcome: 'refused', rule, interrupts: false, explanation: sentence(rule, why) };
}

function named({ kind, handler }: Rival): string {
  return `${handler === 'human' ? 'a person' : 'a robot'} (${kind})`;
}

/** The rule as it is written, then how it applied. */
export function sentence(rule: Rule, why: string): string {
  return `${RULES[rule]} Here: ${why}.`;
}
