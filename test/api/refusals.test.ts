// Bad input at every door: made from the list of routes, so that a new route is tested before anyone thinks of it. Always a
// problem document, never a fault of ours, and nothing is left behind.
import { expect, test } from 'vitest';
import type { Route } from '../../src/api/route.ts';
import { ROUTES } from '../../src/api/routes.ts';
import { SCOPES } from '../../src/domain/accounts/scopes.ts';
import { newId } from '../../src/domain/ids.ts';
import { Studio } from '../support/studio.ts';
import type { Reply } from '../support/world.ts';
import { checkProblem, exampleOf, makeThings, nameOf, routesWith, rowsOf } from './examples.ts';

const studio = await Studio.open();
const { world } = studio;
const things = await makeThings(studio, SCOPES);
const EACH = ROUTES.map((route) => [nameOf(route), route] as const);
const BODIED = routesWith('body').map((route) => [nameOf(route), route] as const);

/** With a key or token that may come in: what is refused then is the input itself. */
function send(route: Route, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Reply> {
  const key = route.door.key ? world.key : things.agent.token;
  return world.call(route.method.toUpperCase(), path, body, { key, headers });
}

function expectProblem(reply: Reply, status: number, code: string): void {
  checkProblem(reply);
  expect({ status: reply.status, code: reply.body.code }).toEqual({ status, code });
}

test.each(BODIED)(
  '%s refuses a body that is not JSON, too deep, too large or of another type',
  async (_name, route) => {
    const { path } = exampleOf(route, things);
    const before = await rowsOf(world);
    expectProblem(await send(route, path, '{"name": "x'), 400, 'malformed_json');
    expectProblem(await send(route, path, '{"name": tru}'), 400, 'malformed_json');
    expectProblem(await send(route, path, `${'['.repeat(40)}${']'.repeat(40)}`), 400, 'too_deep');
    expectProblem(await send(route, path, '{}', { 'Content-Type': 'text/plain' }), 415, 'not_json');
    const limit = route.bodyLimit ?? 100 * 1024;
    expectProblem(await send(route, path, `{"name":"${'x'.repeat(limit)}"}`), 413, 'body_too_large');
    expect(await rowsOf(world)).toEqual(before);
  },
);

test.each(BODIED)('%s refuses a missing body, fields that it does not know, and wrong types', async (_name, route) => {
  const { path, body = {} } = exampleOf(route, things);
  const before = await rowsOf(world);
  const wrong: unknown[] = [[], 7, 'text', null, { ...body, unknown: 1 }];
  for (const field of Object.keys(body)) wrong.push({ ...body, [field]: { never: [{}] } }, { ...body, [field]: -0.5 });
  if (!route.body?.safeParse(undefined).success) wrong.push(undefined);
  for (const bad of wrong) {
    if (route.body?.safeParse(bad).success) continue;
    const reply = await send(route, path, bad === undefined ? undefined : JSON.stringify(bad));
    expectProblem(reply, 400, 'bad_body');
    expect(reply.body.errors[0], JSON.stringify(bad)).toMatchObject({ pointer: expect.stringMatching(/^\//) });
  }
  expect(await rowsOf(world)).toEqual(before);
});

test.each(routesWith('query').map((route) => [nameOf(route), route] as const))(
  '%s refuses a query that it does not know',
  async (_name, route) => {
    const { path } = exampleOf(route, things);
    const and = path.includes('?') ? '&' : '?';
    for (const query of ['nonsense=1', 'limit=0', 'limit=1000', 'limit=ten', 'cursor=made-up.cursor', 'after=-1']) {
      const known = route.query?.shape[query.split('=')[0] ?? ''] !== undefined;
      const reply = await send(route, `${path}${and}${query}`);
      expectProblem(reply, 400, known && query.startsWith('cursor') ? 'bad_cursor' : 'bad_query');
    }
  },
);

test.each(routesWith('params').map((route) => [nameOf(route), route] as const))(
  '%s knows neither an id that was never given nor one that can not be',
  async (_name, route) => {
    const { path, body } = exampleOf(route, things);
    const before = await rowsOf(world);
    const used = Object.values({
      ...things,
      agent: things.agent.id,
      contact: things.contact.id,
      guest: things.guest.id,
    });
    const id = used.find((each) => path.split(/[/:?]/).includes(each)) ?? '';
    for (const other of [
      newId(),
      'x',
      '0',
      "'",
      '%00',
      '..%2f..',
      newId().toLowerCase(),
      `${newId()}0`,
      '8'.repeat(26),
    ]) {
      const reply = await send(route, path.replace(id, other), body);
      checkProblem(reply);
      expect(reply.status, other).toBe(404);
    }
    expect(await rowsOf(world)).toEqual(before);
  },
);

test.each(['/v1', '/v1/nothing', '/v2/conversations', '/', '/v1/conversations/x/y/z', '/%E0%A4%A'])(
  'there is nothing at %s',
  async (path) => {
    const reply = await world.call('GET', path);
    checkProblem(reply);
    expect([400, 404]).toContain(reply.status);
  },
);

test.each(routesWith('params').map((route) => [nameOf(route), route] as const))(
  '%s refuses a path that can not be decoded',
  async (_name, route) => {
    for (const broken of ['%E0%A4%A', '%', '%zz']) {
      const { body } = exampleOf(route, things);
      expectProblem(await send(route, route.path.replace(/:\w+/, broken), body), 400, 'bad_path');
    }
  },
);

test.each(EACH)('a refusal of %s carries the caller’s own request id', async (_name, route) => {
  const { path } = exampleOf(route, things);
  const requestId = `trace-${newId()}`;
  const reply = await world.call('GET', path, undefined, { key: null, headers: { 'X-Request-Id': requestId } });
  checkProblem(reply);
  expect(reply.headers.get('x-request-id')).toBe(requestId);
  expect(reply.body.requestId).toBe(requestId);
});
