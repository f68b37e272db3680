// A session ends: with it the seat, the offer, the transfer that hung on it, the sessions that were handed to it and everybody who
// was called in. Then the floor is handed on.

import type { Account } from '../accounts/account.ts';
import type { Act } from '../act.ts';
import type { Conversation } from '../conversations/conversation.ts';
import { endMembers } from '../conversations/end-members.ts';
import { record } from '../events/record.ts';
import { afterLeaving } from '../sessions/hand-on-floor.ts';
import { isOver } from '../sessions/lifecycle.ts';
import { type Leaving, leaveFloor } from '../sessions/move-session.ts';
import { Session } from '../sessions/session.ts';
import { settleDesk } from '../sessions/settle-desk.ts';
import { clearAlarm, transferData } from '../transfers/tell-transfer.ts';
import { Transfer } from '../transfers/transfer.ts';
import { freeSeatOf, openAssignmentOf } from './seats.ts';

export type Ending = Exclude<Leaving, 'paused'>;

/** Ends one session of the locked conversation, hands on the floor and settles the desk. @throws DomainError illegal_move */
export async function endSession(
  act: Act,
  account: Account,
  conversation: Conversation,
  session: Session,
  to: Ending,
  reason: string,
): Promise<void> {
  await endOne(act, account, conversation, session, to, reason);
  await afterLeaving(act, conversation, account.fullSettings, `next after ${session.kind}: ${reason}`);
  await settleDesk(act, conversation, reason);
}

/** The same without what follows: for a caller that ends several, or gives the floor to somebody itself. */
export async function endOne(
  act: Act,
  account: Account,
  conversation: Conversation,
  session: Session,
  to: Ending,
  reason: string,
): Promise<void> {
  const settings = account.fullSettings;
  session.settle();
  leaveFloor(act, conversation, session, to, settings, reason);
  const assignment = await openAssignmentOf(act, session.id);
  if (assignment) freeSeatOf(act, conversation, assignment, 'released', reason);
  const followers = await act.em.find(Session, { successorId: session.id, state: 'transferred' });
  for (const follower of followers) await endOne(act, account, conversation, follower, to, `its successor: ${reason}`);
  await closeTransfer(act, account, conversation, session, reason);
  await endMembers(act, conversation, session.id);
  await act.em.flush();
}

/** What was to be handed on is over, or nobody is waited for any more: the transfer is cancelled, and its other session freed. */
async function closeTransfer(
  act: Act,
  account: Account,
  conversation: Conversation,
  session: Session,
  reason: string,
): Promise<void> {
  await act.em.flush();
  const transfer = await act.em.findOne(Transfer, { $or: [{ openFrom: session.id }, { openTo: session.id }] });
  if (!transfer) return;
  const other = transfer.fromSessionId === session.id ? transfer.toSessionId : transfer.fromSessionId;
  transfer.moveTo('cancelled', act.now, reason);
  clearAlarm(act, conversation, transfer, account.fullSettings);
  const { data, subject } = transferData(conversation, transfer);
  record(act, 'transfer.cancelled', subject, { ...data, reason });
  const left = await act.em.findOneOrFail(Session, { id: other });
  if (left.id === transfer.fromSessionId) left.onHold = transfer.wasOnHold && left.state === 'paused';
  else if (!isOver(left.state) && transfer.opened(left))
    await endOne(act, account, conversation, left, 'cancelled', `nothing to take over: ${reason}`);
}
