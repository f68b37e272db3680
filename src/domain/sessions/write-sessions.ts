// Sessions as rows in masses, past the ORM's bookkeeping: for sessions that were read or made without it. Whatever changes a
// session still does so by its own methods; here it is only written down.
import type { EntityManager } from '@mikro-orm/mysql';
import { insertRows, updateRows } from '../rows.ts';
import type { Session } from './session.ts';

export function insertSessions(em: EntityManager, sessions: readonly Session[]): Promise<void> {
  const rows = sessions.map((session) => ({
    account_id: session.accountId,
    conversation_id: session.conversationId,
    kind: session.kind,
    level: session.level,
    opened_at: session.openedAt,
    predecessor_id: session.predecessorId,
    ...movedRow(session),
  }));
  return insertRows(em, 'session', rows);
}

/** Those that changed their state or were merged: all that may have changed. */
export function updateMoved(em: EntityManager, sessions: readonly Session[]): Promise<void> {
  return updateRows(em, 'session', sessions.map(movedRow));
}

/** Those that ended, and were nothing but open before: what an end changes. */
export function updateEnded(em: EntityManager, sessions: readonly Session[]): Promise<void> {
  const rows = sessions.map(
    ({ id, state, origin, activeIn, robotSlot, onHold, reason, lastAt, deadlineAt, endedAt }) => {
      const end = { state, origin, reason, last_at: lastAt, deadline_at: deadlineAt, ended_at: endedAt };
      return { id, ...end, active_in: activeIn, active_since: null, robot_slot: robotSlot, on_hold: onHold };
    },
  );
  return updateRows(em, 'session', rows);
}

/** Those in which something was said, and nothing else changed. */
export function updateSpans(em: EntityManager, sessions: readonly Session[]): Promise<void> {
  return updateRows(em, 'session', sessions.map(spanRow));
}

function movedRow(session: Session) {
  return {
    ...spanRow(session),
    state: session.state,
    origin: session.origin,
    active_in: session.activeIn,
    robot_slot: session.robotSlot,
    active_since: session.activeSince,
    on_hold: session.onHold,
    merged_into: session.mergedInto,
    reason: session.reason,
    ended_at: session.endedAt,
  };
}

function spanRow({ id, heard, beginsTopic, firstAt, lastAt, deadlineAt }: Session) {
  return { id, heard, begins_topic: beginsTopic, first_at: firstAt, last_at: lastAt, deadline_at: deadlineAt };
}
