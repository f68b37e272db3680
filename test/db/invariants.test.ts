// Each invariant finds what breaks it: a world that holds them all is damaged by hand, in one way for each.
import { expect, test } from 'vitest';
import { checkInvariants, INVARIANTS } from '../../src/db/invariants.ts';
import { World } from '../support/world.ts';

const world = await World.open({ workers: 1 });
const account = await world.account();
await world.ingest([world.message(account, 'wang'), world.message(account, 'li', { sentAt: world.ago(7200) })]);
await world.quiet();
const { id, sessions } = await world.conversation(account, 'wang');
const agent = await world.agent([account]);
await world.must('POST', `/v1/conversations/${id}/accept`, undefined, { key: agent.token });
const { id: past } = await world.conversation(account, 'li');
const session = sessions[0].id;

/** What the tables let happen at all: the rest they refuse by themselves (migrate.test.ts). */
const DAMAGES: Readonly<Record<string, readonly [sql: string, params: unknown[]]>> = {
  seats: [
    "update session set state = 'completed', active_in = null, deadline_at = null, ended_at = last_at where id = ?",
    [session],
  ],
  'streams-gapless': ['update stream set head = head + 1 where name = ?', [`conversation:${id}`]],
  'streams-hold-events': ['delete from event where conversation_id = ? limit 1', [id]],
  'batches-accounted': ["update job set size = size + 1 where kind = 'ingest-batch'", []],
  'batches-stored': ['delete from message', []],
  'desk-status': ["update conversation set status = 'resolved' where id = ?", [id]],
  'desk-newest': ['update conversation set desk_order = desk_order + 1 where id = ?', [id]],
  'moves-told-once': [
    "update event set type = 'session.paused' where type = 'session.opened' and conversation_id = ?",
    [id],
  ],
  'messages-in-sessions': ['update message set session_id = ? where conversation_id = ?', [session, past]],
  spans: ['update session set first_at = first_at - interval 1 second where conversation_id = ?', [past]],
};

test('a world that nobody damaged holds them all', async () => {
  const findings = await checkInvariants(world.kernel.orm.em.fork());
  expect(findings.map(({ name }) => name)).toEqual(INVARIANTS.map(({ name }) => name));
  expect(findings.filter(({ violations }) => violations > 0)).toEqual([]);
});

test.each(Object.entries(DAMAGES))('%s is noticed, with an example to look for', async (name, [sql, params]) => {
  const em = world.kernel.orm.em.fork();
  await em.begin();
  try {
    await em.execute(sql, params, 'run');
    const finding = (await checkInvariants(em)).find((each) => each.name === name);
    expect(finding?.violations).toBeGreaterThan(0);
    expect(finding?.examples[0]).toMatch(/./);
  } finally {
    await em.rollback();
  }
});
