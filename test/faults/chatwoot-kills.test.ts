// A worker is killed between its call to Chatwoot and the note of what came of it. Where we may look, the message is there once; where
// nobody may, it is not sent again, and people are told.
import { expect, test } from 'vitest';
import { startWorkers } from '../../src/workers/start.ts';
import { type ChatwootShop, ChatwootShops, type ShopOptions } from '../support/chatwoot-shops.ts';
import { type RunningProcess, startProcess } from '../support/processes.ts';
import { type Json, until } from '../support/world.ts';

const shops = await ChatwootShops.open([{}, {}, {}], { workers: 0 });
const { world } = shops;

/** By hand, so that no webhook tells what became of a message of ours. */
function hookOf({ server, account }: ChatwootShop, number: number, messageId: number): Json {
  const message = server.messagesOf(number).find(({ id }) => id === messageId);
  const { inboxId: inbox_id, status, contactId } = server.conversation(number);
  return {
    event: 'message_created',
    account: { id: server.accountId },
    inbox: { id: inbox_id },
    id: messageId,
    content: message?.content,
    content_attributes: message?.contentAttributes,
    message_type: message?.direction,
    created_at: world.kernel.clock().toISOString(),
    sender: message?.sender,
    conversation: { id: number, inbox_id, status, channel: 'Channel::WebWidget', meta: { sender: { id: contactId } } },
    for: account,
  };
}

/** A worker calls Chatwoot with a message of ours, and is killed before it hears the answer. */
async function killedWhileItCalls(isDone: boolean, secrets: ShopOptions['secrets'] = {}): Promise<Killed> {
  const options = {
    settings: { firstHandler: 'robot' },
    channel: { signatures: 'off' },
    hooks: false,
    secrets,
  } as const;
  const shop = await shops.shop(options);
  const { server } = shop;
  const worker = await startProcess('worker', world.config);
  const { conversation: number, contact, message } = server.contactWrites('Ann', 'Hello');
  await world.must('POST', shop.hookPath, hookOf(shop, number, message), { key: null });
  const isBegun = async () => (await shop.conversation(contact)).status === 'ai_handling';
  await until(isBegun, 10, 'the robot has not been given the conversation');
  await until(async () => (await shop.due()) === 0, 10, 'the status is not told');
  const { id, epoch, sessions } = await shop.conversation(contact);
  server.fail('POST /api/v1/accounts/2/conversations/1/messages', { kind: 'hang', isDone });
  const said = { sessionId: sessions[0].id, epoch, robot: 'Helper', content: 'Good day.' };
  await world.must('POST', `/v1/conversations/${id}/messages`, said);
  await until(() => shop.changes().includes('message'), 10, 'nobody has called Chatwoot');
  await worker.kill();
  expect(await shop.deliveries('message')).toEqual([expect.objectContaining({ state: 'sending' })]);
  return { shop, number, worker };
}
type Killed = { readonly shop: ChatwootShop; readonly number: number; readonly worker: RunningProcess };

/** Somebody else comes, once its lease is over; the test does not wait for that. Whoever wakes them may take 25 s. */
async function anotherWorker({ shop }: Killed): Promise<Json> {
  await world.sql("update delivery set leased_until = '2020-01-01' where state = 'sending'");
  const workers = startWorkers(world.kernel);
  const isOver = async () => (await shop.deliveries('message')).every(({ endedAt }) => endedAt !== null);
  await until(isOver, 30, 'nobody has ended it').finally(() => workers.stop());
  const [message] = await shop.deliveries('message');
  return message;
}

test('it was carried out, and nobody knew: it is found, and there once', async () => {
  const killed = await killedWhileItCalls(true);
  expect(await anotherWorker(killed)).toMatchObject({
    state: 'delivered',
    attemptCount: 2,
    detail: 'It was found there.',
  });
  expect(killed.shop.server.shownToContact(killed.number)).toEqual(['Good day.']);
}, 60_000);

test('it was not carried out: it is not found, and sent', async () => {
  const killed = await killedWhileItCalls(false);
  expect(await anotherWorker(killed)).toMatchObject({ state: 'delivered', attemptCount: 2 });
  expect(killed.shop.server.shownToContact(killed.number)).toEqual(['Good day.']);
}, 60_000);

test('nobody may look: it is unknown, an operator sees it, and its echo settles it', async () => {
  const killed = await killedWhileItCalls(true, { userToken: null });
  const { shop, number } = killed;
  expect(await anotherWorker(killed)).toMatchObject({ state: 'unknown' });
  expect(shop.server.shownToContact(number)).toEqual(['Good day.']);
  const { data } = await world.must('GET', `/v1/deliveries?account=${shop.account}&state=unknown`);
  expect(data).toEqual([expect.objectContaining({ effect: 'message', code: 'unknown' })]);
  const raised = await world.sql("select detail from alarm where code = 'delivery_unknown'");
  expect(raised).toEqual([{ detail: expect.stringContaining('message') }]);

  const echo = shop.server.messagesOf(number).at(-1)?.id ?? 0;
  await world.must('POST', shop.hookPath, hookOf(shop, number, echo), { key: null });
  const workers = startWorkers(world.kernel);
  const isSettled = async () => (await shop.deliveries('message'))[0].state === 'delivered';
  await until(isSettled, 10, 'the echo settled nothing').finally(() => workers.stop());
  expect((await shop.deliveries('message'))[0].externalId).toBe(String(echo));
  const { data: messages } = await world.must('GET', `/v1/conversations/${data[0].conversationId}/messages`);
  expect(messages).toHaveLength(2);
  expect(await world.broken()).toEqual([]);
}, 60_000);
