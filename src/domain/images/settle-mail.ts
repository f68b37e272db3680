// What becomes of the mail with the work: it went out, it was refused and the contact is asked again, or nobody knows, and they are
// asked whether it arrived. It is never sent a second time on a guess.
import type { Act } from '../act.ts';
import { raiseAlarm } from '../alarms/raise-alarm.ts';
import { callPeople } from './call-people.ts';
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

/** @param kind of the failure: where it is ours (a wrong password, no server), the address stays, and people look after it. */
export async function mailRefused(act: Act, locked: LockedTask, attempt: ImageAttempt, kind: string): Promise<void> {
  const { task } = locked;
  const { recipient, detail } = attempt;
  if (isCorrected(locked, recipient)) return planStep(act, locked);
  task.mailState = 'refused';
  await act.em.flush();
  await tellImage(act, locked, task, 'image_task.mail_refused', { outcome: 'refused', reason: detail });
  const why = (detail ?? '').replaceAll(/[^\s<>]+@[^\s<>]+/g, '…'); // servers repeat the address, which is the contact's own
  const said = `A picture could not be mailed: ${why}`;
  if (kind === 'auth' || kind === 'permanent') {
    await tellContact(act, locked, `${attempt.id}:delayed`, 'imageDelayed');
    return callPeople(act, locked, 'image_mail_failed', said);
  }
  await askForAnother(act, locked, attempt);
  if (kind === 'refused') return;
  const { accountId, conversationId } = task;
  await raiseAlarm(act, { code: 'image_mail_failed', detail: said, accountId, conversationId });
}

async function askForAnother(act: Act, locked: LockedTask, { id, recipient }: ImageAttempt): Promise<void> {
  const { task, profile } = locked;
  task.email = null;
  profile.emailState = 'refused';
  if (profile.email === recipient) profile.email = null;
  await act.em.flush();
  await tellContact(act, locked, `${id}:refused`, 'imageMailRefused', { address: recipient ?? '' });
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
  await act.em.flush();
  await tellImage(act, locked, task, 'image_task.mail_refused', { outcome: 'unknown', reason: detail });
  await tellContact(act, locked, `${id}:unknown`, 'imageMailUnknown', { address });
}
