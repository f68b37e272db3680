// Rate limits: told in every answer, kept over all routes, and for wrong keys by address.
import { expect, test } from 'vitest';
import { SCOPES } from '../../src/domain/accounts/scopes.ts';
import { World } from '../support/world.ts';
import { checkProblem } from './examples.ts';

const LIMIT = 25;
const WRONG_KEYS = 4;
const world = await World.open({ env: { RATE_LIMIT: String(LIMIT), RATE_LIMIT_FAILURES: String(WRONG_KEYS) } });
const account = await world.account();

async function freshKey(): Promise<string> {
  const { key } = await world.must('POST', '/v1/api-keys', { name: 'limited', scopes: SCOPES });
  return key;
}

/** What is left, as the header says. */
function left(headers: Headers): number {
  return Number(/r=(\d+)/.exec(headers.get('ratelimit') ?? '')?.[1] ?? Number.NaN);
}

test('every answer says how much is left; what is over the limit waits', async () => {
  const key = await freshKey();
  const replies = [];
  for (let index = 0; index < LIMIT; index += 1)
    replies.push(await world.call('GET', '/v1/accounts', undefined, { key }));
  expect(replies.map(({ status }) => status)).toEqual(Array(LIMIT).fill(200));
  expect(replies.map(({ headers }) => left(headers))).toEqual(
    Array.from({ length: LIMIT }, (_, index) => LIMIT - 1 - index),
  );
  expect(replies[0]?.headers.get('ratelimit-policy')).toBe(`"default";q=${LIMIT};w=60`);
  const over = await world.call('GET', '/v1/accounts', undefined, { key });
  checkProblem(over);
  expect(over).toMatchObject({ status: 429, body: { code: 'too_many_requests' } });
  expect(Number(over.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(Number(over.headers.get('retry-after'))).toBeLessThanOrEqual(60);
  expect((await world.call('GET', '/v1/accounts', undefined, { key: await freshKey() })).status).toBe(200);
});

test('a batch costs one for each hundred messages', async () => {
  const key = await freshKey();
  const messages = Array.from({ length: 1000 }, () => world.message(account, 'wang'));
  const reply = await world.call('POST', '/v1/batches', { messages }, { key });
  expect(reply.status).toBe(202);
  expect(left(reply.headers)).toBe(LIMIT - 11);
});

test('who tries keys is held off, whichever keys they are', async () => {
  const attempts = Array.from({ length: WRONG_KEYS }, (_, index) =>
    world.call('GET', '/v1/accounts', undefined, { key: `wrong-${index}` }),
  );
  expect((await Promise.all(attempts)).map(({ status }) => status)).toEqual(Array(WRONG_KEYS).fill(401));
  const held = await world.call('GET', '/v1/accounts', undefined, { key: 'wrong' });
  checkProblem(held);
  expect(held.status).toBe(429);
  expect(held.headers.get('retry-after')).toMatch(/^\d+$/);
  expect((await world.call('GET', '/v1/accounts')).status).toBe(200);
});
