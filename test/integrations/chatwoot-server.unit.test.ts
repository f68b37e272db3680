// The Chatwoot on loopback itself: that it tells, keeps, refuses and breaks as the real one does, and that what it tells is read right.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { type ChatwootHook, readHook } from '../../src/domain/channels/chatwoot/hook.ts';
import { verifySignature } from '../../src/integrations/chatwoot/signature.ts';
import { type ChatwootChoices, type ChatwootServer, startChatwoot } from '../support/outside/chatwoot-server.ts';

type Ear = {
  readonly url: string;
  readonly heard: readonly { headers: IncomingMessage['headers']; body: Buffer }[];
  readonly answer: (give: (response: ServerResponse) => void) => void;
};

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function open(choices: ChatwootChoices = {}): Promise<ChatwootServer> {
  const server = await startChatwoot(choices);
  ends.unshift(() => server.close());
  return server;
}

async function listen(): Promise<Ear> {
  const heard: { headers: IncomingMessage['headers']; body: Buffer }[] = [];
  let give = (response: ServerResponse): void => void response.end();
  const server = createServer(async (message, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of message) chunks.push(chunk);
    heard.push({ headers: message.headers, body: Buffer.concat(chunks) });
    give(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  const answer = (how: typeof give) => {
    give = how;
  };
  return { url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/hook`, heard, answer };
}

function hooksOf({ heard }: Ear): ChatwootHook[] {
  return heard.map(({ body }) => readHook(JSON.parse(body.toString())));
}

function eventsOf({ heard }: Ear): string[] {
  return heard.map(({ body }) => JSON.parse(body.toString()).event);
}

async function ask(
  server: ChatwootServer,
  method: string,
  path: string,
  body?: object,
  token = server.userToken,
): Promise<{ status: number; text: string; json: () => unknown }> {
  const response = await fetch(`${server.url}/api/v1/accounts/2${path}`, {
    method,
    headers: { api_access_token: token, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, text, json: () => JSON.parse(text) };
}

describe('its webhooks', () => {
  test('are signed over the very bytes, each with an id of its own', async () => {
    const [server, ear] = [await open(), await listen()];
    server.hookTo(ear.url);
    server.contactWrites('王芳', '我要转人工 ☂');
    await server.idle();
    expect(eventsOf(ear)).toEqual(['conversation_created', 'message_created']);
    for (const { headers, body: rawBody } of ear.heard) {
      const signed = { rawBody, headers, secret: server.webhookSecret, now: new Date() };
      expect(verifySignature(signed, 'required')).toBe('verified');
    }
    expect(new Set(ear.heard.map(({ headers }) => headers['x-chatwoot-delivery'])).size).toBe(2);
  });

  test('show kinds in words above and in numbers below, times as texts above and as seconds below', async () => {
    const [server, ear] = [await open(), await listen()];
    server.hookTo(ear.url);
    server.contactWrites('王芳', '你好');
    await server.idle();
    const body = JSON.parse(ear.heard[1]?.body.toString() ?? '');
    const below = body.conversation.messages[0];
    expect([body.message_type, below.message_type]).toEqual(['incoming', 0]);
    expect([typeof body.created_at, typeof below.created_at]).toEqual(['string', 'number']);
  });

  test('are all read: what a contact, an agent and a robot write, a note, an answer, what is set', async () => {
    const [server, ear] = [await open(), await listen()];
    server.hookTo(ear.url);
    const { conversation: id } = server.contactWrites('王芳', '你好');
    server.agentWrites(id, 1, '您好');
    server.agentWrites(id, 2, '内部', { private: true });
    const items = [{ title: 'A', value: 'a' }];
    await ask(
      server,
      'POST',
      `/conversations/${id}/messages`,
      { content: '?', content_type: 'input_select', content_attributes: { items, baton_mark: 'm' }, echo_id: 'm' },
      server.botToken,
    );
    server.contactAnswers(server.messagesOf(id).at(-1)?.id ?? 0, { submitted_values: items });
    server.agentSets(id, { labels: ['vip'], status: 'open', assignee: 1, priority: 'high' });
    await server.idle();
    expect(hooksOf(ear)).toMatchObject([
      { kind: 'conversation', event: 'conversation_created', conversation: { id, status: 'pending', assignee: null } },
      { kind: 'message', direction: 'incoming', content: '你好', sender: { type: 'contact' }, mark: null },
      { kind: 'message', direction: 'outgoing', sender: { type: 'user', name: '林晓' }, contact: { name: '王芳' } },
      { kind: 'message', isPrivate: true, content: '内部' },
      { kind: 'message', sender: { type: 'agent_bot', id: server.botId }, mark: 'm' },
      { kind: 'answered', text: 'A', conversationId: id },
      { kind: 'conversation', event: 'conversation_status_changed', conversation: { status: 'open' } },
      {
        kind: 'conversation',
        event: 'conversation_updated',
        changed: ['status', 'assignee_id', 'label_list', 'priority'],
        conversation: { assignee: { id: 1, name: '林晓' }, labels: ['vip'], priority: 'high' },
      },
    ]);
  });

  test('tell a change of status as an update alone, on order', async () => {
    const [server, ear] = [await open(), await listen()];
    const { conversation: id } = server.contactWrites('wang', 'hi');
    server.hookTo(ear.url);
    server.hideStatusChanges(true);
    server.agentSets(id, { status: 'resolved' });
    server.agentSets(id, { status: 'resolved' });
    await server.idle();
    expect(eventsOf(ear)).toEqual(['conversation_updated']);
    expect(hooksOf(ear)).toMatchObject([{ conversation: { status: 'resolved' }, changed: ['status'] }]);
  });

  test('come twice, again and in the wrong order, on order, and keep their ids', async () => {
    const [server, ear] = [await open(), await listen()];
    const { conversation: id } = server.contactWrites('wang', 'hi');
    server.hookTo(ear.url);
    server.doubleNext();
    server.agentWrites(id, 1, 'one');
    await server.idle();
    await server.repeatLast();
    expect(new Set(ear.heard.map(({ headers }) => headers['x-chatwoot-delivery'])).size).toBe(1);
    expect(ear.heard).toHaveLength(3);
    server.shuffleNext(3);
    for (const text of ['a', 'b', 'c']) server.agentWrites(id, 1, text);
    await server.idle();
    expect(hooksOf(ear).slice(3)).toMatchObject([{ content: 'c' }, { content: 'b' }, { content: 'a' }]);
  });

  test('are not signed by an older server', async () => {
    const [server, ear] = [await open({ signsHooks: false }), await listen()];
    server.hookTo(ear.url);
    server.contactWrites('wang', 'hi');
    await server.idle();
    expect(ear.heard[0]?.headers).not.toHaveProperty('x-chatwoot-signature');
    expect(ear.heard[0]?.headers).toHaveProperty('x-chatwoot-delivery');
  });

  test('are waited for no longer than its patience, and what was answered is written down', async () => {
    const [server, ear] = [await open({ hookTimeoutMs: 40 }), await listen()];
    server.hookTo(ear.url);
    ear.answer(() => undefined);
    server.contactWrites('wang', 'hi');
    await server.idle();
    ear.answer((response) => response.writeHead(401).end());
    server.contactWrites('wang', 'hi');
    await server.idle();
    expect(server.delivered.map(({ status }) => status)).toEqual([null, null, 401]);
  });

  test('are tried again under the same id, by servers that do', async () => {
    const [server, ear] = [await open({ hookRetries: 2 }), await listen()];
    const { conversation: id } = server.contactWrites('wang', 'hi');
    server.hookTo(ear.url);
    ear.answer((response) => {
      response.writeHead(500).end();
      ear.answer((next) => next.end());
    });
    server.agentWrites(id, 1, 'one');
    await server.idle();
    expect(server.delivered.map(({ status }) => status)).toEqual([500, 200]);
    expect(new Set(server.delivered.map(({ id: delivery }) => delivery)).size).toBe(1);
  });
});

describe('an agent bot', () => {
  test('hears of messages, of opening and of the end, and of no other change', async () => {
    const [server, ear] = [await open(), await listen()];
    server.hookTo(ear.url, { asBot: true });
    const { conversation: id } = server.contactWrites('wang', 'hi');
    server.agentSets(id, { status: 'open' });
    server.agentSets(id, { status: 'snoozed' });
    server.agentSets(id, { status: 'resolved', labels: ['a'] });
    await server.idle();
    expect(eventsOf(ear)).toEqual(['message_created', 'conversation_opened', 'conversation_resolved']);
  });

  test('that does not take a message of a pending conversation loses it to people', async () => {
    const [server, ear] = [await open(), await listen()];
    server.hookTo(ear.url, { asBot: true });
    ear.answer((response) => response.writeHead(500).end());
    const { conversation: id } = server.contactWrites('wang', 'hi');
    await server.idle();
    expect(server.conversation(id).status).toBe('open');
    expect(server.messagesOf(id).at(-1)).toMatchObject({ direction: 'activity' });
    expect(eventsOf(ear)).toEqual(['message_created', 'conversation_opened']);
  });

  test('an account’s webhook that fails opens nothing', async () => {
    const [server, ear] = [await open(), await listen()];
    server.hookTo(ear.url);
    ear.answer((response) => response.writeHead(500).end());
    const { conversation: id } = server.contactWrites('wang', 'hi');
    await server.idle();
    expect(server.conversation(id).status).toBe('pending');
  });
});

test.each([
  ['resolved', true, 'pending'],
  ['resolved', false, 'open'],
  ['snoozed', true, 'open'],
  ['snoozed', false, 'open'],
  ['open', true, 'open'],
] as const)('a contact’s word on a %s conversation, with a bot %s, makes it %s', async (status, hasBot, after) => {
  const server = await open({ hasBot });
  const { conversation: id } = server.contactWrites('wang', 'hi');
  server.agentSets(id, { status });
  expect(server.contactWrites('wang', 'again').conversation).toBe(id);
  expect(server.conversation(id).status).toBe(after);
});

describe('over REST', () => {
  test('a page has 20 before, 100 after, 1,000 between', async () => {
    const server = await open();
    const { conversation: id, message: first } = server.contactWrites('wang', 'hi');
    for (let count = 0; count < 1200; count += 1) server.agentWrites(id, 1, `${count}`);
    const idsOf = async (query: string) => {
      const answer = await ask(server, 'GET', `/conversations/${id}/messages${query}`);
      const { payload }: { payload: { id: number }[] } = JSON.parse(answer.text);
      return [payload.length, payload[0]?.id, payload.at(-1)?.id];
    };
    expect(await idsOf('')).toEqual([20, first + 1181, first + 1200]);
    expect(await idsOf(`?before=${first + 100}`)).toEqual([20, first + 80, first + 99]);
    expect(await idsOf(`?after=${first}`)).toEqual([100, first + 1, first + 100]);
    expect(await idsOf(`?after=${first}&before=${first + 1200}`)).toEqual([1000, first, first + 999]);
    expect(await idsOf(`?before=${first}`)).toEqual([0, undefined, undefined]);
  });

  test('a status that is not named is flipped', async () => {
    const server = await open();
    const { conversation: id } = server.contactWrites('wang', 'hi');
    const statuses: string[] = [];
    for (let count = 0; count < 3; count += 1) {
      await ask(server, 'POST', `/conversations/${id}/toggle_status`, {});
      statuses.push(server.conversation(id).status);
    }
    expect(statuses).toEqual(['open', 'resolved', 'open']);
  });

  test('a user who is an agent gets what they open; a bot does not', async () => {
    const server = await open({ userIsAgent: true });
    const { conversation: id } = server.contactWrites('wang', 'hi');
    await ask(server, 'POST', `/conversations/${id}/toggle_status`, { status: 'open' }, server.botToken);
    expect(server.conversation(id).assigneeId).toBeNull();
    await ask(server, 'POST', `/conversations/${id}/toggle_status`, { status: 'pending' });
    await ask(server, 'POST', `/conversations/${id}/toggle_status`, { status: 'open' });
    expect(server.conversation(id).assigneeId).toBe(9);
  });

  test('labels are overwritten, a priority is answered by nothing, nobody assigned by null', async () => {
    const server = await open();
    const { conversation: id } = server.contactWrites('wang', 'hi');
    server.agentSets(id, { labels: ['vip'] });
    await ask(server, 'POST', `/conversations/${id}/labels`, { labels: ['new'] });
    expect(server.conversation(id).labels).toEqual(['new']);
    expect(await ask(server, 'POST', `/conversations/${id}/toggle_priority`, { priority: 'low' })).toMatchObject({
      status: 200,
      text: '',
    });
    expect((await ask(server, 'POST', `/conversations/${id}/assignments`, { assignee_id: 0 })).text).toBe('null');
  });

  test.each([
    ['no token', '/conversations/1', '', 401, 'Invalid Access Token'],
    ['a bot', '/conversations/1', 'bot', 401, 'Access to this endpoint is not authorized for bots'],
    ['nothing there', '/conversations/99', 'user', 404, 'Resource could not be found'],
    ['no contact', '/contacts/99', 'user', 404, 'Resource could not be found'],
  ])('%s is refused', async (_what, path, who, status, error) => {
    const server = await open();
    server.contactWrites('wang', 'hi');
    const token = { bot: server.botToken, user: server.userToken }[who] ?? 'none';
    const answer = await ask(server, 'GET', path, undefined, token);
    expect([answer.status, answer.json()]).toEqual([status, { error }]);
  });

  test.each([
    ['cards', [{ title: 'a' }], 'missing actions'],
    ['cards', [{ title: 'a', actions: [] }], 'missing actions'],
    ['cards', [{ title: 'a', price: 1, actions: [{ text: 'b' }] }], 'invalid keys for items'],
    ['cards', [{ title: 'a', actions: [{ text: 'b', url: 'c' }] }], 'invalid keys for actions'],
    ['cards', [], 'At least one item'],
    ['input_select', [], 'At least one item'],
    ['input_select', [{ title: 'a', value: 'b', label: 'c' }], 'invalid keys for items'],
  ])('%s with %j are refused', async (content_type, items, words) => {
    const server = await open();
    const { conversation: id } = server.contactWrites('wang', 'hi');
    const body = { content: 'a', content_type, content_attributes: { items } };
    const answer = await ask(server, 'POST', `/conversations/${id}/messages`, body);
    expect(answer.status).toBe(422);
    expect(answer.text).toContain(words);
    expect(server.messagesOf(id)).toHaveLength(1);
  });

  test('an echo id is for who creates it alone; attributes and source ids are kept, by newer servers', async () => {
    const body = { content: 'a', content_attributes: { baton_mark: 'm' }, echo_id: 'm', source_id: 'baton:m' };
    const shown: unknown[] = [];
    for (const keeps of [true, false]) {
      const server = await open({ keepsAttributes: keeps, keepsSourceId: keeps });
      const { conversation: id } = server.contactWrites('wang', 'hi');
      const created = await ask(server, 'POST', `/conversations/${id}/messages`, body);
      expect(created.json()).toMatchObject({ echo_id: 'm' });
      const { payload } = JSON.parse((await ask(server, 'GET', `/conversations/${id}/messages`)).text);
      shown.push([payload[1].echo_id, payload[1].content_attributes, payload[1].source_id]);
    }
    expect(shown).toEqual([
      [undefined, { baton_mark: 'm' }, 'baton:m'],
      [undefined, {}, null],
    ]);
  });

  test('on a channel outside, what has a source id never reaches the contact', async () => {
    const server = await open({ channel: 'Channel::Telegram' });
    const { conversation: id } = server.contactWrites('wang', 'hi');
    await ask(server, 'POST', `/conversations/${id}/messages`, { content: 'a', source_id: 'baton:m' });
    await ask(server, 'POST', `/conversations/${id}/messages`, { content: 'b' });
    expect(server.shownToContact(id)).toEqual(['b']);
  });

  test('what is sent is read as a template, but for code', async () => {
    const server = await open();
    const { conversation: id } = server.contactWrites('wang', 'hi');
    for (const content of ['Hi {{ contact.name }}, {{x}}!', '`{{x}}`', '{\u2060{x}}'])
      await ask(server, 'POST', `/conversations/${id}/messages`, { content });
    expect(server.shownToContact(id)).toEqual(['Hi wang, !', '`{{x}}`', '{\u2060{x}}']);
  });

  test('a contact’s number and address are checked in Rails’ words', async () => {
    const server = await open();
    const { contact } = server.contactWrites('wang', 'hi');
    const { contact: other } = server.contactWrites('li', 'hi');
    await ask(server, 'PUT', `/contacts/${other}`, { email: 'a@example.com' });
    const taken = await ask(server, 'PUT', `/contacts/${contact}`, { email: 'a@example.com' });
    expect([taken.status, taken.json()]).toEqual([
      422,
      { message: 'Email has already been taken', attributes: ['email'] },
    ]);
    expect((await ask(server, 'PUT', `/contacts/${contact}`, { phone_number: '13800' })).text).toContain('e164');
  });
});
