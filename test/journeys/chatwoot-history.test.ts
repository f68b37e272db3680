// What was said in Chatwoot before, and what its webhooks do to our patience: they come twice, in the wrong order, in two shapes, and
// leave things out.
import { expect, test } from 'vitest';
import { ChatwootShops } from '../support/chatwoot-shops.ts';
import { type Json, until } from '../support/world.ts';

const shops = await ChatwootShops.open([{}, {}, {}, {}, { signsHooks: false }]);
const { world } = shops;
const ROBOT = { settings: { firstHandler: 'robot' } } as const;

async function wordsOf(conversationId: string): Promise<string[]> {
  const { data } = await world.must('GET', `/v1/conversations/${conversationId}/messages?limit=100`);
  return data.map(({ sender, content }: Json) => `${sender}: ${content}`).reverse();
}

test('fifty messages from before are read page by page, each once, and none that we have said ourselves', async () => {
  const shop = await shops.shop({ hooks: false });
  const { server, account } = shop;
  const { conversation, contact } = server.contactWrites('Ada', 'question 0');
  for (let index = 1; index < 25; index += 1) {
    server.agentWrites(conversation, 1, `answer ${index}`);
    server.contactWrites('Ada', `question ${index}`);
  }
  server.agentWrites(conversation, 1, 'for colleagues', { private: true });
  const read = async () => {
    const path = `/v1/accounts/${account}/channels/chatwoot/imports`;
    const job = await world.must('POST', path, { conversation });
    await shop.settled();
    return world.must('GET', `/v1/jobs/${job.id}`);
  };
  expect(await read()).toMatchObject({ state: 'done', result: { took: '19 messages of 20' } });
  const { id } = await shop.conversation(contact);
  const words = await wordsOf(id);
  expect(words).toHaveLength(49);
  expect(words).toEqual(expect.arrayContaining(['contact: question 0', 'human: answer 1', 'contact: question 24']));
  const asked = server.requests.filter(({ path, method }) => method === 'GET' && path.endsWith('/messages'));
  expect(asked.map(({ query }) => query.get('before') !== null)).toEqual([false, true, true]);

  const agent = await world.agent([account]);
  const taken = await world.must('POST', `/v1/conversations/${id}/accept`, undefined, { key: agent.token });
  const said = { sessionId: taken.sessionId, content: 'Said by us' };
  await world.must('POST', `/v1/conversations/${id}/messages`, said, { key: agent.token });
  await shop.settled();
  expect(server.shownToContact(conversation)).toContain('Said by us');
  await read();
  expect((await wordsOf(id)).filter((each) => each.endsWith('Said by us'))).toHaveLength(1);
  expect(await world.broken()).toEqual([]);
}, 30_000);

test('what comes twice is taken once, and what comes in the wrong order ends the same', async () => {
  const shop = await shops.shop(ROBOT);
  const { server } = shop;
  server.doubleNext();
  const { conversation, contact } = server.contactWrites('Ben', 'one');
  await shop.settled();
  await server.repeatLast();
  server.shuffleNext(3);
  server.contactWrites('Ben', 'two');
  world.advance(1);
  server.contactWrites('Ben', 'three');
  world.advance(1);
  server.contactWrites('Ben', 'four');
  await shop.settled();
  const { id, sessions } = await shop.conversation(contact);
  expect(await wordsOf(id)).toEqual(['contact: one', 'contact: two', 'contact: three', 'contact: four']);
  expect(sessions).toHaveLength(1);

  server.shuffleNext(4); // what the second change is told by comes before what the first is told by
  server.agentSets(conversation, { status: 'open' });
  world.advance(1);
  server.agentSets(conversation, { status: 'pending' });
  await shop.settled();
  expect(await shop.conversation(contact)).toMatchObject({ status: 'ai_handling' });
  const [{ n }] = await world.sql('select count(*) as n from transfer where account_id = ?', [shop.account]);
  expect(Number(n)).toBe(0);
}, 30_000);

test('a change of status that is told only by the way is seen, also by the next message', async () => {
  const shop = await shops.shop(ROBOT);
  const { server } = shop;
  const { conversation, contact } = server.contactWrites('Cleo', 'Hello');
  await shop.settled();
  server.hideStatusChanges(true);
  server.agentSets(conversation, { status: 'open', assignee: 1 });
  await shop.settled();
  expect(await shop.conversation(contact)).toMatchObject({ status: 'queued' });
  expect(server.delivered.map(({ event }) => event)).not.toContain('conversation_status_changed');
});

test('kinds of messages are read as numbers and as words, and times with and without an offset', async () => {
  const shop = await shops.shop({ ...ROBOT, channel: { signatures: 'off' } });
  const { server } = shop;
  const { conversation, contact } = server.contactWrites('Dan', 'as a word');
  await shop.settled();
  const { body } = server.delivered.find(({ event }) => event === 'message_created') ?? { body: '{}' };
  const hook: Json = JSON.parse(body);
  const at = world.kernel.clock();
  const post = (fields: object) => world.must('POST', shop.hookPath, { ...hook, ...fields }, { key: null });
  await post({ id: 501, content: 'as a number', message_type: 0, created_at: Math.floor(at.getTime() / 1000) });
  const plain = at
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z/, ' UTC');
  await post({ id: 502, content: 'in words', message_type: 'incoming', created_at: plain });
  await post({ id: 503, content: 'ahead of us', created_at: new Date(at.getTime() + 3_600_000).toISOString() });
  await post({ id: 504, content: 'noted', message_type: 2 });
  await post({ id: 505, content: 'by itself', message_type: 'template' });
  await shop.settled();
  const { id } = await shop.conversation(contact);
  expect((await wordsOf(id)).toSorted()).toEqual([
    'contact: ahead of us',
    'contact: as a number',
    'contact: as a word',
    'contact: in words',
  ]);
  expect(conversation).toBe(1);
});

test('a Chatwoot that signs nothing is let in where that is allowed, and files come as messages of their own', async () => {
  const shop = await shops.shop({ ...ROBOT, channel: { signatures: 'if_present', inboxes: [3] } });
  const { server } = shop;
  const { contact } = server.contactWrites('Eve', 'See these');
  await shop.settled();
  const { body } = server.delivered.find(({ event }) => event === 'message_created') ?? { body: '{}' };
  const hook: Json = JSON.parse(body);
  const attachments = [
    { file_type: 'image', data_url: 'https://files.example.com/a.png' },
    { file_type: 'file', data_url: 'https://files.example.com/b.pdf' },
  ];
  await world.must('POST', shop.hookPath, { ...hook, id: 601, attachments }, { key: null });
  await world.must('POST', shop.hookPath, { ...hook, id: 602, inbox: { id: 4 } }, { key: null });
  await shop.settled();
  const { id } = await shop.conversation(contact);
  const seen = async () => (await wordsOf(id)).length === 4;
  await until(seen, 5, 'text, text, image and file did not come');
  const { data } = await world.must('GET', `/v1/conversations/${id}/messages`);
  expect(data.map(({ externalId, type }: Json) => `${externalId} ${type}`).toSorted()).toEqual(
    ['chatwoot:1001 text', 'chatwoot:601 text', 'chatwoot:601:1 image', 'chatwoot:601:2 file'].toSorted(),
  );
});
