// Does what the reading of messages says: sessions end, open, grow, merge and are cut, the floor changes hands, and the desk shows it.
// The messages themselves are written by whoever calls, once their sessions are there.

import type { Settings } from '../accounts/settings.ts';
import type { Act } from '../act.ts';
import type { Conversation } from '../conversations/conversation.ts';
import { updateConversations } from '../conversations/lock-conversation.ts';
import { planJob } from '../jobs/plan-job.ts';
import { isOver } from '../sessions/lifecycle.ts';
import { activateSession, leaveFloor, openSession } from '../sessions/move-session.ts';
import { planNextRobots } from '../sessions/robot-slots.ts';
import type { Session } from '../sessions/session.ts';
import { showOnDesk } from '../sessions/settle-desk.ts';
import { insertSessions, updateMoved, updateSpans } from '../sessions/write-sessions.ts';
import type { Attachment } from './attachment.ts';
import { answeredOutside, fallSilent, markOverlapped, overlapsAny, takeTurns } from './hear-outside.ts';
import { hearWishes } from './hear-wishes.ts';
import type { Incoming } from './incoming.ts';
import { moveMessages } from './move-messages.ts';
import { isOfPictures } from './of-pictures.ts';
import type { ConversationReading } from './read-conversations.ts';
import type { Part } from './read-parts.ts';

export type StoredMessage = {
  readonly incoming: Incoming;
  readonly session: Session;
  readonly opened: boolean;
  /** A robot said it while a person outside spoke. */
  readonly overlapped: boolean;
};
export type StoredConversation = {
  readonly conversation: Conversation;
  readonly messages: readonly StoredMessage[];
  /** Who holds the floor once they are stored. */
  readonly floor: Session | null;
};
/** First every session that leaves the floor, then every one that takes it: the database judges row by row. */
export async function applyReadings(
  act: Act,
  settings: Settings,
  readings: readonly ConversationReading[],
): Promise<StoredConversation[]> {
  const places = readings.flatMap(({ sessions }) => sessions.filter(({ robotSlot }) => robotSlot !== null));
  await updateMoved(
    act.em,
    readings.flatMap((each) => endSessions(act, settings, each)),
  );
  const states = new Map(readings.flatMap(({ sessions }) => sessions.map((session) => [session, session.state])));
  const stored = readings.map((each) => growSessions(act, settings, each));
  const changed = stored.flatMap((each) => each.changed);
  const hasMoved = (session: Session) => session.mergedInto !== null || session.state !== states.get(session);
  await insertSessions(
    act.em,
    changed.filter((session) => !states.has(session)),
  );
  await updateMoved(
    act.em,
    changed.filter((session) => states.has(session) && hasMoved(session)),
  );
  await updateSpans(
    act.em,
    changed.filter((session) => states.has(session) && !hasMoved(session)),
  );
  await updateConversations(
    act,
    readings.map(({ conversation }) => conversation),
  );
  for (const [index, each] of readings.entries()) await moveMessages(act, each, stored[index]?.targets ?? []);
  for (const each of readings) await markOverlapped(act, each);
  const freed = places.filter(({ robotSlot }) => robotSlot === null);
  for (const { accountId } of freed) await planNextRobots(act, accountId, settings);
  return stored;
}

/** @returns those that left the floor: over now, or silent while a person outside speaks. */
function endSessions(act: Act, settings: Settings, found: ConversationReading): Session[] {
  const { conversation, sessions, reading } = found;
  const open = new Map(sessions.filter(({ state }) => !isOver(state)).map((session) => [session.id, session]));
  const find = (id: string | null) => open.get(id ?? '') ?? [];
  const interrupted = fallSilent(act, settings, found);
  const past = reading.attachments.flatMap(({ sessionId, state }) => (state === 'completed' ? find(sessionId) : []));
  const merged = reading.merged.flatMap(({ sessionId }) => find(sessionId));
  for (const session of past) leaveFloor(act, conversation, session, 'completed', settings, 'a later turn began');
  for (const session of merged)
    leaveFloor(act, conversation, session, 'cancelled', settings, 'merged with the turn that it belongs to');
  return [...interrupted, ...past, ...merged];
}

type Grown = StoredConversation & { readonly targets: readonly Session[]; readonly changed: readonly Session[] };

function growSessions(act: Act, settings: Settings, found: ConversationReading): Grown {
  const { conversation, sessions, settled, reading } = found;
  const known = new Map(sessions.map((session) => [session.id, session]));
  const targets = reading.attachments.map((attachment) => targetOf(act, settings, conversation, known, attachment));
  for (const { sessionId, into } of reading.merged) {
    const session = known.get(sessionId);
    if (session) session.mergedInto = targets[into]?.id ?? null;
  }
  const heard = settled.filter(({ session }) => !isOver(session.state));
  for (const { session, incoming } of heard) session.heardAt(incoming.sentAt, act.now, settings.deadlines);
  for (const { session, incoming } of heard) answeredOutside(act, session, incoming);
  const merged = reading.merged.flatMap(({ sessionId }) => known.get(sessionId) ?? []);
  const turns = takeTurns(act, settings, found);
  const messages = [
    ...settled.map(({ session, incoming }) => ({
      session,
      incoming,
      opened: false,
      overlapped: overlapsAny(found, incoming),
    })),
    ...turns.flatMap(({ messages }) => messages),
    ...reading.attachments.flatMap((attachment, index) => newMessagesOf(attachment, targets[index])),
  ];
  const all = new Set([...sessions, ...targets, ...turns.map(({ session }) => session)]);
  const open = [...all].filter((session) => !isOver(session.state));
  showOnDesk(act, conversation, open, 'messages arrived', newestOf(messages));
  if (reading.attachments.some(({ sessionId, state }) => sessionId === null && state === 'pending')) {
    planJob(act, 'route-conversation', conversation.accountId, { conversationId: conversation.id });
  }
  if (isOfPictures(conversation, messages))
    planJob(act, 'image-task', conversation.accountId, { heardIn: conversation.id });
  const speaking = [...heard, ...turns].map(({ session }) => session);
  const changed = new Set([...targets, ...merged, ...speaking]);
  const floor = open.find(({ state }) => state === 'active') ?? null;
  hearWishes(act, settings, conversation, messages, floor);
  return { conversation, messages, floor, targets, changed: [...changed] };
}

/** The session that the group keeps, grown or shrunk to the group's span; or a new one. */
function targetOf(
  act: Act,
  settings: Settings,
  conversation: Conversation,
  known: ReadonlyMap<string, Session>,
  attachment: Attachment<Part>,
): Session {
  const { sessionId, kind, state, heard, beginsTopic } = attachment;
  const [firstAt, lastAt] = [new Date(attachment.from), new Date(attachment.to)];
  const kept = known.get(sessionId ?? '');
  if (!kept)
    return openSession(act, conversation, settings, {
      kind,
      state,
      origin: 'inferred',
      heard,
      beginsTopic,
      firstAt,
      lastAt,
      reason: null,
    });
  kept.firstAt = firstAt;
  kept.lastAt = lastAt;
  kept.heard = heard;
  kept.beginsTopic = beginsTopic;
  if (kept.state !== state) activateSession(act, conversation, kept, settings, 'a person of ours answers outside');
  else if (attachment.pieces.some(({ incoming }) => incoming)) kept.heardAt(lastAt, act.now, settings.deadlines);
  return kept;
}

function newMessagesOf(attachment: Attachment<Part>, session: Session | undefined): StoredMessage[] {
  if (!session) return [];
  const opened = attachment.sessionId === null;
  return attachment.pieces.flatMap(({ incoming }) =>
    incoming ? [{ incoming, session, opened, overlapped: false }] : [],
  );
}

function newestOf(messages: readonly StoredMessage[]): Date | undefined {
  return messages.reduce<Date | undefined>(
    (newest, { incoming }) => (newest && newest > incoming.sentAt ? newest : incoming.sentAt),
    undefined,
  );
}
