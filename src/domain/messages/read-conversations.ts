// Loads what the reading of new messages needs, and reads: which sessions of each conversation they touch, and what becomes
// of those. Nothing is written here.
import type { Settings } from '../accounts/settings.ts';
import type { Act } from '../act.ts';
import type { Conversation } from '../conversations/conversation.ts';
import { isOver } from '../sessions/lifecycle.ts';
import type { Session } from '../sessions/session.ts';
import { attach, type Reading, type Situation, waitsSince } from './attachment.ts';
import { findNearSessions, type NearSessions } from './find-near-sessions.ts';
import { canStayWhole, group } from './grouping.ts';
import type { Incoming } from './incoming.ts';
import { type KnownTurn, type Said, type Turn, turnsOutside } from './outside-speech.ts';
import { knownMessages, type Part, partOf, wholePart } from './read-parts.ts';

export type Placed = { readonly session: Session; readonly incoming: Incoming };
export type Word = Said & { readonly incoming: Incoming };

export type ConversationReading = {
  readonly conversation: Conversation;
  /** Its sessions that are open or within reach of the new messages. */
  readonly sessions: readonly Session[];
  /** New messages inside the span of a settled session. */
  readonly settled: readonly Placed[];
  /** What people said outside while a robot had the floor. */
  readonly outside: readonly Turn<Word>[];
  readonly reading: Reading<Part>;
};

/** @param arrivals for each locked conversation the messages that are new to it; none is empty. */
export async function readConversations(
  act: Act,
  settings: Settings,
  arrivals: ReadonlyMap<Conversation, readonly Incoming[]>,
): Promise<ConversationReading[]> {
  const range = { now: act.now.getTime(), gap: settings.groupingGap * 1000 };
  const fresh = new Map([...arrivals].map(([{ id }, incoming]) => [id, incoming.map(partOf)]));
  const near = await findNearSessions(act.em, fresh, range);
  const readings: ConversationReading[] = [];
  for (const [conversation, incoming] of arrivals) {
    const own = near.get(conversation.id) ?? { sessions: [], touched: [] };
    readings.push(await readOne(act, settings, conversation, own, incoming));
  }
  return readings;
}

async function readOne(
  act: Act,
  settings: Settings,
  conversation: Conversation,
  near: NearSessions,
  incoming: readonly Incoming[],
): Promise<ConversationReading> {
  const { sessions, touched } = near;
  const gap = settings.groupingGap * 1000;
  const settledSessions = sessions.filter((session) => session.isSettled);
  const placed = incoming.map((each) => ({ incoming: each, session: placeOf(sessions, each) }));
  const within = placed.flatMap(({ session, incoming: each }) => (session ? [{ session, incoming: each }] : []));
  const settled = within.filter((each) => !isOutside(each)).map((each) => ofRobot(settledSessions, each));
  const loose = placed.filter(({ session }) => session === undefined).map(({ incoming: each }) => partOf(each));
  const inferred = loose.length === 0 ? [] : touched.filter((session) => !session.isSettled);
  const whole = inferred.map(wholePart);
  const parts = canStayWhole(whole, loose, gap) ? whole : await knownMessages(act.em, conversation.id, inferred);
  const reading = attachParts(act, settings, near, inferred, [...parts, ...loose]);
  const outside = turnsIn(sessions, within.filter(isOutside), act.now, settings.deadlines.outside * 1000);
  return { conversation, sessions, settled, outside, reading };
}

/** @param inferred those of the touched sessions that may be read anew. */
export function attachParts(
  act: Act,
  settings: Settings,
  { sessions, touched }: NearSessions,
  inferred: readonly Session[],
  parts: readonly Part[],
): Reading<Part> {
  const gap = settings.groupingGap * 1000;
  const settledSessions = sessions.filter((session) => session.isSettled);
  const situation: Situation = {
    now: act.now.getTime(),
    gap,
    firstHandler: settings.firstHandler,
    settledUntil: endOf(settledSessions),
    openElsewhere: sessions.some((each) => !isOver(each.state) && !each.isSettled && !touched.includes(each)),
  };
  const groups = group(parts, {
    gap,
    walls: settledSessions.map((session) => session.firstAt.getTime()),
    waitingSession: inferred.find(({ state, handler }) => state === 'pending' && handler === 'human')?.id ?? null,
    waitsSince: waitsSince(situation),
  });
  const known = inferred.map(({ id, kind, state }) => ({ id, kind, state }));
  return attach(groups, known, situation);
}

/** A person speaks where a robot has the floor, or in a turn that was opened that way. */
function isOutside({ session, incoming }: Placed): boolean {
  return incoming.sender === 'human' && (session.handler === 'robot' || session.origin === 'outside');
}

/** What a robot says in the turn of a person outside stays the robot's. */
function ofRobot(settled: readonly Session[], { session, incoming }: Placed): Placed {
  if (incoming.sender !== 'robot' || session.origin !== 'outside') return { session, incoming };
  const robots = settled.filter(({ handler }) => handler === 'robot');
  return { session: covering(robots, incoming) ?? session, incoming };
}

function turnsIn(sessions: readonly Session[], said: readonly Placed[], now: Date, silence: number): Turn<Word>[] {
  if (said.length === 0) return [];
  const words = said.map(({ incoming }) => ({ at: incoming.sentAt.getTime(), key: incoming.externalId, incoming }));
  const first = least(words.map(({ at }) => at));
  const others = sessions.filter(({ handler, origin }) => handler === 'human' && origin !== 'outside');
  const later = others.flatMap(({ firstAt, state }) => {
    if (firstAt.getTime() > first) return [firstAt.getTime()];
    return state === 'active' ? [now.getTime()] : []; // somebody has the floor: the turn can only lie in the past
  });
  const around = { now: now.getTime(), silence, until: least(later) };
  return turnsOutside(words, sessions.filter(({ origin }) => origin === 'outside').map(knownTurn), around);
}

export function knownTurn({ id, firstAt, lastAt, state }: Session): KnownTurn {
  return { id, from: firstAt.getTime(), to: lastAt.getTime(), isOpen: !isOver(state) };
}

/** The settled session that it belongs to; none where an inferred one holds the floor: that one is read anew, with this in it. */
function placeOf(sessions: readonly Session[], incoming: Incoming): Session | undefined {
  const session = covering(
    sessions.filter(({ isSettled, state }) => isSettled || state === 'active'),
    incoming,
  );
  return session?.isSettled ? session : undefined;
}

/** The session in whose span this was said; of several the one that held the floor then, or was waited for. */
function covering(settled: readonly Session[], { sentAt }: Incoming): Session | undefined {
  const within = settled.filter(
    (session) => session.firstAt <= sentAt && (!isOver(session.state) || sentAt <= session.lastAt),
  );
  return within.toSorted((a, b) => standing(b) - standing(a) || b.firstAt.getTime() - a.firstAt.getTime())[0];
}

/** One that only waits has not spoken yet; a person who is waited for comes before whoever fell silent for them. */
function standing({ state, handler }: Session): number {
  if (state === 'pending') return handler === 'human' ? 2 : 0;
  return state === 'paused' || state === 'transferred' ? 1 : 3;
}

function endOf(settled: readonly Session[]): number {
  return most(settled.map((session) => (isOver(session.state) ? session.lastAt.getTime() : Number.POSITIVE_INFINITY)));
}

function least(values: readonly number[]): number {
  return values.reduce((low, value) => Math.min(low, value), Number.POSITIVE_INFINITY);
}

function most(values: readonly number[]): number {
  return values.reduce((high, value) => Math.max(high, value), Number.NEGATIVE_INFINITY);
}
