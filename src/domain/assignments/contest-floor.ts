// Somebody wants the floor of a locked conversation: the law judges, whoever is interrupted leaves it, and a robot gets its place.
// What the challenger does with the verdict is theirs: a new session is opened, a paused one goes on.

import type { Account } from '../accounts/account.ts';
import type { Act } from '../act.ts';
import type { Conversation } from '../conversations/conversation.ts';
import { DomainError } from '../errors.ts';
import { record } from '../events/record.ts';
import { arbitrate, type Challenger, type Verdict } from '../sessions/arbitration.ts';
import { leaveFloor, subjectOf } from '../sessions/move-session.ts';
import { freeRobotSlot } from '../sessions/robot-slots.ts';
import type { Session } from '../sessions/session.ts';
import { findHolder, nameOf } from './holder.ts';

export type Contested = {
  readonly verdict: Verdict;
  readonly incumbent: Session | null;
  /** The floor is free for the challenger now; of a robot: with this place. */
  readonly active: boolean;
  readonly robotSlot: number | null;
};

/**
 * @param others the open sessions beside the challenger's own. @param reason told to whoever is interrupted.
 * @throws DomainError floor_taken, robots_full, with the holder and the rule
 */
export async function contestFloor(
  act: Act,
  account: Account,
  conversation: Conversation,
  challenger: Challenger,
  others: readonly Session[],
  reason: string | null,
): Promise<Contested> {
  const settings = account.fullSettings;
  const isRobot = challenger.handler === 'robot';
  const place = () => (isRobot ? freeRobotSlot(act, conversation.accountId, settings.maxRobotSessions) : null);
  const incumbent = others.find(({ state }) => state === 'active') ?? null;
  const before = await place();
  const verdict = arbitrate({
    incumbent,
    waiting: others.filter(({ state, onHold }) => !onHold && (state === 'pending' || state === 'paused')),
    challenger,
    robotsWait: settings.robotsWaitForPeople,
    robotSlotFree: before !== null || (incumbent !== null && incumbent.robotSlot !== null),
  });
  if (verdict.outcome === 'refused') throw await refusal(act, conversation, verdict);
  incumbent?.settle(); // judged against, so no later message changes what it is
  if (verdict.interrupts && incumbent)
    await interrupt(act, account, conversation, incumbent, challenger, verdict, reason);
  // A robot that gives way to a robot gives its place as well.
  const robotSlot = before ?? (await place());
  const active = verdict.outcome === 'active' && (!isRobot || robotSlot !== null);
  return { verdict, incumbent, active, robotSlot: active ? robotSlot : null };
}

/** 409, with who holds the floor, what it does there and since when. */
async function refusal(act: Act, conversation: Conversation, { rule, explanation }: Verdict): Promise<DomainError> {
  const holder = await findHolder(act.em, conversation.id);
  const facts = { rule, holder, epoch: conversation.epoch };
  if (rule === 'limit') return new DomainError('robots_full', explanation, facts);
  const who = holder ? ` ${nameOf(holder)} has had it since ${holder.since}.` : '';
  return new DomainError('floor_taken', `${explanation}${who}`, facts);
}

async function interrupt(
  act: Act,
  account: Account,
  conversation: Conversation,
  incumbent: Session,
  { kind }: Challenger,
  { rule }: Verdict,
  reason: string | null,
): Promise<void> {
  const why = `interrupted by ${kind} (rule ${rule})${reason ? `: ${reason}` : ''}`.slice(0, 500);
  leaveFloor(act, conversation, incumbent, 'paused', account.fullSettings, why);
  await act.em.flush();
}

/** Told wherever two met: which rule decided, and why. */
export function tellConflict(
  act: Act,
  conversation: Conversation,
  session: Session,
  { verdict, incumbent, active }: Contested,
  reason: string | null,
): void {
  const { rule, explanation } = verdict;
  if (rule === '0') return;
  const { id: sessionId, kind } = session;
  record(
    act,
    'session.conflicted',
    { ...subjectOf(conversation), sessionId },
    {
      conversationId: conversation.id,
      contactId: conversation.contactId,
      sessionId,
      kind,
      incumbentId: incumbent?.id ?? null,
      rule,
      outcome: active ? 'active' : 'pending',
      explanation,
      reason,
    },
  );
}
