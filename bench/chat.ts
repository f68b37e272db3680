// The traffic that is measured: contacts of one account and a robot talk in Chinese, now. Conversations exist before a timed part
// and have a live session, which the messages join, as most traffic of a day does.
import { newId } from '../src/domain/ids.ts';
import { allDone, type Installation } from './installation.ts';
import { mustBeWell } from './load-client.ts';
import { sideBySide } from './measurement.ts';

const SENTENCES = [
  '你好，请问这件连衣裙还有中码的吗？我上次买的那件已经洗得有点变形了。',
  '亲，这款目前中码有现货，今天下午四点前下单当天就可以发出哦。',
  '能不能再便宜一点，我想一次拿三十件，以后还会长期合作的 🙏',
  '三十件的话可以给您九二折，另外免运费，您看这个价格可以接受吗？',
  '我的包裹显示三天前就到转运中心了，一直没有更新，麻烦帮我查一下单号 SF1029384756。',
];
const PER_SEED_BATCH = 1000;
/** Requests under way at a time, where batches are posted as fast as they are taken. */
export const CLIENTS = 16;

export function sentence(number: number): string {
  return SENTENCES[number % SENTENCES.length] ?? '';
}

export function contactName(number: number): string {
  return `contact-${number}`;
}

/** @param firstHandler who answers first: with a robot, conversations have an active session; with people, one that waits. */
export async function newAccount({ client }: Installation, firstHandler: 'robot' | 'people'): Promise<string> {
  const { id } = await client.must('POST', '/v1/accounts', {
    platform: 'web',
    externalId: newId(),
    name: 'bench',
    settings: { firstHandler },
  });
  return id ?? '';
}

/** Makes the first `count` contacts say something, and waits until each has its conversation and session. */
export async function seedConversations(
  installation: Installation,
  account: string,
  count: number,
  from = 0,
): Promise<void> {
  const numbers = Array.from({ length: count }, (_, index) => from + index);
  const batches: string[] = [];
  for (let start = 0; start < count; start += PER_SEED_BATCH)
    batches.push(batchOf(account, numbers.slice(start, start + PER_SEED_BATCH), 'contact'));
  await postBatches(installation, batches, 2);
  await allDone(installation);
}

/** Batches over contacts chosen by chance among the first `known`; the contact and the robot speak in turn. */
export function makeBatches(
  account: string,
  count: number,
  messages: number,
  conversations: number,
  known: number,
): string[] {
  return Array.from({ length: count }, () => {
    const chosen = Array.from({ length: conversations }, () => Math.floor(Math.random() * known));
    const numbers = Array.from({ length: messages }, (_, index) => chosen[index % conversations] ?? 0);
    return batchOf(account, numbers, 'both');
  });
}

function batchOf(account: string, contacts: readonly number[], speakers: 'contact' | 'both'): string {
  const now = Date.now();
  const messages = contacts.map((contact, index) => ({
    id: newId(),
    contact: contactName(contact),
    sender: speakers === 'both' && index % 2 === 1 ? 'robot' : 'contact',
    content: sentence(contact + index),
    sentAt: new Date(now - contacts.length + index).toISOString(),
  }));
  return JSON.stringify({ account, messages });
}

/** Posts them all, `width` at a time; each must be accepted. */
export function postBatches({ client }: Installation, batches: readonly string[], width: number): Promise<void> {
  return sideBySide(width, batches, async (batch) => {
    mustBeWell(await client.send('POST', '/v1/batches', batch), 'POST /v1/batches');
  });
}
