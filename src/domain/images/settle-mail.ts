// What becomes of the mail with the work: it went out, it was refused and the contact is asked again, or nobody knows, and they are
// asked whether it arrived. It is never sent a second time on a guess.
import type { Act } from '../act.ts';
import { raiseAlarm } from '../alarms/raise-alarm.ts';
import type { ImageAttempt } from './image-attempt.ts';
import type { LockedTask } from './lock-image.ts';
import { moveImage, planStep, tellImage } from './move-image.ts';
import { tellContact } from './tell-contact.ts';

export async function mailSent(act: Act, locked: LockedTask, { recipient }: ImageAttempt): Promise<void> {
  const { task } = locked;
  if (task.state !== 'awaiting_confirm') return;
  if (isCorrected(locked, recipient)) return planStep(act, locked);
  await complete(act, locked, recipient ?? '', 'mailed');
  await tellContact(act, locked, `${task.id}:mailed:${task.round}`, 'imageMailed', { address: recipient ?? '' });
}

/** The address was corrected while the mail was on its way: it goes there too. */
function isCorrected({ task }: LockedTask, recipient: string | null): boolean {
  return task.email !== null && task.email !== recipient;
}

/** By mail, or by the contact's own word that it arrived. */
export async function complete(act: Act, locked: LockedTask, address: string, reason: string): Promise<void> {
  const { task, profile } = locked;
  task.email = address;
  task.mailState = 'sent';
  profile.email = address;
  profile.emailState = 'sent';
  await moveImage(act, locked, 'completed', reason);
  await tellImage(act, locked, task, 'image_task.completed', { revisions: task.revisions, reason });
}

/** @param kind of the failure: where it is ours (a wrong password, no server), operators are told as well. */
export async function mailRefused(
  act: Act,
  locked: LockedTask,
  { id, recipient, detail }: ImageAttempt,
  kind: string,
): Promise<void> {
  const { task, profile } = locked;
  if (isCorrected(locked, recipient)) return planStep(act, locked);
  task.mailState = 'refused';
  task.email = null;
  task.askedAt = act.now;
  profile.emailState = 'refused';
  if (profile.email === recipient) profile.email = null;
  await act.em.flush();
  await tellImage(act, locked, task, 'image_task.mail_refused', { outcome: 'refused', reason: detail });
  await tellContact(act, locked, `${id}:refused`, 'imageMailRefused', { address: recipient ?? '' });
  if (kind === 'refused') return;
  const why = (detail ?? '').replaceAll(/[^\s<>]+@[^\s<>]+/g, '…'); // servers repeat the address, which is the contact's own
  const alarm = { code: 'image_mail_failed', detail: `A picture could not be mailed: ${why}` };
  await raiseAlarm(act, { ...alarm, accountId: task.accountId, conversationId: task.conversationId });
}

export async function mailUnknown(
  act: Act,
  locked: LockedTask,
  { id, recipient, detail }: ImageAttempt,
): Promise<void> {
  const { task, profile } = locked;
  const address = recipient ?? '';
  if (task.state !== 'awaiting_confirm') return;
  if (isCorrected(locked, recipient)) return planStep(act, locked);
  task.mailState = 'unknown';
  profile.email = address;
  profile.emailState = 'unknown';
  task.ask({ question: 'mail_arrived', address }, act.now);
  task.askedAt = act.now;
  await act.em.flush();
  await tellImage(act, locked, task, 'image_task.mail_refused', { outcome: 'unknown', reason: detail });
  await tellContact(act, locked, `${id}:unknown`, 'imageMailUnknown', { address });
}
