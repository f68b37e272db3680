// What whoever runs Baton asks of it: does it live, can it work, what does it count, what waits in its queues.
import { describe, expect, test } from 'vitest';
import { ROUTES } from '../../src/api/routes.ts';
import { SCOPES } from '../../src/domain/accounts/scopes.ts';
import { JOB_KINDS } from '../../src/domain/jobs/catalogue.ts';
import { type Reply, World } from '../support/world.ts';
import { checkProblem } from './examples.ts';

const world = await World.open();
const account = await world.account();
const { key: operator } = await world.must('POST', '/v1/api-keys', { name: 'operator', scopes: ['ops'] });
const { key: upstream } = await world.must('POST', '/v1/api-keys', { name: 'upstream', scopes: ['jobs:read'] });
const limited = { name: 'limited', scopes: SCOPES, accounts: [account] };
const { key: oneAccount } = await world.must('POST', '/v1/api-keys', limited);
const agent = await world.agent([account]);

function basic(password: string): Record<string, string> {
  return { Authorization: `Basic ${Buffer.from(`anybody:${password}`).toString('base64')}` };
}

function get(path: string, headers: Record<string, string> = {}): Promise<Reply> {
  return world.call('GET', path, undefined, { key: null, headers });
}

test('/livez and /readyz answer anybody', async () => {
  expect(await get('/livez')).toMatchObject({ status: 200, body: { alive: true } });
  expect(await get('/readyz')).toMatchObject({
    status: 200,
    body: { ready: true, checks: { database: 'ok', redis: 'ok' } },
  });
});

test('/openapi.json lists every route, the files behind links and the hooks of platforms, and /docs shows it without loading from elsewhere', async () => {
  const { body } = await get('/openapi.json');
  const listed = Object.entries<object>(body.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`),
  );
  const routes = ROUTES.map(({ method, path }) => `${method} ${path}`);
  const beside = [
    'get /v1/files/:id',
    'post /v1/hooks/chatwoot/:account',
    'get /v1/hooks/wecom/:account',
    'post /v1/hooks/wecom/:account',
  ];
  expect(listed.sort()).toEqual([...routes, ...beside].sort());
  const page = await get('/docs');
  expect(page.status).toBe(200);
  expect(page.headers.get('content-type')).toContain('text/html');
  expect(page.body).not.toMatch(/(src|href)="(https?:)?\/\//);
  for (const [, file = ''] of page.body.matchAll(/(?:src|href)="(\/[^"]+)"/g))
    expect((await get(file)).status, file).toBe(200);
});

describe.each(['/metrics', '/ops/queues', '/ops/queues/api/queues'])('%s', (path) => {
  test.each([
    ['nobody', {}],
    ['a key without ops', { Authorization: `Bearer ${upstream}` }],
    ['a key with ops for one account', { Authorization: `Bearer ${oneAccount}` }],
    ['an agent', { Authorization: `Bearer ${agent.token}` }],
    ['a wrong login', basic('wrong')],
    ['a login with a key without ops', basic(upstream)],
  ])('is shut for %s', async (_who, headers: Record<string, string>) => {
    const reply = await get(path, headers);
    checkProblem(reply);
    expect(reply).toMatchObject({ status: 401, body: { code: 'not_authenticated' } });
    expect(reply.headers.get('www-authenticate')).toContain('Basic');
  });

  test('is open for an operator by key and by login', async () => {
    expect((await get(path, { Authorization: `Bearer ${operator}` })).status).toBe(200);
    expect((await get(path, basic(operator))).status).toBe(200);
  });
});

test('the metrics count what happened', async () => {
  await world.ingest([world.message(account, 'wang')]);
  const { body } = await get('/metrics', basic(operator));
  expect(body).toMatch(/baton_act_duration_seconds_count\{[^}]*outcome="committed"[^}]*\} [1-9]/);
  expect(body).not.toContain(account);
});

test('the board shows every queue, and of its buttons only retry is allowed', async () => {
  const board = await get('/ops/queues', basic(operator));
  expect(board.headers.get('content-type')).toContain('text/html');
  const { body } = await get('/ops/queues/api/queues', basic(operator));
  expect(body.queues.map(({ name }: { name: string }) => name).sort()).toEqual([...JOB_KINDS].sort());
  const change = (method: string, path: string, headers = {}) =>
    world.call(method, `/ops/queues/api/queues/ingest-batch${path}`, undefined, {
      key: null,
      headers: { ...basic(operator), ...headers },
    });
  for (const path of ['/pause', '/empty', '/obliterate', '/clean/completed', '/promote', '/resume'])
    expect([403, 404], path).toContain((await change('PUT', path)).status);
  expect((await change('PUT', '/pause')).status).toBe(403);
  expect(await world.kernel.queues['ingest-batch'].isPaused()).toBe(false);
  expect((await change('PUT', '/retry/failed')).status).toBe(200);
  expect((await change('PUT', '/retry/failed', { 'Sec-Fetch-Site': 'cross-site' })).status).toBe(403);
  // Over plain http browsers leave that header out, except on this machine; the origin they always send.
  for (const origin of ['http://evil.example', 'null'])
    expect((await change('PUT', '/retry/failed', { Origin: origin })).status).toBe(403);
  expect((await change('PUT', '/retry/failed', { Origin: world.url })).status).toBe(200);
});

test('no answer tells what it is made of, and browsers of other sites get nothing', async () => {
  const { headers } = await world.call('GET', '/v1/accounts', undefined, {
    headers: { Origin: 'https://evil.example' },
  });
  expect(headers.get('x-powered-by')).toBeNull();
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('access-control-allow-origin')).toBeNull();
});
