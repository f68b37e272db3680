// A person outside has answered what waits for one: the session is theirs from then on, with no agent of ours, and what was to be
// handed on is taken. An agent may still take it over.
import type { Act } from '../act.ts';
import { activateSession, leaveFloor, openSessionsOf } from '../sessions/move-session.ts';
import { planNextRobots } from '../sessions/robot-slots.ts';
import { settleDesk } from '../sessions/settle-desk.ts';
import { acceptTransfer, findOpenTransferTo } from '../transfers/accept-transfer.ts';
import { lockSession } from './find-session.ts';
import { freeSeatOf, openAssignmentOf } from './seats.ts';

const REASON = 'a person of ours answered outside';

/** @returns false when it waits no more. @throws DomainError session_not_found */
export async function answerOutside(act: Act, sessionId: string): Promise<boolean> {
  const { account, conversation, session } = await lockSession(act, sessionId);
  if (session.state !== 'pending') return false;
  const settings = account.fullSettings;
  const offer = await openAssignmentOf(act, session.id);
  if (offer) freeSeatOf(act, conversation, offer, 'released', REASON);
  const transfer = await findOpenTransferTo(act, session.id);
  if (transfer) await acceptTransfer(act, conversation, settings, transfer, null);
  for (const other of await openSessionsOf(act, conversation.id)) {
    if (other.state === 'active') leaveFloor(act, conversation, other, 'paused', settings, REASON);
  }
  await act.em.flush();
  session.takenOutside();
  activateSession(act, conversation, session, settings, REASON);
  await act.em.flush();
  await planNextRobots(act, conversation.accountId, settings);
  await settleDesk(act, conversation, REASON);
  return true;
}
