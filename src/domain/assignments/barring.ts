// A session that waits for an agent may still have to wait when one comes: an agent holds the floor, and the rules grant no
// interruption. Who hands on gives way to whom they handed it to.
import type { Act } from '../act.ts';
import type { Conversation } from '../conversations/conversation.ts';
import { DomainError } from '../errors.ts';
import { arbitrate, type Verdict } from '../sessions/arbitration.ts';
import { openSessionsOf } from '../sessions/move-session.ts';
import type { Session } from '../sessions/session.ts';
import { findOpenTransferTo } from '../transfers/accept-transfer.ts';
import { Assignment } from './assignment.ts';
import { findHolder, nameOf } from './holder.ts';

/** @param open the open sessions of its locked conversation. */
export async function isBarred(act: Pick<Act, 'em'>, open: readonly Session[], session: Session): Promise<boolean> {
  return (await barOf(act, open, session)) !== null;
}

/** @throws DomainError floor_taken, with the holder and the rule */
export async function checkNotBarred(act: Act, conversation: Conversation, session: Session): Promise<void> {
  const bar = await barOf(act, await openSessionsOf(act, conversation.id), session);
  if (!bar) return;
  const holder = await findHolder(act.em, conversation.id);
  throw new DomainError('floor_taken', `${bar.explanation} ${nameOf(holder)} has it since ${holder?.since}.`, {
    rule: bar.rule,
    holder,
    epoch: conversation.epoch,
  });
}

/** A turn of a person outside bars nobody: no agent of ours is in it. */
async function barOf(act: Pick<Act, 'em'>, open: readonly Session[], session: Session): Promise<Verdict | null> {
  const incumbent = open.find(({ state }) => state === 'active');
  if (!incumbent || incumbent.handler === 'robot' || incumbent.id === session.id) return null;
  if (!(await act.em.findOne(Assignment, { serves: incumbent.id }))) return null;
  if ((await findOpenTransferTo(act, session.id))?.fromSessionId === incumbent.id) return null;
  const { kind, handler, level } = session;
  const challenger = { kind, handler, level, onConflict: 'reject', taken: true } as const;
  const verdict = arbitrate({ incumbent, waiting: [], challenger, robotsWait: true, robotSlotFree: true });
  return verdict.outcome === 'active' ? null : verdict;
}
