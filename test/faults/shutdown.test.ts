// SIGTERM, as every deployment sends it: a process ends by itself, in time and with exit code 0, and loses nothing.
import { expect, test } from 'vitest';
import { expectExactlyOnce, makeLoad, postLoad } from '../support/load.ts';
import { openPrivateRedis } from '../support/private-redis.ts';
import { type RunningProcess, startProcess } from '../support/processes.ts';
import { until, World } from '../support/world.ts';

const DEADLINE_SECONDS = 10;
const GONE_WELL = { code: 0, signal: null };

const redis = await openPrivateRedis();
const world = await World.open({
  redisUrl: redis.url,
  workers: 0,
  env: { SHUTDOWN_SECONDS: String(DEADLINE_SECONDS) },
});

test('worker after worker and API after API is replaced under load: each ends with exit code 0, and nothing is lost', async () => {
  const load = await makeLoad(world, 3000, 60, [10, 50, 1]);
  const posting = postLoad(world, load, [world.url], 8000 / load.batches.length);
  const loads = [load];
  const seconds: number[] = [];
  let worker = await startProcess('worker', world.config);
  for (let round = 0; round < 3; round += 1) {
    const api = await startProcess('api', world.config);
    const own = await makeLoad(world, 60, 4, [1]);
    loads.push(own);
    await postLoad(world, own, [api.url], 2);
    const successor = await startProcess('worker', world.config);
    seconds.push(...(await Promise.all([terminate(api), terminate(worker)])));
    worker = successor;
  }
  await posting;
  await world.quiet(30);
  seconds.push(await terminate(worker));
  console.info('SIGTERM under load: ended after', seconds, 's');
  for (const each of loads) await expectExactlyOnce(world, each);
}, 120_000);

test('an API whose clients hold sockets and slow requests open ends all the same', async () => {
  const api = await startProcess('api', world.config);
  const agent = await world.agent([await world.account()]);
  const { client } = world.client('/agent', agent.token, { url: api.url });
  await until(() => Object.keys(client.places).length > 0, 10, 'the agent is not connected');
  const waiting = fetch(`${api.url}/v1/batches`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${world.key}`, 'Content-Type': 'application/json', Prefer: 'wait=5' },
    body: JSON.stringify({ messages: [world.message(await world.account(), 'anna')] }),
  });
  await until(
    async () => (await world.sql("select 1 from job where state = 'accepted'")).length > 0,
    5,
    'not accepted',
  );
  const seconds = await terminate(api);
  console.info('SIGTERM of an API with open requests and sockets: ended after', seconds, 's');
  expect((await waiting).status).toBe(202);
  client.close();
}, 60_000);

test('worker and API end in time with exit code 0 while Redis is down, and the work is done later', async () => {
  const [api, worker] = await Promise.all([startProcess('api', world.config), startProcess('worker', world.config)]);
  await world.quiet(30);
  await redis.kill();
  const load = await makeLoad(world, 40, 4, [10]);
  await postLoad(world, load, [api.url], 1);
  const seconds = await Promise.all([terminate(api), terminate(worker)]);
  console.info('SIGTERM while Redis is down: ended after', seconds, 's');
  await redis.restart();
  const successor = await startProcess('worker', world.config);
  await world.quiet(30);
  await terminate(successor);
  await expectExactlyOnce(world, load);
}, 60_000);

/** @returns the seconds that it took to end, which must be well. */
async function terminate(process: RunningProcess): Promise<number> {
  const began = performance.now();
  process.send('SIGTERM');
  expect(await process.exit, process.lines.slice(-5).join('\n')).toEqual(GONE_WELL);
  const seconds = Math.round((performance.now() - began) / 100) / 10;
  expect(seconds).toBeLessThan(DEADLINE_SECONDS);
  return seconds;
}
