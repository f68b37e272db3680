// The contact takes the work as it is: it goes to their address, or that is asked for.
import type { Act } from '../act.ts';
import { type Answer, askContact } from './ask-contact.ts';
import { ImageAttempt } from './image-attempt.ts';
import type { LockedTask } from './lock-image.ts';
import { moveImage, planStep, tellImage } from './move-image.ts';
import { mailSent, mailUnknown } from './settle-mail.ts';

/** Before the result is there it is kept for later; what is in that mailbox already is not sent again. */
export async function mailTo({ act, locked }: Answer, address: string): Promise<void> {
  const { task } = locked;
  task.email = address;
  task.ask(null, act.now);
  if (task.state === 'revision') await backToConfirm(act, locked);
  if (task.state !== 'awaiting_confirm') return act.em.flush();
  const known = { taskId: task.id, round: task.round, step: 'mail', state: 'done', recipient: address } as const;
  const mailed = await act.em.findOne(ImageAttempt, known);
  if (mailed) return mailSent(act, locked, mailed);
  task.mailState = 'wanted';
  await act.em.flush();
  planStep(act, locked);
}

async function backToConfirm(act: Act, locked: LockedTask): Promise<void> {
  const { task } = locked;
  const reason = 'the contact takes it as it is';
  await moveImage(act, locked, 'awaiting_confirm', reason);
  const { round, score, resultFileId: fileId } = task;
  const told = { round, score, fileId, attempts: 0, isGoodEnough: true, failed: [], reason };
  await tellImage(act, locked, task, 'image_task.result_ready', told);
}

/** To the address that is known, unless a mail to it may be on its way already: then they are asked. */
export async function satisfied(answer: Answer): Promise<string> {
  const { act, locked } = answer;
  const { task, profile } = locked;
  if (task.state === 'revision') await backToConfirm(act, locked);
  const address = task.email ?? profile.knownAddress;
  if (address === null) {
    await askContact(answer, null, 'imageAskAddress');
    return 'satisfied';
  }
  const sent = { taskId: task.id, round: task.round, step: 'mail', state: 'unknown', recipient: address } as const;
  const unknown = await act.em.findOne(ImageAttempt, sent, { orderBy: { id: 'desc' } });
  if (unknown) {
    task.email = address;
    await mailUnknown(act, locked, unknown);
  } else await mailTo(answer, address);
  return 'satisfied';
}
