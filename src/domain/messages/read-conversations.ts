// Loads what the reading of new messages needs, and reads: which sessions of each conversation they touch, and what becomes
// of those. Nothing is written here.
import type { EntityManager } from '@mikro-orm/mysql';
import type { Settings } from '../accounts/settings.ts';
import type { Act } from '../act.ts';
import type { Conversation } from '../conversations/conversation.ts';
import { utc } from '../rows.ts';
import { isOver } from '../sessions/lifecycle.ts';
import { type Heard, Session } from '../sessions/session.ts';
import { attach, type Reading, type Situation } from './attachment.ts';
import { group, type Piece } from './grouping.ts';
import type { Incoming, Sender } from './incoming.ts';

/** A piece of a conversation: a message that is new, one that is known (by its id), or an inferred session as a whole. */
export type Part = Piece & { readonly incoming?: Incoming; readonly messageId?: number };

export type ConversationReading = {
  readonly conversation: Conversation;
  /** Its sessions that are open or near the new messages. */
  readonly sessions: readonly Session[];
  /** New messages inside the span of a settled session. */
  readonly settled: readonly { readonly session: Session; readonly incoming: Incoming }[];
  readonly reading: Reading<Part>;
};

/** @param arrivals for each locked conversation the messages that are new to it; none is empty. */
export async function readConversations(
  act: Act,
  settings: Settings,
  arrivals: ReadonlyMap<Conversation, readonly Incoming[]>,
): Promise<ConversationReading[]> {
  const gap = settings.groupingGap * 1000;
  const sessions = await sessionsNear(act.em, arrivals, gap);
  const readings: ConversationReading[] = [];
  for (const [conversation, incoming] of arrivals) {
    const own = sessions.get(conversation.id) ?? [];
    readings.push(await readOne(act, settings, gap, conversation, own, incoming));
  }
  return readings;
}

async function readOne(
  act: Act,
  settings: Settings,
  gap: number,
  conversation: Conversation,
  sessions: readonly Session[],
  incoming: readonly Incoming[],
): Promise<ConversationReading> {
  const settledSessions = sessions.filter((session) => session.isSettled);
  const inferred = sessions.filter((session) => !session.isSettled);
  const placed = incoming.map((each) => ({ incoming: each, session: covering(settledSessions, each) }));
  const settled = placed.flatMap(({ session, incoming: each }) => (session ? [{ session, incoming: each }] : []));
  const loose = placed.filter(({ session }) => session === undefined).map(({ incoming: each }) => partOf(each));
  const waitingSession =
    inferred.find((session) => session.state === 'pending' && session.handler === 'human')?.id ?? null;
  const touched = loose.length === 0 ? [] : inferred;
  const parts = canStayWhole(touched, loose)
    ? touched.map(wholeSession)
    : await knownMessages(act.em, conversation.id, touched);
  const walls = settledSessions.map((session) => session.firstAt.getTime());
  const groups = group([...parts, ...loose], { gap, walls, waitingSession });
  const situation: Situation = {
    now: act.now.getTime(),
    gap,
    firstHandler: settings.firstHandler,
    waitingSession,
    settledUntil: endOf(settledSessions),
  };
  const known = touched.map(({ id, kind, state, firstAt }) => ({ id, kind, state, from: firstAt.getTime() }));
  return { conversation, sessions, settled, reading: attach(groups, known, situation) };
}

/** Sessions that are open, or whose span lies within one gap of the new messages: no other session can change by them. */
async function sessionsNear(
  em: EntityManager,
  arrivals: ReadonlyMap<Conversation, readonly Incoming[]>,
  gap: number,
): Promise<Map<string, Session[]>> {
  const near = [...arrivals].map(([{ id }, incoming]) => {
    const times = incoming.map(({ sentAt }) => sentAt.getTime());
    return {
      conversationId: id,
      lastAt: { $gte: new Date(least(times) - gap) },
      firstAt: { $lte: new Date(most(times) + gap) },
      endedAt: { $ne: null },
    };
  });
  const ids = near.map(({ conversationId }) => conversationId);
  const open = await em.find(Session, { conversationId: { $in: ids }, endedAt: null });
  const over = await em.find(Session, { $or: near, mergedInto: null });
  const byConversation = new Map<string, Session[]>();
  for (const session of [...open, ...over]) {
    const own = byConversation.get(session.conversationId);
    if (own) own.push(session);
    else byConversation.set(session.conversationId, [session]);
  }
  return byConversation;
}

/** The settled session in whose span this was said; of several the one that was opened last, since it held the floor. */
function covering(settled: readonly Session[], { sentAt }: Incoming): Session | undefined {
  const within = settled.filter(
    (session) => session.firstAt <= sentAt && (!isOver(session.state) || sentAt <= session.lastAt),
  );
  return within.reduce<Session | undefined>(
    (last, session) => (last && last.firstAt > session.firstAt ? last : session),
    undefined,
  );
}

/**
 * Inferred sessions need not be taken apart when nothing in them can be cut anew: only one side's words are heard, or all
 * that is new comes after them.
 */
function canStayWhole(inferred: readonly Session[], loose: readonly Part[]): boolean {
  const heard = new Set([...inferred, ...loose].map((each) => each.heard).filter((each) => each !== null));
  const newestKnown = most(inferred.map(({ lastAt }) => lastAt.getTime()));
  return heard.size <= 1 || loose.every((part) => part.from > newestKnown);
}

function wholeSession(session: Session): Part {
  return {
    from: session.firstAt.getTime(),
    to: session.lastAt.getTime(),
    key: '',
    heard: session.heard,
    sessionId: session.id,
  };
}

function partOf(incoming: Incoming): Part {
  const at = incoming.sentAt.getTime();
  return { from: at, to: at, key: incoming.externalId, heard: heardFrom(incoming.sender), sessionId: null, incoming };
}

async function knownMessages(em: EntityManager, conversationId: string, sessions: readonly Session[]): Promise<Part[]> {
  const from = new Date(least(sessions.map(({ firstAt }) => firstAt.getTime())));
  const to = new Date(most(sessions.map(({ lastAt }) => lastAt.getTime())));
  const rows: { id: number; external_id: string; session_id: string; sender: Sender; sent_at: string }[] =
    await em.execute(
      'select id, external_id, session_id, sender, sent_at from message where conversation_id = ? and sent_at between ? and ? and session_id in (?)',
      [conversationId, from, to, sessions.map(({ id }) => id)],
    );
  return rows.map((row) => {
    const at = utc(row.sent_at).getTime();
    return {
      from: at,
      to: at,
      key: row.external_id,
      heard: heardFrom(row.sender),
      sessionId: row.session_id,
      messageId: row.id,
    };
  });
}

function heardFrom(sender: Sender): Heard | null {
  return sender === 'robot' || sender === 'human' ? sender : null;
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
