// Moves of an image task: the state, what the conversation knows of it, the profile's counts and the event, together.
import type { Act } from '../act.ts';
import { DomainError } from '../errors.ts';
import type { EventData, EventType } from '../events/catalogue.ts';
import { record } from '../events/record.ts';
import type { Subject } from '../events/streams.ts';
import { planJob } from '../jobs/plan-job.ts';
import { openSessionsOf, subjectOf } from '../sessions/move-session.ts';
import type { ImageTask } from './image-task.ts';
import type { ImageState } from './lifecycle.ts';
import { type LockedTask, openTaskOf, type Studio } from './lock-image.ts';

/** @throws DomainError illegal_move; task_open when it would be the contact's second one */
export async function moveImage(act: Act, locked: LockedTask, to: ImageState, reason: string | null): Promise<void> {
  const { task, settings, conversation, profile } = locked;
  const open = to === 'processing' && task.openIn === null ? await openTaskOf(act, locked) : null;
  if (open)
    throw new DomainError('task_open', 'Another picture of this contact is worked on; end that task first.', {
      taskId: open.id,
      state: open.state,
    });
  task.moveTo(to, act.now, settings, reason);
  if (task.openIn === null && task.mailState === 'wanted') task.mailState = 'none';
  conversation.imageTaskId = task.openIn === null ? null : task.id;
  if (to === 'completed') profile.completed += 1;
  if (to === 'cancelled') profile.cancelled += 1;
  profile.updatedAt = act.now;
  await act.em.flush();
}

/** Plans the next step, where it is ours. */
export function planStep(act: Act, { task, settings, account }: LockedTask, dueAt: Date = act.now): void {
  if (task.nextStep(settings) !== null) planJob(act, 'image-task', account.id, { taskId: task.id }, dueAt);
}

type ImageEvent = EventType & `image_task.${string}`;
type Told<T extends ImageEvent> = Omit<EventData<T>, 'conversationId' | 'contactId' | 'taskId'>;

/** On the desk's streams, and on that of the robot who speaks with the contact just now. */
export async function tellImage<T extends ImageEvent>(
  act: Act,
  { conversation }: Studio,
  task: Pick<ImageTask, 'id'>,
  type: T,
  told: Told<T>,
): Promise<void> {
  const robot = (await openSessionsOf(act, conversation.id)).find(
    ({ handler, state, isSettled }) => handler === 'robot' && state === 'active' && isSettled,
  );
  const subject: Subject = { ...subjectOf(conversation), ...(robot ? { sessionId: robot.id } : {}) };
  const { id: conversationId, contactId } = conversation;
  record(act, type, subject, { conversationId, contactId, taskId: task.id, ...told } as EventData<T>); // what Told left out is added here
}
