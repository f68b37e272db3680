// Operators are told by the robot of their group: few messages however many alarms, never more than it takes, and its key stays ours.
import { Redis } from 'ioredis';
import { afterAll, describe, expect, test } from 'vitest';
import { runAct } from '../../src/act.ts';
import { FOLD_SECONDS, raiseAlarm } from '../../src/domain/alarms/raise-alarm.ts';
import { newId } from '../../src/domain/ids.ts';
import { alarm } from '../../src/workers/alarm.ts';
import { startWorkers } from '../../src/workers/start.ts';
import { type RobotServer, startRobotServer } from '../support/outside/robot-server.ts';
import { openPrivateRedis } from '../support/private-redis.ts';
import { startProcess } from '../support/processes.ts';
import { type Json, until, World, type WorldOptions } from '../support/world.ts';

const SYSTEM = { type: 'system', id: 'test' } as const;
const MOST_BYTES = 4096;

type Scene = { readonly world: World; readonly robot: RobotServer; readonly later: (milliseconds: number) => void };

/** A world whose alarms go to a robot of its own, with a clock that the test moves on. */
async function open(options: WorldOptions & { readonly url?: (robot: RobotServer) => string } = {}): Promise<Scene> {
  let ahead = 0;
  const robot = await startRobotServer(() => Date.now() + ahead);
  const ALARM_ROBOT_URL = options.url ? options.url(robot) : robot.url;
  const world = await World.open({ workers: 0, ...options, env: { ALARM_ROBOT_URL } });
  afterAll(() => robot.close());
  const later = (milliseconds: number) => {
    ahead += milliseconds;
  };
  return { world, robot, later };
}

function raise(world: World, detail: string, times = 1): Promise<void> {
  return runAct(world.kernel, SYSTEM, async (act) => {
    for (let time = 0; time < times; time += 1)
      await raiseAlarm(act, { code: 'image_not_made', detail, accountId: null, conversationId: null });
  });
}

/** Runs the jobs that wait and are due by now, as a worker would. @returns what each said. */
async function runDue(world: World): Promise<string[]> {
  const sql = "select id from job where kind = 'alarm' and state = 'accepted' and due_at <= ? order by id";
  const said: string[] = [];
  for (const { id } of await world.sql(sql, [world.kernel.clock()])) said.push(await alarm(world.kernel, id));
  return said;
}

async function untold(world: World): Promise<number> {
  const [{ count }] = await world.sql('select coalesce(sum(waiting), 0) as count from alarm');
  return Number(count);
}

/** How many alarms the messages say that they tell of. */
function countTold(messages: readonly string[]): number {
  return messages.reduce((sum, text) => sum + Number(/Baton：(\d+) 条告警/.exec(text)?.[1] ?? Number.NaN), 0);
}

describe('one robot', async () => {
  const { world, robot, later } = await open();

  test('is told at once, and of equal ones together after ten minutes', async () => {
    await raise(world, 'The first.');
    expect(await runDue(world)).toEqual(['told 1 alarms']);
    expect(robot.messages).toEqual([expect.stringContaining('The first.')]);
    await raise(world, 'The first.', 3);
    expect(await runDue(world)).toEqual([]);
    world.advance(FOLD_SECONDS + 1);
    expect(await runDue(world)).toEqual(['told 1 alarms']);
    expect(robot.messages[1]).toMatch(/`image_not_made` ×3.*The first\./);
    expect(await untold(world)).toBe(0);
    expect(await world.broken()).toEqual([]);
  });

  test('takes 20 messages a minute: the 21st waits, and comes when the minute is over', async () => {
    while (robot.messages.length < 20) {
      await raise(world, newId());
      await runDue(world);
    }
    const last = newId();
    await raise(world, last);
    const [said = ''] = await runDue(world);
    const [, seconds] = /^put off for (\d+) s$/.exec(said) ?? [];
    expect(Number(seconds)).toBeLessThanOrEqual(60);
    expect(robot.messages).toHaveLength(20);
    expect([await untold(world), await runDue(world)]).toEqual([1, []]);
    expect(await world.broken()).toEqual([]);

    await forgetMinute(world);
    later(60_000);
    world.advance(61);
    expect(await runDue(world)).toEqual(['told 1 alarms']);
    expect(robot.messages[20]).toContain(last);
    expect(await untold(world)).toBe(0);
  });

  test('that says itself that it is enough is not asked for a minute, and nothing is lost', async () => {
    const other = await World.open({ workers: 0, env: { ALARM_ROBOT_URL: robot.url } });
    while (robot.messages.length < 40) {
      await raise(world, newId());
      await runDue(world);
    }
    const detail = newId();
    await raise(other, detail);
    expect(await runDue(other)).toEqual(['put off for 60 s']);
    expect(await untold(other)).toBe(1);
    later(60_000);
    other.advance(61);
    expect(await runDue(other)).toEqual(['told 1 alarms']);
    expect(robot.messages.at(-1)).toContain(detail);
  });
});

/** What the installation has counted of the minute is forgotten, as when it is over. */
async function forgetMinute({ kernel, config }: World): Promise<void> {
  const keys = await kernel.producer.keys(`*${config.REDIS_PREFIX}:limit:*:robot:*`);
  expect(keys).toHaveLength(1);
  await kernel.producer.del(keys);
}

test('a storm of 200 alarms is four messages that the robot takes, and each is told once, whoever works', async () => {
  const { world, robot } = await open();
  const details = Array.from({ length: 200 }, (_, index) => `${index} ${'字'.repeat(200)}`);
  await Promise.all(details.map((detail) => raise(world, detail)));
  const workers = [startWorkers(world.kernel), startWorkers(world.kernel)];
  await world.quiet();
  await Promise.all(workers.map((each) => each.stop()));
  expect(robot.messages.map((message) => countTold([message]))).toEqual([50, 50, 50, 50]);
  for (const message of robot.messages) expect(Buffer.byteLength(message)).toBeLessThanOrEqual(MOST_BYTES);
  const [{ count }] = await world.sql("select count(*) as count from event where type = 'ops.alert_raised'");
  expect([count, await untold(world)]).toEqual([200, 0]);
  expect(await world.broken()).toEqual([]);
}, 90_000);

test('a robot that breaks off, or is not up to it, is asked again', async () => {
  const { world, robot } = await open({ workers: 1 });
  for (const trouble of ['drop', 'bad_gateway', 'busy', 'not_json'] as const) {
    robot.next(trouble);
    const detail = newId();
    await raise(world, detail);
    await until(() => robot.messages.some((text) => text.includes(detail)), 20, `not told after ${trouble}`);
  }
  await world.quiet();
  expect(countTold(robot.messages)).toBe(4);
  const errors = await world.sql("select error from job where kind = 'alarm' and attempts > 0");
  expect(errors).toHaveLength(4);
  expect(await untold(world)).toBe(0);
});

test('where no robot is named, operators have the stream `ops` alone', async () => {
  const { world, robot } = await open({ url: () => '' });
  await raise(world, 'Nobody but ops.');
  expect(await runDue(world)).toEqual(['no robot is named']);
  expect([robot.messages, await untold(world)]).toEqual([[], 0]);
  const { events } = await world.must('GET', '/v1/streams/ops/events?after=0&limit=100');
  const raised = events.filter(({ type }: Json) => type === 'ops.alert_raised');
  expect(raised).toMatchObject([{ data: { code: 'image_not_made', detail: 'Nobody but ops.' } }]);
  expect(await world.broken()).toEqual([]);
});

test('a robot that does not know its key: the work fails for all to see, and the key is nowhere to be seen', async () => {
  const canary = `canary-${newId()}`;
  const { world, robot } = await open({ url: ({ url, key }) => url.replace(key, canary) });
  robot.next('echo_key');
  await raise(world, 'A wrong key.');
  const worker = await startProcess('worker', world.config, { LOG_LEVEL: 'trace' });
  const failures = async () => {
    const [job] = await world.sql("select * from job where kind = 'alarm'");
    return job.attempts;
  };
  await until(async () => (await failures()) >= 3, 20, 'it was not tried again');
  const ledger = await world.sql("select * from job where kind = 'alarm'");
  expect(ledger[0].error).toContain('93000');
  const metrics = await fetch(`${worker.url}/metrics`, { headers: { Authorization: `Bearer ${world.key}` } });
  const shown = {
    ledger: JSON.stringify([ledger, await world.sql('select * from alarm'), await world.sql('select * from event')]),
    log: worker.lines.join('\n'),
    metrics: await metrics.text(),
    queue: JSON.stringify(await world.kernel.queues.alarm.getJobs()),
  };
  expect(shown.log).toContain('93000');
  expect(shown.queue).toContain('93000');
  expect(metrics.status).toBe(200);
  for (const [place, text] of Object.entries(shown)) expect(text.includes(canary), place).toBe(false);
  expect([robot.messages, await untold(world)]).toEqual([[], 1]);
});

test('an alarm that waits while Redis forgets everything still arrives', async () => {
  const redis = await openPrivateRedis();
  const { world, robot } = await open({ workers: 1, redisUrl: redis.url });
  await raise(world, 'Again and again.');
  await until(() => robot.messages.length === 1, 10, 'the first was not told');
  await world.quiet();
  await raise(world, 'Again and again.', 2);
  const operator = new Redis(redis.url);
  await operator.flushall();
  operator.disconnect();
  expect(await world.kernel.queues.alarm.count()).toBe(0);
  world.advance(FOLD_SECONDS + 10);
  await until(() => robot.messages.length === 2, 20, 'the others were not told');
  expect(robot.messages[1]).toContain('×2');
});
