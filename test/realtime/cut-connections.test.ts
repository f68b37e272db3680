// A client whose connection is cut again and again misses nothing, and is told nothing twice.
import { expect, test } from 'vitest';
import { expectExactSequences } from '../support/followers.ts';
import { until, World } from '../support/world.ts';

const CUTS = 200;

const world = await World.open();

test("an agent's client is cut 200 times during a load, and has every event of its streams once and in order", async () => {
  const account = await world.account({ firstHandler: 'people' });
  const { id, token } = await world.agent([account]);
  const streams = [`board:${account}`, `agent:${id}`];
  let connects = 0;
  const beginning = { epoch: world.kernel.epoch, seq: 0 };
  const { client, events } = world.client('/agent', token, {
    places: Object.fromEntries(streams.map((stream) => [stream, beginning])),
    onState: (state) => {
      connects += Number(state === 'connected');
    },
  });
  for (let cut = 0; cut < CUTS; cut += 1) {
    await until(() => connects > cut, 10, 'the client did not come back');
    await world.must('POST', '/v1/batches', { messages: [world.message(account, `contact-${cut % 10}`)] });
    client.cut();
  }
  await world.quiet();
  const handed = await expectExactSequences(world, [{ client, events, streams }], 20);
  console.info(`${CUTS} cuts: ${connects} connects, ${handed} events`);
  expect(await world.broken()).toEqual([]);
}, 120_000);
