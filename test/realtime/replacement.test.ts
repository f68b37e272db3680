// The same person connects again: the newest connection replaces the others, or all stay, by the account's setting.
import { expect, test } from 'vitest';
import { until, World } from '../support/world.ts';

const AT_ONCE = 60;

const world = await World.open({ apis: 2, env: { LEASE_SECONDS: '3' } });
const urls = world.apis.map(({ url }) => url);

type State = 'connected' | 'disconnected' | 'superseded' | 'dismissed';

function connectOne(token: string, url: string) {
  const states: State[] = [];
  const { client } = world.client('/agent', token, { url, onState: (state) => states.push(state) });
  return { client, states };
}

/** Clients of one agent, as many as told, over both servers at the same time. */
function connectMany(token: string, count: number) {
  return Array.from({ length: count }, (_, index) => connectOne(token, urls[index % urls.length] ?? world.url));
}

function rows(agentId: string): Promise<{ id: string; generation: number }[]> {
  return world.sql('select id, generation from connection where owner_id = ?', [agentId]);
}

test('60 connections of one agent at once leave exactly one, the newest; the others are told so and do not come back', async () => {
  const { id, token } = await world.agent([await world.account()], { alwaysReachable: false });
  const tabs = connectMany(token, AT_ONCE);
  const superseded = () => tabs.filter(({ states }) => states.includes('superseded'));
  await until(() => superseded().length === AT_ONCE - 1, 20, 'not all but one were superseded');
  const [winner] = tabs.filter(({ states }) => !states.includes('superseded'));
  await until(() => Object.keys(winner?.client.places ?? {}).length === 2, 5, 'the last one was not set up');
  expect(winner?.states.at(-1)).toBe('connected');
  expect(await rows(id)).toMatchObject([{ generation: await generationOf(id) }]);
  expect((await world.must('GET', `/v1/agents/${id}`)).reachable).toBe(true);

  const before = superseded().map(({ states }) => states.length);
  await untilRenewed(id);
  expect(superseded().map(({ states }) => states.length)).toEqual(before);
  expect(winner?.states).toEqual(['connected']);
  for (const { client } of tabs) client.close();
});

test('the newer connection takes over, and the end of the older one does not unregister it', async () => {
  const account = await world.account();
  const { id, token } = await world.agent([account], { alwaysReachable: false });
  const older = connectOne(token, urls[0] ?? '');
  await until(async () => (await rows(id)).length === 1, 5, 'the older one is not written down');
  const newer = connectOne(token, urls[1] ?? '');
  await until(() => older.states.includes('superseded'), 5, 'the older one was not told');
  await until(() => older.states.includes('disconnected'), 5, 'the older one was not ended');
  const registered = await rows(id);
  expect(registered).toMatchObject([{ generation: await generationOf(id) }]);
  await untilRenewed(id);
  await untilRenewed(id);
  expect(newer.states).toEqual(['connected']);
  expect(await rows(id)).toEqual(registered);
  expect((await world.must('GET', `/v1/agents/${id}`)).reachable).toBe(true);
});

test('where the account keeps all connections, 60 at once all stay and all hear', async () => {
  const account = await world.account({ connections: { agents: 'keep' } });
  const { id, token } = await world.agent([account], { alwaysReachable: false });
  const tabs = connectMany(token, AT_ONCE);
  await until(() => tabs.every(({ client }) => Object.keys(client.places).length === 2), 20, 'not all are set up');
  expect(await rows(id)).toHaveLength(AT_ONCE);
  await world.must('PUT', `/v1/agents/${id}/presence`, { availability: 'busy' });
  const [{ head }] = await world.sql('select head from stream where name = ?', [`agent:${id}`]);
  const heard = () => tabs.every(({ client }) => client.places[`agent:${id}`]?.seq === head);
  await until(heard, 5, 'not all heard');
  expect(tabs.filter(({ states }) => states.length > 1)).toEqual([]);
  for (const { client } of tabs) client.close();
});

async function generationOf(id: string): Promise<number> {
  const [{ generation }] = await world.sql('select generation from agent where id = ?', [id]);
  return generation;
}

/** One more round of the servers' upkeep, in which a socket without a row would be ended. */
async function untilRenewed(id: string): Promise<void> {
  const lease = async () =>
    (await world.sql('select max(leased_until) as until from connection where owner_id = ?', [id]))[0].until;
  const before = await lease();
  await until(async () => (await lease()) > before, 5, 'the lease was not renewed');
}
