// A picture of a contact is to be worked on: the task is made, or, where one is open already, the contact is asked which is meant.
import type { Act } from '../act.ts';
import type { Profile } from '../contacts/profile.ts';
import { updateProfiles } from '../contacts/update-profiles.ts';
import { openConversations } from '../conversations/open-conversations.ts';
import { newId } from '../ids.ts';
import { Message } from '../messages/message.ts';
import { ImageTask } from './image-task.ts';
import { imageDeadline } from './lifecycle.ts';
import { type LockedTask, lockStudio, openTaskOf, type Studio } from './lock-image.ts';
import { planStep, tellImage } from './move-image.ts';
import { type Operation, operationOf, sizeOf } from './operation.ts';
import { type Analysis, Requirements } from './requirements.ts';
import { takeAnalysis } from './take-analysis.ts';
import { tellContact } from './tell-contact.ts';

export type ImageRequest = {
  /** http or https; fetched by a worker. */
  readonly image: string;
  /** null: read from the words. */
  readonly operation: Operation | null;
  /** What the contact said; null: what they said last in the conversation. */
  readonly words: string | null;
  readonly ratio: Requirements['ratio'];
  readonly size: Requirements['size'];
  readonly analysis: Analysis | null;
};

export type Requested = { readonly task: ImageTask; readonly isNew: boolean };

export async function requestImageFor(
  act: Act,
  accountId: string,
  contact: Profile,
  request: ImageRequest,
): Promise<Requested> {
  const profiles = new Map([[contact.id, contact]]);
  const parties = await openConversations(act, accountId, profiles);
  const studio = await lockStudio(act, parties.get(contact.id)?.conversationId ?? '');
  await updateProfiles(act, accountId, profiles); // after the lock, as everywhere
  const open = await openTaskOf(act, studio);
  if (open) {
    await askWhich(act, { ...studio, task: open }, request.image);
    return { task: open, isNew: false };
  }
  return { task: (await openImage(act, studio, request)).task, isNew: true };
}

/** The picture that is worked on already needs no question. */
export async function askWhich(act: Act, locked: LockedTask, image: string): Promise<void> {
  const { task, profile } = locked;
  if (task.source === image) return;
  const question = task.question;
  if (question?.question === 'which_image' && question.image === image) return;
  profile.sawImage(image, act.now);
  if (question !== null && question.question !== 'which_image') return; // one question at a time
  task.ask({ question: 'which_image', image }, act.now);
  await tellContact(act, locked, `${task.id}:which:${newId()}`, 'imageAskWhich');
}

/** @param studio without an open task. */
export async function openImage(act: Act, studio: Studio, request: ImageRequest): Promise<LockedTask> {
  const { account, settings, conversation, profile } = studio;
  const words = request.words ?? (await lastWords(act, studio));
  const read = words === null ? null : operationOf(words);
  const size = words === null ? null : sizeOf(words);
  const task = act.em.create(ImageTask, {
    id: newId(),
    accountId: account.id,
    contactId: conversation.contactId,
    conversationId: conversation.id,
    state: 'pending',
    openIn: conversation.id,
    operation: request.operation ?? read?.operation ?? 'enhance',
    source: request.image,
    requirements: JSON.stringify(
      Requirements.parse({
        words,
        ratio: request.ratio ?? size?.ratio ?? null,
        size: request.size ?? size?.size ?? null,
      }),
    ),
    quote: null,
    orderId: null,
    paidAt: null,
    round: 0,
    revisions: 0,
    submitted: null,
    originalFileId: null,
    resultFileId: null,
    previewFileId: null,
    score: null,
    email: null,
    mailState: 'none',
    asked: null,
    askedAt: null,
    peopleTold: false,
    reason: null,
    deadlineAt: imageDeadline('pending', act.now, settings, false),
    createdAt: act.now,
    updatedAt: act.now,
    endedAt: null,
  });
  conversation.imageTaskId = task.id;
  profile.sawImage(request.image, act.now);
  profile.heardTo = await lastMessage(act, conversation.id);
  if (words !== null) profile.heardWish(words);
  await act.em.flush();
  const locked = { ...studio, task };
  await tellImage(act, studio, task, 'image_task.created', { operation: task.operation, source: task.source });
  if (request.analysis) await takeAnalysis(act, locked, request.analysis);
  planStep(act, locked);
  return locked;
}

/** What was said before is no answer to this task. */
async function lastMessage(act: Act, conversationId: string): Promise<number> {
  const [last] = await act.em.find(Message, { conversationId }, { orderBy: { id: 'desc' }, limit: 1, fields: ['id'] });
  return last?.id ?? 0;
}

const RECENT_MS = 10 * 60_000;
const RECENT_MESSAGES = 5;
const WORDS_LENGTH = 1000;

/** What the contact has said in the last ten minutes: their wish stands beside the picture, not in it. */
async function lastWords(act: Act, { conversation }: Studio): Promise<string | null> {
  const since = new Date(act.now.getTime() - RECENT_MS);
  const messages = await act.em.find(
    Message,
    { conversationId: conversation.id, sender: 'contact', type: 'text', sentAt: { $gte: since } },
    { orderBy: { sentAt: 'desc', id: 'desc' }, limit: RECENT_MESSAGES },
  );
  const words = messages.flatMap(({ shownContent }) => (typeof shownContent === 'string' ? shownContent : []));
  return words.length === 0 ? null : words.reverse().join('\n').slice(-WORDS_LENGTH).toWellFormed();
}
