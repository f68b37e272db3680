// An endpoint is down for hours, in every way there is, and comes back: everything arrives, once by its id, in order in each conversation;
// its neighbour was never late. And a worker that is killed between the call and the note of it sends again what the receiver knows again.
import { afterAll, expect, test } from 'vitest';
import { LEASE_SECONDS } from '../../src/domain/deliveries/begin-delivery.ts';
import { startWorkers, type Workers } from '../../src/workers/start.ts';
import { startProcess } from '../support/processes.ts';
import { type Listener, Receivers } from '../support/receivers.ts';
import { type Json, until } from '../support/world.ts';

const receivers = await Receivers.open(2, { workers: 3 });
const { world } = receivers;

const STEP_SECONDS = 1800;
const CONTACTS = ['wang', 'li', 'zhao', 'qian', 'sun'];

/** More than a worker has places for other kinds of work. */
const HANGING = 8;

/** How it is down, each for half an hour. */
const DOWN: readonly ((listener: Listener) => void)[] = [
  ({ receiver }) => receiver.always({ kind: 'status', status: 500 }),
  ({ proxy }) => proxy.refuse(),
  ({ receiver, proxy }) => {
    proxy.heal();
    receiver.always({ kind: 'hang' });
  },
  ({ receiver }) => receiver.always({ kind: 'status', status: 503, headers: { 'retry-after': '120' } }),
  ({ receiver }) => receiver.always({ kind: 'redirect', to: 'https://example.com/' }),
  ({ proxy }) => proxy.refuse(),
];

test('an endpoint that was down for hours hears everything once and in order, and another one was never late', async () => {
  const account = await world.account({ firstHandler: 'robot' });
  const events = ['messages.ingested', 'session.*'];
  const [down, steady] = [await receivers.webhook(account, events), await receivers.webhook(account, events)];
  await everybodySays(account);
  await receivers.all({ account }, 'delivered');
  for (const goDown of DOWN) {
    goDown(down);
    await everybodySays(account);
    await receivers.all(steady, 'delivered');
    await tried(down);
    down.proxy.cut();
    await receivers.later(STEP_SECONDS);
  }
  expect(await circuitOf(down)).toMatchObject({ lastCode: expect.any(String), failingSince: expect.any(String) });
  expect(await circuitOf(steady)).toMatchObject({ state: 'closed', failures: 0 });
  const takenBefore = down.receiver.received.length;
  down.receiver.always({ kind: 'status', status: 204 });
  down.proxy.heal();
  await receivers.later(STEP_SECONDS);
  await receivers.all({ account }, 'delivered', 60);

  const wanted = await eventsOf(account);
  expect(wanted.length - takenBefore).toBeGreaterThan(CONTACTS.length * (DOWN.length - 1));
  for (const { receiver } of [down, steady]) {
    expect(receiver.received.map(({ id }) => id).sort()).toEqual(wanted);
    expect(disorderIn(receiver.received.map(({ body }) => JSON.parse(body)))).toEqual([]);
  }
  expect(steady.receiver.copies()).toBe(0);
  expect(await slowest(steady)).toBeLessThan(STEP_SECONDS / 10);
  expect(await slowest(down)).toBeGreaterThan(STEP_SECONDS * DOWN.length);
  expect(await circuitOf(down)).toMatchObject({ state: 'closed', failures: 0, failingSince: null });
  expect(await alarms(account)).toEqual(['ops.alert_raised endpoint_failing', 'ops.alert_cleared endpoint_failing']);
  expect(await world.broken()).toEqual([]);
}, 180_000);

async function everybodySays(account: string): Promise<void> {
  await world.ingest(CONTACTS.map((contact) => world.message(account, contact, { sentAt: world.ago(0) })));
}

/** Somebody has called since the step began, or it is sent nothing for now. */
async function tried(listener: Listener): Promise<void> {
  const look = async () => (await circuitOf(listener)).state === 'open' || (await underWay(listener)) > 0;
  await until(look, 20, 'nobody tried');
}

async function underWay({ id }: Listener): Promise<number> {
  return (await world.sql("select id from delivery where endpoint_id = ? and state = 'sending'", [id])).length;
}

async function circuitOf({ path }: Listener): Promise<Json> {
  return (await world.must('GET', path)).circuit;
}

async function eventsOf(account: string): Promise<string[]> {
  const sql =
    "select id from event where account_id = ? and (type = 'messages.ingested' or type like 'session.%') order by id";
  return (await world.sql(sql, [account])).map(({ id }) => id);
}

/** Whatever came before something that had happened before it, in the same conversation. */
function disorderIn(events: readonly Json[]): string[] {
  const last = new Map<string, number>();
  return events.flatMap(({ stream, seq, type }) => {
    const before = last.get(stream) ?? 0;
    last.set(stream, Math.max(before, seq));
    return seq > before ? [] : [`${stream}: ${type} ${seq} after ${before}`];
  });
}

/** Seconds from the act that wanted it to the end, by the world's clock. */
async function slowest({ id }: Listener): Promise<number> {
  const sql = 'select max(timestampdiff(second, created_at, ended_at)) as most from delivery where endpoint_id = ?';
  return Number((await world.sql(sql, [id]))[0].most);
}

async function alarms(account: string): Promise<string[]> {
  const sql = "select type, data from event where type like 'ops.alert%' and account_id = ? order by id";
  const rows = await world.sql(sql, [account]);
  return rows.map(({ type, data }) => `${type} ${(typeof data === 'string' ? JSON.parse(data) : data).code}`);
}

test('endpoints that hang delay no other: it is told everything while not one call to them has ended', async () => {
  const many = await Receivers.open(HANGING + 1);
  const account = await many.world.account();
  const hanging: Listener[] = [];
  for (let index = 0; index < HANGING; index += 1) hanging.push(await many.webhook(account, ['messages.ingested']));
  for (const { receiver } of hanging) receiver.always({ kind: 'hang' });
  const steady = await many.webhook(account, ['messages.ingested']);
  await many.world.ingest([many.world.message(account, 'wang')]);
  await Promise.all([...hanging, steady].map(({ receiver }) => receiver.heard(1)));
  await many.world.ingest([many.world.message(account, 'wang')]);
  await steady.receiver.took(2);
  await many.all(steady, 'delivered');
  const sql =
    'select a.outcome from delivery_attempt a join delivery d on d.id = a.delivery_id where d.endpoint_id <> ?';
  const calls = await many.world.sql(sql, [steady.id]);
  expect(calls.map(({ outcome }) => outcome)).toEqual(Array(HANGING).fill('begun'));
  for (const { receiver, proxy } of hanging) {
    receiver.always({ kind: 'status', status: 204 });
    proxy.cut();
  }
}, 90_000);

test('a worker is killed between the call and the note of it: the same webhook comes twice, and counts once', async () => {
  const alone = await Receivers.open(1, { workers: 0 });
  const account = await alone.world.account();
  const listener = await alone.webhook(account, ['transfer.*']);
  const { promise: answer, resolve: giveAnswer } = Promise.withResolvers<void>();
  listener.receiver.next({ kind: 'slow', until: answer });
  const worker = await startProcess('worker', alone.world.config);
  const { delivery } = await alone.world.must('POST', `${listener.path}/test`);
  await listener.receiver.heard(1);
  await worker.kill();
  giveAnswer();
  await listener.receiver.took(1);
  expect(await shown(alone, delivery)).toMatchObject({ state: 'sending', attempts: [{ outcome: 'begun' }] });
  const relief: Workers = startWorkers(alone.world.kernel);
  afterAll(() => relief.stop());
  await alone.later(LEASE_SECONDS + 1);
  await until(() => listener.receiver.copies() === 1, 30, 'it did not come again');
  await alone.all(listener, 'delivered');
  expect(listener.receiver.hooks.map(({ id, verified, attempt }) => [id, verified, attempt])).toEqual([
    [listener.receiver.received[0]?.id, true, 1],
    [listener.receiver.received[0]?.id, true, 2],
  ]);
  expect(listener.receiver.received).toHaveLength(1);
  expect((await shown(alone, delivery)).attempts).toMatchObject([
    { number: 1, outcome: 'unknown', code: 'worker_lost' },
    { number: 2, outcome: 'delivered', status: 204 },
  ]);
  expect(await alone.world.broken()).toEqual([]);
}, 90_000);

function shown({ world: town }: Receivers, id: string): Promise<Json> {
  return town.must('GET', `/v1/deliveries/${id}`);
}
