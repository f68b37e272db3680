// Stores messages that are new to an account, each in its session: those sessions are found, opened, merged or cut as the
// reading says (attachment.ts), and the desk shows what came of it.

import type { Settings } from '../accounts/settings.ts';
import type { Act } from '../act.ts';
import { updateProfiles } from '../contacts/update-profiles.ts';
import type { Conversation } from '../conversations/conversation.ts';
import { lockConversations, updateConversations } from '../conversations/lock-conversation.ts';
import { openConversations } from '../conversations/open-conversations.ts';
import { planJob } from '../jobs/plan-job.ts';
import { isOver } from '../sessions/lifecycle.ts';
import { activateSession, leaveFloor, openSession } from '../sessions/move-session.ts';
import { planNextRobots } from '../sessions/robot-slots.ts';
import type { Session } from '../sessions/session.ts';
import { showOnDesk } from '../sessions/settle-desk.ts';
import { insertSessions, updateMoved, updateSpans } from '../sessions/write-sessions.ts';
import type { Attachment } from './attachment.ts';
import { answeredOutside, fallSilent, markOverlapped, overlapsAny, takeTurns } from './hear-outside.ts';
import { type Incoming, profilesOf } from './incoming.ts';
import { insertMessages } from './insert-messages.ts';
import { leaveOutKnown } from './leave-out-known.ts';
import { moveMessages } from './move-messages.ts';
import { isOfPictures } from './of-pictures.ts';
import { type ConversationReading, type Part, readConversations } from './read-conversations.ts';

export type StoredMessage = {
  readonly incoming: Incoming;
  readonly session: Session;
  readonly opened: boolean;
  /** A robot said it while a person outside spoke. */
  readonly overlapped: boolean;
};
export type StoredConversation = { readonly conversation: Conversation; readonly messages: readonly StoredMessage[] };
export type Outcome = { readonly stored: readonly StoredConversation[]; readonly duplicates: readonly Incoming[] };

/** @param incoming of one account, in any order, copies included. Locks every conversation that it names, in the order of their ids. */
export async function storeMessages(
  act: Act,
  accountId: string,
  settings: Settings,
  incoming: readonly Incoming[],
): Promise<Outcome> {
  const parties = await openConversations(act, accountId, profilesOf(incoming));
  const conversations = await lockConversations(
    act,
    [...parties.values()].map(({ conversationId }) => conversationId).sort(),
  );
  const { fresh, duplicates } = await leaveOutKnown(act, accountId, incoming);
  await updateProfiles(act, accountId, profilesOf(fresh));
  const arrivals = new Map<Conversation, Incoming[]>();
  for (const each of fresh) {
    const conversation = conversations.get(parties.get(each.contact.id)?.conversationId ?? '');
    if (!conversation) throw new Error('a contact without a conversation');
    const own = arrivals.get(conversation);
    if (own) own.push(each);
    else arrivals.set(conversation, [each]);
  }
  const readings = await readConversations(act, settings, arrivals);
  const stored = await applyReadings(act, settings, readings);
  await insertMessages(act, stored);
  return { stored, duplicates };
}

/** First every session that leaves the floor, then every one that takes it: the database judges row by row. */
async function applyReadings(
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
  return { conversation, messages, targets, changed: [...changed] };
}

/** The session that the group keeps, grown or shrunk to the group's span; or a new one. */
function targetOf(
  act: Act,
  settings: Settings,
  conversation: Conversation,
  known: ReadonlyMap<string, Session>,
  attachment: Attachment,
): Session {
  const { sessionId, kind, state, heard } = attachment;
  const [firstAt, lastAt] = [new Date(attachment.from), new Date(attachment.to)];
  const kept = known.get(sessionId ?? '');
  if (!kept)
    return openSession(act, conversation, settings, {
      kind,
      state,
      origin: 'inferred',
      heard,
      firstAt,
      lastAt,
      reason: null,
    });
  kept.firstAt = firstAt;
  kept.lastAt = lastAt;
  kept.heard = heard;
  if (kept.state !== state) activateSession(act, conversation, kept, settings, 'a person of ours answers outside');
  else kept.heardAt(lastAt, act.now, settings.deadlines);
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
