// A robot comes back after a network loss (case 5): it says which session it had and at which epoch, and hears where it stands and
// from which event on it missed things.

import type { Act } from '../act.ts';
import type { Conversation } from '../conversations/conversation.ts';
import { DomainError } from '../errors.ts';
import { sentence } from '../sessions/arbitration.ts';
import { isOver } from '../sessions/lifecycle.ts';
import type { Session } from '../sessions/session.ts';
import { lockSession } from './find-session.ts';
import { findHolder, type Holder, nameOf } from './holder.ts';
import { wantFloor } from './pause-session.ts';

export type Reclaimed = {
  readonly conversation: Conversation;
  readonly session: Session;
  readonly outcome: 'goes_on' | 'resumed' | 'waits' | 'over';
  readonly explanation: string;
  readonly holder: Holder | null;
  /** Read on in this stream after this number. */
  readonly missed: { readonly stream: string; readonly after: number; readonly head: number };
};

/** @param epoch the conversation's, as the robot knew it last. @throws DomainError session_not_found, illegal_move for a person's session */
export async function reclaimSession(act: Act, sessionId: string, epoch: number): Promise<Reclaimed> {
  const locked = await lockSession(act, sessionId);
  const { conversation, session } = locked;
  if (session.handler !== 'robot')
    throw new DomainError(
      'illegal_move',
      'Only a robot reclaims its session; an agent’s is theirs as long as they serve it.',
      {
        sessionId,
        state: session.state,
      },
    );
  const missed = await missedBy(act, conversation, session);
  const told = (outcome: Reclaimed['outcome'], why: string, holder: Holder | null): Reclaimed => ({
    conversation,
    session,
    outcome,
    explanation: sentence('5', why),
    holder,
    missed,
  });
  if (session.state === 'active') {
    const same = conversation.epoch === epoch ? 'at the same epoch' : `now at epoch ${conversation.epoch}`;
    return told('goes_on', `the session is still active, ${same}`, await findHolder(act.em, conversation.id));
  }
  if (isOver(session.state) || session.state === 'transferred')
    return told(
      'over',
      `the session is ${session.state}${session.reason ? `: ${session.reason}` : ''}`,
      await findHolder(act.em, conversation.id),
    );
  if (session.state === 'paused' && !(await isHandedOn(act, session))) await wantFloor(act, locked, 'queue');
  const holder = await findHolder(act.em, conversation.id);
  if (holder?.sessionId === session.id)
    return told('resumed', 'the floor was free, and the session has it again', holder);
  return told('waits', `${nameOf(holder)} holds the floor; the session waits until it is next`, holder);
}

async function isHandedOn(act: Act, { id }: Session): Promise<boolean> {
  const rows: unknown[] = await act.em.execute('select 1 from transfer where open_from = ?', [id]);
  return rows.length > 0;
}

/** Whatever happened after the session last spoke, or was opened: it may not have heard of it. */
async function missedBy(act: Act, { id }: Conversation, session: Session): Promise<Reclaimed['missed']> {
  const stream = `conversation:${id}`;
  const [row]: { after: number | null; head: number }[] = await act.em.execute(
    `select (select max(t.seq) from stream_entry t join event e on e.id = t.event_id where t.stream = s.name
        and (e.type = 'message.created' and json_unquote(json_extract(e.data, '$.sessionId')) = ?
          and json_unquote(json_extract(e.data, '$.sender')) = 'robot'
          or e.type in ('session.opened', 'session.activated', 'session.resumed') and json_unquote(json_extract(e.data, '$.sessionId')) = ?)) as after,
      s.head from stream s where s.name = ?`,
    [session.id, session.id, stream],
  );
  return { stream, after: Number(row?.after ?? 0), head: Number(row?.head ?? 0) };
}
