// The parts of the wire fit: what a worker process publishes reaches a socket of an API process, and goes on doing so after Redis
// was away.
import { expect, test } from 'vitest';
import { expectExactSequences, follow } from '../support/followers.ts';
import { openPrivateRedis } from '../support/private-redis.ts';
import { startProcess } from '../support/processes.ts';
import { openRawSocket } from '../support/raw-socket.ts';
import { type Json, until, World } from '../support/world.ts';

const redis = await openPrivateRedis();
const world = await World.open({ redisUrl: redis.url, workers: 0 });
const [one, other] = await Promise.all([startProcess('api', world.config), startProcess('api', world.config)]);
const worker = await startProcess('worker', world.config);
const account = await world.account();

test('an event of a worker process reaches a plain Socket.IO client of an API process in less than a second', async () => {
  const { token } = await world.agent([account]);
  const socket = openRawSocket(one.url, '/agent', { token });
  await socket.hears('stream.ready');
  const latencies: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    const events = () => socket.heard.filter(({ name, data }) => name === 'event' && data.type === 'board.activity');
    const posted = Date.now();
    await world.must('POST', '/v1/batches', { messages: [world.message(account, 'anna')] });
    await until(() => events().length > round, 5, 'the frame did not come');
    latencies.push(Date.now() - posted);
  }
  console.info('F22: from the post to the frame', latencies, 'ms');
  expect(Math.max(...latencies)).toBeLessThan(1000);
  const frame: Json = socket.heard.findLast(({ name }) => name === 'event')?.data;
  expect(frame).toMatchObject({ v: 1, stream: `board:${account}`, epoch: world.kernel.epoch, seq: expect.any(Number) });
});

test('Redis is killed while events go out: every client of both servers has its streams exactly, and frames flow again', async () => {
  const agents = await Promise.all(Array.from({ length: 4 }, () => world.agent([account])));
  const followers = agents.map(({ id, token }, index) =>
    follow(world, '/agent', token, [`board:${account}`, `agent:${id}`], index % 2 === 0 ? one.url : other.url),
  );
  const post = () => world.must('POST', '/v1/batches', { messages: [world.message(account, 'anna')] });
  for (let round = 0; round < 10; round += 1) await post();
  await world.quiet();
  await redis.kill();
  const command = { externalId: `during ${account}`, name: 'Bea', accounts: [account] };
  const { id } = await world.must('POST', '/v1/agents', command);
  for (const availability of ['online', 'busy', 'away'])
    await world.must('PUT', `/v1/agents/${id}/presence`, { availability });
  for (let round = 0; round < 10; round += 1) await post();
  const handedWhileAway = await expectExactSequences(world, followers, 20);
  await redis.restart();
  await world.quiet(60);
  const handed = await expectExactSequences(world, followers, 20);
  console.info(`Redis killed: ${handedWhileAway} events handed while it was away, ${handed} in the end`);

  const heads = () => followers.map(({ client }) => client.places[`board:${account}`]?.seq);
  const before = Math.max(...heads().map(Number));
  await post();
  const flowed = Date.now();
  await until(() => heads().every((head) => Number(head) > before), 10, 'no frame after Redis came back');
  console.info('first frame after Redis came back:', Date.now() - flowed, 'ms');
  expect([one, other, worker].every((process) => process.isRunning())).toBe(true);
  expect(await world.broken()).toEqual([]);
}, 90_000);
