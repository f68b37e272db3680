// Whether somebody can be reached, over several tabs, several servers, and a server that dies.
import { expect, test } from 'vitest';
import { startProcess } from '../support/processes.ts';
import { openRawSocket } from '../support/raw-socket.ts';
import { type Json, until, World } from '../support/world.ts';

const LEASE_SECONDS = 2;
const GRACE_SECONDS = 1.5;
const SWEEP_SECONDS = 0.5;

const world = await World.open({
  apis: 2,
  env: {
    LEASE_SECONDS: String(LEASE_SECONDS),
    REACHABLE_GRACE_SECONDS: String(GRACE_SECONDS),
    SWEEP_SECONDS: String(SWEEP_SECONDS),
  },
});
const urls = world.apis.map(({ url }) => url);

test('an agent with two tabs on two servers is reachable until the last of them has been gone for the grace period', async () => {
  const { id, token } = await openAgent();
  const first = await openTab(urls[0] ?? '', token);
  const second = await openTab(urls[1] ?? '', token);
  expect(await isReachable(id)).toBe(true);
  first.socket.disconnect();
  await until(async () => (await connections(id)) === 1, 10, 'the first lease did not end');
  expect(await isReachable(id)).toBe(true);

  second.socket.disconnect();
  const leftAt = Date.now();
  await until(async () => !(await isReachable(id)), 10, 'nobody noticed that the agent left');
  expect(Date.now() - leftAt).toBeGreaterThan(GRACE_SECONDS * 900);
  expect(await presenceTold(id)).toEqual([true, false]);
});

test('a reload within the grace period is no absence', async () => {
  const { id, token } = await openAgent();
  const tab = await openTab(urls[0] ?? '', token);
  tab.socket.disconnect();
  await openTab(urls[1] ?? '', token);
  await until(async () => (await connections(id)) === 1, 10, 'the old lease did not end');
  expect(await presenceTold(id)).toEqual([true]);
});

test('the leases of a server that is killed run out, and the sweep tells the board that the agent and the contact are gone', async () => {
  const api = await startProcess('api', world.config);
  const { id, token } = await openAgent();
  const account = await world.account();
  const { contact } = await world.must('POST', '/v1/contacts', { account, contact: { id: 'anna' } });
  await openTab(api.url, token);
  const page = openRawSocket(api.url, '/contact', { token: await world.token('contact', contact.id) });
  await page.hears('stream.ready');
  await until(async () => (await connections(id)) === 1, 5, 'the agent is not connected');
  const renewed =
    'select 1 from connection where owner_id = ? and leased_until > date_add(connected_at, interval 3 second)';
  await until(async () => (await world.sql(renewed, [id])).length === 1, 10, 'the lease is not renewed');
  expect(await isReachable(id)).toBe(true);

  await api.kill();
  const killedAt = Date.now();
  await until(async () => !(await isReachable(id)), 10, 'nobody noticed that the server died');
  await until(
    async () => (await world.sql('select 1 from connection where owner_id = ?', [contact.id])).length === 0,
    10,
    'the lease of the contact stays',
  );
  console.info(
    `a killed server's agent is unreachable ${((Date.now() - killedAt) / 1000).toFixed(1)} s later (lease ${LEASE_SECONDS} s)`,
  );
  expect(await presenceTold(id)).toEqual([true, false]);
  const told = await world.sql("select data from event where type = 'contact.presence_changed' and account_id = ?", [
    account,
  ]);
  expect(told.map(({ data }) => JSON.parse(data).reachable)).toEqual([true, false]);
  expect(await world.broken()).toEqual([]);
});

/** Of an account where all connections of an agent stay. */
async function openAgent() {
  const account = await world.account({ connections: { agents: 'keep' } });
  return world.agent([account], { alwaysReachable: false });
}

async function openTab(url: string, token: string) {
  const tab = openRawSocket(url, '/agent', { token });
  await tab.hears('stream.ready');
  return tab;
}

async function isReachable(id: string): Promise<boolean> {
  return (await world.must('GET', `/v1/agents/${id}`)).reachable;
}

async function connections(id: string): Promise<number> {
  const [{ count }] = await world.sql('select count(*) as count from connection where owner_id = ?', [id]);
  return count;
}

/** What the agent's own stream says of their being reachable, without repetition of what they declare. */
async function presenceTold(id: string): Promise<boolean[]> {
  const { events } = await world.must('GET', `/v1/streams/agent:${id}/events`);
  return events
    .filter(({ type }: Json) => type === 'agent.presence_changed')
    .map(({ data }: Json) => data.reachable)
    .slice(1);
}
