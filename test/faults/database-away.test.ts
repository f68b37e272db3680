// The database refuses, is silent, or loses connections at random. Callers get an answer in time, and nothing is half done.
import { setInterval as ticks } from 'node:timers/promises';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { expect, test } from 'vitest';
import { makeChance } from '../support/chance.ts';
import { expectExactlyOnce, makeLoad, postLoad, timed } from '../support/load.ts';
import { startProcess } from '../support/processes.ts';
import { startProxy } from '../support/proxy.ts';
import { type Json, until, World } from '../support/world.ts';

const ANSWER_MS = 3_000;
const SEED = 12;

const world = await World.open({ workers: 0 });
const account = await world.account();
const proxy = await startProxy(world.config.DATABASE_URL);
const behind = { ...world.config, DATABASE_URL: proxy.url, DATABASE_SILENCE_SECONDS: 4 };
const api = await startProcess('api', behind);
const worker = await startProcess('worker', behind);

test.for(['refuse', 'blackhole'] as const)(
  'database %s: within 3 s every request gets a problem that says when to come again, and afterwards all goes on',
  async (fault) => {
    const load = await makeLoad(world, 20, 2, [10]);
    await postLoad(world, load, [api.url], 1);
    await world.quiet();
    proxy[fault]();
    const requests: readonly [string, string, unknown?][] = [
      ['POST', '/v1/batches', { messages: [world.message(account, 'anna')] }],
      ['GET', '/v1/conversations'],
      ['POST', '/v1/agents', { externalId: `agent-${fault}`, name: 'Li Ming', accounts: [account] }],
    ];
    const answers = await Promise.all(
      requests.map(([method, path, body]) => timed(() => world.call(method, path, body, { url: api.url }))),
    );
    console.info(
      `database ${fault}: answers after`,
      answers.map(({ milliseconds }) => Math.round(milliseconds)),
      'ms',
    );
    proxy.heal();
    for (const { reply, milliseconds } of answers) {
      expect(reply).toMatchObject({ status: 503, body: { code: 'database_unavailable', status: 503 } });
      expect(reply.headers.get('content-type')).toContain('application/problem+json');
      expect(Number(reply.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(milliseconds).toBeLessThan(ANSWER_MS);
    }
    const next = await makeLoad(world, 20, 2, [10]);
    const posted = await postLoad(world, next, [api.url], 1);
    expect(posted.accepted).toBe(2);
    await world.quiet(30);
    expect(api.isRunning() && worker.isRunning()).toBe(true);
    await expectExactlyOnce(world, next);
  },
);

test('the key is read slowly and then the rest as well: the two together have one deadline', async () => {
  const { key } = await world.must('POST', '/v1/api-keys', { name: 'unknown so far', scopes: ['conversations:read'] });
  proxy.delay(1_000);
  const { reply, milliseconds } = await timed(() =>
    world.call('GET', '/v1/conversations', undefined, { url: api.url, key }),
  );
  proxy.delay(0);
  expect(reply).toMatchObject({ status: 503, body: { code: 'database_unavailable' } });
  expect(milliseconds).toBeLessThan(ANSWER_MS);
});

test('connections that stay silent for ever are given up, so that the API works again by itself', async () => {
  proxy.blackhole();
  const message = world.message(account, 'silent-anna');
  const posts = [1, 2, 3].map(() => world.call('POST', '/v1/batches', { messages: [message] }, { url: api.url }));
  for (const reply of await Promise.all(posts)) expect(reply.status).toBe(503);
  proxy.reopen();
  await until(
    async () => (await world.call('POST', '/v1/batches', { messages: [message] }, { url: api.url })).status === 202,
    20,
    'the intake did not come back',
  );
  await world.quiet(30);
  expect(await world.sql('select count(*) as count from message where external_id = ?', [message.id])).toEqual([
    { count: 1 },
  ]);
});

test('random database connections are killed every 200 ms under load: acts are tried again, and all is stored once', async () => {
  const load = await makeLoad(world, 4000, 80, [10, 60, 1, 120]);
  const posting = postLoad(world, load, [api.url], 8000 / load.batches.length);
  const kills = await killConnections(makeChance(SEED), posting);
  const posted = await posting;
  const endedAt = Date.now();
  await world.quiet(30);
  const retries = await actRetries();
  console.info(
    `F12 (seed ${SEED}): ${kills} connections killed,`,
    posted,
    retries,
    `done ${(Date.now() - endedAt) / 1000} s after`,
  );
  expect(kills).toBeGreaterThan(20);
  expect(retries.join()).toContain('cut connection');
  expect(api.isRunning() && worker.isRunning()).toBe(true);
  await expectExactlyOnce(world, load);
}, 120_000);

/** Any connection to the database of this world: the API's, the worker's and the test's own, which come back as well. */
async function killConnections(chance: () => number, work: Promise<unknown>): Promise<number> {
  const url = new URL(world.config.DATABASE_URL);
  const database = url.pathname.slice(1);
  url.pathname = '';
  const connection = await createConnection({ uri: url.href });
  let over = false;
  let kills = 0;
  void work.finally(() => {
    over = true;
  });
  for await (const _ of ticks(200)) {
    if (over) break;
    const [rows] = await connection.query<RowDataPacket[]>(
      'select id from information_schema.processlist where db = ? order by id',
      [database],
    );
    const victim: Json = rows[Math.floor(chance() * rows.length)];
    if (!victim) continue;
    // It may have ended by itself since.
    await connection.query('kill ?', [victim.id]).then(
      () => {
        kills += 1;
      },
      () => undefined,
    );
  }
  await connection.end();
  return kills;
}

async function actRetries(): Promise<string[]> {
  const text = await fetch(`${worker.url}/metrics`, { headers: { Authorization: `Bearer ${world.key}` } });
  return (await text.text()).split('\n').filter((line) => line.startsWith('baton_act_retries_total{'));
}
