// Each way in which Chatwoot fails us, with what docs/chatwoot.md promises for it: nothing is lost, nothing is said twice, and what a
// person must look at is told to people.
import { describe, expect, test } from 'vitest';
import { type ChatwootShop, ChatwootShops, type ShopOptions } from '../support/chatwoot-shops.ts';
import type { ChatwootChoices, Failure } from '../support/outside/chatwoot-server.ts';
import type { Json } from '../support/world.ts';

const PLAIN: readonly ChatwootChoices[] = Array.from({ length: 15 }, () => ({}));
const FORGETFUL = { keepsAttributes: false, keepsSourceId: false } as const;
/** In the order of the tests. */
const shops = await ChatwootShops.open([{}, FORGETFUL, FORGETFUL, FORGETFUL, ...PLAIN]);
const { world } = shops;

type Talk = {
  readonly shop: ChatwootShop;
  readonly server: ChatwootShop['server'];
  /** Theirs, and ours. */
  readonly number: number;
  readonly contact: number;
  readonly id: string;
  /** The robot speaks. */
  readonly say: (content: string, fields?: object) => Promise<Json>;
};

/** A contact who has a robot’s attention. */
async function talk(options: ShopOptions = {}): Promise<Talk> {
  const shop = await shops.shop({ settings: { firstHandler: 'robot' }, ...options });
  const { server } = shop;
  const { conversation: number, contact } = server.contactWrites('Ann', 'Hello');
  await shop.settled();
  const { id, epoch, sessions } = await shop.conversation(contact);
  const turn = { sessionId: sessions[0].id, epoch, robot: 'Helper' };
  const say = (content: string, fields = {}) =>
    world.must('POST', `/v1/conversations/${id}/messages`, { ...turn, content, ...fields });
  return { shop, server, number, contact, id, say };
}

async function alarms(code: string): Promise<string[]> {
  const rows = await world.sql('select detail from alarm where code = ? order by id', [code]);
  return rows.map(({ detail }) => detail);
}

describe('a message whose answer is lost', () => {
  const lost: readonly [string, Failure][] = [
    ['the connection is cut after it was taken', { kind: 'cut', isDone: true }],
    ['the connection is cut before it was taken', { kind: 'cut', isDone: false }],
    ['500 after it was taken', { kind: 'status', status: 500, isDone: true }],
    ['a page of a proxy, and nothing was taken', { kind: 'page', status: 502, isDone: false }],
  ];

  test('is looked for, and is there once in each case, in order', async () => {
    const { shop, server, number, say } = await talk();
    for (const [name, failure] of lost) {
      server.fail('POST /api/v1/accounts/2/conversations/1/messages', failure);
      await say(name);
      await shop.settled();
      await shop.later(6);
    }
    expect(server.shownToContact(number)).toEqual(lost.map(([name]) => name));
    const became = (await shop.deliveries('message')).map(({ state, attemptCount }) => `${state} ${attemptCount}`);
    // Where it was taken, a webhook of Chatwoot has told us before we looked.
    expect(became).toEqual(['delivered 1', 'delivered 2', 'delivered 1', 'delivered 2']);
  }, 30_000);

  test('the same words said twice on purpose are there twice, although the answer to the second is lost', async () => {
    const { shop, server, number, say } = await talk();
    await say('One moment.');
    await shop.settled();
    server.fail('/messages', { kind: 'cut', isDone: false });
    await say('One moment.');
    await shop.settled();
    await shop.later(6);
    expect(server.shownToContact(number)).toEqual(['One moment.', 'One moment.']);
  });
});

describe('a Chatwoot that forgets our marks', () => {
  test('does not tell us our own words as news, by the robot’s number', async () => {
    const { shop, server, number, id, say } = await talk();
    await say('Here you are.');
    await shop.settled();
    expect(server.shownToContact(number)).toEqual(['Here you are.']);
    const { data } = await world.must('GET', `/v1/conversations/${id}/messages`);
    expect(data).toHaveLength(2);
    expect(await shop.conversation(70)).toMatchObject({ status: 'ai_handling' });
  });

  test('nor where they go out in a person’s name, while a colleague’s words are heard', async () => {
    const { shop, server, number, id, say } = await talk({ channel: { bot: null }, secrets: { botToken: null } });
    server.fail('POST /api/v1/accounts/2/conversations/1/messages', { kind: 'cut', isDone: true });
    await say('Here you are.');
    await shop.settled();
    for (let second = 0; second < 8; second += 1) await shop.later(1);
    expect(server.shownToContact(number)).toEqual(['Here you are.']);
    expect(await shop.conversation(70)).toMatchObject({ status: 'ai_handling' });
    server.agentWrites(number, 1, 'Let me take this.');
    await shop.settled();
    expect(await shop.conversation(70)).toMatchObject({ status: 'serving' });
    const { data } = await world.must('GET', `/v1/conversations/${id}/messages`);
    expect(data.map(({ sender }: Json) => sender).toSorted()).toEqual(['contact', 'human', 'robot']);
  }, 30_000);
});

describe('what a token may not', () => {
  test('with a robot’s token alone: words, notes, states and teams; labels and attributes are left out and say so', async () => {
    const { shop, server, number, say } = await talk({
      secrets: { userToken: null },
      channel: { handoffLabel: 'people', team: 2 },
    });
    await say('Good day.');
    server.contactWrites('Ann', 'I want to talk to a human');
    await shop.settled();
    expect(server.conversation(number)).toMatchObject({ status: 'open', teamId: 2, labels: [] });
    const left = (await shop.deliveries()).filter(({ state }) => state === 'skipped');
    expect(left).toContainEqual(expect.objectContaining({ effect: 'handoff_label', code: 'no_user_token' }));
    expect((await shop.deliveries()).filter(({ state }) => state === 'failed')).toEqual([]);
  });

  test('a wrong token stops everything at once, tells people, and loses nothing: with the right one it goes on in order', async () => {
    const { shop, server, number, say } = await talk();
    const path = `/v1/accounts/${shop.account}/channels/chatwoot`;
    const body = { url: server.url, settings: { account: 2, bot: 5 } };
    await world.must('PUT', path, { ...body, secrets: { botToken: 'an-old-one' } });
    await say('first');
    await shop.settled();
    await say('second');
    await shop.settled();
    expect(server.shownToContact(number)).toEqual([]);
    expect((await alarms('endpoint_failing')).some((detail) => detail.includes('http_401'))).toBe(true);
    await world.must('PUT', path, { ...body, secrets: { botToken: server.botToken } });
    await shop.settled();
    expect(server.shownToContact(number)).toEqual(['first', 'second']);
  });
});

describe('what Chatwoot refuses', () => {
  test('422 is given up and told to people, and what comes behind it arrives', async () => {
    const { shop, server, number, say } = await talk();
    server.fail('/messages', {
      kind: 'status',
      status: 422,
      body: { message: 'Content is too odd', attributes: ['content'] },
    });
    await say('odd');
    await say('even');
    await shop.settled();
    expect(server.shownToContact(number)).toEqual(['even']);
    const [odd] = await shop.deliveries('message');
    expect(odd).toMatchObject({ state: 'failed', code: 'refused', attemptCount: 1 });
    expect(odd.detail).toContain('Content is too odd');
    expect(await alarms('delivery_failed')).toContainEqual(expect.stringContaining('message'));
  });

  test('cards that Chatwoot would refuse go out as text', async () => {
    const { shop, server, number, say } = await talk();
    await say('', { type: 'card', content: { title: 'Coat', description: 'Warm' } });
    await shop.settled();
    expect(server.shownToContact(number)).toEqual([expect.stringContaining('Coat')]);
  });

  test('an agent whose user is not there: Chatwoot answers null, and people are told', async () => {
    const agent = await world.agent([], { name: 'Gone' });
    const { shop, server, number, id } = await talk({ settings: {}, channel: { agents: { [agent.id]: 77 } } });
    await world.must('PATCH', `/v1/agents/${agent.id}`, { accounts: [shop.account] });
    await world.must('POST', `/v1/conversations/${id}/accept`, undefined, { key: agent.token });
    await shop.settled();
    expect(server.conversation(number)).toMatchObject({ status: 'open', assigneeId: null });
    expect(await shop.deliveries('assignee')).toEqual([
      expect.objectContaining({ state: 'failed', code: 'no_such_assignee' }),
    ]);
  });
});

describe('a Chatwoot that is busy or away', () => {
  test('429 is waited for, as long as it says, and nobody overtakes', async () => {
    const { shop, server, number, say } = await talk();
    server.fail('/messages', { kind: 'status', status: 429, headers: { 'retry-after': '30' } });
    await say('first');
    await say('second');
    await shop.settled();
    await shop.later(20);
    expect(server.shownToContact(number)).toEqual([]);
    await shop.later(15);
    expect(server.shownToContact(number)).toEqual(['first', 'second']);
  });

  test('a status that fails is tried again, and one that was carried out before is not set twice', async () => {
    const { shop, server, number, contact } = await talk();
    server.fail('/toggle_status', { kind: 'status', status: 503, isDone: true });
    server.contactWrites('Ann', 'I want to talk to a human');
    await shop.settled();
    await shop.later(5);
    expect(server.conversation(number).status).toBe('open');
    expect(await shop.conversation(contact)).toMatchObject({ status: 'queued' });
    expect(await shop.deliveries('status')).toContainEqual(
      expect.objectContaining({ state: 'skipped', code: 'known', attemptCount: 2 }),
    );
    expect(await world.broken()).toEqual([]);
  });

  test('what people set there while ours could not be set stays, and is done here', async () => {
    const { shop, server, number, contact } = await talk();
    const asked = () => server.requests.filter(({ path }) => path.endsWith('/toggle_status')).length;
    server.fail('/toggle_status', { kind: 'status', status: 503, headers: { 'retry-after': '30' } });
    server.contactWrites('Ann', 'I want to talk to a human');
    await shop.settled();
    const before = asked();
    server.agentSets(number, { status: 'resolved' });
    await shop.settled();
    expect(await shop.conversation(contact)).toMatchObject({ status: 'resolved' });
    await shop.later(40);
    expect(server.conversation(number).status).toBe('resolved');
    expect(asked()).toBe(before);
    expect(await world.broken()).toEqual([]);
  });

  test('a full minute in one conversation holds up no other', async () => {
    const { shop, server, number, say } = await talk();
    const other = server.contactWrites('Bob', 'Hello');
    await shop.settled();
    const { id, epoch, sessions } = await shop.conversation(other.contact);
    server.fail(`/conversations/${number}/messages`, {
      kind: 'status',
      status: 422,
      body: { error: 'Validation failed: Too many messages' },
    });
    await say('too much');
    await shop.settled();
    const said = { sessionId: sessions[0].id, epoch, robot: 'Helper', content: 'Good day, Bob.' };
    await world.must('POST', `/v1/conversations/${id}/messages`, said);
    await shop.settled();
    expect(server.shownToContact(other.conversation)).toEqual(['Good day, Bob.']);
    expect(server.shownToContact(number)).toEqual([]);
    await shop.later(61);
    expect(server.shownToContact(number)).toEqual(['too much']);
    const became = (await shop.deliveries('message')).map(({ state, attemptCount }) => `${state} ${attemptCount}`);
    expect(became).toEqual(['delivered 1', 'delivered 1']);
  });

  test('a page of whatever stands before it, while Chatwoot is put up anew, loses no word', async () => {
    const { shop, server, number, say } = await talk();
    server.fail('/messages', { kind: 'page', status: 404 });
    await say('first');
    await say('second');
    await shop.settled();
    await shop.later(5);
    expect(server.shownToContact(number)).toEqual(['first', 'second']);
  });

  test('away for an hour: after five failures nobody knocks but to see, people are told, and everything arrives in order', async () => {
    const { shop, server, number, say } = await talk();
    for (let time = 0; time < 8; time += 1)
      server.fail('/messages', { kind: 'status', status: 503, headers: { 'retry-after': '1' } });
    const from = server.requests.length;
    await say('first');
    await say('second');
    for (let minute = 0; minute < 60 && server.shownToContact(number).length < 2; minute += 1) await shop.later(60);
    expect(server.shownToContact(number)).toEqual(['first', 'second']);
    expect(shop.changes(from)).toEqual(Array.from({ length: 10 }, () => 'message'));
    const { data } = await world.must('GET', `/v1/accounts/${shop.account}/channels`);
    expect(data[0].circuit).toMatchObject({ state: 'closed', failures: 0 });
    expect((await alarms('endpoint_failing')).some((detail) => detail.includes('http_503'))).toBe(true);
  }, 30_000);
});

describe('what is not wanted any more', () => {
  test('words that are taken back before they were sent are never sent', async () => {
    const { shop, server, number, say } = await talk();
    server.fail('/messages', { kind: 'status', status: 429, headers: { 'retry-after': '30' } });
    const { id: message } = await say('A slip of the tongue');
    await shop.settled();
    await world.must('PATCH', `/v1/messages/${message}`, { status: 'recalled' });
    await shop.later(40);
    expect(server.shownToContact(number)).toEqual([]);
    expect(await shop.deliveries('message')).toEqual([
      expect.objectContaining({ state: 'skipped', code: 'withdrawn' }),
    ]);
  });

  test('a conversation that was deleted there: each word is given up, people are told, and Chatwoot counts as well', async () => {
    const { shop, server, say } = await talk();
    server.fail('/messages', { kind: 'status', status: 404, body: { error: 'Resource could not be found' } });
    await say('Anybody there?');
    await shop.settled();
    expect(await shop.deliveries('message')).toEqual([expect.objectContaining({ state: 'failed', code: 'not_found' })]);
    const { data } = await world.must('GET', `/v1/accounts/${shop.account}/channels`);
    expect(data[0].circuit).toMatchObject({ state: 'closed', failures: 0 });
  });
});
