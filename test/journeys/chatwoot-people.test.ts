// What people do with a conversation in Chatwoot is done here, and what people do here is done there: once, and never back and forth.
import { expect, test } from 'vitest';
import { ChatwootShops } from '../support/chatwoot-shops.ts';
import type { Json } from '../support/world.ts';

const shops = await ChatwootShops.open([{}, {}, {}, {}, {}, {}, {}, {}, {}]);
const { world } = shops;
const ROBOT = { settings: { firstHandler: 'robot' } } as const;

test('an agent of ours accepts, answers and notes at our desk: each appears there once, under their user', async () => {
  const agent = await world.agent([], { name: 'Li Ming' });
  const shop = await shops.shop({ channel: { agents: { [agent.id]: 2 } } });
  await world.must('PATCH', `/v1/agents/${agent.id}`, { accounts: [shop.account] });
  const { server } = shop;
  const { conversation, contact } = server.contactWrites('Anna', 'Hello?');
  await shop.settled();
  const { id } = await shop.conversation(contact);
  const taken = await world.must('POST', `/v1/conversations/${id}/accept`, undefined, { key: agent.token });
  const say = (body: object) =>
    world.must(
      'POST',
      `/v1/conversations/${id}/messages`,
      { sessionId: taken.sessionId, ...body },
      { key: agent.token },
    );
  await say({ content: 'Hello, this is Li Ming.' });
  await say({ content: 'Likes *green*', private: true });
  await shop.settled();

  expect(server.shownToContact(conversation)).toEqual([
    'Li Ming has joined and will help you.',
    'Hello, this is Li Ming.',
  ]);
  const notes = server.messagesOf(conversation).filter(({ isPrivate }) => isPrivate);
  expect(notes.map(({ content }) => content)).toEqual(['**Li Ming**: Likes *green*']);
  expect(server.conversation(conversation)).toMatchObject({ status: 'open', assigneeId: 2 });
  const { data } = await world.must('GET', `/v1/conversations/${id}/messages`);
  expect(data).toHaveLength(4); // what came back from there was not heard again
  expect(await shop.conversation(contact)).toMatchObject({ status: 'serving', agent: { id: agent.id } });

  await world.must('POST', `/v1/conversations/${id}/resolve`, {}, { key: agent.token });
  await shop.settled();
  expect(server.conversation(conversation)).toMatchObject({
    status: 'resolved',
    customAttributes: { session_end: 'completed: resolved' },
  });
  expect(await world.broken()).toEqual([]);
});

test('cards, a select, a form and an order are shown as such, and what the contact chooses comes back as their words', async () => {
  const shop = await shops.shop(ROBOT);
  const { server } = shop;
  const { conversation, contact } = server.contactWrites('Bo', 'Which sizes are there?');
  await shop.settled();
  const begun = await shop.conversation(contact);
  const sessionId = begun.sessions[0].id;
  const say = (type: string, content: object) =>
    world.must('POST', `/v1/conversations/${begun.id}/messages`, {
      ...{ sessionId, epoch: begun.epoch, robot: 'Helper', type, content },
    });
  await say('card', { title: 'Coat', actions: [{ text: 'See it', url: 'https://shop.example.com/coat' }] });
  await say('select', {
    text: 'Which size?',
    options: [
      { title: 'Small', value: 's' },
      { title: 'Large', value: 'l' },
    ],
  });
  await say('form', { text: 'Where to?', fields: [{ name: 'city', label: 'City', type: 'text' }] });
  await say('order_card', {
    orderId: 'A1',
    status: 'paid',
    amount: '20.00',
    actions: [{ text: 'Track', payload: 'track' }],
  });
  await shop.settled();
  const shown = server.messagesOf(conversation).filter(({ direction }) => direction === 'outgoing');
  expect(shown.map(({ contentType }) => contentType)).toEqual(['cards', 'input_select', 'form', 'cards']);
  const select = shown[1]?.id ?? 0;
  server.contactAnswers(select, { submitted_values: [{ title: 'Large', value: 'l' }] });
  server.contactAnswers(select, { submitted_values: [{ title: 'Large', value: 'l' }] });
  await shop.settled();
  const { data } = await world.must('GET', `/v1/conversations/${begun.id}/messages`);
  expect(data.filter(({ sender }: Json) => sender === 'contact').map(({ content }: Json) => content)).toEqual([
    'Large',
    'Which sizes are there?',
  ]);
});

test('opened there, assigned to an agent of ours, snoozed, awake, and handed back to the robot', async () => {
  const agent = await world.agent([], { name: 'Li Ming' });
  const shop = await shops.shop({ ...ROBOT, channel: { agents: { [agent.id]: 2 } } });
  await world.must('PATCH', `/v1/agents/${agent.id}`, { accounts: [shop.account] });
  const { server } = shop;
  const { conversation, contact } = server.contactWrites('Cy', 'Hello');
  await shop.settled();
  expect(await shop.conversation(contact)).toMatchObject({ status: 'ai_handling' });

  server.agentSets(conversation, { status: 'open' });
  await shop.settled();
  expect(await shop.conversation(contact)).toMatchObject({ status: 'queued' });
  expect(
    server
      .messagesOf(conversation)
      .some(({ isPrivate, content }) => isPrivate && content?.includes('opened in Chatwoot')),
  ).toBe(true);

  server.agentSets(conversation, { assignee: 2 });
  await shop.settled();
  expect(await shop.conversation(contact)).toMatchObject({ status: 'serving', agent: { id: agent.id } });

  server.agentSets(conversation, { status: 'snoozed' });
  await shop.settled();
  const asleep = await shop.conversation(contact);
  expect(asleep.sessions).toContainEqual(expect.objectContaining({ kind: 'manual_customer_service', state: 'paused' }));
  expect(server.conversation(conversation).status).toBe('snoozed');

  server.contactWrites('Cy', 'I am back');
  await shop.settled();
  expect(await shop.conversation(contact)).toMatchObject({ status: 'serving', agent: { id: agent.id } });

  server.agentSets(conversation, { status: 'pending' });
  await shop.settled();
  expect(await shop.conversation(contact)).toMatchObject({ status: 'ai_handling', agent: null });
  expect(server.conversation(conversation).status).toBe('pending');
  expect(server.conversation(conversation).customAttributes).toEqual({}); // it goes on: there is no end to tell
  expect(await world.broken()).toEqual([]);
}, 30_000);

test('an answer and the end of it, told at once, end it', async () => {
  const shop = await shops.shop(ROBOT);
  const { server } = shop;
  for (const name of ['Gus', 'Hans', 'Ina']) {
    const { conversation, contact } = server.contactWrites(name, 'Hello');
    await shop.settled();
    server.agentWrites(conversation, 1, 'Done.');
    server.agentSets(conversation, { status: 'resolved' });
    await shop.settled();
    expect(await shop.conversation(contact)).toMatchObject({ status: 'resolved' });
    expect(server.conversation(conversation).status).toBe('resolved');
  }
  expect(await world.broken()).toEqual([]);
}, 30_000);

test('what a participant says reaches the contact there, under the participant’s name', async () => {
  const agent = await world.agent([], { name: 'Li Ming' });
  const shop = await shops.shop();
  await world.must('PATCH', `/v1/agents/${agent.id}`, { accounts: [shop.account] });
  const { server } = shop;
  const { conversation, contact } = server.contactWrites('Hua', 'Who knows about coats?');
  await shop.settled();
  const { id } = await shop.conversation(contact);
  const path = `/v1/conversations/${id}`;
  await world.must('POST', `${path}/accept`, undefined, { key: agent.token });
  const who = { kind: 'employee', externalId: 'zhao', name: 'Zhao Yun', historyMode: 'none' };
  const { invitation } = await world.must('POST', `${path}/participants`, who, { key: agent.token });
  const { token } = await world.must('POST', `${path}/participants/join`, { invitation }, { key: null });
  await world.must('POST', `${path}/messages`, { content: 'They are warm.' }, { key: token });
  await shop.settled();
  expect(server.shownToContact(conversation).at(-1)).toBe('Zhao Yun: They are warm.');
});

test('what waits for people there is given back to the robot while nobody has taken it', async () => {
  const shop = await shops.shop(ROBOT);
  const { server } = shop;
  const { conversation, contact } = server.contactWrites('Di', 'I want to talk to a human');
  await shop.settled();
  expect(await shop.conversation(contact)).toMatchObject({ status: 'queued' });
  expect(server.conversation(conversation).status).toBe('open');
  server.agentSets(conversation, { status: 'pending' });
  await shop.settled();
  expect(await shop.conversation(contact)).toMatchObject({ status: 'ai_handling' });
});

test('labels and priority go both ways and stay with whoever set them', async () => {
  const shop = await shops.shop();
  const { server } = shop;
  const { conversation, contact } = server.contactWrites('Ed', 'Hello');
  await shop.settled();
  const { id } = await shop.conversation(contact);
  server.agentSets(conversation, { labels: ['gold', 'new'], priority: 'urgent' });
  await shop.settled();
  expect(await shop.conversation(contact)).toMatchObject({ labels: ['gold', 'new'], urgency: 5 });
  world.advance(60);
  await world.must('PATCH', `/v1/conversations/${id}`, { labels: { add: ['vip'], remove: ['new'] }, urgency: 3 });
  await shop.settled();
  expect(server.conversation(conversation)).toMatchObject({ labels: ['gold', 'vip'], priority: 'medium' });
  expect(await shop.conversation(contact)).toMatchObject({ labels: ['gold', 'vip'], urgency: 3 });
});

test('what is changed of a contact here is changed there', async () => {
  const shop = await shops.shop();
  const { server } = shop;
  const { contact } = server.contactWrites('Fe', 'Hello');
  await shop.settled();
  const { contact: own } = await shop.conversation(contact);
  await world.must('PATCH', `/v1/contacts/${own.id}`, { name: 'Fe Li', vip: true });
  await shop.settled();
  const sent = server.requests.findLast(
    ({ method, path }) => method === 'PUT' && path.endsWith(`/contacts/${contact}`),
  );
  expect(JSON.parse(sent?.body.toString() ?? '{}')).toEqual({ name: 'Fe Li', custom_attributes: { vip: true } });
});
