// What we ask of Chatwoot, against one that answers and keeps as the real one does.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Chatwoot, makeChatwoot } from '../../src/integrations/chatwoot/client.ts';
import { makeGuardedDispatcher } from '../../src/integrations/guarded-dispatcher.ts';
import { type ChatwootServer, startChatwoot } from '../support/outside/chatwoot-server.ts';

let server: ChatwootServer;
let dispatcher: ReturnType<typeof makeGuardedDispatcher>;
let chatwoot: Chatwoot;
let id: number;
let contact: number;
const TIME = Date.parse('2026-11-21T08:00:00.400Z');

beforeAll(async () => {
  server = await startChatwoot({ now: () => TIME });
  dispatcher = makeGuardedDispatcher({ allow: [server.host] });
  chatwoot = clientOf({});
  ({ conversation: id, contact } = server.contactWrites('王芳', '你好'));
});
afterAll(async () => {
  await dispatcher.destroy();
  await server.close();
});

function clientOf(tokens: { botToken?: string | null; userToken?: string | null }, baseUrl = server.url): Chatwoot {
  const { accountId, botToken, userToken } = server;
  return makeChatwoot({ baseUrl, accountId, botToken, userToken, timeoutMs: 2000, dispatcher, ...tokens });
}

function bodyOf(request: (typeof server.requests)[number] | undefined): Record<string, unknown> {
  return JSON.parse(request?.body.toString() ?? '{}');
}

const TEXT = { isPrivate: false, contentType: 'text', contentAttributes: {} } as const;
let marks = 0;
function nextMark(): string {
  marks += 1;
  return `m-${marks}`;
}

/** Conversation after conversation, so that no test sees what another left. */
function anotherConversation(): number {
  marks += 1;
  return server.contactWrites(`contact ${marks}`, 'hello').conversation;
}

test('a message arrives in the robot’s name with its mark, and its id comes back', async () => {
  const mark = nextMark();
  const sent = await chatwoot.sendMessage(id, { ...TEXT, content: '您好，请问需要什么？', mark });
  const message = server.messagesOf(id).at(-1);
  expect(sent).toEqual({ id: message?.id });
  expect(message).toMatchObject({
    direction: 'outgoing',
    content: '您好，请问需要什么？',
    isPrivate: false,
    sender: { type: 'agent_bot' },
    contentAttributes: { baton_mark: mark },
  });
  const request = server.requests.at(-1);
  expect(request?.headers.api_access_token).toBe(server.botToken);
  expect(bodyOf(request)).toMatchObject({ message_type: 'outgoing', echo_id: mark });
});

test('a base address with a path and a slash at its end is taken as it is', async () => {
  const slashed = clientOf({}, `${server.url}/`);
  await slashed.sendMessage(id, { ...TEXT, content: 'a', mark: nextMark() });
  expect(server.requests.at(-1)?.path).toBe(`/api/v1/accounts/2/conversations/${id}/messages`);
  const below = clientOf({}, `${server.url}/desk/`);
  await expect(below.sendMessage(id, { ...TEXT, content: 'a', mark: nextMark() })).rejects.toThrow();
  expect(server.requests.at(-1)?.path).toBe(`/desk/api/v1/accounts/2/conversations/${id}/messages`);
});

test('a private note is for agents only', async () => {
  await chatwoot.sendMessage(id, { ...TEXT, isPrivate: true, content: '转人工', mark: nextMark() });
  expect(server.messagesOf(id).at(-1)).toMatchObject({ isPrivate: true, content: '转人工' });
  expect(server.shownToContact(id)).not.toContain('转人工');
});

test('cards arrive whole', async () => {
  const items = [{ title: 'Order', actions: [{ type: 'link', text: 'Open', uri: 'https://shop.example/1' }] }];
  const mark = nextMark();
  await chatwoot.sendMessage(id, {
    ...TEXT,
    content: 'Order',
    contentType: 'cards',
    contentAttributes: { items },
    mark,
  });
  expect(server.messagesOf(id).at(-1)?.contentAttributes).toEqual({ items, baton_mark: mark });
});

test('a message reaches the contact of every channel: no source id goes where it would hold it up', async () => {
  const whatsapp = await startChatwoot({ channel: 'Channel::Whatsapp' });
  const guard = makeGuardedDispatcher({ allow: [whatsapp.host] });
  const { accountId, botToken, userToken, url: baseUrl } = whatsapp;
  const client = makeChatwoot({ baseUrl, accountId, botToken, userToken, timeoutMs: 2000, dispatcher: guard });
  const { conversation } = whatsapp.contactWrites('wang', 'hi');
  await client.sendMessage(conversation, { ...TEXT, content: 'a', mark: 'm', channel: 'Channel::Whatsapp' });
  await client.sendMessage(conversation, { ...TEXT, content: 'b', mark: 'n' });
  expect(whatsapp.shownToContact(conversation)).toEqual(['a', 'b']);
  await guard.destroy();
  await whatsapp.close();
});

test.each([
  ['in a widget', 'Channel::WebWidget', false, 'baton:m'],
  ['in the API channel', 'Channel::Api', false, 'baton:m'],
  ['in a note, on any channel', 'Channel::Whatsapp', true, 'baton:m'],
  ['on a channel outside', 'Channel::Whatsapp', false, null],
  ['where the channel is not known', null, false, null],
])('the mark is a source id too %s', async (_where, channel, isPrivate, sourceId) => {
  await chatwoot.sendMessage(id, { ...TEXT, content: 'a', mark: 'm', channel, isPrivate });
  expect(bodyOf(server.requests.at(-1)).source_id ?? null).toBe(sourceId);
});

test('the status is always named, and the robot sets it', async () => {
  await chatwoot.setStatus(id, 'resolved');
  await chatwoot.setStatus(id, 'resolved');
  expect(server.conversation(id).status).toBe('resolved');
  expect(server.requests.at(-1)?.headers.api_access_token).toBe(server.botToken);
  await chatwoot.setStatus(id, 'open');
  expect(server.conversation(id)).toMatchObject({ status: 'open', assigneeId: null });
});

test('a priority is set and taken away, though the answer is empty', async () => {
  await chatwoot.setPriority(id, 'urgent');
  expect(server.conversation(id).priority).toBe('urgent');
  await chatwoot.setPriority(id, null);
  expect(server.conversation(id).priority).toBeNull();
});

test('labels of others stay, and nothing is posted where nothing changes', async () => {
  server.agentSets(id, { labels: ['vip', 'old'] });
  expect(await chatwoot.changeLabels(id, { add: ['handed-over', 'vip'], remove: ['old', 'none'] })).toEqual([
    'vip',
    'handed-over',
  ]);
  expect(server.conversation(id).labels).toEqual(['vip', 'handed-over']);
  const count = server.requests.length;
  await chatwoot.changeLabels(id, { add: ['vip'], remove: ['old'] });
  expect(server.requests.slice(count).map(({ method }) => method)).toEqual(['GET']);
});

test('people and teams are assigned, and nobody is', async () => {
  await chatwoot.assign(id, { assigneeId: 2 });
  await chatwoot.assign(id, { teamId: 1 });
  expect(server.conversation(id)).toMatchObject({ assigneeId: 2, teamId: 1 });
  await chatwoot.assign(id, null);
  expect(server.conversation(id)).toMatchObject({ assigneeId: null, teamId: 1 });
});

test('whoever is assigned must be there', async () => {
  await expect(chatwoot.assign(id, { assigneeId: 77 })).rejects.toMatchObject({
    kind: 'permanent',
    code: 'no_such_assignee',
  });
  await expect(chatwoot.assign(id, { teamId: 77 })).rejects.toMatchObject({ code: 'no_such_assignee' });
});

test('attributes are merged with those that are there', async () => {
  await chatwoot.setAttributes(id, { session_end: 'timeout', level: { a: 1 } });
  await chatwoot.setAttributes(id, { session_end: 'completed' });
  expect(server.conversation(id).customAttributes).toEqual({ session_end: 'completed', level: { a: 1 } });
  const count = server.requests.length;
  await chatwoot.setAttributes(id, { level: { a: 1 } });
  expect(server.requests).toHaveLength(count + 1);
});

test('a conversation is seen as it stands', async () => {
  const conversation = anotherConversation();
  server.agentSets(conversation, { status: 'open', assignee: 1, labels: ['vip'], priority: 'high' });
  expect(await chatwoot.getConversation(conversation)).toEqual({
    id: conversation,
    inboxId: 3,
    status: 'open',
    assignee: { id: 1, name: '林晓' },
    team: null,
    contactId: expect.any(Number),
    contactName: expect.stringContaining('contact'),
    labels: ['vip'],
    priority: 'high',
    updatedAt: new Date(TIME),
    channel: 'Channel::WebWidget',
    customAttributes: {},
  });
});

test('a contact is changed, and what is not named stays', async () => {
  await chatwoot.updateContact(contact, {
    name: '王芳芳',
    phone: '+8613800000000',
    customAttributes: { level: 'gold' },
  });
  const headers = { api_access_token: server.userToken };
  const shown = await fetch(`${server.url}/api/v1/accounts/${server.accountId}/contacts/${contact}`, { headers });
  expect(await shown.json()).toMatchObject({
    payload: {
      id: contact,
      name: '王芳芳',
      email: null,
      phone_number: '+8613800000000',
      custom_attributes: { level: 'gold' },
    },
  });
});

test('history is read page by page, to its very beginning and no further', async () => {
  const conversation = anotherConversation();
  for (let count = 1; count < 35; count += 1) server.agentWrites(conversation, 1, `line ${count}`);
  const pages = [await chatwoot.messagesBefore(conversation, null)];
  for (let next = pages[0]?.next ?? null; next !== null; next = pages[0]?.next ?? null)
    pages.unshift(await chatwoot.messagesBefore(conversation, next));
  const lines = pages.flatMap(({ messages }) => messages.map(({ content }) => content));
  expect(lines).toEqual(['hello', ...Array.from({ length: 34 }, (_none, index) => `line ${index + 1}`)]);
  expect(pages.map(({ messages }) => messages.length)).toEqual([15, 20]);
});

test('a server that answers with the same page again is not asked for ever', async () => {
  const payload = Array.from({ length: 20 }, (_none, index) => ({ id: 500 + index }));
  server.fail('GET', { kind: 'status', status: 200, body: { payload } });
  expect(await chatwoot.messagesBefore(id, 500)).toEqual({ messages: [], next: null });
});

test('messages of an answer are read as those of a webhook are', async () => {
  const conversation = anotherConversation();
  server.agentWrites(conversation, 1, 'a note', { private: true });
  const { messages } = await chatwoot.messagesBefore(conversation, null);
  expect(messages.map(({ direction, isPrivate, sender }) => [direction, isPrivate, sender?.type])).toEqual([
    ['incoming', false, 'contact'],
    ['outgoing', true, 'user'],
  ]);
  expect(messages[0]?.sentAt).toEqual(new Date('2026-11-21T08:00:00.000Z'));
});

test('without the robot’s token the user’s does all; without the user’s what only users may is said so', async () => {
  const asUser = clientOf({ botToken: null });
  await asUser.sendMessage(id, { ...TEXT, content: 'a', mark: nextMark() });
  expect(server.messagesOf(id).at(-1)?.sender).toMatchObject({ type: 'user' });
  const asBot = clientOf({ userToken: null });
  await asBot.setPriority(id, 'low');
  const count = server.requests.length;
  const calls = [
    asBot.changeLabels(id, { add: ['a'] }),
    asBot.getConversation(id),
    asBot.updateContact(contact, { name: 'b' }),
    asBot.messagesBefore(id, null),
    asBot.setAttributes(id, { a: 1 }),
  ];
  for (const call of calls) await expect(call).rejects.toMatchObject({ kind: 'auth', code: 'no_user_token' });
  await expect(clientOf({ botToken: null, userToken: null }).setPriority(id, 'low')).rejects.toMatchObject({
    kind: 'auth',
    code: 'no_token',
  });
  expect(server.requests).toHaveLength(count);
});

test('what robots may not do is refused in Chatwoot’s words, and closes no other door', async () => {
  const mistaken = clientOf({ userToken: server.botToken });
  await expect(mistaken.getConversation(id)).rejects.toMatchObject({ kind: 'refused', code: 'not_for_bots' });
});
