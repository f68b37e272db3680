// Before the work begins, what the contact says about the picture is their wish; and a new picture may take its place.
import type { Answer } from './ask-contact.ts';
import { planStep } from './move-image.ts';
import { operationOf, shapeIn } from './operation.ts';
import { tellContact } from './tell-contact.ts';

const WISH_LENGTH = 1000;

/** What is not begun is begun with the new picture; else it waits for its own order. */
export async function takeNewImage({ act, locked, heard }: Answer): Promise<string> {
  const { task } = locked;
  const question = task.question;
  task.ask(null, act.now);
  if (question?.question !== 'which_image') return 'other';
  const key = `${task.id}:new:${heard.heardAs}`;
  if (task.state !== 'pending' || task.isPaid) {
    await tellContact(act, locked, key, 'imageNoted');
    return 'new_image_later';
  }
  task.source = question.image;
  task.originalFileId = null;
  task.quote = null;
  task.want({ analysis: null }, act.now);
  await act.em.flush();
  await tellContact(act, locked, key, 'imageReplaced');
  planStep(act, locked);
  return 'new_image';
}

/** Before it is paid, what the contact says about the picture is their wish. */
export async function wish({ act, locked }: Answer, words: string): Promise<string> {
  const { task, profile } = locked;
  if (task.state !== 'pending' || task.isPaid) return 'other';
  const [read, shape] = [operationOf(words), shapeIn(words)];
  if (read === null && Object.keys(shape).length === 0) return 'other';
  if (read !== null) task.operation = read.operation;
  const known = task.wanted;
  const all = [known.words, words].filter((each) => each !== null).join('\n');
  task.want({ words: all.slice(-WISH_LENGTH).toWellFormed(), ...shape }, act.now);
  profile.heardWish(words.slice(0, WISH_LENGTH).toWellFormed());
  return 'wish';
}
