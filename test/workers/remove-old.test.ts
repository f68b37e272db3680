// What leaves by and by: deliveries that are over, by how they ended; and what endpoints have left behind that were removed.
import { expect, test } from 'vitest';
import { newId } from '../../src/domain/ids.ts';
import { insertRows } from '../../src/domain/rows.ts';
import { sweep } from '../../src/workers/sweep.ts';
import { type Json, World } from '../support/world.ts';

const world = await World.open({ workers: 0 });
const DAY_MS = 86_400_000;

async function webhook(account: string): Promise<string> {
  const body = { account, url: 'https://hooks.example.com/', events: ['transfer.returned'] };
  return (await world.must('POST', '/v1/webhooks', body)).id;
}

type Ended = { readonly state: string; readonly days: number };

/** Deliveries by hand, each with one attempt. */
async function deliver(endpoint: string, account: string, ends: readonly (Ended | null)[]): Promise<void> {
  const now = world.kernel.clock();
  const em = world.kernel.orm.em.fork();
  const rows = ends.map((end) => ({
    endpoint_id: endpoint,
    account_id: account,
    lane: newId(),
    effect: 'test',
    effect_key: newId(),
    state: end?.state ?? 'pending',
    due_at: now,
    expires_at: now,
    created_at: now,
    ended_at: end && new Date(now.getTime() - end.days * DAY_MS),
  }));
  await insertRows(em, 'delivery', rows);
  await em.execute(
    `insert into delivery_attempt (delivery_id, number, lease, outcome, began_at, ended_at)
     select id, 1, endpoint_id, if(state in ('failed', 'skipped', 'unknown'), state, 'delivered'), created_at, created_at
     from delivery where endpoint_id = ? and state <> 'pending'`,
    [endpoint],
    'run',
  );
}

async function left(endpoint: string): Promise<Json> {
  const [row] = await world.sql(
    `select (select count(*) from endpoint where id = ?) as endpoints, (select count(*) from delivery where endpoint_id = ?) as deliveries,
       (select count(*) from delivery_attempt where lease = ?) as attempts, (select count(*) from conversation_link where endpoint_id = ?) as links`,
    [endpoint, endpoint, endpoint, endpoint],
  );
  return row;
}

test('deliveries that arrived leave after two weeks, those that were given up or are not known after three months', async () => {
  const account = await world.account();
  const endpoint = await webhook(account);
  const states = ['delivered', 'skipped', 'failed', 'unknown'];
  const ends = [13, 15, 89, 91].flatMap((days) => states.map((state) => ({ state, days })));
  await deliver(endpoint, account, [...ends, null]);
  expect(await sweep(world.kernel)).toMatchObject({ removed: 8 });
  const rows = await world.sql(
    'select state, round(timestampdiff(hour, ended_at, ?) / 24) as days from delivery where endpoint_id = ? order by id',
    [world.kernel.clock(), endpoint],
  );
  expect(rows.map(({ state, days }) => `${state} ${days === null ? '' : Number(days)}`)).toEqual([
    ...states.map((state) => `${state} 13`),
    ...['failed 15', 'unknown 15', 'failed 89', 'unknown 89', 'pending '],
  ]);
  expect(await left(endpoint)).toMatchObject({ attempts: 8 });
});

test('an endpoint is removed at once for everybody, and what it leaves behind by and by', async () => {
  const account = await world.account();
  const [gone, stays] = [await webhook(account), await webhook(account)];
  await deliver(stays, account, [null, { state: 'delivered', days: 1 }]);
  await deliver(gone, account, [...Array(1_300).fill({ state: 'failed', days: 1 }), null]);
  const { data } = await world.must('GET', `/v1/deliveries?account=${account}&limit=1&state=failed`);
  expect((await world.call('DELETE', `/v1/webhooks/${gone}`)).status).toBe(204);
  expect(await left(gone)).toMatchObject({ endpoints: 1, deliveries: 1_301 });
  const seen = (await world.must('GET', `/v1/deliveries?account=${account}&limit=2`)).data;
  expect(seen.map(({ endpoint }: Json) => endpoint.id)).toEqual([stays, stays]);
  expect(await world.call('GET', `/v1/deliveries/${data[0].id}`)).toMatchObject({
    status: 404,
    body: { code: 'delivery_not_found' },
  });
  expect((await world.call('POST', `/v1/deliveries/${data[0].id}/redeliver`)).status).toBe(404);
  expect(await world.broken()).toEqual([]);
  expect(await sweep(world.kernel)).toMatchObject({ removed: 1_302 });
  expect(await left(gone)).toEqual({ endpoints: 0, deliveries: 0, attempts: 0, links: 0 });
  expect(await left(stays)).toMatchObject({ endpoints: 1, deliveries: 2 });
});

test('a channel takes with it whose conversation there is whose here, and can be connected again meanwhile', async () => {
  const account = await world.account();
  const path = `/v1/accounts/${account}/channels/chatwoot`;
  const body = { url: 'https://chat.example.com', settings: { account: 7 } };
  const { id: gone } = await world.must('PUT', path, body);
  const { conversationId } = await world.must('POST', '/v1/contacts', { account, contact: { id: 'wang' } });
  const now = world.kernel.clock();
  const links = Array.from({ length: 600 }, (_, index) => ({
    id: newId(),
    endpoint_id: gone,
    external_id: String(index),
    conversation_id: conversationId,
    created_at: now,
    updated_at: now,
  }));
  await insertRows(world.kernel.orm.em.fork(), 'conversation_link', links);
  expect((await world.call('DELETE', path)).status).toBe(204);
  const { id: anew } = await world.must('PUT', path, body);
  expect(anew).not.toBe(gone);
  expect((await left(gone)).links).toBe(600);
  expect(await sweep(world.kernel)).toMatchObject({ removed: 601 });
  expect(await left(gone)).toMatchObject({ endpoints: 0, links: 0 });
  expect((await world.must('GET', `/v1/accounts/${account}/channels`)).data).toMatchObject([{ id: anew }]);
});
