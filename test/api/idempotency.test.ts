// The same Idempotency-Key and the same request: done once, answered the same each time. On every POST there is, but for those that only ask.
import { describe, expect, test } from 'vitest';
import { ROUTES } from '../../src/api/routes.ts';
import { SCOPES } from '../../src/domain/accounts/scopes.ts';
import { newId } from '../../src/domain/ids.ts';
import { Studio } from '../support/studio.ts';
import { type Json, type Reply, until } from '../support/world.ts';
import { checkProblem, exampleOf, makeThings, nameOf, rowsOf } from './examples.ts';

const studio = await Studio.open();
const { world } = studio;
const POSTS = ROUTES.filter(({ method, asks }) => method === 'post' && !asks);

/** A world's worth for each test, so that what one resolves is still open in another. */
async function request(name: string): Promise<(headers: Record<string, string>, more?: object) => Promise<Reply>> {
  const route = ROUTES.find((each) => nameOf(each) === name);
  if (!route) throw new Error(`no route ${name}`);
  const things = await makeThings(studio, SCOPES);
  if (name === 'POST /v1/jobs/:id/retry') await world.sql("update job set state = 'failed' where id = ?", [things.job]);
  if (name.endsWith('/resume')) await world.must('POST', `/v1/sessions/${things.session}/pause`);
  const { path, body } = exampleOf(route, things);
  const key = route.door.key ? world.key : things.agent.token;
  return (headers, more) => {
    const sent = body === undefined && more === undefined ? undefined : { ...body, ...more };
    return world.call('POST', path, sent, { key, headers });
  };
}

describe.each(POSTS.map(nameOf))('%s', (name) => {
  test('answers a repeated request with its first answer, and refuses the key for another one', async () => {
    const send = await request(name);
    const headers = { 'Idempotency-Key': newId() };
    const first = await send(headers);
    expect(first.status, JSON.stringify(first.body)).toBeLessThan(300);
    expect(first.headers.get('idempotent-replayed')).toBeNull();
    await world.quiet();
    const rows = await rowsOf(world);
    const again = await send(headers);
    expect({ status: again.status, body: again.body }).toEqual({ status: first.status, body: first.body });
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(again.headers.get('location')).toBe(first.headers.get('location'));
    expect(await rowsOf(world)).toEqual(rows);
    if (!hasBody(name)) return;
    const other = await send(headers, OTHER[name] ?? { name: 'another' });
    checkProblem(other);
    expect(other).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } });
  });

  test('sixteen at once do it once', async () => {
    const send = await request(name);
    const headers = { 'Idempotency-Key': newId() };
    const replies = await Promise.all(Array.from({ length: 16 }, () => send(headers)));
    expect(new Set(replies.map(({ status, body }) => JSON.stringify([status, body]))).size).toBe(1);
    expect(replies[0]?.status).toBeLessThan(300);
    expect(replies.filter((reply) => reply.headers.get('idempotent-replayed') !== 'true')).toHaveLength(1);
    await world.quiet();
    expect(await world.broken()).toEqual([]);
  });
});

/** Bodies that fit, but are another request. */
const OTHER: Readonly<Record<string, object>> = {
  'POST /v1/batches': { messages: [{}, {}] },
  'POST /v1/conversations/:id/resolve': { note: 'other' },
  'POST /v1/conversations/:id/messages': { content: 'other' },
  'POST /v1/conversations/:id/collaborators/:agent': { reason: 'other' },
  'POST /v1/contacts': { contact: { id: 'other' } },
  'POST /v1/sessions': { reason: 'other' },
  'POST /v1/sessions/:id/pause': { reason: 'other' },
  'POST /v1/sessions/:id/resume': { onConflict: 'reject' },
  'POST /v1/sessions/:id/complete': { reason: 'other' },
  'POST /v1/sessions/:id/cancel': { reason: 'other' },
  'POST /v1/sessions/:id/reclaim': { epoch: 2 },
  'POST /v1/sessions/:id/transfers': { reason: 'other' },
  'POST /v1/transfers/:id/decline': { reason: 'other' },
  'POST /v1/transfers/:id/return': { note: 'other' },
  'POST /v1/assignments/:id/decline': { reason: 'other' },
  'POST /v1/image-tasks': { contact: 'other' },
  'POST /v1/image-tasks/:id/analysis': { complexity: 'hard' },
  'POST /v1/image-tasks/:id/payment': { orderId: 'other' },
  'POST /v1/image-tasks/:id/result': { image: 'https://other.example/picture.png' },
  'POST /v1/image-tasks/:id/reply': { text: 'other' },
  'POST /v1/image-tasks/:id/retry': { reason: 'other' },
  'POST /v1/image-tasks/:id/cancel': { reason: 'other' },
  'POST /v1/payments': { orderId: 'other' },
  'POST /v1/webhooks/:id/redeliver': { since: '2026-02-01T08:00:00Z' },
  'POST /v1/accounts/:id/channels/chatwoot/imports': { conversation: 42 },
  'POST /v1/deliveries/:id/settle': { note: 'other' },
};

/** Another invitation is another caller. */
function hasBody(name: string): boolean {
  return POSTS.some((route) => nameOf(route) === name && route.body !== undefined && !route.door.invitation);
}

test('a refused request leaves its key free, and two callers may use the same one', async () => {
  const headers = { 'Idempotency-Key': 'the-same' };
  expect((await world.call('POST', '/v1/agents', { name: 'x' }, { headers })).status).toBe(400);
  const account = await world.account();
  const body = { externalId: newId(), name: 'Li', accounts: [account] };
  expect((await world.call('POST', '/v1/agents', body, { headers })).status).toBe(201);
  const { key } = await world.must('POST', '/v1/api-keys', { name: 'second', scopes: SCOPES });
  const other = await world.call('POST', '/v1/agents', { ...body, externalId: newId() }, { headers, key });
  expect(other).toMatchObject({ status: 201 });
});

test.each(['', ' ', 'x'.repeat(129), 'two words'])('the key %j is none', async (key) => {
  const body = { platform: 'web', externalId: newId(), name: 'Shop' };
  const reply = await world.call('POST', '/v1/accounts', body, { headers: { 'Idempotency-Key': key } });
  checkProblem(reply);
  expect(reply).toMatchObject({ status: 400, body: { code: 'bad_idempotency_key' } });
});

test('stored answers are sealed: a key or token that was answered is nowhere to be read', async () => {
  const headers = { 'Idempotency-Key': newId() };
  const { key } = await world.must('POST', '/v1/api-keys', { name: 'sealed', scopes: ['ops'] }, { headers });
  const secret = key.slice(33);
  const rows: Json[] = await world.sql('select body from idempotent_answer');
  await until(() => rows.length > 0, 1, 'no answer was kept');
  for (const { body } of rows) {
    expect(body).not.toContain(secret);
    expect(Buffer.from(body, 'base64').toString()).not.toContain(secret);
  }
});
