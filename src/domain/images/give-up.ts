// A task whose work can not be done.
import type { Act } from '../act.ts';
import { raiseAlarm } from '../alarms/raise-alarm.ts';
import { shortened } from '../messages/incoming.ts';
import { callPeople } from './call-people.ts';
import type { LockedTask } from './lock-image.ts';
import { moveImage, tellImage } from './move-image.ts';
import { tellContact } from './tell-contact.ts';

const REASON_LENGTH = 500;

/** It can be tried again by an operator or by a new payment; meanwhile people look after the contact. */
export async function giveUp(act: Act, locked: LockedTask, code: string, why: string): Promise<void> {
  const reason = shortened(why, REASON_LENGTH);
  const { task, conversation } = locked;
  const { isPaid } = task;
  task.submitted = null;
  await moveImage(act, locked, 'failed', reason);
  await tellImage(act, locked, task, 'image_task.failed', { reason });
  const phrase = isPaid ? 'imageDelayed' : 'imageUnreadable';
  await tellContact(act, locked, `${task.id}:failed:${task.round}`, phrase);
  if (isPaid) return callPeople(act, locked, code, `The work on a picture failed: ${reason}`);
  const detail = `A picture can not be worked on: ${reason}`;
  await raiseAlarm(act, { code, detail, accountId: task.accountId, conversationId: conversation.id });
}
