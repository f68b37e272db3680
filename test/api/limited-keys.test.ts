// Keys that are limited to accounts, and what is shared with accounts beyond them: an agent who works for both, a batch for both.
import { describe, expect, test } from 'vitest';
import { runAct } from '../../src/act.ts';
import { createApiKey } from '../../src/domain/accounts/create-api-key.ts';
import { SCOPES } from '../../src/domain/accounts/scopes.ts';
import { Studio } from '../support/studio.ts';
import type { Json, Reply } from '../support/world.ts';
import { checkProblem } from './examples.ts';

const studio = await Studio.open();
const { world } = studio;
const [ours, theirs] = [await world.account(), await world.account()];
const limited = await newKey([ours]);

async function newKey(accounts: readonly string[] | null, more: object = {}): Promise<string> {
  const { key } = await world.must('POST', '/v1/api-keys', { name: 'limited', scopes: SCOPES, accounts, ...more });
  return key;
}

function expectRefused(reply: Reply, status: number, code: string): void {
  checkProblem(reply);
  expect({ status: reply.status, code: reply.body.code }).toEqual({ status, code });
}

describe('the desk of a key', () => {
  test('is of its own accounts, however often these were named', async () => {
    await world.ingest([world.message(ours, 'wang'), world.message(theirs, 'secret')]);
    const created = { name: 'often', scopes: SCOPES, accounts: Array(101).fill(ours) };
    const { key, accounts } = await world.must('POST', '/v1/api-keys', created);
    expect(accounts).toEqual([ours]);
    const { data } = await world.must('GET', '/v1/conversations', undefined, { key });
    expect(data.map(({ accountId }: Json) => accountId)).toEqual([ours]);
  });

  test('is never that of everybody: with too many accounts of its own it must name one', async () => {
    const wanted = { name: 'many', scopes: SCOPES, accounts: Array(101).fill(ours), expiresAt: null };
    const { key } = await runAct(world.kernel, { type: 'system', id: 'test' }, (act) => createApiKey(act, wanted));
    expectRefused(await world.call('GET', '/v1/conversations', undefined, { key }), 400, 'account_missing');
    const one = await world.must('GET', `/v1/conversations?account=${ours}`, undefined, { key });
    expect(one.data).toHaveLength(1);
  });

  test('can be turned page by page, with many accounts too', async () => {
    const accounts = await Promise.all(Array.from({ length: 20 }, () => world.account()));
    await world.ingest(accounts.map((account) => world.message(account, 'li')));
    const key = await newKey(accounts);
    const first = await world.must('GET', '/v1/conversations?limit=12', undefined, { key });
    const path = `/v1/conversations?limit=12&cursor=${first.page.next}`;
    const second = await world.must('GET', path, undefined, { key });
    const seen = [...first.data, ...second.data].map(({ accountId }: Json) => accountId);
    expect(seen.toSorted()).toEqual(accounts.toSorted());
  });
});

describe('an agent who works for other accounts as well', async () => {
  const { id } = await world.agent([ours, theirs]);
  const path = `/v1/agents/${id}`;

  test('is seen by a key for one of these, without the others', async () => {
    const agent = await world.must('GET', path, undefined, { key: limited });
    expect(agent).toMatchObject({ id, accounts: [ours] });
    const { data } = await world.must('GET', '/v1/agents', undefined, { key: limited });
    expect(data.find((each: Json) => each.id === id)).toMatchObject({ accounts: [ours] });
  });

  test.each([
    ['POST', `${path}/tokens`, undefined],
    ['PATCH', path, { capacity: 0 }],
    ['PATCH', path, { accounts: [ours] }],
    ['PUT', `${path}/presence`, { availability: 'offline' }],
  ])('is not acted for by that key: %s %s', async (method, address, body) => {
    expectRefused(await world.call(method, address, body, { key: limited }), 404, 'agent_not_found');
    const before = { capacity: 5, availability: 'online', accounts: [ours, theirs].toSorted() };
    expect(await world.must('GET', path)).toMatchObject(before);
    const whole = await newKey([ours, theirs]);
    expect((await world.call('POST', `${path}/tokens`, undefined, { key: whole })).status).toBe(201);
  });

  test('is not read along with by that key', async () => {
    const stream = `/v1/streams/agent:${id}/events`;
    expectRefused(await world.call('GET', stream, undefined, { key: limited }), 404, 'stream_not_found');
    const whole = await newKey([ours, theirs]);
    expect((await world.call('GET', stream, undefined, { key: whole })).status).toBe(200);
  });
});

describe('a job', () => {
  const mixed = () => ({ account: ours, messages: [world.message(ours, 'wang'), world.message(theirs, 'secret')] });
  const ask = (id: string, key: string) => world.call('GET', `/v1/jobs/${id}`, undefined, { key });

  test('that could touch more than the reader may is seen by its poster and by keys for every account only', async () => {
    const both = await newKey([ours, theirs]);
    for (const poster of [world.key, both]) {
      const { id } = await world.must('POST', '/v1/batches', mixed(), { key: poster });
      expectRefused(await ask(id, limited), 404, 'job_not_found');
      expectRefused(
        await world.call('POST', `/v1/jobs/${id}/retry`, undefined, { key: limited }),
        404,
        'job_not_found',
      );
      for (const reader of [poster, world.key]) expect((await ask(id, reader)).status).toBe(200);
    }
    await world.quiet();
  });

  test('is seen by other keys for all the accounts that it could touch', async () => {
    const { id } = await world.must('POST', '/v1/batches', mixed(), { key: limited });
    expect((await ask(id, await newKey([ours]))).status).toBe(200);
    expectRefused(await ask(id, await newKey([theirs])), 404, 'job_not_found');
    await world.quiet();
  });
});

describe('the pictures of other accounts', async () => {
  const image = await studio.picture('theirs');
  const ask = (account: string, key: string) =>
    world.call('POST', '/v1/image-tasks', { account, contact: 'wang', image }, { key });
  const { body: foreign } = await ask(theirs, world.key);

  test('are neither made, listed nor seen by a key that may not', async () => {
    expectRefused(await ask(theirs, limited), 404, 'account_not_found');
    const list = await world.call('GET', `/v1/image-tasks?account=${theirs}`, undefined, { key: limited });
    expectRefused(list, 404, 'account_not_found');
    const seen = await world.call('GET', `/v1/image-tasks/${foreign.id}`, undefined, { key: limited });
    expectRefused(seen, 404, 'image_task_not_found');
    const cover = `/v1/image-tasks?account=${ours}&contact=${foreign.contactId}`;
    expect(await world.must('GET', cover, undefined, { key: limited })).toMatchObject({ data: [] });
    expect((await ask(ours, limited)).status).toBe(201);
  });

  test('are not paid for by an order of the same name', async () => {
    const pay = (account: string, key: string) =>
      world.must('POST', '/v1/payments', { account, contact: 'li', orderId: 'order-1' }, { key });
    const [own, other] = [await pay(ours, limited), await pay(theirs, world.key)];
    expect(own.id).not.toBe(other.id);
    expect(await pay(ours, limited)).toEqual(own);
  });
});

test('a key makes no key that outlives it', async () => {
  const [soon, later] = [world.ago(-3600), world.ago(-7200)];
  const key = await newKey(null, { expiresAt: soon });
  const wanted = { name: 'child', scopes: ['jobs:read'] };
  for (const expiresAt of [null, later]) {
    const reply = await world.call('POST', '/v1/api-keys', { ...wanted, expiresAt }, { key });
    expectRefused(reply, 403, 'scope_missing');
    expect(reply.body.detail).toContain(soon);
  }
  const child = await world.must('POST', '/v1/api-keys', { ...wanted, expiresAt: soon }, { key });
  expect(child.expiresAt).toBe(soon);
});
