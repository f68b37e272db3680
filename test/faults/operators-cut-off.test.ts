// The database or Redis is away or hangs: operators get an answer all the same, in time, and one that says what is away.
import { expect, test } from 'vitest';
import { timed } from '../support/load.ts';
import { openPrivateRedis } from '../support/private-redis.ts';
import { startProcess } from '../support/processes.ts';
import { startProxy } from '../support/proxy.ts';
import { type Json, until, World } from '../support/world.ts';

const ANSWER_MS = 3_000;
const QUEUES = '/ops/queues/api/queues';

const redis = await openPrivateRedis();
const world = await World.open({ redisUrl: redis.url, workers: 0 });
const database = await startProxy(world.config.DATABASE_URL);
const way = await startProxy(redis.url);
way.refuse();
const behind = { ...world.config, DATABASE_URL: database.url, REDIS_URL: way.url };
const api = await startProcess('api', behind);
const worker = await startProcess('worker', behind);

async function inTime(url: string, path: string, key = world.key): Promise<Json> {
  const { reply, milliseconds } = await timed(() => world.call('GET', path, undefined, { url, key }));
  expect(milliseconds).toBeLessThan(ANSWER_MS);
  return reply;
}

async function expectAway(url: string, path: string, code: string, key = world.key): Promise<void> {
  const { status, body, headers } = await inTime(url, path, key);
  expect({ status, body }).toMatchObject({
    status: 503,
    body: { code, status: 503, type: `urn:baton:problem:${code}` },
  });
  expect(headers.get('content-type')).toContain('application/problem+json');
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
}

test('the queues: Redis was never there, comes, hangs, goes on, is lost', async () => {
  await expectAway(api.url, QUEUES, 'redis_unavailable');
  way.heal();
  const comesBack = async () => (await inTime(api.url, QUEUES)).status === 200;
  await until(comesBack, 10, 'the board does not find Redis');
  redis.signal('SIGSTOP');
  await expectAway(api.url, QUEUES, 'redis_unavailable');
  redis.signal('SIGCONT');
  await until(comesBack, 10, 'the board does not come back');
  way.refuse();
  await expectAway(api.url, QUEUES, 'redis_unavailable');
  way.heal();
});

test('the metrics: while the database hangs they come without the ledger, to keys that are known', async () => {
  const ledger = 'baton_ledger_jobs{';
  const sql =
    "insert into job (id, kind, state, payload, due_at, created_at, finished_at) values ('x', 'none', 'failed', '', now(), now(), now())";
  await world.sql(sql);
  for (const { url } of [api, worker]) expect((await inTime(url, '/metrics')).body).toContain(ledger);
  const { key: unknown } = await world.must('POST', '/v1/api-keys', { name: 'new', scopes: ['ops'] });
  database.blackhole();
  const known = await inTime(api.url, '/metrics');
  expect(known.status).toBe(200);
  expect(known.body).toContain('baton_http_request_duration_seconds');
  expect(known.body).not.toContain(ledger);
  await expectAway(api.url, '/metrics', 'database_unavailable', unknown);
  await expectAway(worker.url, '/metrics', 'database_unavailable');
  database.heal();
});
