// The tables of endpoints, deliveries and links refuse what must never be, attacked as in guards.test.ts: by SQL alone.
import { describe, expect, test } from 'vitest';
import { newId } from '../../src/domain/ids.ts';
import { Carrier, DELIVERED, failed, keys } from '../domain/deliveries/carrying.ts';
import { World } from '../support/world.ts';

const world = await World.open({ workers: 0 });
const webhook = await Carrier.open(world);
const channel = await Carrier.open(world, 'chatwoot');
/** Two in a lane and one beside it: one arrived, one is sent, one waits. */
const [arrived, sent, waits] = await webhook.plan('a', ...keys(3));
await webhook.carry(failed('retryable'));
world.advance(10);
await webhook.carry(DELIVERED);
const parcel = await webhook.take();
if (parcel.delivery.id !== sent) throw new Error('another one was begun');
await channel.plan('a', ...keys(1));
await channel.carry(failed('retryable'));
await world.must('POST', '/v1/contacts', { account: channel.account, contact: { id: 'wang' } });
const [{ id: conversation }] = await world.sql('select id from conversation');
for (const external of ['1', '2'])
  await world.sql(
    'insert into conversation_link (id, endpoint_id, external_id, conversation_id, created_at, updated_at) values (?, ?, ?, ?, now(3), now(3))',
    [newId(), channel.id, external, conversation],
  );

type Attack = readonly [guard: string, sql: string, params: readonly unknown[]];

const KEYS: readonly Attack[] = [
  [
    'endpoint_channel',
    'insert into endpoint select ?, account_id, kind, channel, name, url, events, settings, secrets, state, reason, created_at, updated_at, removed_at from endpoint where id = ?',
    [newId(), channel.id],
  ],
  [
    'delivery_effect',
    'update delivery d join delivery o on o.id = ? set d.effect_key = o.effect_key where d.id = ?',
    [sent, waits],
  ],
  [
    'delivery_lane_sends_one',
    "update delivery set state = 'sending', sending_lane = lane, lease = ?, leased_until = now(3) where id = ?",
    [newId(), waits],
  ],
  ['delivery_attempt_number', 'update delivery_attempt set number = 1 where delivery_id = ?', [arrived]],
  ['conversation_link_external', "update conversation_link set external_id = '1'", []],
];

describe('a key lets no second one in', () => {
  test.each(KEYS)('%s', async (guard, sql, params) => {
    expect(await told(sql, params)).toMatchObject({ errno: 1062, says: expect.stringContaining(guard) });
  });
});

const CHECKS: readonly Attack[] = [
  ['endpoint_kind_known', "update endpoint set kind = 'fax', channel = 'fax' where id = ?", [channel.id]],
  ['endpoint_channel_is_kind', "update endpoint set channel = 'wecom' where id = ?", [channel.id]],
  ['endpoint_channel_is_kind', 'update endpoint set channel = null where id = ?', [channel.id]],
  ['endpoint_channel_is_kind', "update endpoint set channel = 'wecom' where id = ?", [webhook.id]],
  [
    'endpoint_channel_is_kind',
    "update endpoint set removed_at = now(3), state = 'disabled' where id = ?",
    [channel.id],
  ],
  ['endpoint_removed_is_disabled', 'update endpoint set removed_at = now(3) where id = ?', [webhook.id]],
  ['endpoint_webhook_has_events', 'update endpoint set events = null where id = ?', [webhook.id]],
  ['endpoint_webhook_has_events', "update endpoint set events = '[]' where id = ?", [channel.id]],
  ['endpoint_state_known', "update endpoint set state = 'asleep' where id = ?", [webhook.id]],
  ['circuit_fails_since', 'update circuit set failing_since = null where endpoint_id = ?', [channel.id]],
  ['circuit_fails_since', 'update circuit set failing_since = now(3) where endpoint_id = ?', [webhook.id]],
  ['circuit_opens_on_failure', 'update circuit set open_until = now(3) where endpoint_id = ?', [webhook.id]],
  ['delivery_state_known', "update delivery set state = 'lost' where id = ?", [arrived]],
  ['delivery_sends_in_lane', 'update delivery set sending_lane = null where id = ?', [sent]],
  ['delivery_sends_in_lane', "update delivery set sending_lane = 'b' where id = ?", [sent]],
  ['delivery_sends_in_lane', "update delivery set sending_lane = 'b' where id = ?", [waits]],
  ['delivery_sending_is_leased', 'update delivery set lease = null, leased_until = null where id = ?', [sent]],
  ['delivery_sending_is_leased', 'update delivery set leased_until = null where id = ?', [sent]],
  ['delivery_sending_is_leased', 'update delivery set lease = ?, leased_until = now(3) where id = ?', [newId(), waits]],
  ['delivery_ended_when_over', 'update delivery set ended_at = null where id = ?', [arrived]],
  ['delivery_ended_when_over', 'update delivery set ended_at = now(3) where id = ?', [waits]],
  ['delivery_attempt_outcome_known', "update delivery_attempt set outcome = 'tried' where delivery_id = ?", [arrived]],
  ['delivery_attempt_ends', 'update delivery_attempt set ended_at = null where delivery_id = ?', [arrived]],
  ['delivery_attempt_ends', 'update delivery_attempt set ended_at = now(3) where delivery_id = ?', [sent]],
];

describe('a check refuses what contradicts itself', () => {
  test.each(CHECKS)('%s: %s', async (guard, sql, params) => {
    expect((await told(sql, params)).says).toContain(guard);
  });
});

const REFERENCES: readonly Attack[] = [
  ['endpoint_of_account', 'update endpoint set account_id = ? where id = ?', [newId(), webhook.id]],
  ['circuit_of_endpoint', 'insert into circuit (endpoint_id) values (?)', [newId()]],
  ['delivery_to_endpoint', 'update delivery set endpoint_id = ? where id = ?', [newId(), waits]],
  ['delivery_attempt_of_delivery', 'update delivery_attempt set delivery_id = 999999 where delivery_id = ?', [sent]],
  ['conversation_link_endpoint', "update conversation_link set endpoint_id = ? where external_id = '1'", [newId()]],
  ['conversation_link_conversation', 'update conversation_link set conversation_id = ?', [newId()]],
  [
    'reading_place_endpoint',
    "insert into reading_place (endpoint_id, source, place, read_at) values (?, 's', 'p', now(3))",
    [newId()],
  ],
];

describe('a reference leads to something', () => {
  test.each(REFERENCES)('%s', async (guard, sql, params) => {
    expect(await told(sql, params)).toMatchObject({ errno: 1452, says: expect.stringContaining(guard) });
  });
});

test('what an endpoint leaves behind goes with it', async () => {
  const em = world.kernel.orm.em.fork();
  await em.begin();
  await em.execute('delete from endpoint', [], 'run');
  const left = ['circuit', 'delivery', 'delivery_attempt', 'conversation_link'].map((table) =>
    em.execute(`select 1 from ${table} limit 1`),
  );
  expect((await Promise.all(left)).flat()).toEqual([]);
  await em.rollback();
});

/** What the database says; nothing is left of it, whatever it says. */
async function told(sql: string, params: readonly unknown[]): Promise<{ errno: number; says: string }> {
  const em = world.kernel.orm.em.fork();
  await em.begin();
  try {
    await em.execute(sql, [...params], 'run');
    return { errno: 0, says: 'nothing' };
  } catch (error) {
    const errno = error instanceof Error && 'errno' in error ? Number(error.errno) : 0;
    return { errno, says: String(error) };
  } finally {
    await em.rollback();
  }
}
