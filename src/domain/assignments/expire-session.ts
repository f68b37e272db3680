// A session whose deadline has come, in an act of its own: what its handler and state say for that (sessions/due.ts).

import { Account } from '../accounts/account.ts';
import { phraseFor } from '../accounts/settings.ts';
import type { Act } from '../act.ts';
import type { Conversation } from '../conversations/conversation.ts';
import { lockIfFree } from '../conversations/lock-conversation.ts';
import { ownId } from '../messages/incoming.ts';
import { postMessage } from '../messages/post-message.ts';
import { deadlineOf } from '../sessions/deadlines.ts';
import { whenDue } from '../sessions/due.ts';
import { findHeir } from '../sessions/heir.ts';
import { isOpen } from '../sessions/lifecycle.ts';
import { openSessionsOf } from '../sessions/move-session.ts';
import { Session } from '../sessions/session.ts';
import { nextOnFloor } from '../sessions/succession.ts';
import { Transfer } from '../transfers/transfer.ts';
import { endSession } from './end-session.ts';

/**
 * @returns false when it is not due any more, somebody else has its conversation (the next look finds it if it still is), or its
 *   work is in other hands: then its own deadline only looks after it.
 */
export async function expireSession(act: Act, sessionId: string): Promise<boolean> {
  const seen = await act.em.findOne(Session, { id: sessionId }, { disableIdentityMap: true });
  const conversation = seen ? await lockIfFree(act, seen.conversationId) : null;
  if (!conversation) return false;
  const session = await act.em.findOneOrFail(Session, { id: sessionId }, { refresh: true });
  if (!isOpen(session.state) || !session.deadlineAt || session.deadlineAt > act.now) return false;
  const account = await act.em.findOneOrFail(Account, { id: conversation.accountId });
  if (await isInOtherHands(act, session)) {
    session.deadlineAt = deadlineOf(session, session.state, act.now, account.fullSettings.deadlines);
    return false;
  }
  const others = (await openSessionsOf(act, conversation.id)).filter(({ id }) => id !== session.id);
  const free = { robotsWait: account.fullSettings.robotsWaitForPeople, robotSlotFree: true };
  const speaker = others.find(({ state }) => state === 'active') ?? nextOnFloor(others, free);
  const { to, reason, phrase } = whenDue(session, session.state, speaker?.handler);
  if (phrase !== null) await tellContact(act, account, conversation, session, phraseFor(account.fullSettings, phrase));
  await endSession(act, account, conversation, session, to, reason);
  return true;
}

/** Handed on, or about to be: it ends with its successor, or comes back when the transfer does. */
async function isInOtherHands(act: Act, { id, state }: Session): Promise<boolean> {
  if (state === 'transferred') return (await findHeir(act.em, id)) !== null;
  return (await act.em.count(Transfer, { openFrom: id })) > 0;
}

/** Before it ends: what is said in a session lies within its span. */
async function tellContact(
  act: Act,
  account: Account,
  conversation: Conversation,
  session: Session,
  content: string,
): Promise<void> {
  const notice = { externalId: ownId('due', session.id), type: 'system', content, private: false } as const;
  await postMessage(act, account, conversation, session, { sender: 'system', id: null, name: null }, notice);
}
