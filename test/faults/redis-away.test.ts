// Redis is killed, hangs, forgets everything, or is out of the API's reach. It only wakes and carries: work comes late, never not.
import { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { expectExactlyOnce, makeLoad, postLoad, timed } from '../support/load.ts';
import { openPrivateRedis } from '../support/private-redis.ts';
import { startProcess } from '../support/processes.ts';
import { startProxy } from '../support/proxy.ts';
import { until, World } from '../support/world.ts';

const ANSWER_MS = 3_000;
const SIZES = [5, 40, 1, 100];
/** At seven batches a second: about four seconds. */
const OUTAGE_BATCHES = 28;

const redis = await openPrivateRedis();
const world = await World.open({ redisUrl: redis.url, workers: 0 });
const api = await startProcess('api', world.config);
const workers = [await startProcess('worker', world.config), await startProcess('worker', world.config)];

function expectAllAlive(): void {
  for (const process of [api, ...workers]) {
    expect(process.isRunning(), process.lines.slice(-5).join('\n')).toBe(true);
    expect(process.lines.filter((line) => /unhandled|uncaught/i.test(line))).toEqual([]);
  }
}

test('Redis is killed for 4 s under load: every batch is accepted within 3 s, all are stored once, and no process ends', async () => {
  const load = await makeLoad(world, 2000, 50, SIZES);
  const posting = postLoad(world, load, [api.url, world.url], 8000 / load.batches.length);
  await until(async () => (await countStored(load.account)) > 300, 10, 'the load did not begin');
  await redis.kill();
  const before = await countBatches();
  await until(
    async () => (await countBatches()) >= before + OUTAGE_BATCHES,
    15,
    'nothing is accepted while Redis is down',
  );
  await redis.restart();
  const backAt = Date.now();
  const posted = await posting;
  await world.quiet(60);
  console.info('F6:', posted, `all done ${((Date.now() - backAt) / 1000).toFixed(1)} s after Redis came back`);
  expect(posted).toMatchObject({ accepted: load.batches.length, refused: 0 });
  expect(posted.slowestMs).toBeLessThan(ANSWER_MS);
  expectAllAlive();
  await expectExactlyOnce(world, load);
}, 120_000);

test('Redis hangs: batches are accepted within 3 s, and done when it goes on', async () => {
  const load = await makeLoad(world, 30, 3, [10]);
  redis.signal('SIGSTOP');
  const slowest: number[] = [];
  for (const messages of load.batches) {
    const { reply, milliseconds } = await timed(() =>
      world.call('POST', '/v1/batches', { messages }, { url: api.url }),
    );
    expect(reply.status).toBe(202);
    slowest.push(Math.round(milliseconds));
  }
  redis.signal('SIGCONT');
  const contAt = Date.now();
  await world.quiet(30);
  console.info('Redis hangs: answers after', slowest, 'ms; done', (Date.now() - contAt) / 1000, 's after it goes on');
  expect(Math.max(...slowest)).toBeLessThan(ANSWER_MS);
  expectAllAlive();
  await expectExactlyOnce(world, load);
}, 60_000);

test('Redis forgets everything while a worker is killed: the sweep wakes all that is not done', async () => {
  const load = await makeLoad(world, 3000, 100, SIZES);
  const posting = postLoad(world, load, [api.url], 6000 / load.batches.length);
  const operator = new Redis(redis.url);
  for (const share of [0.2, 0.4, 0.6]) {
    await until(async () => (await countStored(load.account)) > share * 3000, 30, 'the load does not go on');
    await operator.flushall();
    if (share !== 0.4) continue;
    await workers.pop()?.kill();
    workers.push(await startProcess('worker', world.config));
  }
  operator.disconnect();
  await posting;
  const postedAt = Date.now();
  await world.quiet(30);
  console.info(
    `F9: 3 flushes and a kill; all done ${((Date.now() - postedAt) / 1000).toFixed(1)} s after the last post`,
  );
  expectAllAlive();
  await expectExactlyOnce(world, load);
}, 120_000);

test('Redis forgets work that nobody has begun: the sweep finds it', async () => {
  const load = await makeLoad(world, 40, 4, [10]);
  for (const worker of workers) worker.send('SIGSTOP');
  await postLoad(world, load, [api.url], 1);
  const operator = new Redis(redis.url);
  await operator.flushall();
  operator.disconnect();
  for (const worker of workers) worker.send('SIGCONT');
  const flushedAt = Date.now();
  await world.quiet(20);
  console.info('F9: work that was forgotten is done', (Date.now() - flushedAt) / 1000, 's after the flush');
  expectAllAlive();
  await expectExactlyOnce(world, load);
});

test('an API that is killed between its answer and the wake leaves work that the sweep finds', async () => {
  const load = await makeLoad(world, 40, 4, [10]);
  const proxy = await startProxy(redis.url);
  proxy.refuse();
  const doomed = await startProcess('api', { ...world.config, REDIS_URL: proxy.url });
  const posted = await postLoad(world, load, [doomed.url], 1);
  await doomed.kill();
  const killedAt = Date.now();
  await world.quiet(20);
  console.info('API killed before the wake: done', (Date.now() - killedAt) / 1000, 's later');
  expect(posted).toMatchObject({ accepted: 4, refused: 0 });
  expectAllAlive();
  await expectExactlyOnce(world, load);
}, 60_000);

async function countBatches(): Promise<number> {
  const [{ count }] = await world.sql("select count(*) as count from job where kind = 'ingest-batch'");
  return count;
}

async function countStored(account: string): Promise<number> {
  const [{ count }] = await world.sql('select count(*) as count from message where account_id = ?', [account]);
  return count;
}
