// One act: what it did, recorded and planned is all there, or nothing of it.
import { expect, test } from 'vitest';
import { runAct } from '../../src/act.ts';
import { createAccount } from '../../src/domain/accounts/create-account.ts';
import type { Act } from '../../src/domain/act.ts';
import type { Placed } from '../../src/domain/events/number-events.ts';
import { record } from '../../src/domain/events/record.ts';
import { newId } from '../../src/domain/ids.ts';
import { planJob } from '../../src/domain/jobs/plan-job.ts';
import { World } from '../support/world.ts';

const world = await World.open({ workers: 0 });
const ACTOR = { type: 'system', id: 'test' } as const;

/** An account, an event on a stream of its own, and a job. */
async function everything(act: Act, stream: string): Promise<void> {
  const account = await createAccount(act, { platform: 'web', externalId: stream, name: stream, settings: {} });
  const data = { agentId: stream, name: 'Li', availability: 'online', reachable: true } as const;
  record(act, 'agent.presence_changed', { agentId: stream }, data);
  planJob(act, 'route-conversation', account.id, { conversationId: stream });
}

async function leftBy(stream: string): Promise<Record<string, number>> {
  const counts = await world.sql<Record<string, number>>(
    `select (select count(*) from account where external_id = ?) as accounts, (select count(*) from event where data like ?) as events,
      (select count(*) from stream_entry where stream = ?) as entries, (select count(*) from job where payload like ?) as jobs`,
    [stream, `%${stream}%`, `agent:${stream}`, `%${stream}%`],
  );
  return counts[0] ?? {};
}

test('a deed that ends leaves its rows, its events and its jobs', async () => {
  const stream = newId();
  await runAct(world.kernel, ACTOR, (act) => everything(act, stream));
  expect(await leftBy(stream)).toEqual({ accounts: 1, events: 1, entries: 1, jobs: 1 });
});

test('a deed that throws leaves no row, no event, no job, and nothing is published or woken', async () => {
  const stream = newId();
  const told: unknown[] = [];
  const stage = {
    ...world.kernel,
    publish: (placed: readonly Placed[]) => void told.push(...placed),
    wake: async (jobs: readonly unknown[]) => told.push(...jobs),
  };
  const deed = async (act: Act) => {
    await everything(act, stream);
    throw new Error('changed my mind');
  };
  await expect(runAct(stage, ACTOR, deed)).rejects.toThrow('changed my mind');
  expect(await leftBy(stream)).toEqual({ accounts: 0, events: 0, entries: 0, jobs: 0 });
  expect(told).toEqual([]);
});

test('a deed that meets a colliding key runs again from the start, and its events are told once', async () => {
  const stream = newId();
  let runs = 0;
  await runAct(world.kernel, ACTOR, async (act) => {
    runs += 1;
    await everything(act, stream);
    const [row] = await world.sql('select epoch from installation');
    if (runs === 1) await act.em.execute('insert into installation (id, epoch) values (1, ?)', [row.epoch], 'run');
  });
  expect(runs).toBe(2);
  expect(await leftBy(stream)).toEqual({ accounts: 1, events: 1, entries: 1, jobs: 1 });
});

test('acts that tell the same streams at once leave them without a gap', async () => {
  const stream = newId();
  const data = { agentId: stream, name: 'Li', availability: 'online', reachable: true } as const;
  const act = () =>
    runAct(world.kernel, ACTOR, async (each) => {
      record(each, 'agent.presence_changed', { agentId: stream }, data);
      record(each, 'agent.presence_changed', { agentId: stream }, data);
    });
  await Promise.all(Array.from({ length: 30 }, act));
  const rows = await world.sql('select seq from stream_entry where stream = ? order by seq', [`agent:${stream}`]);
  expect(rows.map(({ seq }) => seq)).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
  expect(await world.broken()).toEqual([]);
});
