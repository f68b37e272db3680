// Webhooks over the API: made with a secret that is shown once, changed, tried out, told what their filter wants, and removed.
import { describe, expect, test } from 'vitest';
import { validSecrets } from '../../src/domain/endpoints/create-webhook.ts';
import { Endpoint } from '../../src/domain/endpoints/endpoint.ts';
import { newId } from '../../src/domain/ids.ts';
import { somebodyWaits } from '../support/gate.ts';
import { type Listener, Receivers } from '../support/receivers.ts';
import { type Json, until } from '../support/world.ts';
import { checkProblem } from './examples.ts';

const receivers = await Receivers.open(12);
const { world } = receivers;

const URL_OF_NOBODY = 'https://hooks.example.com/baton';
const made = (account: string, fields: object = {}) =>
  world.call('POST', '/v1/webhooks', { account, url: URL_OF_NOBODY, events: ['session.*'], ...fields });

async function bad(reply: Promise<Json>, pointer: string): Promise<void> {
  const answer = await reply;
  checkProblem(answer);
  expect(answer).toMatchObject({ status: 400, body: { code: 'bad_body', errors: [{ pointer }] } });
}

/** The contact says something, and it is written down. */
async function says(account: string, contact = 'wang'): Promise<void> {
  await world.ingest([world.message(account, contact)]);
}

describe('a webhook is made', () => {
  test('with a secret that is shown this once, a name from its host, and nothing held against it', async () => {
    const account = await world.account();
    const { status, body, headers } = await made(account);
    expect({ status, location: headers.get('location') }).toEqual({ status: 201, location: `/v1/webhooks/${body.id}` });
    const { secret, ...view } = body;
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const circuit = { failures: 0, failingSince: null, openUntil: null, lastCode: null, succeededAt: null };
    expect(view).toMatchObject({ accountId: account, name: 'hooks.example.com', url: URL_OF_NOBODY, enabled: true });
    expect(view).toMatchObject({ events: ['session.*'], reason: null, circuit: { state: 'closed', ...circuit } });
    expect(await world.must('GET', `/v1/webhooks/${body.id}`)).toEqual(view);
    expect(await world.must('GET', `/v1/webhooks?account=${account}`)).toEqual({ data: [view] });
  });

  test('and its secret stands nowhere to be read', async () => {
    const account = await world.account();
    const options = { headers: { 'Idempotency-Key': newId() } };
    const body = { account, url: URL_OF_NOBODY, events: ['*'] };
    const { secret } = await world.must('POST', '/v1/webhooks', body, options);
    expect(await world.must('POST', '/v1/webhooks', body, options)).toMatchObject({ secret });
    for (const sql of ['select secrets as text from endpoint', 'select body as text from idempotent_answer'])
      for (const { text } of await world.sql(sql)) {
        expect(text).not.toContain(secret.slice(6));
        expect(Buffer.from(text, 'base64').toString('latin1')).not.toContain(secret.slice(6));
      }
  });

  test.each([
    ['no URL', { url: 'hooks' }, '/url'],
    ['another protocol', { url: 'ftp://example.com/' }, '/url'],
    ['a password in it', { url: 'https://user:word@example.com/' }, '/url'],
    ['a user in it', { url: 'https://user@example.com/' }, '/url'],
    ['one that is too long', { url: `https://example.com/${'x'.repeat(2048)}` }, '/url'],
    ['no events', { events: [] }, '/events'],
    ['an event that is none', { events: ['session.*', 'session.sung'] }, '/events/1'],
    ['a family that is none', { events: ['nothing.*'] }, '/events/0'],
    ['what operators alone hear', { events: ['ops.alert_raised'] }, '/events/0'],
    ['what is sent on request only', { events: ['webhook.*'] }, '/events/0'],
    ['a name that is empty', { name: ' ' }, '/name'],
    ['more than is known', { secret: 'mine' }, '/'],
  ])('not with %s', async (_what, fields, pointer) => {
    await bad(made(await world.account(), fields), pointer);
  });

  test('twenty times for an account, and not once more', async () => {
    const account = await world.account();
    for (let index = 0; index < 20; index += 1) expect((await made(account)).status).toBe(201);
    const reply = await made(account);
    checkProblem(reply);
    expect(reply).toMatchObject({ status: 409, body: { code: 'endpoints_full' } });
  });
});

test('it is told what its filter wants from then on, signed, once, as the stream tells it', async () => {
  const account = await world.account();
  await says(account);
  const { receiver } = await receivers.webhook(account, ['messages.ingested', 'contact.*']);
  await says(account);
  await receiver.took(1);
  await receivers.all({ account }, 'delivered');
  expect(receiver.hooks.map(({ type, verified, attempt }) => [type, verified, attempt])).toEqual([
    ['messages.ingested', true, 1],
  ]);
  const { id } = await world.conversation(account, 'wang');
  const { events } = await world.must('GET', `/v1/streams/conversation:${id}/events`);
  const told = JSON.parse(receiver.hooks[0]?.body ?? '');
  const { data, actor: _, ...streamed } = events.findLast(({ type }: Json) => type === 'messages.ingested');
  expect(told).toMatchObject(streamed);
  expect(told.data).toMatchObject({ ...data, epoch: expect.any(Number) });
  expect(receiver.hooks[0]?.id).toBe(told.id);
});

test('another account’s events are not told', async () => {
  const [account, other] = [await world.account(), await world.account()];
  const { receiver, path } = await receivers.webhook(account, ['*']);
  await says(other);
  const { delivery } = await world.must('POST', `${path}/test`);
  await receiver.took(1);
  expect(receiver.hooks.map(({ type }) => type)).toEqual(['webhook.test']);
  expect(await world.must('GET', `/v1/deliveries/${delivery}`)).toMatchObject({ accountId: account });
});

test('it is tried out alone, whatever its filter, and what came of it can be looked at', async () => {
  const account = await world.account();
  const listener = await receivers.webhook(account, ['transfer.*']);
  const neighbour = await receivers.webhook(account, ['*']);
  const reply = await world.call('POST', `${listener.path}/test`);
  expect(reply).toMatchObject({ status: 202, body: { state: 'pending' } });
  expect(reply.headers.get('location')).toBe(`/v1/deliveries/${reply.body.delivery}`);
  await listener.receiver.took(1);
  await receivers.all({ account }, 'delivered');
  expect(JSON.parse(listener.receiver.hooks[0]?.body ?? '')).toMatchObject({
    type: 'webhook.test',
    stream: `board:${account}`,
    data: { webhookId: listener.id },
  });
  expect(neighbour.receiver.hooks).toEqual([]);
  expect(await world.must('GET', reply.headers.get('location') ?? '')).toMatchObject({
    state: 'delivered',
    endpoint: { id: listener.id, kind: 'webhook' },
    attempts: [{ number: 1, outcome: 'delivered', status: 204 }],
  });
  const { circuit } = await world.must('GET', listener.path);
  expect(circuit).toMatchObject({ state: 'closed', failures: 0, succeededAt: expect.any(String) });
});

test('everything is told but private notes, which are told to whoever names them', async () => {
  const account = await world.account();
  const all = await receivers.webhook(account, ['*']);
  const noting = await receivers.webhook(account, ['note.created']);
  await says(account);
  const { id } = await world.conversation(account, 'wang');
  const { token: key } = await world.agent([account]);
  const { sessionId } = await world.must('POST', `/v1/conversations/${id}/accept`, undefined, { key });
  const note = { sessionId, content: 'mind your words', private: true };
  await world.must('POST', `/v1/conversations/${id}/messages`, note, { key });
  await world.must('POST', `/v1/conversations/${id}/messages`, { sessionId, content: 'hello' }, { key });
  await receivers.all({ account }, 'delivered');
  await noting.receiver.took(1);
  expect(noting.receiver.hooks.map(({ type }) => type)).toEqual(['note.created']);
  expect(all.receiver.hooks.map(({ type }) => type)).toContain('message.created');
  expect(JSON.stringify(all.receiver.hooks)).not.toContain('mind your words');
  await world.sql('update endpoint set updated_at = updated_at - interval 2 minute where id = ?', [all.id]);
  expect((await world.broken()).map(({ name }) => name)).not.toContain('webhooks-told');
});

test('who may not read streams makes nobody listen to them, nor sends what is told elsewhere', async () => {
  const account = await world.account();
  const scopes = ['endpoints:read', 'endpoints:write'];
  const { key } = await world.must('POST', '/v1/api-keys', { name: 'writer', scopes });
  const { body: webhook } = await made(account);
  const body = { account, url: URL_OF_NOBODY, events: ['*'] };
  for (const reply of [
    await world.call('POST', '/v1/webhooks', body, { key }),
    await world.call('PATCH', `/v1/webhooks/${webhook.id}`, { url: 'https://elsewhere.example.com' }, { key }),
  ]) {
    checkProblem(reply);
    expect(reply).toMatchObject({ status: 403, body: { code: 'scope_missing' } });
    expect(reply.body.detail).toContain('streams:read: a webhook tells what streams tell');
  }
  expect((await world.must('GET', `/v1/webhooks?account=${account}`)).data).toMatchObject([{ url: URL_OF_NOBODY }]);
  const { key: both } = await world.must('POST', '/v1/api-keys', { name: 'both', scopes: [...scopes, 'streams:read'] });
  expect((await world.call('POST', '/v1/webhooks', body, { key: both })).status).toBe(201);
});

describe('a webhook is changed', () => {
  test('in what is said, and in nothing else', async () => {
    const { id, secret: _, ...before } = (await made(await world.account())).body;
    const path = `/v1/webhooks/${id}`;
    expect(await world.must('PATCH', path, {})).toMatchObject({ ...before, updatedAt: expect.any(String) });
    const changes = { name: 'Robot', events: ['*'], url: 'http://robot.example.com/' };
    const after = { ...before, ...changes, updatedAt: expect.any(String) };
    expect(await world.must('PATCH', path, changes)).toMatchObject(after);
    expect(await world.must('GET', path)).toMatchObject(after);
    await bad(world.call('PATCH', path, { url: 'https://a:b@example.com' }), '/url');
    await bad(world.call('PATCH', path, { events: ['x'] }), '/events/0');
  });

  test('disabled it is told nothing and misses what happens; enabled it is sent what was waiting', async () => {
    const account = await world.account();
    const listener = await receivers.webhook(account, ['messages.ingested']);
    listener.proxy.refuse();
    await says(account);
    await until(async () => (await deliveries(listener))[0]?.code === 'network', 10, 'nobody tried');
    const off = await world.must('PATCH', listener.path, { enabled: false });
    expect(off).toMatchObject({ enabled: false, reason: 'It was switched off by hand.' });
    listener.proxy.heal();
    await says(account, 'li');
    expect(await deliveries(listener)).toMatchObject([{ state: 'pending' }]);
    expect(await world.must('PATCH', listener.path, { enabled: true })).toMatchObject({ enabled: true, reason: null });
    await listener.receiver.took(1);
    await receivers.all(listener, 'delivered');
    expect(await deliveries(listener)).toHaveLength(1);
  });

  test('with another URL: what waits goes there at once, and the circuit is closed', async () => {
    const account = await world.account();
    const [dead, alive] = [
      await receivers.webhook(account, ['messages.ingested']),
      await receivers.webhook(account, ['transfer.*']),
    ];
    dead.proxy.refuse();
    for (const contact of ['a', 'b', 'c', 'd', 'e', 'f']) await says(account, contact);
    const open = async () => (await world.must('GET', dead.path)).circuit;
    await until(async () => (await open()).state === 'open', 10, 'the circuit did not open');
    expect(await open()).toMatchObject({
      lastCode: 'network',
      openUntil: expect.any(String),
      failingSince: expect.any(String),
    });
    alive.learn(dead.secret);
    const moved = await world.must('PATCH', dead.path, { url: alive.proxy.url });
    expect(moved.circuit).toMatchObject({ state: 'closed', failures: 0, openUntil: null });
    await alive.receiver.took(6);
    await receivers.all(dead, 'delivered');
    expect(await alarms(account)).toEqual(['ops.alert_raised endpoint_failing', 'ops.alert_cleared endpoint_failing']);
  });
});

test('a new secret is shown once; for a day the one before signs beside it, and after that no more', async () => {
  const account = await world.account();
  const { path, secret, receiver, learn } = await receivers.webhook(account, ['transfer.*']);
  const { status, body } = await world.call('POST', `${path}/secret`);
  expect(status).toBe(201);
  expect(body.secret).toMatch(/^whsec_/);
  expect(body.secret).not.toBe(secret);
  expect(await world.must('GET', path)).not.toHaveProperty('secret');
  const verified = async (by: string) => {
    learn(by);
    const before = receiver.hooks.length;
    await world.must('POST', `${path}/test`);
    await receiver.heard(before + 1);
    await until(() => receiver.hooks.length > before, 5, 'not looked at');
    return receiver.hooks.at(-1)?.verified;
  };
  expect(await verified(secret)).toBe(true);
  expect(await verified(body.secret)).toBe(true);
  await receivers.later(24 * 3600 + 1);
  expect(await verified(body.secret)).toBe(true);
  expect(await verified(secret)).toBe(false);
});

test('replaced by several at once, every secret that was shown signs', async () => {
  const { id, secret: first } = (await made(await world.account())).body;
  const replies = await Promise.all(Array.from({ length: 4 }, () => world.call('POST', `/v1/webhooks/${id}/secret`)));
  const { secrets } = await world.kernel.orm.em.fork().findOneOrFail(Endpoint, { id });
  const signing = validSecrets(secrets, world.kernel.clock(), world.config.BATON_SECRET);
  expect(signing.toSorted()).toEqual([first, ...replies.map(({ body }) => body.secret)].toSorted());
});

test('changed by several at once, it is what all of them said', async () => {
  const { id } = (await made(await world.account())).body;
  const path = `/v1/webhooks/${id}`;
  const changes = [{ name: 'Robot' }, { events: ['transfer.*'] }, { url: 'https://moved.example.com/' }];
  await Promise.all(changes.map((change) => world.must('PATCH', path, change)));
  expect(await world.must('GET', path)).toMatchObject(Object.assign({}, ...changes));
});

test('removed by several at once, it was there for one', async () => {
  const { id } = (await made(await world.account())).body;
  const replies = await Promise.all(Array.from({ length: 4 }, () => world.call('DELETE', `/v1/webhooks/${id}`)));
  expect(replies.map(({ status }) => status).sort()).toEqual([204, 404, 404, 404]);
});

test('removed, it is gone with its log, and told nothing more', async () => {
  const account = await world.account();
  const { path, id, receiver } = await receivers.webhook(account, ['messages.ingested']);
  await says(account);
  await receiver.took(1);
  expect((await world.call('DELETE', path)).status).toBe(204);
  for (const [method, rest] of [
    ['GET', ''],
    ['DELETE', ''],
    ['GET', '/deliveries'],
    ['POST', '/test'],
    ['POST', '/secret'],
  ]) {
    const reply = await world.call(method ?? '', `${path}${rest}`);
    checkProblem(reply);
    expect(reply).toMatchObject({ status: 404, body: { code: 'endpoint_not_found' } });
  }
  await says(account);
  expect((await world.must('GET', `/v1/deliveries?account=${account}`)).data).toEqual([]);
  const rows = async () => [
    ...(await world.sql('select id from delivery where endpoint_id = ?', [id])),
    ...(await world.sql('select id from endpoint where id = ?', [id])),
  ];
  await until(async () => (await rows()).length === 0, 10, 'the sweep left something');
  expect(receiver.hooks).toHaveLength(1);
});

test('what is written down for a webhook that is removed in this moment fails no act', async () => {
  const account = await world.account();
  const { body } = await made(account, { events: ['*'] });
  const em = world.kernel.orm.em.fork();
  await em.begin();
  await em.execute('delete from endpoint where id = ?', [body.id], 'run');
  const asked = world.call('POST', '/v1/sessions', { account, contact: 'wang', kind: 'auto_bargain' });
  await somebodyWaits(world);
  await em.commit();
  expect((await asked).status).toBe(201);
});

async function deliveries({ path }: Listener): Promise<Json[]> {
  return (await world.must('GET', `${path}/deliveries`)).data;
}

async function alarms(account: string): Promise<string[]> {
  const sql = "select type, data from event where type like 'ops.alert%' and account_id = ? order by id";
  const rows = await world.sql(sql, [account]);
  return rows.map(({ type, data }) => `${type} ${(typeof data === 'string' ? JSON.parse(data) : data).code}`);
}
