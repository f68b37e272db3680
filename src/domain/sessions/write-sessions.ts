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
    ...movedRow(session),
  }));
  return insertRows(em, 'session', rows);
}

/** Those that changed their state or were merged: all that may have changed. */
export function updateMoved(em: EntityManager, sessions: readonly Session[]): Promise<void> {
  return updateRows(em, 'session', sessions.map(movedRow));
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
    merged_into: session.mergedInto,
    reason: session.reason,
    ended_at: session.endedAt,
  };
}

function spanRow({ id, heard, firstAt, lastAt, deadlineAt }: Session) {
  return { id, heard, first_at: firstAt, last_at: lastAt, deadline_at: deadlineAt };
}
