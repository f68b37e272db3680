// Many first messages of one contact at once: one contact, one conversation, one session, and every message.
import { expect, test } from 'vitest';
import { World } from '../../support/world.ts';
import { ingestAt } from '../messages/ingesting.ts';

const world = await World.open({ workers: 2 });
const AT_ONCE = 64;

test('64 single-message batches posted at once', async () => {
  const account = await world.account();
  const replies = await Promise.all(
    Array.from({ length: AT_ONCE }, () =>
      world.call('POST', '/v1/batches', { messages: [world.message(account, 'wang')] }),
    ),
  );
  expect(replies.map(({ status }) => status)).toEqual(Array(AT_ONCE).fill(202));
  await world.quiet();
  expect(await countsOf(account)).toEqual({ contacts: 1, conversations: 1, sessions: 1, messages: AT_ONCE });
  expect(await world.broken()).toEqual([]);
});

test('64 acts at once', async () => {
  const account = await world.account({ firstHandler: 'robot' });
  const now = world.kernel.clock();
  await Promise.all(
    Array.from({ length: AT_ONCE }, () => ingestAt(world, now, [world.message(account, 'wang', { sentAt: now })])),
  );
  expect(await countsOf(account)).toEqual({ contacts: 1, conversations: 1, sessions: 1, messages: AT_ONCE });
  const created = await world.sql("select id from event where type = 'conversation.created' and account_id = ?", [
    account,
  ]);
  expect(created).toHaveLength(1);
  expect(await world.broken()).toEqual([]);
});

async function countsOf(account: string): Promise<Record<string, number>> {
  const [counts] = await world.sql<Record<string, number>>(
    `select (select count(*) from contact where account_id = ?) as contacts, (select count(*) from conversation where account_id = ?) as conversations,
      (select count(*) from session where account_id = ?) as sessions, (select count(*) from message where account_id = ?) as messages`,
    [account, account, account, account],
  );
  return counts ?? {};
}
