// A message whose answer was lost is found again, where it arrived; and no other is taken for it.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Chatwoot, makeChatwoot } from '../../src/integrations/chatwoot/client.ts';
import { makeGuardedDispatcher } from '../../src/integrations/guarded-dispatcher.ts';
import { type ChatwootServer, startChatwoot } from '../support/outside/chatwoot-server.ts';

const MESSAGE = { content: '好的', isPrivate: false, contentType: 'text', contentAttributes: {}, mark: 'm-1' } as const;

type House = { server: ChatwootServer; chatwoot: Chatwoot; asUser: Chatwoot };

let time = Date.parse('2026-11-21T08:00:00.900Z');
let names = 0;
const ends: (() => Promise<void>)[] = [];

async function open(keeps: { keepsAttributes: boolean; keepsSourceId: boolean; channel?: string }): Promise<House> {
  const server = await startChatwoot({ now: () => time, ...keeps });
  const dispatcher = makeGuardedDispatcher({ allow: [server.host] });
  ends.push(async () => {
    await dispatcher.destroy();
    await server.close();
  });
  const { url: baseUrl, accountId, botToken, userToken } = server;
  const options = { baseUrl, accountId, botToken, userToken, timeoutMs: 2000, dispatcher };
  return { server, chatwoot: makeChatwoot(options), asUser: makeChatwoot({ ...options, botToken: null }) };
}

function newConversation({ server }: House): number {
  names += 1;
  return server.contactWrites(`contact ${names}`, 'hello').conversation;
}

let modern: House;
let older: House;
let oldest: House;
beforeAll(async () => {
  modern = await open({ keepsAttributes: true, keepsSourceId: true });
  older = await open({ keepsAttributes: false, keepsSourceId: true });
  oldest = await open({ keepsAttributes: false, keepsSourceId: false });
});
afterAll(async () => {
  for (const end of ends) await end();
});

function since(milliseconds = 0): Date {
  return new Date(time - milliseconds);
}

describe.each(['modern', 'older', 'oldest'] as const)('in a %s Chatwoot', (age) => {
  const house = () => ({ modern, older, oldest })[age];
  const channel = 'Channel::WebWidget';

  test('one that arrived before the cut is found, and one that did not is not', async () => {
    const { server, chatwoot } = house();
    const id = newConversation(house());
    server.fail('/messages', { kind: 'cut', isDone: true });
    await expect(chatwoot.sendMessage(id, { ...MESSAGE, channel })).rejects.toMatchObject({ kind: 'unknown' });
    expect(await chatwoot.findMessage(id, { ...MESSAGE, since: since() })).toBe(server.messagesOf(id).at(-1)?.id);
    const other = newConversation(house());
    server.fail('/messages', { kind: 'cut' });
    await expect(chatwoot.sendMessage(other, { ...MESSAGE, channel })).rejects.toMatchObject({ kind: 'unknown' });
    expect(await chatwoot.findMessage(other, { ...MESSAGE, since: since() })).toBeNull();
  });

  test('it is found behind many others', async () => {
    const { server, chatwoot } = house();
    const id = newConversation(house());
    const sent = await chatwoot.sendMessage(id, { ...MESSAGE, channel });
    for (let count = 0; count < 45; count += 1) server.agentWrites(id, 1, `line ${count}`);
    expect(await chatwoot.findMessage(id, { ...MESSAGE, since: since() })).toBe(sent.id);
  });

  test('the same words by the contact, by an agent, in a note, or long ago are not it', async () => {
    const { server, chatwoot } = house();
    const id = newConversation(house());
    await chatwoot.sendMessage(id, { ...MESSAGE, mark: 'm-0', channel });
    time += 7000;
    server.contactWrites(`contact ${names}`, MESSAGE.content, { conversation: id });
    server.agentWrites(id, 1, MESSAGE.content);
    server.agentWrites(id, 1, MESSAGE.content, { private: true });
    await chatwoot.sendMessage(id, { ...MESSAGE, isPrivate: true, mark: 'm-n' });
    expect(await chatwoot.findMessage(id, { ...MESSAGE, since: since() })).toBeNull();
  });

  test('no more is read than the time since then asks for', async () => {
    const { server, chatwoot } = house();
    const id = newConversation(house());
    for (let count = 0; count < 45; count += 1) server.agentWrites(id, 1, `line ${count}`);
    time += 7000;
    server.agentWrites(id, 1, 'now');
    const count = server.requests.length;
    expect(await chatwoot.findMessage(id, { ...MESSAGE, since: since() })).toBeNull();
    expect(server.requests).toHaveLength(count + 1);
  });
});

test('with marks, the same words said by us before are not taken for it', async () => {
  const id = newConversation(modern);
  await modern.chatwoot.sendMessage(id, { ...MESSAGE, mark: 'm-0' });
  expect(await modern.chatwoot.findMessage(id, { ...MESSAGE, since: since() })).toBeNull();
});

test('without marks, those that are known to be others are left out', async () => {
  const id = newConversation(oldest);
  const before = await oldest.chatwoot.sendMessage(id, { ...MESSAGE, mark: 'm-0' });
  const lost = { ...MESSAGE, since: since() };
  expect(await oldest.chatwoot.findMessage(id, { ...lost, except: [before.id] })).toBeNull();
  const sent = await oldest.chatwoot.sendMessage(id, MESSAGE);
  expect(await oldest.chatwoot.findMessage(id, { ...lost, except: [before.id] })).toBe(sent.id);
});

test('without marks, lines may end in another way, and a clock may be some seconds off', async () => {
  const id = newConversation(oldest);
  const sent = await oldest.chatwoot.sendMessage(id, { ...MESSAGE, content: 'one\r\ntwo\n' });
  const lost = { ...MESSAGE, content: 'one\ntwo', since: since(-4000) };
  expect(await oldest.chatwoot.findMessage(id, lost)).toBe(sent.id);
});

test('without a robot’s token it is looked for among what users wrote', async () => {
  const id = newConversation(oldest);
  const sent = await oldest.asUser.sendMessage(id, MESSAGE);
  expect(await oldest.asUser.findMessage(id, { ...MESSAGE, since: since() })).toBe(sent.id);
});

test('a mark that only notes bear says nothing of messages', async () => {
  const channel = 'Channel::Whatsapp';
  const house = await open({ keepsAttributes: false, keepsSourceId: true, channel });
  const id = newConversation(house);
  await house.chatwoot.sendMessage(id, { ...MESSAGE, isPrivate: true, mark: 'm-0', channel });
  const sent = await house.chatwoot.sendMessage(id, { ...MESSAGE, channel });
  expect(await house.chatwoot.findMessage(id, { ...MESSAGE, channel, since: since() })).toBe(sent.id);
});

test('where source ids are marks, the same words with another mark are not taken for it', async () => {
  const id = newConversation(older);
  const channel = 'Channel::WebWidget';
  await older.chatwoot.sendMessage(id, { ...MESSAGE, mark: 'm-0', channel });
  expect(await older.chatwoot.findMessage(id, { ...MESSAGE, channel, since: since() })).toBeNull();
});
