// Who may come in: without a key, with a wrong, revoked, expired or tampered one, without the scope, or by another kind of
// token, every route stays shut.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeAuth } from '../../src/api/auth.ts';
import type { Door } from '../../src/api/door.ts';
import { ROUTES } from '../../src/api/routes.ts';
import { SCOPES, type Scope } from '../../src/domain/accounts/scopes.ts';
import { newId } from '../../src/domain/ids.ts';
import { Studio } from '../support/studio.ts';
import { type Reply, World } from '../support/world.ts';
import { checkProblem, exampleOf, makeThings, nameOf, rowsOf } from './examples.ts';

const studio = await Studio.open();
const { world } = studio;
const things = await makeThings(studio, SCOPES);
/** All but the one that an invitation opens. */
const EACH = ROUTES.filter(({ door }) => !door.invitation).map((route) => [nameOf(route), route] as const);

async function newKey(scopes: readonly string[], more: object = {}): Promise<{ id: string; key: string }> {
  return world.must('POST', '/v1/api-keys', { name: 'door', scopes, ...more });
}

function expectRefused(reply: Reply, status: number, code: string): void {
  checkProblem(reply);
  expect({ status: reply.status, code: reply.body.code }).toEqual({ status, code });
}

/** What no door lets in, by what is wrong with it. */
async function uselessKeys(): Promise<Record<string, string | null>> {
  const revoked = await newKey(SCOPES);
  await world.must('DELETE', `/v1/api-keys/${revoked.id}`);
  const expired = await newKey(SCOPES, { expiresAt: world.ago(1) });
  const past = makeAuth({ ...world.kernel, clock: () => new Date(Date.now() - 86_400_000) });
  const { token: late } = await past.mintToken({ type: 'agent', id: things.agent.id });
  const elsewhere = makeAuth({ ...world.kernel, config: { ...world.config, BATON_SECRET: 'x'.repeat(32) } });
  const { token: foreign } = await elsewhere.mintToken({ type: 'agent', id: things.agent.id });
  const [head, , signature] = things.agent.token.split('.');
  const claims = Buffer.from(
    JSON.stringify({ sub: `agent:${newId()}`, iss: 'baton', aud: 'baton', exp: 9e9, jti: 'x' }),
  );
  const none = Buffer.from(JSON.stringify({ alg: 'none' })).toString('base64url');
  return {
    'no key': null,
    'no key of ours': 'something',
    'an unknown key': `baton_${newId()}_${'A'.repeat(43)}`,
    'a wrong secret': `${world.key.slice(0, -1)}${world.key.endsWith('A') ? 'B' : 'A'}`,
    'a revoked key': revoked.key,
    'an expired key': expired.key,
    'an expired token': late,
    'a token of another installation': foreign,
    'a token with other claims': `${head}.${claims.toString('base64url')}.${signature}`,
    'a token without a signature': `${none}.${claims.toString('base64url')}.`,
  };
}

const useless = await uselessKeys();
/** For each scope that a door asks for: a key that has every other one. */
const lacking = new Map<Scope, string>();
for (const scope of new Set(ROUTES.flatMap(({ door }) => scopesOf(door)))) {
  const { key } = await newKey(SCOPES.filter((each) => each !== scope && each !== 'ops'));
  lacking.set(scope, key);
}

function scopesOf({ key, also }: Door): Scope[] {
  return [...(key ? [key] : []), ...(also ? [also.scope] : [])];
}

describe.each(EACH)('%s', (_name, route) => {
  const method = route.method.toUpperCase();
  const { path, body } = exampleOf(route, things);
  let before: unknown;
  beforeAll(async () => {
    before = await rowsOf(world);
  });
  afterAll(async () => {
    expect(await rowsOf(world)).toEqual(before);
  });

  test.each(Object.entries(useless))('refuses %s', async (_what, key) => {
    const reply = await world.call(method, path, body, { key });
    expectRefused(reply, 401, 'not_authenticated');
    expect(reply.headers.get('www-authenticate')).toBe('Bearer');
  });

  if (route.door.key)
    test.each(scopesOf(route.door))('refuses a key that has every scope but %s', async (scope) => {
      const reply = await world.call(method, path, body, { key: lacking.get(scope) ?? '' });
      expectRefused(reply, 403, 'scope_missing');
      expect(reply.body.detail).toContain(`lacks the scope ${scope}`);
    });

  if (!route.door.key)
    test('refuses any key', async () => {
      expectRefused(await world.call(method, path, body), 403, 'scope_missing');
    });

  if (!route.door.agent)
    test('refuses agents', async () => {
      expectRefused(await world.call(method, path, body, { key: things.agent.token }), 403, 'scope_missing');
    });

  if (!route.door.contact)
    test('refuses contacts', async () => {
      expectRefused(await world.call(method, path, body, { key: things.contact.token }), 403, 'scope_missing');
    });

  if (!route.door.participant)
    test('refuses participants', async () => {
      expectRefused(await world.call(method, path, body, { key: things.guest.token }), 403, 'scope_missing');
    });
});

test('the door of an invitation opens to no key or token, and wrong invitations count as wrong keys do', async () => {
  const path = `/v1/conversations/${things.served}/participants/join`;
  for (const key of [world.key, things.agent.token, things.contact.token, things.guest.token]) {
    expectRefused(await world.call('POST', path, { invitation: key.slice(0, 200) }, { key }), 409, 'not_invited');
    expectRefused(await world.call('POST', path, {}, { key }), 400, 'bad_body');
  }
  const strict = await World.open({ env: { RATE_LIMIT_FAILURES: '3' }, workers: 0 });
  const guess = () => strict.call('POST', path, { invitation: newId() }, { key: null });
  for (let tries = 0; tries < 3; tries += 1) expectRefused(await guess(), 409, 'not_invited');
  expectRefused(await guess(), 429, 'too_many_requests');
});

test('a key gives no more than it has, and an agent declares only their own presence', async () => {
  const { key } = await newKey(['keys:write', 'jobs:read']);
  expectRefused(
    await world.call('POST', '/v1/api-keys', { name: 'x', scopes: ['ops'] }, { key }),
    403,
    'scope_missing',
  );
  const limited = await newKey(['keys:write', 'jobs:read'], { accounts: [things.account] });
  const wider = { name: 'x', scopes: ['jobs:read'], accounts: null };
  expectRefused(await world.call('POST', '/v1/api-keys', wider, { key: limited.key }), 403, 'scope_missing');
  const other = await world.agent([things.account]);
  const presence = { availability: 'offline' };
  expectRefused(
    await world.call('PUT', `/v1/agents/${other.id}/presence`, presence, { key: things.agent.token }),
    403,
    'scope_missing',
  );
});

test('operators read everything, and change nothing but failed work', async () => {
  const { key } = await newKey(['ops']);
  for (const route of ROUTES.filter(({ door }) => door.key)) {
    const { path, body } = exampleOf(route, things);
    const reads = route.door.key?.endsWith(':read') === true || route.door.key === 'jobs:write';
    const { status } = await world.call(route.method.toUpperCase(), path, body, { key });
    expect(status === 403, nameOf(route)).toBe(!reads);
  }
});
