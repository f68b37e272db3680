// What a contact says while their picture is worked on. Every message stays an ordinary message of the conversation; this only looks
// whether it also answers the work: an address, a change, a remark. Each is heard once, and only forward.
import type { Act } from '../act.ts';
import { newId } from '../ids.ts';
import { shortened } from '../messages/incoming.ts';
import { Message } from '../messages/message.ts';
import { answerImage } from './answer-image.ts';
import type { Heard } from './ask-contact.ts';
import { ImageReply } from './image-reply.ts';
import { type LockedTask, lockStudio, openTaskOf, type Studio } from './lock-image.ts';
import { askWhich } from './request-image.ts';
import type { Remark } from './requirements.ts';

const AT_ONCE = 200;
const WORDS_LENGTH = 1000;

/** @returns how many messages were listened to. */
export async function hearContact(act: Act, conversationId: string): Promise<number> {
  const studio = await lockStudio(act, conversationId);
  const { profile } = studio;
  const messages = await act.em.find(
    Message,
    { conversationId, sender: 'contact', private: false, id: { $gt: profile.heardTo } },
    { orderBy: { id: 'asc' }, limit: AT_ONCE },
  );
  for (const message of messages) {
    await hearMessage(act, studio, message);
    profile.heardTo = message.id;
    await act.em.flush();
  }
  return messages.length === AT_ONCE ? AT_ONCE + (await hearContact(act, conversationId)) : messages.length;
}

async function hearMessage(act: Act, studio: Studio, message: Message): Promise<void> {
  const content = message.shownContent;
  const image = message.type === 'image' ? imageIn(content) : null;
  const task = await openTaskOf(act, studio);
  if (image !== null) studio.profile.sawImage(image, message.sentAt);
  if (!task || message.sentAt < (task.askedAt ?? task.createdAt)) return;
  const locked = { ...studio, task };
  const heardAs = `message:${message.externalId}`;
  if (image !== null) await hearImage(act, locked, heardAs, image, message.sentAt);
  if (message.type === 'text' && typeof content === 'string')
    await hearWords(act, locked, heardAs, content, message.sentAt);
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
  const remark: Remark = { round: locked.task.round, text: 'as in this picture', image };
  await hear(act, locked, { heardAs, words: image, saidAt }, (heard) =>
    answerImage(act, locked, heard, { kind: 'remark', text: remark.text, image }),
  );
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
  { task }: LockedTask,
  heard: Heard,
  answer: (heard: Heard) => Promise<{ readonly understood: string; readonly rule: string | null }>,
): Promise<string | null> {
  if (await act.em.findOne(ImageReply, { taskId: task.id, heardAs: heard.heardAs })) return null;
  const { understood, rule } = await answer(heard);
  if (understood === 'other') return understood;
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
