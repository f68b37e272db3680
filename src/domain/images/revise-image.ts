// The contact wants it otherwise: the change is asked for, remarks are kept in order, and the work begins anew with all of them.
import { type Answer, askContact } from './ask-contact.ts';
import { callPeople } from './call-people.ts';
import { moveImage, tellImage } from './move-image.ts';
import { shapeIn } from './operation.ts';
import { beginRound } from './take-payment.ts';
import { tellContact } from './tell-contact.ts';

/** Kept as the first remark; how exactly is asked. Beyond what the account allows, people take over. */
export async function change(answer: Answer, rule: string, address: string | null): Promise<string> {
  const { act, locked, heard } = answer;
  const { task, settings, profile } = locked;
  if (address !== null) task.email = address;
  noteRemark(answer, heard.words, null);
  if (task.revisions >= settings.maxRevisions) return tooOften(answer);
  task.revisions += 1;
  profile.revisions += 1;
  task.mailState = 'none';
  await moveImage(act, locked, 'revision', `the contact wants it otherwise (${rule})`);
  task.askedAt = heard.saidAt;
  const { revisions, reason } = task;
  await tellImage(act, locked, task, 'image_task.revision_requested', { revisions, reason });
  await askContact(answer, null, 'imageAskChange');
  return 'change';
}

async function tooOften({ act, locked, heard }: Answer): Promise<string> {
  const { task } = locked;
  await tellContact(act, locked, `${task.id}:people:${heard.heardAs}`, 'imagePeople');
  if (task.peopleTold) return 'too_often';
  task.peopleTold = true;
  await act.em.flush();
  const reason = `A contact wants a picture changed for more than ${locked.settings.maxRevisions} times.`;
  await callPeople(act, locked, 'image_revisions', reason);
  return 'too_often';
}

export async function remark(answer: Answer, text: string, image: string | null): Promise<string> {
  const { act, locked, heard } = answer;
  noteRemark(answer, text, image);
  await beginRound(act, locked, 'the contact said what to change');
  await tellContact(act, locked, `${locked.task.id}:again:${heard.heardAs}`, 'imageAgain');
  if (locked.settings.automatic) return 'remark';
  const reason = 'A contact said what to change, and automatic work is switched off: somebody makes it by hand.';
  await callPeople(act, locked, 'image_by_hand', reason);
  return 'remark';
}

const REMARK_LENGTH = 1000;
const REMARKS = 50;

/** A size or a ratio that a remark names counts from now on, for whoever draws and for whoever judges. */
function noteRemark({ act, locked }: Answer, text: string, image: string | null): void {
  const { task } = locked;
  const noted = { round: task.round, text: text.slice(0, REMARK_LENGTH).toWellFormed(), image };
  task.want({ remarks: [...task.wanted.remarks, noted].slice(-REMARKS), ...shapeIn(text) }, act.now);
}
