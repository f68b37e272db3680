// What a contact says while their picture is worked on. Every message stays an ordinary message of the conversation; this only looks
// whether it also answers the work: an address, a change, a remark. Each is heard once, and only forward.
import type { Act } from '../act.ts';
import { raiseAlarm } from '../alarms/raise-alarm.ts';
import { newId } from '../ids.ts';
import { planJob } from '../jobs/plan-job.ts';
import { shortened } from '../messages/incoming.ts';
import { Message } from '../messages/message.ts';
import { answerImage } from './answer-image.ts';
import type { Heard } from './ask-contact.ts';
import { ImageReply } from './image-reply.ts';
import type { ImageTask } from './image-task.ts';
import { type LockedTask, lockStudio, openTaskOf, type Studio } from './lock-image.ts';
import { askWhich } from './request-image.ts';

/** Messages that one act listens to. */
const AT_ONCE = 50;
const WORDS_LENGTH = 1000;
/** Clocks of platforms differ from ours: what was said so long before we asked may still be an answer. What is older is history. */
const CLOCKS_DIFFER_MS = 120_000;

/** @param most messages, the oldest that were not heard yet; a further job hears what is behind them. @returns how many were heard. */
export async function hearContact(act: Act, conversationId: string, most = AT_ONCE): Promise<number> {
  const studio = await lockStudio(act, conversationId);
  const { profile } = studio;
  if (!(await openTaskOf(act, studio))) return lookForPicture(act, studio);
  const messages = await unheard(act, studio, most);
  for (const message of messages) {
    await hearMessage(act, studio, message);
    profile.heardTo = message.id;
    await act.em.flush();
  }
  if (messages.length === most) planHearing(act, studio);
  return messages.length;
}

/** Passes over the oldest message that was not heard, since it can not be: those behind it must be. */
export async function passOver(act: Act, conversationId: string): Promise<void> {
  const studio = await lockStudio(act, conversationId);
  const [message] = await unheard(act, studio, 1);
  if (!message) return;
  studio.profile.heardTo = message.id;
  const detail = 'A message of a contact whose picture is worked on could not be listened to; somebody should read it.';
  const { accountId, id } = studio.conversation;
  await raiseAlarm(act, { code: 'image_reply_not_heard', detail, accountId, conversationId: id });
  planHearing(act, studio);
}

function planHearing(act: Act, { conversation: { id, accountId } }: Studio): void {
  planJob(act, 'image-task', accountId, { heardIn: id });
}

function unheard(act: Act, { conversation, profile }: Studio, limit: number): Promise<Message[]> {
  const said = {
    conversationId: conversation.id,
    sender: 'contact',
    private: false,
    id: { $gt: profile.heardTo },
  } as const;
  return act.em.find(Message, said, { orderBy: { id: 'asc' }, limit });
}

/** While no picture is worked on, only a new one matters. */
async function lookForPicture(act: Act, { conversation, profile }: Studio): Promise<number> {
  const said = { conversationId: conversation.id, sender: 'contact', private: false } as const;
  const isNew = { ...said, type: 'image', id: { $gt: profile.heardTo } } as const;
  const [picture] = await act.em.find(Message, isNew, { orderBy: { sentAt: 'desc', id: 'desc' }, limit: 1 });
  const url = picture ? imageIn(picture.shownContent) : null;
  if (picture && url !== null) profile.sawImage(url, picture.sentAt);
  const [last] = await act.em.find(Message, said, { orderBy: { id: 'desc' }, limit: 1, fields: ['id'] });
  if (last && last.id > profile.heardTo) profile.heardTo = last.id;
  await act.em.flush();
  return picture ? 1 : 0;
}

async function hearMessage(act: Act, studio: Studio, message: Message): Promise<void> {
  const content = message.shownContent;
  const image = message.type === 'image' ? imageIn(content) : null;
  const task = await openTaskOf(act, studio);
  if (image !== null) studio.profile.sawImage(image, message.sentAt);
  if (!task || isHistory(task, message)) return;
  const locked = { ...studio, task };
  const heardAs = `message:${message.externalId}`;
  if (image !== null) await hearImage(act, locked, heardAs, image, message.sentAt);
  if (message.type === 'text' && typeof content === 'string')
    await hearWords(act, locked, heardAs, content, message.sentAt);
}

function isHistory({ askedAt, createdAt }: ImageTask, { sentAt }: Message): boolean {
  return sentAt.getTime() < (askedAt ?? createdAt).getTime() - CLOCKS_DIFFER_MS;
}

/** Platforms differ in what they call it. */
function imageIn(content: unknown): string | null {
  if (typeof content !== 'object' || content === null) return null;
  const [url] = ['url', 'src', 'image'].map((name) => Reflect.get(content, name)).filter((value) => isAddress(value));
  return typeof url === 'string' ? url : null;
}

function isAddress(value: unknown): boolean {
  return typeof value === 'string' && value.length <= 2048 && /^https?:\/\//.test(value) && URL.canParse(value);
}

/** A picture shows what is meant while a change is asked for; else it may be another wish. */
async function hearImage(act: Act, locked: LockedTask, heardAs: string, image: string, saidAt: Date): Promise<void> {
  if (locked.task.state !== 'revision') return askWhich(act, locked, image);
  const picture = { kind: 'remark', text: 'as in this picture', image } as const;
  await hear(act, locked, { heardAs, words: image, saidAt }, (heard) => answerImage(act, locked, heard, picture));
}

/** @param heardAs names what was said: it is heard once, by whichever way it comes. @returns what it was understood as; null: heard before. */
export function hearWords(
  act: Act,
  locked: LockedTask,
  heardAs: string,
  words: string,
  saidAt: Date,
): Promise<string | null> {
  return hear(act, locked, { heardAs, words, saidAt }, (heard) => answerImage(act, locked, heard, null));
}

async function hear(
  act: Act,
  { task, settings }: LockedTask,
  heard: Heard,
  answer: (heard: Heard) => Promise<{ readonly understood: string; readonly rule: string | null }>,
): Promise<string | null> {
  if (await act.em.findOne(ImageReply, { taskId: task.id, heardAs: heard.heardAs })) return null;
  const { understood, rule } = await answer(heard);
  if (understood === 'other') return understood;
  task.heardFrom(act.now, settings);
  act.em.create(ImageReply, {
    id: newId(),
    taskId: task.id,
    heardAs: heard.heardAs,
    understood,
    rule,
    words: shortened(heard.words, WORDS_LENGTH),
    saidAt: heard.saidAt,
    createdAt: act.now,
  });
  await act.em.flush();
  return understood;
}
