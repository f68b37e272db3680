// Equal alarms are one row on the real database: the first is told at once, those that follow within ten minutes together.
import { expect, test } from 'vitest';
import { runAct } from '../../../src/act.ts';
import { FOLD_SECONDS, type Raised, raiseAlarm } from '../../../src/domain/alarms/raise-alarm.ts';
import { type DueAlarm, findDueAlarms, markTold } from '../../../src/domain/alarms/tell-operators.ts';
import { newId } from '../../../src/domain/ids.ts';
import { World } from '../../support/world.ts';

const world = await World.open({ workers: 0 });
const account = await world.account();
const SYSTEM = { type: 'system', id: 'test' } as const;

/** One that no other test raises. */
function fresh(fields: Partial<Raised> = {}): Raised {
  return { code: 'image_fetch_failed', detail: newId(), accountId: account, conversationId: null, ...fields };
}

function raise(...alarms: readonly Raised[]): Promise<void> {
  return runAct(world.kernel, SYSTEM, async (act) => {
    for (const alarm of alarms) await raiseAlarm(act, alarm);
  });
}

/** Those of a test, of all that are due. */
async function due(...alarms: readonly Raised[]): Promise<DueAlarm[]> {
  const found = await findDueAlarms(world.kernel.orm.em.fork(), world.kernel.clock(), 1000);
  return found.filter(({ code, detail }) => alarms.some((each) => each.code === code && each.detail === detail));
}

function tell(told: readonly DueAlarm[]): Promise<void> {
  return runAct(world.kernel, SYSTEM, (act) => markTold(act, told));
}

async function rowOf({ detail }: Raised) {
  const [row] = await world.sql('select waiting, total, due_at, sent_at from alarm where detail = ?', [detail]);
  return row;
}

async function planned(): Promise<number> {
  const [{ count }] = await world.sql("select count(*) as count from job where kind = 'alarm'");
  return count;
}

test('the first is due at once, with its account and contact, and is over when it was told', async () => {
  const { id: conversationId } = await world.conversation(account, 'wang');
  const alarm = fresh({ conversationId });
  const before = await planned();
  await raise(alarm);
  const found = await due(alarm);
  expect(found).toMatchObject([{ waiting: 1, account: 'Shop', contact: 'wang' }]);
  expect(await planned()).toBe(before + 1);
  await tell(found);
  expect(await due(alarm)).toEqual([]);
  expect(await rowOf(alarm)).toMatchObject({ waiting: 0, total: 1, due_at: null });
});

test('those that follow are told together after ten minutes, with their number and their times', async () => {
  const alarm = fresh();
  await raise(alarm);
  await tell(await due(alarm));
  const before = await planned();
  const first = world.kernel.clock();
  for (let times = 0; times < 3; times += 1) {
    world.advance(60);
    await raise(alarm);
  }
  expect(await due(alarm)).toEqual([]);
  expect(await planned()).toBe(before + 1);
  world.advance(FOLD_SECONDS - 3 * 60 - 5);
  expect(await due(alarm)).toEqual([]);
  world.advance(10);
  const [told, ...more] = await due(alarm);
  expect(more).toEqual([]);
  expect(told?.waiting).toBe(3);
  expect(secondsBetween(first, told?.firstAt)).toBe(60);
  expect(secondsBetween(first, told?.lastAt)).toBe(180);
  expect(await rowOf(alarm)).toMatchObject({ total: 4 });
});

function secondsBetween(from: Date, to: Date | undefined): number {
  return Math.round(((to?.getTime() ?? 0) - from.getTime()) / 1000);
}

test('one that comes long after the last was told is told at once', async () => {
  const alarm = fresh();
  await raise(alarm);
  await tell(await due(alarm));
  world.advance(FOLD_SECONDS + 1);
  await raise(alarm);
  expect(await due(alarm)).toMatchObject([{ waiting: 1 }]);
});

test('what differs in code, words or account is not the same', async () => {
  const alarm = fresh();
  const others = [
    { ...alarm, code: 'paid_twice' },
    { ...alarm, detail: newId() },
    { ...alarm, accountId: null },
    { ...alarm, accountId: await world.account() },
  ];
  await raise(alarm);
  await tell(await due(alarm));
  await raise(...others);
  expect(await due(alarm, ...others)).toHaveLength(4);
  const elsewhere = { ...alarm, conversationId: (await world.conversation(account, 'li')).id };
  await raise(elsewhere);
  expect(await due(elsewhere)).toHaveLength(2); // those of no and of another account
});

test('what is raised while the others are being told waits for the next time', async () => {
  const alarm = fresh();
  await raise(alarm);
  const found = await due(alarm);
  await raise(alarm, alarm);
  const before = await planned();
  await tell(found);
  expect(await due(alarm)).toEqual([]);
  expect(await rowOf(alarm)).toMatchObject({ waiting: 2, total: 3 });
  expect(await planned()).toBe(before + 1);
  world.advance(FOLD_SECONDS + 1);
  expect(await due(alarm)).toMatchObject([{ waiting: 2 }]);
});

test('told twice, by workers that did not know of each other, it is over once', async () => {
  const alarm = fresh();
  await raise(alarm, alarm);
  const found = await due(alarm);
  await tell(found);
  await tell(found);
  expect(await rowOf(alarm)).toMatchObject({ waiting: 0, total: 2, due_at: null });
});

test('sixteen acts that raise it at once are counted, one job tells of them, and `ops` hears each', async () => {
  const alarm = fresh();
  const before = await planned();
  await Promise.all(Array.from({ length: 16 }, () => raise(alarm)));
  expect(await due(alarm)).toMatchObject([{ waiting: 16 }]);
  expect(await rowOf(alarm)).toMatchObject({ total: 16 });
  expect(await planned()).toBe(before + 1);
  const events = await world.sql("select data from event where type = 'ops.alert_raised'");
  expect(events.filter(({ data }) => JSON.stringify(data).includes(alarm.detail))).toHaveLength(16);
});

test('acts that raise the same two the other way round both come through', async () => {
  const [one, other] = [fresh(), fresh()];
  await Promise.all(Array.from({ length: 8 }, (_, index) => (index % 2 === 0 ? raise(one, other) : raise(other, one))));
  expect((await due(one, other)).map(({ waiting }) => waiting)).toEqual([8, 8]);
});

test('one that waits although its time came long ago has lost its job: whoever raises it next brings another', async () => {
  const alarm = fresh();
  await raise(alarm);
  await world.sql("delete from job where kind = 'alarm'");
  await raise(alarm);
  expect(await planned()).toBe(0);
  world.advance(61);
  await raise(alarm);
  expect(await planned()).toBe(1);
  expect(await due(alarm)).toMatchObject([{ waiting: 3 }]);
});

test('an act that comes to nothing raises nothing', async () => {
  const alarm = fresh();
  const before = await planned();
  const failing = runAct(world.kernel, SYSTEM, async (act) => {
    await raiseAlarm(act, alarm);
    throw new Error('changed my mind');
  });
  await expect(failing).rejects.toThrow('changed my mind');
  expect(await due(alarm)).toEqual([]);
  expect(await planned()).toBe(before);
});

test('a detail of any length fits, and is whole', async () => {
  const detail = `${newId()} ${'😀'.repeat(1000)}`;
  await raise(fresh({ detail }));
  const [{ detail: kept }] = await world.sql('select detail from alarm where detail like ?', [
    `${detail.slice(0, 26)}%`,
  ]);
  expect(kept.length).toBeLessThanOrEqual(1000);
  expect(kept.isWellFormed()).toBe(true);
});

test('however often alarms are told, the jobs that wait to tell of others do not grow', async () => {
  const [waiting, ...others] = Array.from({ length: 6 }, () => fresh());
  if (!waiting) throw new Error('no alarm');
  await tell(await findDueAlarms(world.kernel.orm.em.fork(), world.kernel.clock(), 1000));
  await raise(waiting);
  await tell(await due(waiting));
  await raise(waiting);
  const before = await planned();
  for (const other of others) {
    await raise(other);
    await tell(await due(other));
  }
  expect(await planned()).toBe(before + others.length);
});
