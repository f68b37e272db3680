// Moves of a session in its locked conversation: the state, the floor and the event, together. The desk is settled by the
// caller once all moves of the act are made (settle-desk.ts). Nothing is flushed here.

import type { Settings } from '../accounts/settings.ts';
import type { Act } from '../act.ts';
import type { Conversation } from '../conversations/conversation.ts';
import { record } from '../events/record.ts';
import { newId } from '../ids.ts';
import { deadlineOf } from './deadlines.ts';
import { KINDS, type SessionKind } from './kinds.ts';
import { isOver, type SessionState } from './lifecycle.ts';
import { type Heard, type Origin, Session } from './session.ts';

export type NewSession = {
  readonly kind: SessionKind;
  readonly state: SessionState;
  readonly origin: Origin;
  readonly heard: Heard | null;
  readonly firstAt: Date;
  readonly lastAt: Date;
  readonly reason: string | null;
};

/**
 * Opens a session in the given state; the caller persists it. Active: the floor must be free, and changes hands. Over: its messages lie in the past.
 */
export function openSession(act: Act, conversation: Conversation, settings: Settings, wanted: NewSession): Session {
  const { handler, level } = KINDS[wanted.kind];
  const values = {
    id: newId(),
    accountId: conversation.accountId,
    conversationId: conversation.id,
    level,
    activeIn: wanted.state === 'active' ? conversation.id : null,
    mergedInto: null,
    deadlineAt: deadlineOf(handler, wanted.state, act.now, settings.deadlines),
    openedAt: act.now,
    endedAt: isOver(wanted.state) ? wanted.lastAt : null,
    ...wanted,
  };
  const session = act.em.create(Session, values, { persist: false });
  if (wanted.state === 'active') conversation.epoch += 1;
  const { state, origin, firstAt, lastAt } = wanted;
  record(act, 'session.opened', subjectOf(conversation), {
    ...sessionData(conversation, session),
    state,
    level,
    origin,
    firstAt: firstAt.toISOString(),
    lastAt: lastAt.toISOString(),
  });
  return session;
}

/** Gives the floor to a session that waits. The floor must be free in the database by now: the unique key refuses a second holder. */
export function activateSession(
  act: Act,
  conversation: Conversation,
  session: Session,
  settings: Settings,
  reason: string,
): void {
  session.moveTo('active', act.now, settings.deadlines, reason);
  conversation.epoch += 1;
  record(act, 'session.activated', subjectOf(conversation), {
    ...sessionData(conversation, session),
    epoch: conversation.epoch,
  });
}

const EVENT_OF = { paused: 'session.paused', completed: 'session.completed', cancelled: 'session.cancelled' } as const;

/** Takes a session from the floor, or ends it. Flush before another one is given the floor: the database judges row by row. */
export function leaveFloor(
  act: Act,
  conversation: Conversation,
  session: Session,
  to: keyof typeof EVENT_OF,
  settings: Settings,
  reason: string,
): void {
  session.moveTo(to, act.now, settings.deadlines, reason);
  record(act, EVENT_OF[to], subjectOf(conversation), sessionData(conversation, session));
}

/** The sessions of a conversation that are not over, oldest first. */
export function openSessionsOf(act: Act, conversationId: string): Promise<Session[]> {
  return act.em.find(Session, { conversationId, endedAt: null }, { orderBy: { id: 'asc' } });
}

export function subjectOf(conversation: Conversation): {
  accountId: string;
  conversationId: string;
  contactId: string;
} {
  return { accountId: conversation.accountId, conversationId: conversation.id, contactId: conversation.contactId };
}

function sessionData(conversation: Conversation, session: Session) {
  const { id: sessionId, kind, reason } = session;
  return { conversationId: conversation.id, contactId: conversation.contactId, sessionId, kind, reason };
}
