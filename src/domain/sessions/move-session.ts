// Moves of a session in its locked conversation: the state, the floor and the event, together. The desk is settled by the
// caller once all moves of the act are made (settle-desk.ts). Nothing is flushed here.

import type { Needs, Settings } from '../accounts/settings.ts';
import type { Act } from '../act.ts';
import type { Conversation } from '../conversations/conversation.ts';
import type { EventData } from '../events/catalogue.ts';
import { record } from '../events/record.ts';
import type { Subject } from '../events/streams.ts';
import { newId } from '../ids.ts';
import { deadlineOf } from './deadlines.ts';
import { handlerOf, KINDS, type SessionKind } from './kinds.ts';
import { isOver, type SessionState } from './lifecycle.ts';
import { type Heard, type Origin, Session } from './session.ts';

/** What upstream works on in a session, and how far it is; opaque to us, handed to whoever takes over. */
export type Task = { readonly type: string; readonly id?: string; readonly state?: string; readonly data?: unknown };

export type NewSession = {
  readonly kind: SessionKind;
  readonly state: SessionState;
  readonly origin: Origin;
  readonly heard: Heard | null;
  readonly beginsTopic?: boolean;
  readonly firstAt: Date;
  readonly lastAt: Date;
  readonly reason: string | null;
  /** Where the request names one; else the kind's. */
  readonly level?: number;
  readonly task?: Task;
  readonly needs?: Needs;
  readonly predecessorId?: string;
  readonly robotSlot?: number;
};

/**
 * Opens a session in the given state; the caller persists it. Active: the floor must be free, and changes hands. Over: its messages lie in the past.
 */
export function openSession(
  act: Act,
  conversation: Conversation,
  settings: Settings,
  { task, needs, ...wanted }: NewSession,
): Session {
  const turn = { handler: handlerOf(wanted.kind), origin: wanted.origin };
  const values = {
    id: newId(),
    accountId: conversation.accountId,
    conversationId: conversation.id,
    activeIn: wanted.state === 'active' ? conversation.id : null,
    activeSince: wanted.state === 'active' ? act.now : null,
    mergedInto: null,
    beginsTopic: false,
    robotSlot: null,
    onHold: false,
    predecessorId: null,
    successorId: null,
    task: task ? JSON.stringify(task) : null,
    needs: needs ? JSON.stringify(needs) : null,
    deadlineAt: deadlineOf(turn, wanted.state, act.now, settings.deadlines),
    openedAt: act.now,
    endedAt: isOver(wanted.state) ? wanted.lastAt : null,
    ...wanted,
    level: wanted.level ?? KINDS[wanted.kind].level,
  };
  const session = act.em.create(Session, values, { persist: false });
  if (wanted.state === 'active') conversation.epoch += 1;
  const { state, origin, firstAt, lastAt } = wanted;
  tell(act, conversation, session, 'session.opened', {
    ...sessionData(conversation, session),
    state,
    level: session.level,
    origin,
    firstAt: firstAt.toISOString(),
    lastAt: lastAt.toISOString(),
  });
  return session;
}

/**
 * Gives the floor to a session that waits. The floor must be free in the database by now: the unique key refuses a second holder.
 * @param robotSlot of a robot session: the place that was taken for it (robot-slots.ts).
 */
export function activateSession(
  act: Act,
  conversation: Conversation,
  session: Session,
  settings: Settings,
  reason: string,
  robotSlot: number | null = null,
): void {
  const type = session.state === 'paused' ? 'session.resumed' : 'session.activated';
  session.moveTo('active', act.now, settings.deadlines, reason);
  session.robotSlot = robotSlot;
  conversation.epoch += 1;
  tell(act, conversation, session, type, sessionData(conversation, session));
}

const EVENT_OF = {
  paused: 'session.paused',
  completed: 'session.completed',
  cancelled: 'session.cancelled',
  timeout: 'session.timed_out',
} as const;
export type Leaving = keyof typeof EVENT_OF;

/** Takes a session from the floor, or ends it. Flush before another one is given the floor: the database judges row by row. */
export function leaveFloor(
  act: Act,
  conversation: Conversation,
  session: Session,
  to: Leaving,
  settings: Settings,
  reason: string,
): void {
  session.moveTo(to, act.now, settings.deadlines, reason);
  tell(act, conversation, session, EVENT_OF[to], sessionData(conversation, session));
}

/** The session's work goes on in its successor, and it ends when that one does. */
export function transferSession(
  act: Act,
  conversation: Conversation,
  session: Session,
  successorId: string,
  settings: Settings,
  reason: string,
): void {
  session.moveTo('transferred', act.now, settings.deadlines, reason);
  session.successorId = successorId;
  const data = { ...sessionData(conversation, session), successorId };
  tell(act, conversation, session, 'session.transferred', data);
}

type SessionEvent = Parameters<typeof record>[1] & `session.${string}`;

/**
 * On the streams, the session's own among them once somebody acted on it: nobody follows what is only our reading of messages.
 */
function tell<T extends SessionEvent>(
  act: Act,
  conversation: Conversation,
  session: Session,
  type: T,
  data: EventData<T>,
): void {
  const subject = subjectOf(conversation);
  record(act, type, session.isSettled ? { ...subject, sessionId: session.id } : subject, data);
}

/** The sessions of a conversation that are not over, oldest first. */
export function openSessionsOf(act: Act, conversationId: string): Promise<Session[]> {
  return act.em.find(Session, { conversationId, endedAt: null }, { orderBy: { id: 'asc' } });
}

export function subjectOf(
  conversation: Pick<Conversation, 'id' | 'accountId' | 'contactId'>,
): Required<Pick<Subject, 'accountId' | 'conversationId' | 'contactId'>> {
  return { accountId: conversation.accountId, conversationId: conversation.id, contactId: conversation.contactId };
}

function sessionData(conversation: Conversation, session: Session) {
  const { id: sessionId, kind, reason } = session;
  const { id: conversationId, contactId, epoch } = conversation;
  return { conversationId, contactId, sessionId, kind, reason, epoch };
}
