// What a batch changes, and what it must leave as it is.
import { expect, test } from 'vitest';
import { type Json, World } from '../../support/world.ts';
import { ingestAt } from './ingesting.ts';

const world = await World.open();

/** The conversation with its sessions, oldest first, each in a few words. */
async function read(account: string, contact = 'wang'): Promise<{ id: string; status: string; sessions: string[] }> {
  const { id, status, sessions } = await world.conversation(account, contact);
  const words = sessions.map((session: Json) => `${session.kind} ${session.state} ${session.origin}`);
  return { id, status, sessions: words.reverse() };
}

async function accepted(account: string): Promise<{ id: string; token: string; sessionId: string }> {
  await world.ingest([world.message(account, 'wang')]);
  const { id } = await world.conversation(account, 'wang');
  const { token } = await world.agent([account]);
  const { sessionId } = await world.must('POST', `/v1/conversations/${id}/accept`, undefined, { key: token });
  return { id, token, sessionId };
}

test('people first: queued, and routing is planned; robot first: the robot handles it', async () => {
  const [people, robot] = [await world.account(), await world.account({ firstHandler: 'robot' })];
  await world.ingest([world.message(people, 'wang'), world.message(robot, 'wang')]);
  expect(await read(people)).toMatchObject({
    status: 'queued',
    sessions: ['manual_customer_service pending inferred'],
  });
  expect(await read(robot)).toMatchObject({
    status: 'ai_handling',
    sessions: ['auto_customer_service active inferred'],
  });
  const planned = await world.sql("select account_id from job where kind = 'route-conversation'");
  expect(planned).toEqual([{ account_id: people }]);
});

test('what was said long ago opens sessions that are over, one for each pause, and queues nobody', async () => {
  const account = await world.account();
  const days = [3, 2, 1].map((day) => world.message(account, 'wang', { sentAt: world.ago(day * 86_400) }));
  expect(await world.ingest(days)).toMatchObject({ stored: 3, sessionsOpened: 3 });
  expect(await read(account)).toMatchObject({
    status: 'resolved',
    sessions: Array(3).fill('manual_customer_service completed inferred'),
  });
  expect(await world.broken()).toEqual([]);
});

test('the same batch again stores nothing, tells nothing and changes no session', async () => {
  const account = await world.account();
  const messages = [40, 20, 5].map((minutes) => world.message(account, 'wang', { sentAt: world.ago(minutes * 60) }));
  await world.ingest(messages);
  await world.quiet();
  const { id } = await read(account);
  const before = await everythingOf(id);
  expect(await world.ingest([...messages, ...messages])).toMatchObject({ stored: 0, duplicates: 6, sessionsOpened: 0 });
  expect(await everythingOf(id)).toEqual(before);
});

test('a resolved session never changes; what was said in its time is kept in it, what comes after opens a new one', async () => {
  const account = await world.account();
  const { id, token, sessionId } = await accepted(account);
  await world.must('POST', `/v1/conversations/${id}/resolve`, {}, { key: token });
  const [resolved] = await world.sql('select * from session where id = ?', [sessionId]);
  await world.ingest([
    world.message(account, 'wang', { id: 'during', sentAt: resolved.first_at.replace(' ', 'T').concat('Z') }),
    world.message(account, 'wang', { id: 'long-before', sentAt: world.ago(7200) }),
  ]);
  expect(await world.sql("select session_id from message where external_id = 'during'")).toEqual([
    { session_id: sessionId },
  ]);
  expect((await read(account)).status).toBe('resolved');
  const after = new Date(world.kernel.clock().getTime() + 1000).toISOString();
  await world.ingest([world.message(account, 'wang', { id: 'after', sentAt: after })]);
  expect(await read(account)).toMatchObject({ status: 'queued' });
  expect(await world.sql('select * from session where id = ?', [sessionId])).toEqual([resolved]);
  expect(await world.broken()).toEqual([]);
});

test('a conversation that an agent serves keeps its session, whatever arrives late', async () => {
  const account = await world.account();
  const { id, sessionId } = await accepted(account);
  await world.ingest([
    world.message(account, 'wang', { sender: 'robot', sentAt: world.ago(600) }),
    world.message(account, 'wang', { sender: 'human', sentAt: world.ago(3600) }),
    world.message(account, 'wang', { sentAt: world.ago(0) }),
  ]);
  expect(await world.conversation(account, 'wang')).toMatchObject({ id, status: 'serving' });
  expect(await world.sql('select state, active_in from session where id = ?', [sessionId])).toEqual([
    { state: 'active', active_in: id },
  ]);
  expect(await world.broken()).toEqual([]);
});

test('a person who answers outside holds the floor; a message of two days ago does not end that', async () => {
  const account = await world.account({ firstHandler: 'robot' });
  const spoken = new Date(world.kernel.clock().getTime() - 3_600_000);
  await ingestAt(world, spoken, [world.message(account, 'wang', { sender: 'human', sentAt: spoken })]);
  const serving = { status: 'serving', sessions: ['manual_customer_service active inferred'] };
  expect(await read(account)).toMatchObject(serving);
  await world.ingest([world.message(account, 'wang', { sentAt: world.ago(2 * 86_400) })]);
  const { status, sessions } = await read(account);
  expect(status).toBe('serving');
  expect(sessions).toContain('manual_customer_service active inferred');
  expect(await world.broken()).toEqual([]);
});

test('a late bridge merges two sessions: messages move, followers are told, the merged one is gone from the list', async () => {
  const account = await world.account();
  const at = (minutes: number) => ({ sentAt: world.ago(minutes * 60) });
  await world.ingest([world.message(account, 'wang', at(300)), world.message(account, 'wang', at(250))]);
  await world.ingest([world.message(account, 'wang', at(275))]);
  const { id, sessions } = await read(account);
  expect(sessions).toEqual(['manual_customer_service completed inferred']);
  const events: Json[] = await world.sql('select type from event where conversation_id = ?', [id]);
  expect(events.filter(({ type }) => type === 'conversation.messages_moved')).toHaveLength(1);
  expect(await world.broken()).toEqual([]);
});

async function everythingOf(conversation: string): Promise<Json> {
  return Promise.all([
    world.sql('select * from conversation where id = ?', [conversation]),
    world.sql('select * from session where conversation_id = ? order by id', [conversation]),
    world.sql('select * from message where conversation_id = ? order by id', [conversation]),
    world.sql('select id from event where conversation_id = ? order by id', [conversation]),
  ]);
}

test('half characters are refused one by one, and their neighbours are stored', async () => {
  const account = await world.account();
  const result = await world.ingest([
    world.message(account, 'zhao', { id: 'half\ud800' }),
    world.message(account, 'half\ud801'),
    world.message(account, 'zhao', { content: 'half \ud802' }),
    world.message(account, 'zhao', { content: 'whole 👍' }),
  ]);
  expect(result).toMatchObject({ stored: 1, refused: [{ index: 0 }, { index: 1 }, { index: 2 }] });
});

test('a repeated batch does not change a profile back', async () => {
  const account = await world.account();
  const named = (name: string, seconds: number) => [
    world.message(account, '-', { contact: { id: 'zhao', name }, sentAt: world.ago(seconds) }),
  ];
  const [old, renewed] = [named('Old', 60), named('New', 30)];
  await world.ingest(old);
  await world.ingest(renewed);
  expect(await world.ingest(old)).toMatchObject({ stored: 0, duplicates: 1 });
  expect((await world.conversation(account, 'zhao')).contact.name).toBe('New');
});

test('a message that is ahead of our clock keeps its place as the newest', async () => {
  const account = await world.account();
  const agent = await world.agent([account]);
  await world.ingest([world.message(account, 'zhao', { sentAt: world.ago(-200) })]);
  const { id } = await world.conversation(account, 'zhao');
  await world.must('POST', `/v1/conversations/${id}/accept`, undefined, { key: agent.token });
  expect(await world.broken()).toEqual([]);
});
