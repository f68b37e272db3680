// When the floor falls free: the next one gets it, in the same act. Whoever waits for nothing but the floor never waits for a sweep.
import type { Settings } from '../accounts/settings.ts';
import type { Act } from '../act.ts';
import type { Conversation } from '../conversations/conversation.ts';
import { activateSession, openSessionsOf } from './move-session.ts';
import { freeRobotSlot, planNextRobots } from './robot-slots.ts';
import type { Session } from './session.ts';
import { nextOnFloor } from './succession.ts';

/** @returns who has the floor now; null when it stays free. Nothing happens when somebody holds it. */
export async function handOnFloor(
  act: Act,
  conversation: Conversation,
  settings: Settings,
  reason: string,
): Promise<Session | null> {
  await act.em.flush();
  const open = await openSessionsOf(act, conversation.id);
  const holder = open.find(({ state }) => state === 'active');
  if (holder) return holder;
  const robotsWait = settings.robotsWaitForPeople;
  const next = nextOnFloor(open, { robotsWait, robotSlotFree: true });
  if (!next) return null;
  const slot =
    next.handler === 'robot' ? await freeRobotSlot(act, conversation.accountId, settings.maxRobotSessions) : null;
  const chosen =
    next.handler === 'robot' && slot === null ? nextOnFloor(open, { robotsWait, robotSlotFree: false }) : next;
  if (!chosen) return null;
  chosen.settle();
  activateSession(act, conversation, chosen, settings, reason, slot);
  await act.em.flush();
  await handOnPlaces(act, conversation, chosen, settings);
  return chosen;
}

/** Where two robots leave at once, both see the same one as next: whoever takes a place looks for a robot for what is left. */
async function handOnPlaces(act: Act, { accountId }: Conversation, taken: Session, settings: Settings): Promise<void> {
  if (taken.robotSlot === null) return;
  if ((await freeRobotSlot(act, accountId, settings.maxRobotSessions)) !== null)
    await planNextRobots(act, accountId, settings);
}

/** After a session left the floor: somebody else of this conversation has it, or its place goes to a robot elsewhere. */
export async function afterLeaving(
  act: Act,
  conversation: Conversation,
  settings: Settings,
  reason: string,
): Promise<Session | null> {
  const next = await handOnFloor(act, conversation, settings, reason);
  await planNextRobots(act, conversation.accountId, settings);
  return next;
}
