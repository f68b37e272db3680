// One run looks after an endpoint in a process, and hears of what is planned while it waits for others.
import { expect, test } from 'vitest';
import { newId } from '../../src/domain/ids.ts';
import { Receivers } from '../support/receivers.ts';
import { until } from '../support/world.ts';

const receivers = await Receivers.open(1);
const { world } = receivers;

test('what is planned while a lane hangs goes out in its own lane at once', async () => {
  const account = await world.account();
  const hook = await receivers.webhook(account, ['conversation.created']);
  const [first, second] = [newId(), newId()];
  const released = Promise.withResolvers<void>();
  hook.receiver.next({ kind: 'slow', until: released.promise });
  await world.ingest([world.message(account, first)]);
  await hook.receiver.heard(1);
  await world.ingest([world.message(account, second)]);
  // The first one is still being answered.
  await until(async () => (await states(account)).includes('delivered'), 5, 'the second lane waits for the first');
  expect(await states(account)).toEqual(['sending', 'delivered']);
  released.resolve();
  await until(async () => (await states(account)).every((state) => state === 'delivered'), 10, 'the first has no end');
  expect(hook.receiver.copies()).toBe(0);
});

test('what many acts at once have planned is tried once each, and every job is done', async () => {
  const account = await world.account();
  await world.must('POST', '/v1/webhooks', { account, url: 'http://127.0.0.1:9/', events: ['conversation.created'] });
  const contacts = Array.from({ length: 40 }, () => newId());
  await Promise.all(
    contacts.map((contact) => world.must('POST', '/v1/contacts', { account, contact: { id: contact } })),
  );
  await until(async () => (await states(account)).length === 40, 10, 'not all are planned');
  await until(async () => (await states(account)).every((state) => state === 'failed'), 20, 'some wait');
  const attempts =
    'select count(*) as n from delivery_attempt a join delivery d on d.id = a.delivery_id where d.account_id = ?';
  expect(await world.sql(attempts, [account])).toEqual([{ n: 40 }]);
  const left = "select count(*) as n from job where account_id = ? and kind = 'delivery' and state <> 'done'";
  await until(async () => Number((await world.sql(left, [account]))[0]?.n) === 0, 10, 'some jobs are left');
});

async function states(account: string): Promise<string[]> {
  const rows = await world.sql('select state from delivery where account_id = ? order by id', [account]);
  return rows.map(({ state }) => state);
}
