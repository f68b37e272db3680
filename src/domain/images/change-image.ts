// What upstream and operators do with a task: they hand in a result, try again, or call it off.
import type { Act } from '../act.ts';
import { DomainError } from '../errors.ts';
import { ImageAttempt } from './image-attempt.ts';
import type { ImageTask } from './image-task.ts';
import type { LockedTask } from './lock-image.ts';
import { moveImage, planStep, tellImage } from './move-image.ts';
import { beginRound } from './take-payment.ts';

/**
 * A result that somebody else made; a worker fetches, measures and delivers it. In place of one that the contact has seen, it is a
 * revision by our own wish. @throws DomainError illegal_move when the task is over
 */
export async function submitResult(act: Act, locked: LockedTask, url: string): Promise<void> {
  const { task } = locked;
  if (task.state === 'awaiting_confirm') {
    if (task.mailState === 'wanted' || task.mailState === 'unknown') throw onItsWay(task);
    const reason = 'a better picture was handed in';
    await moveImage(act, locked, 'revision', reason);
    await tellImage(act, locked, task, 'image_task.revision_requested', { revisions: task.revisions, reason });
  }
  if (task.state !== 'processing') await beginRound(act, locked, 'a result was handed in');
  task.submitted = url;
  await act.em.flush();
  planStep(act, locked);
}

/** The work, or a mail that did not go out through a fault of ours. @throws DomainError illegal_move where neither failed, task_open */
export async function retryImage(act: Act, locked: LockedTask, reason: string): Promise<void> {
  const { task } = locked;
  if (task.state === 'awaiting_confirm' && task.mailState === 'refused' && task.email !== null) {
    task.mailState = 'wanted';
    await act.em.flush();
    return planStep(act, locked);
  }
  if (task.state !== 'failed')
    throw new DomainError('illegal_move', `Only a task that failed can be tried again; this one is ${task.state}.`, {
      taskId: task.id,
      state: task.state,
    });
  await beginRound(act, locked, reason);
}

/** Nothing that was made is lost; the contact may ask again. @throws DomainError illegal_move while it is worked on, and when it is over */
export async function cancelImage(act: Act, locked: LockedTask, reason: string): Promise<void> {
  const { task } = locked;
  if (task.state === 'cancelled') return;
  if (await isGoingOut(act, task)) throw onItsWay(task);
  await moveImage(act, locked, 'cancelled', reason);
  await tellImage(act, locked, task, 'image_task.cancelled', { reason });
}

/** From its first byte on nobody can call a mail back. */
async function isGoingOut(act: Act, { id: taskId }: ImageTask): Promise<boolean> {
  return (await act.em.count(ImageAttempt, { taskId, step: 'mail', state: 'begun', sendingAt: { $ne: null } })) > 0;
}

function onItsWay({ id: taskId, state }: ImageTask): DomainError {
  const detail = 'The work is on its way to the contact’s mail; wait for what comes of it.';
  return new DomainError('illegal_move', detail, { taskId, state });
}
