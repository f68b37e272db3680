// How deliveries go, seen from the two deeds around the call: lanes, attempts, leases, circuits, expiry, and hands that help.
import { afterAll, describe, expect, test } from 'vitest';
import { runAct } from '../../../src/act.ts';
import { LEASE_SECONDS, renewAttempt } from '../../../src/domain/deliveries/begin-delivery.ts';
import { Delivery } from '../../../src/domain/deliveries/delivery.ts';
import { AT_ONCE } from '../../../src/domain/deliveries/endurance.ts';
import { findLateEndpoints } from '../../../src/domain/deliveries/find-late-endpoints.ts';
import { redeliver, redeliverSince, settleDelivery } from '../../../src/domain/deliveries/redeliver.ts';
import { type Kernel, openKernel } from '../../../src/kernel.ts';
import { makeLog } from '../../../src/log.ts';
import { World } from '../../support/world.ts';
import { Carrier, DELIVERED, failed, keys } from './carrying.ts';

const world = await World.open({ workers: 0 });
const OPERATOR = { type: 'key', id: 'operator' } as const;
const open = () => Carrier.open(world);

describe('lanes', () => {
  test('the same effect planned again is the one that is there', async () => {
    const carrier = await open();
    const [first] = await carrier.plan('a', 'once');
    expect(await carrier.plan('a', 'once')).toEqual([first]);
    expect(await carrier.carry(DELIVERED)).toEqual([first, 'delivered']);
    expect(await carrier.plan('a', 'once')).toEqual([first]);
    expect(await carrier.begin()).toBeNull();
  });

  test('one of a lane is under way, the oldest first; other lanes go beside it', async () => {
    const carrier = await open();
    const [a1, a2] = await carrier.plan('a', ...keys(2));
    const [b1] = await carrier.plan('b', ...keys(1));
    const [one, other] = [await carrier.take(), await carrier.take()];
    expect([one.delivery.id, other.delivery.id]).toEqual([a1, b1]);
    expect(await carrier.begin()).toBeNull();
    await carrier.end(one, DELIVERED);
    expect((await carrier.take()).delivery.id).toBe(a2);
  });

  test('those behind one that waits wait with it, and a lane that waits starves no other', async () => {
    const carrier = await open();
    const [head, ...behind] = await carrier.plan('a', ...keys(30));
    const [other] = await carrier.plan('b', ...keys(1));
    expect(await carrier.carry(failed('retryable'))).toEqual([head, 'retryable']);
    expect(await carrier.carry(DELIVERED)).toEqual([other, 'delivered']);
    expect(await carrier.begin()).toBeNull();
    world.advance(6);
    expect(await carrier.carry(DELIVERED)).toEqual([head, 'delivered']);
    expect(await carrier.carry(DELIVERED)).toEqual([behind[0], 'delivered']);
  });

  test('what was given up lets its lane go on', async () => {
    const carrier = await open();
    const [head, next] = await carrier.plan('a', ...keys(2));
    expect(await carrier.carry(failed('refused'))).toEqual([head, 'failed']);
    expect(await carrier.carry(DELIVERED)).toEqual([next, 'delivered']);
    expect(await carrier.row(head ?? 0)).toMatchObject({ state: 'failed', code: 'http_500' });
    expect(await carrier.alarms()).toEqual(['raised delivery_failed']);
  });

  test('no more than its places are under way', async () => {
    const carrier = await open();
    for (const lane of keys(AT_ONCE.webhook + 3)) await carrier.plan(lane, lane);
    for (let place = 0; place < AT_ONCE.webhook; place += 1) await carrier.take();
    expect(await carrier.begin()).toBeNull();
  });
});

const KERNELS = 4;
const CARRIERS_EACH = 2;

test('8 at once, of 4 processes, for one that takes 4: each lane in order, one of a lane at a time, each once, and no place too many', async () => {
  const kernels: Kernel[] = [];
  for (let index = 0; index < KERNELS; index += 1)
    kernels.push(await openKernel(world.config, makeLog('test', 'silent'), 'worker'));
  afterAll(() => Promise.all(kernels.map((kernel) => kernel.close())));
  const carrier = await Carrier.open(world, 'chatwoot');
  const lanes = keys(8);
  const planned = new Map<string, number[]>();
  for (const lane of lanes) planned.set(lane, await carrier.plan(lane, ...keys(4)));
  const done = new Map<number, number>();
  const underWay = new Set<string>();
  const log: [lane: string, id: number][] = [];
  let most = 0;
  const laneOf = (id: number) => lanes.find((lane) => planned.get(lane)?.includes(id)) ?? '';
  const work = async (kernel: Kernel, fails: boolean) => {
    while (done.size < lanes.length * 4) {
      const parcel = await carrier.begin(kernel);
      if (!parcel) continue;
      const { id } = parcel.delivery;
      const lane = laneOf(id);
      expect(underWay.has(lane), lane).toBe(false);
      underWay.add(lane);
      log.push([lane, id]);
      most = Math.max(most, await kernel.orm.em.fork().count(Delivery, { endpointId: carrier.id, state: 'sending' }));
      underWay.delete(lane);
      const outcome = fails ? ({ kind: 'postponed', milliseconds: 1, code: 'test' } as const) : DELIVERED;
      if ((await carrier.end(parcel, outcome, kernel)) === 'delivered') done.set(id, (done.get(id) ?? 0) + 1);
    }
  };
  const carriers = kernels.flatMap((kernel) => Array.from({ length: CARRIERS_EACH }, (_, n) => work(kernel, n === 0)));
  await Promise.all(carriers);
  expect([...done.values()].every((times) => times === 1)).toBe(true);
  for (const lane of lanes) {
    const seen = [...new Set(log.filter(([of]) => of === lane).map(([, id]) => id))];
    expect(seen).toEqual(planned.get(lane));
  }
  expect(most).toBeGreaterThan(1);
  expect(most).toBeLessThanOrEqual(AT_ONCE.chatwoot);
}, 60_000);

describe('a worker that is lost', () => {
  test('its attempt is of unknown outcome, the next one knows it, and what it says later counts for nothing', async () => {
    const carrier = await open();
    const [id = 0] = await carrier.plan('a', ...keys(1));
    const lost = await carrier.take();
    world.advance(LEASE_SECONDS - 1);
    expect(await carrier.begin()).toBeNull();
    world.advance(2);
    // It may be on its way still: nobody looks at once.
    expect(await carrier.begin()).toBeNull();
    world.advance(5);
    const next = await carrier.take();
    expect(next.delivery).toMatchObject({ id, doubt: true, attempts: 2 });
    expect(next.firstAt).toEqual(lost.beganAt);
    expect(await carrier.end(lost, DELIVERED)).toBe('lost');
    expect((await carrier.row(id)).state).toBe('sending');
    expect(await carrier.end(next, DELIVERED)).toBe('delivered');
    const { attempts } = await world.must('GET', `/v1/deliveries/${id}`);
    expect(attempts).toMatchObject([
      { number: 1, outcome: 'unknown', code: 'worker_lost' },
      { number: 2, outcome: 'delivered' },
    ]);
    expect(await carrier.row(id)).toMatchObject({ doubt: false });
  });

  test('one that lives renews its lease while it calls; one that was taken back is told so', async () => {
    const carrier = await open();
    await carrier.plan('a', ...keys(1));
    const em = world.kernel.orm.em.fork();
    const parcel = await carrier.take();
    for (let third = 0; third < 9; third += 1) {
      world.advance(LEASE_SECONDS / 3);
      expect(await renewAttempt(em, parcel, world.kernel.clock())).toBe(true);
      expect(await carrier.begin()).toBeNull();
    }
    world.advance(LEASE_SECONDS + 1);
    expect(await carrier.begin()).toBeNull();
    world.advance(5);
    const next = await carrier.take();
    expect(await renewAttempt(em, parcel, world.kernel.clock())).toBe(false);
    expect(await renewAttempt(em, next, world.kernel.clock())).toBe(true);
  });

  test('is found with what it held, and so is an endpoint that nobody comes for; one that waits for its circuit is not', async () => {
    const [lost, forgotten, shut, idle] = [await open(), await open(), await open(), await open()];
    await lost.plan('a', ...keys(1));
    await lost.take();
    world.advance(LEASE_SECONDS + 1);
    await forgotten.plan('a', ...keys(1));
    await shut.plan('a', ...keys(1));
    await shut.carry(failed('auth', 'http_401'));
    world.advance(6);
    const now = world.kernel.clock();
    const late = await findLateEndpoints(world.kernel.orm.em.fork(), now, new Date(now.getTime() - 5000));
    const isLate = (carrier: Carrier) => late.some(({ id }) => id === carrier.id);
    expect([lost, forgotten, shut, idle].map(isLate)).toEqual([true, true, false, false]);
  });

  test('two that end the same attempt end it once', async () => {
    const carrier = await open();
    await carrier.plan('a', ...keys(1));
    const parcel = await carrier.take();
    const ends = await Promise.all([carrier.end(parcel, DELIVERED), carrier.end(parcel, failed('refused'))]);
    expect(ends.filter((end) => end === 'lost')).toHaveLength(1);
  });
});

describe('what went wrong', () => {
  test('may have been done: it is tried again in doubt, and where nobody can be asked it is unknown and an operator is told', async () => {
    const carrier = await Carrier.open(world, 'chatwoot');
    const [id = 0, next] = await carrier.plan('a', ...keys(2));
    expect(await carrier.carry(failed('unknown', 'timeout'))).toEqual([id, 'unknown']);
    expect(await carrier.row(id)).toMatchObject({ state: 'pending', doubt: true });
    world.advance(6);
    expect(await carrier.carry({ kind: 'unresolved', detail: 'They can not be asked.' })).toEqual([id, 'unknown']);
    expect(await carrier.row(id)).toMatchObject({ state: 'unknown', detail: 'They can not be asked.' });
    expect(await carrier.alarms()).toEqual(['raised delivery_unknown']);
    expect(await carrier.carry(DELIVERED)).toEqual([next, 'delivered']);
  });

  test('a limit of theirs: everything waits for as long as they say, nothing is given up, and the circuit does not count it', async () => {
    const carrier = await open();
    const [a = 0] = await carrier.plan('a', ...keys(1));
    const [b] = await carrier.plan('b', ...keys(1));
    for (let time = 0; time < 7; time += 1) {
      expect(await carrier.carry(failed('rate_limited', 'http_429', 36_000_000))).toEqual([
        expect.any(Number),
        'rate_limited',
      ]);
      expect(await carrier.begin()).toBeNull();
      world.advance(36_001);
    }
    expect((await carrier.shown()).circuit).toMatchObject({ state: 'closed', failures: 0 });
    expect([await carrier.carry(DELIVERED), await carrier.carry(DELIVERED)].map(([id]) => id).sort()).toEqual([a, b]);
  });

  test('a limit of ours: it is put off, and the attempt does not count', async () => {
    const carrier = await open();
    const [id = 0] = await carrier.plan('a', ...keys(1));
    await carrier.carry({ kind: 'postponed', milliseconds: 60_000, code: 'own_limit' });
    expect(await carrier.row(id)).toMatchObject({ state: 'pending', attempts: 0 });
    expect(await carrier.begin()).toBeNull();
    world.advance(61);
    expect(await carrier.carry(DELIVERED)).toEqual([id, 'delivered']);
  });

  test('silence that is asked for holds for what comes later too; for an hour and more, operators are called', async () => {
    const carrier = await open();
    await carrier.plan('a', ...keys(1));
    await carrier.carry(failed('rate_limited', 'http_429', 3_600_000));
    await carrier.plan('new', ...keys(1));
    expect(await carrier.begin()).toBeNull();
    world.advance(3601);
    await carrier.carry(failed('rate_limited', 'http_429', 3_600_000));
    const alarms = "select 1 from event where type = 'ops.alert_raised' and account_id = ?";
    const [{ account_id: account }] = await world.sql('select account_id from endpoint where id = ?', [carrier.id]);
    expect(await world.sql(alarms, [account])).toHaveLength(1);
    world.advance(3601);
    await carrier.carry(DELIVERED);
    expect((await carrier.carry(DELIVERED))[1]).toBe('delivered');
  });

  test('a fault of ours is no fault of the endpoint: the circuit does not hear of it, and it ends after ten', async () => {
    const carrier = await open();
    const [id = 0] = await carrier.plan('a', ...keys(1));
    for (let time = 0; time < 10; time += 1) {
      await carrier.carry(failed('fault', 'fault'));
      world.advance(30_000);
    }
    expect(await carrier.row(id)).toMatchObject({ state: 'failed', code: 'fault', doubt: false });
    expect((await carrier.shown()).circuit).toMatchObject({ state: 'closed', failures: 0, succeededAt: null });
  });

  test('refused for good while nobody knows whether it arrived: it is not known, and not sent again on a guess', async () => {
    const carrier = await Carrier.open(world, 'chatwoot');
    const [id = 0] = await carrier.plan('a', ...keys(1));
    await carrier.carry(failed('unknown', 'cut'));
    world.advance(60);
    await carrier.carry(failed('permanent', 'not_found'));
    expect(await carrier.row(id)).toMatchObject({ state: 'unknown' });
  });

  test('it was not wanted any more: skipped, with why', async () => {
    const carrier = await open();
    const [id = 0] = await carrier.plan('a', ...keys(1));
    await carrier.carry({ kind: 'skipped', code: 'event_gone', detail: 'Its retention is over.' });
    expect(await carrier.row(id)).toMatchObject({ state: 'skipped', code: 'event_gone' });
  });
});

describe('a circuit', () => {
  test('opens at the fifth failure, is probed by one, and closes at a success: then everything goes, and operators hear of both', async () => {
    const [carrier, neighbour] = [await open(), await open()];
    for (const lane of keys(9)) await carrier.plan(lane, lane);
    for (let time = 0; time < 5; time += 1) await carrier.carry(failed('retryable', 'http_503'));
    expect((await carrier.shown()).circuit).toMatchObject({ state: 'open', failures: 5, lastCode: 'http_503' });
    expect(await carrier.begin()).toBeNull();
    const [beside] = await neighbour.plan('a', ...keys(1));
    expect(await neighbour.carry(DELIVERED)).toEqual([beside, 'delivered']);
    world.advance(11);
    expect((await carrier.shown()).circuit.state).toBe('probing');
    const probe = await carrier.take();
    expect(await carrier.begin()).toBeNull();
    await carrier.end(probe, failed('retryable', 'http_503'));
    expect(await carrier.begin()).toBeNull();
    world.advance(21);
    await carrier.carry(DELIVERED);
    const rest: unknown[] = [];
    for (let left = 8; left > 0; left -= 1) rest.push((await carrier.carry(DELIVERED))[1]);
    expect(rest).toEqual(Array(8).fill('delivered'));
    expect(await carrier.begin()).toBeNull();
    expect((await carrier.shown()).circuit).toMatchObject({ state: 'closed', failures: 0, failingSince: null });
    expect(await carrier.alarms()).toEqual(['raised endpoint_failing', 'cleared endpoint_failing']);
  });

  test('opens at once where a key is wrong', async () => {
    const carrier = await open();
    await carrier.plan('a', ...keys(1));
    await carrier.plan('b', ...keys(1));
    await carrier.carry(failed('auth', 'http_401'));
    expect(await carrier.begin()).toBeNull();
    expect(await carrier.alarms()).toEqual(['raised endpoint_failing']);
  });

  test('an endpoint that refuses this very thing is well', async () => {
    const carrier = await open();
    for (const lane of keys(6)) await carrier.plan(lane, lane);
    for (let time = 0; time < 6; time += 1) await carrier.carry(failed('refused', 'http_422'));
    expect((await carrier.shown()).circuit).toMatchObject({ state: 'closed', failures: 0 });
  });

  test('whoever sends everything again closes it, and the next outage is told again', async () => {
    const carrier = await open();
    await carrier.plan('a', ...keys(1));
    const outage = () => carrier.carry(failed('auth', 'http_401'));
    await outage();
    await runAct(world.kernel, OPERATOR, (act) => redeliverSince(act, carrier.id, act.now));
    await outage();
    expect(await carrier.alarms()).toEqual([
      'raised endpoint_failing',
      'cleared endpoint_failing',
      'raised endpoint_failing',
    ]);
  });
});

describe('a webhook is disabled', () => {
  test('when it says that it is gone: nothing is begun any more, and an operator is told', async () => {
    const carrier = await open();
    const [id = 0] = await carrier.plan('a', ...keys(1));
    const [other = 0] = await carrier.plan('b', ...keys(1));
    await carrier.carry(failed('permanent', 'gone'));
    expect(await carrier.row(id)).toMatchObject({ state: 'failed', code: 'gone' });
    expect(await carrier.row(other)).toMatchObject({ state: 'pending' });
    expect(await carrier.begin()).toBeNull();
    expect(await carrier.shown()).toMatchObject({ enabled: false, reason: 'It answered 410: it is gone for good.' });
    expect(await carrier.alarms()).toEqual(['raised delivery_failed', 'raised webhook_disabled']);
  });

  test('after five days in which nothing got through, and nothing was given up in them; enabled, it is sent what waited', async () => {
    const carrier = await open();
    const [id = 0] = await carrier.plan('a', ...keys(1));
    let hours = 0;
    for (; (await carrier.shown()).enabled; hours += 1) {
      const parcel = await carrier.begin();
      if (parcel) await carrier.end(parcel, failed('retryable', 'network'));
      world.advance(3600);
    }
    expect(hours / 24).toBeGreaterThan(5);
    expect(hours / 24).toBeLessThan(6);
    expect(await carrier.row(id)).toMatchObject({ state: 'pending', code: 'network' });
    expect(await carrier.alarms()).toEqual(['raised endpoint_failing', 'raised webhook_disabled']);
    await world.must('PATCH', `/v1/webhooks/${carrier.id}`, { enabled: true });
    expect(await carrier.carry(DELIVERED)).toEqual([id, 'delivered']);
  });

  test('a channel never is', async () => {
    const carrier = await Carrier.open(world, 'chatwoot');
    await carrier.plan('a', ...keys(1));
    for (let day = 0; day < 8; day += 1) {
      await carrier.carry(failed('retryable', 'network'));
      world.advance(86_400);
    }
    expect(await carrier.shown()).toMatchObject({ enabled: true, circuit: { failures: 8 } });
  });
});

test('what is too old waits while nothing gets through, and is given up once something else did', async () => {
  const carrier = await open();
  const [old = 0] = await carrier.plan('a', ...keys(1));
  for (let time = 0; time < 6; time += 1) {
    expect(await carrier.carry(failed('retryable'))).toEqual([old, 'retryable']);
    world.advance(20 * 3600);
  }
  await world.must('PATCH', `/v1/webhooks/${carrier.id}`, { url: 'https://other.example.com/' });
  expect(await carrier.carry(failed('retryable'))).toEqual([old, 'retryable']);
  const [young] = await carrier.plan('b', ...keys(1));
  expect(await carrier.carry(DELIVERED)).toEqual([young, 'delivered']);
  world.advance(8 * 3600);
  expect(await carrier.carry(failed('retryable'))).toEqual([old, 'failed']);
  expect(await carrier.alarms()).toContain('raised delivery_failed');
});

describe('by hand', () => {
  const again = (id: number) => runAct(world.kernel, OPERATOR, (act) => redeliver(act, id));
  const settle = (id: number, to: 'delivered' | 'failed') =>
    runAct(world.kernel, OPERATOR, (act) => settleDelivery(act, id, to, null));

  test('two that redeliver at once make one attempt of it, with all its time before it', async () => {
    const carrier = await open();
    const [id = 0] = await carrier.plan('a', ...keys(1));
    await carrier.carry(failed('refused'));
    world.advance(4 * 86_400);
    await Promise.all([again(id), again(id), again(id)]);
    const row = await carrier.row(id);
    expect(row).toMatchObject({ state: 'pending', attempts: 0, doubt: false, endedAt: null });
    expect(row.expiresAt.getTime()).toBeGreaterThan(world.kernel.clock().getTime() + 2 * 86_400_000);
    expect(await carrier.carry(DELIVERED)).toEqual([id, 'delivered']);
    expect(await carrier.begin()).toBeNull();
  });

  test('what is on its way stays as it is', async () => {
    const carrier = await open();
    const [id = 0] = await carrier.plan('a', ...keys(1));
    const parcel = await carrier.take();
    expect((await again(id)).state).toBe('sending');
    expect(await carrier.end(parcel, DELIVERED)).toBe('delivered');
  });

  test('an old one that is sent again goes before what its lane still has', async () => {
    const carrier = await open();
    const [first = 0, second] = await carrier.plan('a', ...keys(2));
    await carrier.carry(failed('refused'));
    await again(first);
    expect(await carrier.carry(DELIVERED)).toEqual([first, 'delivered']);
    expect(await carrier.carry(DELIVERED)).toEqual([second, 'delivered']);
  });

  test('of two that settle at once one does, and the other is told what it is by now', async () => {
    const carrier = await Carrier.open(world, 'chatwoot');
    const [id = 0] = await carrier.plan('a', ...keys(1));
    await carrier.carry({ kind: 'unresolved', detail: 'nobody knows' });
    const both = await Promise.allSettled([settle(id, 'delivered'), settle(id, 'failed')]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const refused = both.find(({ status }) => status === 'rejected');
    expect(refused).toMatchObject({ reason: { code: 'illegal_move' } });
  });
});
