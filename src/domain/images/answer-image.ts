// What follows from what a contact said to their task: it is mailed, asked back, changed, or left alone.
import type { Act } from '../act.ts';
import { type Answer, askContact, type Heard } from './ask-contact.ts';
import { mailTo, satisfied } from './confirm-image.ts';
import { isOpenImage } from './lifecycle.ts';
import type { LockedTask } from './lock-image.ts';
import { type Understood, understandReply } from './reply.ts';
import { change, remark } from './revise-image.ts';
import { complete } from './settle-mail.ts';
import { takeNewImage, wish } from './wish-image.ts';

export type Answered = { readonly understood: string; readonly rule: string | null };

type Picture = { readonly kind: 'remark'; readonly text: string; readonly image: string };

/** @param picture that was sent instead of words. */
export async function answerImage(
  act: Act,
  locked: LockedTask,
  heard: Heard,
  picture: Picture | null,
): Promise<Answered> {
  const { task, profile } = locked;
  const { state } = task;
  if (!isOpenImage(state)) return { understood: 'other', rule: null };
  const knownAddress = task.email ?? profile.knownAddress;
  const understood = picture ?? understandReply(heard.words, { state, asked: task.question, knownAddress });
  const answer = { act, locked, heard };
  return { understood: await follow(answer, understood), rule: 'rule' in understood ? understood.rule : null };
}

/** @returns what it counted as: a remark before there is anything to remark on is an ordinary word. */
async function follow(answer: Answer, understood: Understood | Picture): Promise<string> {
  const { act, locked, heard } = answer;
  const { task } = locked;
  switch (understood.kind) {
    case 'address':
      await wish(answer, heard.words);
      await mailTo(answer, understood.address);
      return 'address';
    case 'several':
      return askContact(
        answer,
        { question: 'which_address', addresses: understood.addresses },
        'imageAskWhichAddress',
        {
          addresses: understood.addresses.join(', '),
        },
      );
    case 'typo': {
      const { address, meant } = understood;
      return askContact(answer, { question: 'typo', address, meant }, 'imageAskTypo', { meant });
    }
    case 'incomplete':
      return askContact(answer, null, 'imageAskWhole');
    case 'received':
      await complete(act, locked, task.email ?? '', 'the contact says that it arrived');
      return 'received';
    case 'satisfied':
      return satisfied(answer);
    case 'change':
      return change(answer, understood.rule, understood.address ?? null);
    case 'remark':
      if ('address' in understood && understood.address !== undefined) task.email = understood.address;
      return remark(answer, understood.text, 'image' in understood ? understood.image : null);
    case 'new_image':
      return takeNewImage(answer);
    case 'old_image':
      task.ask(null, act.now);
      return 'old_image';
    case 'other':
      return wish(answer, heard.words);
  }
}
