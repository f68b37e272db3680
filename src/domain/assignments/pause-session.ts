// A session is put on hold by wish, and comes back when asked: the floor goes to the next one meanwhile.

import type { Act } from '../act.ts';
import type { Conversation } from '../conversations/conversation.ts';
import { DomainError } from '../errors.ts';
import type { OnConflict, Verdict } from '../sessions/arbitration.ts';
import { afterLeaving } from '../sessions/hand-on-floor.ts';
import { activateSession, leaveFloor, openSessionsOf } from '../sessions/move-session.ts';
import { planNextRobots } from '../sessions/robot-slots.ts';
import type { Session } from '../sessions/session.ts';
import { settleDesk } from '../sessions/settle-desk.ts';
import { Transfer } from '../transfers/transfer.ts';
import { contestFloor, tellConflict } from './contest-floor.ts';
import { checkServes, type Locked, lockSession } from './find-session.ts';

/** @param agentId who must serve it; null: upstream. @throws DomainError session_not_found, not_serving, illegal_move */
export async function pauseSession(
  act: Act,
  sessionId: string,
  agentId: string | null,
  reason: string | null,
): Promise<Locked> {
  const locked = await lockSession(act, sessionId);
  const { account, conversation, session } = locked;
  await checkServes(act, locked, agentId);
  session.settle();
  leaveFloor(act, conversation, session, 'paused', account.fullSettings, reason ?? 'paused by wish');
  session.hold();
  await afterLeaving(act, conversation, account.fullSettings, `next while ${session.kind} is on hold`);
  await settleDesk(act, conversation, 'a session was paused');
  return locked;
}

export type Resumed = { readonly conversation: Conversation; readonly session: Session; readonly verdict: Verdict };

/**
 * Active again where the arbitration grants it; else it waits, no longer on hold, and comes back by itself.
 * @throws DomainError session_not_found, not_serving, illegal_move unless it is paused, floor_taken, robots_full, transfer_open
 */
export async function resumeSession(
  act: Act,
  sessionId: string,
  agentId: string | null,
  onConflict: OnConflict,
): Promise<Resumed> {
  const locked = await lockSession(act, sessionId);
  await checkServes(act, locked, agentId);
  if (locked.session.state !== 'paused')
    throw new DomainError(
      'illegal_move',
      `A session that is ${locked.session.state} can not be resumed; only a paused one can.`,
      {
        sessionId,
        state: locked.session.state,
      },
    );
  await checkNotHandedOn(act, locked.session);
  return wantFloor(act, locked, onConflict);
}

async function checkNotHandedOn(act: Act, session: Session): Promise<void> {
  const transfer = await act.em.findOne(Transfer, { openFrom: session.id });
  if (transfer)
    throw new DomainError('transfer_open', 'This session is being handed on; return the transfer first.', {
      transferId: transfer.id,
    });
}

/** A paused session asks for the floor as any other does. */
export async function wantFloor(
  act: Act,
  { account, conversation, session }: Locked,
  onConflict: OnConflict,
): Promise<Resumed> {
  const { kind, handler, level } = session;
  const others = (await openSessionsOf(act, conversation.id)).filter(({ id }) => id !== session.id);
  const challenger = { kind, handler, level, onConflict, taken: true };
  const contested = await contestFloor(act, account, conversation, challenger, others, null);
  const { verdict, active, robotSlot } = contested;
  session.settle();
  session.onHold = false;
  if (active)
    activateSession(act, conversation, session, account.fullSettings, verdict.explanation.slice(0, 500), robotSlot);
  tellConflict(act, conversation, session, contested, null);
  await act.em.flush();
  if (verdict.interrupts) await planNextRobots(act, conversation.accountId, account.fullSettings);
  await settleDesk(act, conversation, verdict.explanation);
  return { conversation, session, verdict };
}
