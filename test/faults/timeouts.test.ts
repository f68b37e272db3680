// Deadlines under trouble: checks at the same time, a Redis that forgets, rows that can not be ended, machines whose clocks are
// wrong, and a load beside it all. Each session that is due ends once, and in time.
import { Redis } from 'ioredis';
import { afterAll, expect, test } from 'vitest';
import { runAct } from '../../src/act.ts';
import { type Kernel, openKernel } from '../../src/kernel.ts';
import { makeLog } from '../../src/log.ts';
import { sweep } from '../../src/workers/sweep.ts';
import { expireDue } from '../../src/workers/timeout-check.ts';
import { seedDueSessions } from '../support/due-sessions.ts';
import { makeLoad, postLoad } from '../support/load.ts';
import { openPrivateRedis } from '../support/private-redis.ts';
import { startProcess } from '../support/processes.ts';
import { until, World } from '../support/world.ts';

const SWEEP_SECONDS = 2;
/** Rows that one page of a check holds; see src/workers/timeout-check.ts. */
const PAGE = 2_000;

const redis = await openPrivateRedis();
const world = await World.open({ workers: 0, redisUrl: redis.url, env: { SWEEP_SECONDS: `${SWEEP_SECONDS}` } });
const other: Kernel = await openKernel(world.config, makeLog('test', 'silent'), 'other');
afterAll(() => other.close());

const past = () => new Date(world.kernel.clock().getTime() - 1000);

async function openSessions(account: string): Promise<number> {
  const [{ count }] = await world.sql(
    'select count(*) as count from session where account_id = ? and ended_at is null',
    [account],
  );
  return count;
}

/** One end for each session, told once. */
async function expectEndedOnce(account: string, count: number): Promise<void> {
  expect(await openSessions(account)).toBe(0);
  const [{ told, different }] = await world.sql(
    `select count(*) as told, count(distinct json_unquote(json_extract(data, '$.sessionId'))) as different
     from event where account_id = ? and type = 'session.timed_out'`,
    [account],
  );
  expect([told, different]).toEqual([count, count]);
}

test('two workers that check at once share the rows out: each ends once', async () => {
  const account = await world.account();
  await seedDueSessions(world, account, 3000, past);
  const [key, served] = [
    (await world.agent([account])).token,
    { account, contact: 'served', kind: 'manual_complaint' },
  ];
  await world.must('POST', '/v1/sessions', served, { key });
  await world.sql('update session set deadline_at = ? where account_id = ? and ended_at is null', [past(), account]);
  const ended = await Promise.all([world.kernel, other, world.kernel].map(expireDue));
  console.info('shared out:', ended);
  expect(ended.reduce((sum, each) => sum + each, 0)).toBe(3001);
  await expectEndedOnce(account, 3001);
}, 60_000);

test('more rows that can not be ended than a page holds hold up no other', async () => {
  const [spoilt, good] = [await world.account(), await world.account()];
  const bad = await seedDueSessions(world, spoilt, PAGE + 10, () => new Date(past().getTime() - 60_000));
  await seedDueSessions(world, good, 20, past);
  await world.sql('update account set settings = ? where id = ?', ['{"language":"klingon"}', spoilt]);
  expect(await expireDue(world.kernel)).toBe(20);
  await expectEndedOnce(good, 20);
  expect(await openSessions(spoilt)).toBe(bad.length);
  await world.sql("update account set settings = '{}' where id = ?", [spoilt]);
  expect(await expireDue(world.kernel)).toBe(bad.length);
  await expectEndedOnce(spoilt, bad.length);
}, 120_000);

test('one that somebody is at holds up no other, and ends when they are done', async () => {
  const account = await world.account();
  const [held] = await seedDueSessions(world, account, 30, past);
  const release = Promise.withResolvers<void>();
  const locked = Promise.withResolvers<void>();
  const holding = runAct(world.kernel, { type: 'system', id: 'test' }, async ({ em }) => {
    await em.execute(
      'select v.id from conversation v join session s on s.conversation_id = v.id where s.id = ? for update',
      [held],
    );
    locked.resolve();
    await release.promise;
  });
  await locked.promise;
  expect(await expireDue(other)).toBe(29);
  expect(await openSessions(account)).toBe(1);
  release.resolve();
  await holding;
  expect(await expireDue(other)).toBe(1);
  await expectEndedOnce(account, 30);
});

test('the schedule lives in Redis: forgotten or put off by a wrong clock, the next sweep puts it right', async () => {
  const queue = world.kernel.queues['timeout-check'];
  const next = async () => (await queue.getJobScheduler(queue.name))?.next ?? 0;
  expect(await sweep(world.kernel)).toMatchObject({ schedules: 1 });
  expect(await sweep(other)).toMatchObject({ schedules: 0 });
  const operator = new Redis(redis.url);
  await operator.flushall();
  operator.disconnect();
  expect(await next()).toBe(0);
  expect(await sweep(other)).toMatchObject({ schedules: 1 });
  await queue.removeJobScheduler(queue.name);
  const hour = { every: SWEEP_SECONDS * 1000, startDate: Date.now() + 3_600_000 };
  await queue.upsertJobScheduler(queue.name, hour, { name: queue.name, data: { id: 'scheduled' } });
  expect(await next()).toBeGreaterThan(Date.now() + 3_500_000);
  expect(await sweep(world.kernel)).toMatchObject({ schedules: 1 });
  expect(await next()).toBeLessThan(Date.now() + SWEEP_SECONDS * 1000);
});

const SESSIONS = 4_000;
const OVER_SECONDS = 20;

test('thousands become due under load, one worker forgets the hour and Redis everything: all end within two sweeps, and none too early', async () => {
  const account = await world.account();
  const wrong = { NODE_OPTIONS: '--import ./test/support/wrong-clock.ts', CLOCK_OFF_SECONDS: '3600' };
  await startProcess('worker', world.config, wrong);
  const right = await startProcess('worker', world.config);
  const begin = world.kernel.clock().getTime() + 4_000;
  await seedDueSessions(
    world,
    account,
    SESSIONS,
    (number) => new Date(begin + (number * OVER_SECONDS * 1000) / SESSIONS),
  );
  const load = await makeLoad(world, 4_000, 100, [20]);
  const posting = postLoad(world, load, [world.url], (OVER_SECONDS * 1000) / load.batches.length);
  await until(async () => (await openSessions(account)) < SESSIONS / 2, 40, 'the sessions do not end');
  const operator = new Redis(redis.url);
  await operator.flushall();
  operator.disconnect();
  await posting;
  await until(async () => (await openSessions(account)) === 0, 30, 'not all sessions ended');
  const ended = await world.sql(
    `select timestampdiff(microsecond, timestampadd(microsecond, ? * 1000, '1970-01-01'), s.ended_at) / 1000 as at, s.id
     from session s where s.account_id = ? order by s.id`,
    [begin, account],
  );
  const late = ended.map(({ at }, number) => Number(at) - (number * OVER_SECONDS * 1000) / SESSIONS);
  console.info(`ended after their deadline: at least ${Math.min(...late)} ms, at most ${Math.max(...late)} ms`);
  expect(Math.min(...late)).toBeGreaterThanOrEqual(-5); // what two processes may differ in, of the database's clock
  expect(Math.max(...late)).toBeLessThanOrEqual(2 * SWEEP_SECONDS * 1000);
  await world.quiet(60);
  await expectEndedOnce(account, SESSIONS);
  expect(right.isRunning()).toBe(true);
}, 120_000);

test('nothing that must always hold is broken', async () => {
  expect(await world.broken()).toEqual([]);
}, 30_000);
