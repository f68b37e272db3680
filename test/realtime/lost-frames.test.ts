// Frames are lost, some or all: what a client was handed in the end is every event of its streams, once and in order.
import { afterAll, expect, test } from 'vitest';
import { startApi } from '../../src/api/server.ts';
import { type Kernel, openKernel } from '../../src/kernel.ts';
import { makeLog } from '../../src/log.ts';
import { startWorkers } from '../../src/workers/start.ts';
import { makeChance } from '../support/chance.ts';
import { expectExactSequences, follow } from '../support/followers.ts';
import { World } from '../support/world.ts';

const SEED = 7;
const SOME = 0.1;
const ALL = 1;
const ROUNDS = 120;

const world = await World.open({ apis: 1, workers: 0 });
const chance = makeChance(SEED);
let loss = SOME;
let lost = 0;
const kernel = await openLossyKernel();
const api = await startApi(kernel, true);
const workers = startWorkers(kernel);
afterAll(async () => {
  await api.stop();
  await workers.stop();
  await kernel.close();
});

/** A kernel that loses frames on their way to Redis, after the commit. */
async function openLossyKernel(): Promise<Kernel> {
  const whole = await openKernel(world.config, makeLog('test', 'silent'), 'worker');
  const publish: Kernel['publish'] = (placed) => {
    const kept = placed.filter(() => chance() >= loss);
    lost += placed.length - kept.length;
    whole.publish(kept);
  };
  return { ...whole, publish };
}

test('one of ten frames is lost and every client is cut now and then: each follows its streams exactly', async () => {
  const account = await world.account({ firstHandler: 'people' });
  const contacts = await Promise.all(['anna', 'bea', 'chen', 'dora'].map((name) => openContact(account, name)));
  const agents = await Promise.all(Array.from({ length: 4 }, () => world.agent([account])));
  const followers = [
    ...agents.map(({ id, token }, index) =>
      follow(
        world,
        '/agent',
        token,
        [`board:${account}`, `agent:${id}`, ...contacts.map(({ conversation }) => `conversation:${conversation}`)],
        index % 2 === 0 ? api.url : world.url,
      ),
    ),
    ...contacts.map(({ id, token, conversation }) =>
      follow(world, '/contact', token, [`contact:${id}`, `conversation:${conversation}`], api.url),
    ),
  ];
  for (let round = 0; round < ROUNDS; round += 1) {
    await world.ingest(contacts.map(({ name }) => world.message(account, name)));
    if (round % 5 === 4) followers[Math.floor(chance() * followers.length)]?.client.cut();
  }
  await world.quiet();
  const handed = await expectExactSequences(world, followers, 20);
  console.info(`lost frames (seed ${SEED}): ${lost} lost, ${handed} events handed to ${followers.length} clients`);
  expect(lost).toBeGreaterThan(50);
  expect(await world.broken()).toEqual([]);
}, 90_000);

test('every frame is lost: the heads that the server tells bring a client on in each of its streams', async () => {
  const account = await world.account({ firstHandler: 'people' });
  const contacts = await Promise.all(['anna', 'bea', 'chen', 'dora'].map((name) => openContact(account, name)));
  const agents = await Promise.all(Array.from({ length: 3 }, () => world.agent([account])));
  const followers = agents.map(({ id, token }) =>
    follow(
      world,
      '/agent',
      token,
      [`agent:${id}`, `board:${account}`, ...contacts.map(({ conversation }) => `conversation:${conversation}`)],
      api.url,
    ),
  );
  await expectExactSequences(world, followers, 10);
  loss = ALL;
  await world.ingest(contacts.map(({ name }) => world.message(account, name)));
  await world.quiet();
  for (const { id } of agents) await setBusy(id);
  const handed = await expectExactSequences(world, followers, 10);
  loss = SOME;
  console.info(`every frame lost: ${handed} events handed to ${followers.length} clients`);
});

/** By the API that loses frames. */
async function setBusy(agentId: string): Promise<void> {
  const path = `/v1/agents/${agentId}/presence`;
  expect((await world.call('PUT', path, { availability: 'busy' }, { url: api.url })).status).toBe(200);
}

async function openContact(account: string, name: string) {
  const { contact, conversationId } = await world.must('POST', '/v1/contacts', { account, contact: { id: name } });
  return { id: contact.id, name, conversation: conversationId, token: await world.token('contact', contact.id) };
}
