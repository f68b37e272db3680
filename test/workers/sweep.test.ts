// What one look of the sweep does: it keeps up with what is over, and what fails in one part holds up no other.
import { expect, test } from 'vitest';
import { runAct } from '../../src/act.ts';
import { record } from '../../src/domain/events/record.ts';
import { newId } from '../../src/domain/ids.ts';
import { sweep } from '../../src/workers/sweep.ts';
import { World } from '../support/world.ts';

const OLD_EVENTS = 2_200;
const AN_ACT = 200;

const world = await World.open({ workers: 0, apis: 1 });
const account = await world.account();

/** Events of long ago, on the stream for operators. */
async function recordOldEvents(count: number): Promise<void> {
  const long = new Date(world.kernel.clock().getTime() - 400 * 86_400_000);
  for (let start = 0; start < count; start += AN_ACT)
    await runAct(world.kernel, { type: 'system', id: 'test' }, async (act) => {
      for (let index = 0; index < AN_ACT; index += 1) record(act, 'job.done', {}, { kind: 'ingest-batch', jobs: [] });
    });
  await world.sql("update event set happened_at = ? where type = 'job.done'", [long]);
}

async function countOldEvents(): Promise<number> {
  const [{ count }] = await world.sql("select count(*) as count from event where type = 'job.done'");
  return count;
}

test('one look removes more than one round of events whose retention is over, and the stream says from where on it can be read', async () => {
  await recordOldEvents(OLD_EVENTS);
  expect(await sweep(world.kernel)).toMatchObject({ removed: OLD_EVENTS });
  expect(await countOldEvents()).toBe(0);
  const [{ floor, head }] = await world.sql("select floor, head from stream where name = 'ops'");
  expect([floor, head]).toEqual([OLD_EVENTS, OLD_EVENTS]);
  expect(await world.broken()).toEqual([]);
});

test('a lease that can not be settled holds up neither wakes nor retention', async () => {
  const now = world.kernel.clock();
  const past = new Date(now.getTime() - 60_000);
  const lease =
    'insert into connection (id, owner_type, owner_id, server, generation, connected_at, leased_until) values (?, ?, ?, ?, 1, ?, ?)';
  await world.sql(lease, ['nobody', 'contact', newId(), newId(), past, past]);
  await recordOldEvents(AN_ACT);
  const job =
    "insert into job (id, kind, state, account_id, payload, due_at, created_at) values (?, 'ingest-batch', 'accepted', ?, '{}', ?, ?)";
  await world.sql(job, [newId(), account, past, past]);
  expect(await sweep(world.kernel)).toMatchObject({ wakes: 1, leases: 0, removed: AN_ACT });
  expect(await countOldEvents()).toBe(0);
});
