// A task on which nothing moved until its deadline ends as its state says; whoever has paid is not forgotten.
import type { Act } from '../act.ts';
import { raiseAlarm } from '../alarms/raise-alarm.ts';
import { lockIfFree } from '../conversations/lock-conversation.ts';
import { callPeople } from './call-people.ts';
import { ImageTask } from './image-task.ts';
import { isOpenImage, WHEN_IMAGE_DUE } from './lifecycle.ts';
import { type LockedTask, lockImage } from './lock-image.ts';
import { moveImage, tellImage } from './move-image.ts';
import { complete } from './settle-mail.ts';

/** @returns false when it is not due any more, or somebody else is at its conversation: the next look finds it if it still is. */
export async function expireImage(act: Act, taskId: string): Promise<boolean> {
  const seen = await act.em.findOne(ImageTask, { id: taskId }, { disableIdentityMap: true });
  if (!seen || !(await lockIfFree(act, seen.conversationId))) return false;
  const locked = await lockImage(act, taskId);
  const { task } = locked;
  if (!isOpenImage(task.state) || !task.deadlineAt || task.deadlineAt > act.now) return false;
  await expire(act, locked, task.state);
  return true;
}

async function expire(act: Act, locked: LockedTask, state: keyof typeof WHEN_IMAGE_DUE): Promise<void> {
  const { task } = locked;
  // Most likely it arrived: the contact was asked and did not say otherwise.
  if (task.mailState === 'unknown')
    return complete(act, locked, task.email ?? '', 'the contact did not say that it is missing');
  const { isPaid } = task;
  const { to, reason: usual } = WHEN_IMAGE_DUE[state];
  const reason = isPaid && state === 'pending' ? 'it was paid, and nobody made it in time' : usual;
  await moveImage(act, locked, to, reason);
  await tellImage(act, locked, task, to === 'failed' ? 'image_task.failed' : 'image_task.cancelled', { reason });
  if (!isPaid) return;
  const detail = `A picture that was paid ended: ${reason}.`;
  if (to === 'failed' || state === 'pending') return callPeople(act, locked, 'image_overdue', detail);
  const { accountId, conversationId } = task;
  await raiseAlarm(act, { code: 'image_unconfirmed', detail, accountId, conversationId });
}
