// What belongs to another account does not exist. Made in account A, asked for from account B: by a key for B with every scope,
// by an agent of B, by a contact of B, over every route, every stream and the sockets.
import { io, type Socket } from 'socket.io-client';
import { afterAll, describe, expect, test } from 'vitest';
import type { Route } from '../../src/api/route.ts';
import { ROUTES } from '../../src/api/routes.ts';
import { SCOPES } from '../../src/domain/accounts/scopes.ts';
import { STREAM_KINDS, streamName } from '../../src/domain/events/streams.ts';
import { newId } from '../../src/domain/ids.ts';
import { Studio } from '../support/studio.ts';
import type { Json, Reply } from '../support/world.ts';
import { checkProblem, exampleOf, makeThings, nameOf, rowsOf, type Things } from './examples.ts';

const studio = await Studio.open();
const { world } = studio;
const ours = await makeThings(studio, SCOPES);
const theirs = await makeThings(studio, SCOPES);
const unknown: Things = {
  ...ours,
  account: newId(),
  agent: { id: newId(), token: '' },
  contact: { id: newId(), token: '' },
  conversation: newId(),
  session: newId(),
  message: '999999999999',
  served: newId(),
  colleague: newId(),
  guest: { id: newId(), token: '' },
  invitation: newId(),
  transfer: newId(),
  offer: newId(),
  handedOn: newId(),
  image: newId(),
  failedImage: newId(),
  webhook: newId(),
  delivery: '999999999999',
  job: newId(),
  apiKey: newId(),
};

/** Those of B who may pass the door of the route at all. */
function callers({ door }: Route): [string, string][] {
  return [
    ...(door.key ? [['a key', ours.key] as [string, string]] : []),
    ...(door.agent ? [['an agent', ours.agent.token] as [string, string]] : []),
    ...(door.contact ? [['a contact', ours.contact.token] as [string, string]] : []),
    ...(door.participant ? [['a participant', ours.guest.token] as [string, string]] : []),
    ...(door.invitation ? [['an invitation', ours.invitation] as [string, string]] : []),
  ];
}

function ask(route: Route, things: Things, key: string): Promise<Reply> {
  const { path, body } = exampleOf(route, things);
  // What an agent posts must fit before it is looked up: the epoch is the robots' own.
  const sent = route.door.invitation ? { invitation: key } : body;
  return world.call(route.method.toUpperCase(), path, sent, { key });
}

/** A problem without what differs from call to call: the ids that were asked for, and the request's own. */
function shapeOf({ status, body }: Reply): Json {
  return { status, body: JSON.parse(JSON.stringify(body).replaceAll(/[0-7][0-9A-HJKMNP-TV-Z]{25}/g, 'id')) };
}

/** Routes whose example names something of the account; what remains are lists without a filter, and what is new. */
const NAMING = ROUTES.filter((route) => {
  const [here, there] = [exampleOf(route, theirs), exampleOf(route, unknown)];
  const named = ({ path, body }: typeof here) => `${path} ${JSON.stringify({ ...body, externalId: '' })}`;
  return named(here) !== named(there) && nameOf(route) !== 'POST /v1/batches';
});

test('every route with an id in its path is among those that are tried', () => {
  const missing = ROUTES.filter(({ params }) => params).filter((route) => !NAMING.includes(route));
  expect(missing.map(nameOf)).toEqual([]);
});

describe.each(NAMING.map((route) => [nameOf(route), route] as const))('%s', (_name, route) => {
  test.each(callers(route))('is to %s of another account as if it had never been', async (_who, key) => {
    const before = await rowsOf(world);
    const [foreign, never] = [await ask(route, theirs, key), await ask(route, unknown, key)];
    checkProblem(foreign);
    expect(foreign.status).toBe(404);
    expect(shapeOf(foreign)).toEqual(shapeOf(never));
    expect(await rowsOf(world)).toEqual(before);
  });
});

const foreignIds = [
  ...[theirs.account, theirs.agent.id, theirs.contact.id, theirs.conversation],
  ...[theirs.image, theirs.failedImage, theirs.webhook, theirs.job, theirs.apiKey],
];

test.each([
  ['/v1/conversations', ours.key],
  ['/v1/conversations', ours.agent.token],
  ['/v1/accounts', ours.key],
  ['/v1/accounts', ours.agent.token],
  ['/v1/agents', ours.key],
  ['/v1/agents', ours.agent.token],
])('the list %s shows what is theirs to nobody else', async (path, key) => {
  const list = await world.must('GET', path, undefined, { key });
  expect(list.data.length).toBeGreaterThan(0);
  for (const id of foreignIds) expect(JSON.stringify(list)).not.toContain(id);
});

test('filters do not look over the fence', async () => {
  for (const query of [`account=${theirs.account}`, `agent=${theirs.agent.id}`]) {
    const reply = await world.call('GET', `/v1/conversations?${query}`, undefined, { key: ours.key });
    expect(reply.status, query).toBe(404);
  }
  const shared = await world.must('GET', '/v1/conversations?q=wang', undefined, { key: ours.key });
  expect(shared.data.map(({ id }: Json) => id)).toEqual([ours.conversation]);
});

test('a place in their list is no place in ours', async () => {
  await world.ingest([world.message(theirs.account, 'li'), world.message(theirs.account, 'zhao')]);
  const page = await world.must('GET', '/v1/conversations?limit=1', undefined, { key: theirs.key });
  const cursor = encodeURIComponent(page.page.next);
  const reply = await world.call('GET', `/v1/conversations?limit=1&cursor=${cursor}`, undefined, { key: ours.key });
  checkProblem(reply);
  expect(reply).toMatchObject({ status: 400, body: { code: 'bad_cursor' } });
});

test('messages for their account are refused one by one, and ours are stored', async () => {
  const messages = [
    world.message(ours.account, 'wang'),
    world.message(theirs.account, 'wang'),
    world.message(newId(), 'x'),
  ];
  const options = { key: ours.key, headers: { Prefer: 'wait=10' } };
  const { result } = await world.must('POST', '/v1/batches', { messages }, options);
  expect(result).toMatchObject({ stored: 1, duplicates: 0, conversations: 1 });
  expect(result.refused).toMatchObject([
    { index: 1, id: messages[1]?.id, code: 'account_not_found', pointer: '/messages/1/account' },
    { index: 2, id: messages[2]?.id, code: 'account_not_found', pointer: '/messages/2/account' },
  ]);
  const whole = { account: theirs.account, messages: [{ ...world.message('', 'x'), account: undefined }] };
  const refused = await world.must('POST', '/v1/batches', whole, options);
  expect(refused.result.refused).toMatchObject([{ code: 'account_not_found' }]);
});

test('a contact sees no other contact’s conversation of the same account', async () => {
  await world.ingest([world.message(ours.account, 'neighbour')]);
  const { id, contact } = await world.conversation(ours.account, 'neighbour');
  for (const path of [`conversations/${id}`, `conversations/${id}/messages`, `streams/contact:${contact.id}/events`])
    expect((await world.call('GET', `/v1/${path}`, undefined, { key: ours.contact.token })).status, path).toBe(404);
  const said = { content: 'hello' };
  const reply = await world.call('POST', `/v1/conversations/${id}/messages`, said, { key: ours.contact.token });
  expect(reply.status).toBe(404);
});

test('a participant sees nothing of the account but the conversation that they were asked into', async () => {
  const { conversation, contact, agent, guest, served } = ours;
  const get = (path: string) => world.call('GET', `/v1/${path}`, undefined, { key: guest.token });
  for (const path of [
    `conversations/${conversation}`,
    `conversations/${conversation}/messages`,
    ...[
      `conversation:${conversation}`,
      `notes:${served}`,
      `contact:${contact.id}`,
      `agent:${agent.id}`,
      `board:${ours.account}`,
    ].map((stream) => `streams/${stream}/events`),
  ])
    expect((await get(path)).status, path).toBe(404);
  const said = { content: 'hello' };
  const reply = await world.call('POST', `/v1/conversations/${conversation}/messages`, said, { key: guest.token });
  expect(reply.status).toBe(404);
  expect((await get(`conversations/${served}`)).status).toBe(200);
});

const subject = {
  accountId: theirs.account,
  agentId: theirs.agent.id,
  contactId: theirs.contact.id,
  conversationId: theirs.conversation,
};
const STREAMS = STREAM_KINDS.map((kind) => streamName(kind, subject) ?? kind);

describe.each(STREAMS)('the stream %s', (stream) => {
  test.each([
    ['a key', ours.key],
    ['an agent', ours.agent.token],
    ['a contact', ours.contact.token],
    ['a participant', ours.guest.token],
  ])('is read by %s of another account as little as one that never was', async (_who, key) => {
    const foreign = await world.call('GET', `/v1/streams/${stream}/events`, undefined, { key });
    const never = await world.call('GET', `/v1/streams/conversation:${newId()}/events`, undefined, { key });
    expect(foreign.status).toBe(404);
    expect(shapeOf(foreign)).toEqual(shapeOf(never));
  });

  test.each([
    ['/agent', ours.agent.token],
    ['/contact', ours.contact.token],
    ['/contact', ours.guest.token],
  ])('is neither followed nor read over the socket %s', async (namespace, token) => {
    const socket = await connected(namespace, token);
    for (const [question, body] of [
      ['stream.subscribe', { stream }],
      ['stream.sync', { stream, after: 0 }],
    ] as const)
      expect(await socket.emitWithAck(question, body)).toMatchObject({ ok: false, code: 'stream_not_found' });
  });
});

test.each([
  ['/agent', theirs.contact.token],
  ['/agent', theirs.guest.token],
  ['/contact', theirs.agent.token],
  ['/agent', world.key],
  ['/agent', ''],
])('the socket %s lets in nobody of another kind', async (namespace, token) => {
  const socket = open(namespace, token);
  const refused = await new Promise<Error>((resolve) => socket.once('connect_error', resolve));
  expect(refused.message).toBe('not_authenticated');
});

const sockets: Socket[] = [];
afterAll(() => sockets.forEach((socket) => void socket.close()));

function open(namespace: string, token: string): Socket {
  const options = { auth: { token }, transports: ['websocket'], forceNew: true, reconnection: false };
  const socket = io(`${world.url}${namespace}`, options);
  sockets.push(socket);
  return socket;
}

async function connected(namespace: string, token: string): Promise<Socket> {
  const socket = open(namespace, token);
  await new Promise((resolve, reject) => {
    socket.once('stream.ready', resolve);
    socket.once('connect_error', reject);
  });
  return socket;
}
