// People may write outside the system at any time: what they said is a fact that arrives late. It opens or corrects a human turn, the
// robot falls silent and is told, and what it said meanwhile is marked.
import { expect, test } from 'vitest';
import { newId } from '../../src/domain/ids.ts';
import { type Json, until, World } from '../support/world.ts';

const world = await World.open();

async function robotFor(account: string, contact: string): Promise<Json> {
  return world.must('POST', '/v1/sessions', { account, contact, kind: 'auto_bargain' });
}

test('a person outside answers while a robot has the floor: the robot is silent until they have gone', async () => {
  const account = await world.account();
  const contact = newId();
  const robot = await robotFor(account, contact);
  const say = { sessionId: robot.session.id, robot: 'Bargainer' };
  const messages = `/v1/conversations/${robot.conversationId}/messages`;
  await world.must('POST', messages, { ...say, epoch: robot.epoch, content: 'Ninety?' });

  await world.ingest([
    world.message(account, contact, { sender: 'human', content: 'Boss here: eighty.', sentAt: world.ago(0) }),
  ]);
  const now = await world.conversation(account, contact);
  expect(now).toMatchObject({ status: 'serving', epoch: 2, agent: null });
  const outside = now.sessions.find(({ origin }: Json) => origin === 'outside');
  expect(outside).toMatchObject({ kind: 'manual_customer_service', state: 'active', predecessorId: robot.session.id });
  const refused = await world.call('POST', messages, { ...say, epoch: robot.epoch, content: 'Eighty-nine?' });
  expect(refused).toMatchObject({ status: 409, body: { code: 'floor_lost', holder: { handler: 'human' } } });

  // A robot of upstream that did not ask us spoke over them.
  const over = world.message(account, contact, { sender: 'robot', content: 'Eighty-eight?', sentAt: world.ago(-1) });
  await world.ingest([over, world.message(account, contact, { content: 'Deal', sentAt: world.ago(-2) })]);
  const said: Json[] = await world.sql('select content, session_id, overlapped from message order by sent_at, id');
  expect(said.map(({ content, overlapped }) => [content, Number(overlapped)])).toEqual([
    ['Ninety?', 0],
    ['Boss here: eighty.', 0],
    ['Eighty-eight?', 1],
    ['Deal', 0],
  ]);
  expect(said[2].session_id).toBe(robot.session.id);
  expect(said[3].session_id).toBe(outside.id);

  const told = await world.must('GET', `/v1/streams/session:${robot.session.id}/events`);
  const types = told.events.map(({ type }: Json) => type);
  expect(types).toEqual(['session.opened', 'session.paused', 'session.conflicted']);
  expect(told.events.at(-1).data).toMatchObject({ rule: 'outside', outcome: 'overlapped' });

  world.advance(1900);
  await world.must('POST', '/v1/timeout-checks', {});
  const silent = async () => (await world.conversation(account, contact)).status === 'ai_handling';
  await until(silent, 10, 'the turn of the person outside did not end');
  expect(await world.conversation(account, contact)).toMatchObject({ status: 'ai_handling', epoch: 3 });
  expect(await world.broken()).toEqual([]);
});

test('a person’s word that arrives when the robot is done corrects the past: a turn of their own, and the overlap is marked', async () => {
  const account = await world.account();
  const contact = newId();
  const robot = await robotFor(account, contact);
  const messages = `/v1/conversations/${robot.conversationId}/messages`;
  const say = { sessionId: robot.session.id, epoch: robot.epoch, robot: 'Bargainer' };
  const first = await world.must('POST', messages, { ...say, content: 'Ninety?' });
  const spoken = new Date(Date.parse(first.sentAt) + 1).toISOString();
  await world.must('POST', messages, { ...say, content: 'Anybody there?' });
  await world.must('POST', `/v1/sessions/${robot.session.id}/complete`, {});
  world.advance(2000);

  await world.ingest([world.message(account, contact, { sender: 'human', content: 'I am on it.', sentAt: spoken })]);
  const { sessions, status } = await world.conversation(account, contact);
  expect(status).toBe('resolved');
  expect(sessions.map(({ origin, state }: Json) => `${origin} ${state}`).sort()).toEqual([
    'outside completed',
    'requested completed',
  ]);
  const over: Json[] = await world.sql('select content from message where overlapped = true and conversation_id = ?', [
    robot.conversationId,
  ]);
  expect(over.map(({ content }) => content)).toEqual(['Anybody there?']);
  expect(await world.broken()).toEqual([]);
});

test('a word that shows that a turn goes on after all opens the next one, and the robot falls silent again', async () => {
  const account = await world.account();
  const contact = newId();
  const robot = await robotFor(account, contact);
  const heard = (content: string, sentAt: string) =>
    world.ingest([world.message(account, contact, { sender: 'human', content, sentAt })]);
  await heard('Boss', world.ago(0));
  world.advance(1700);
  const late = world.ago(0);
  world.advance(150);
  await world.must('POST', '/v1/timeout-checks', {});
  const silent = async () => (await world.conversation(account, contact)).status === 'ai_handling';
  await until(silent, 10, 'the turn of the person outside did not end');
  await heard('still here', late);
  const now = await world.conversation(account, contact);
  expect(now).toMatchObject({ status: 'serving', epoch: 4 });
  const turns = now.sessions.filter(({ origin }: Json) => origin === 'outside');
  expect(turns.map(({ state }: Json) => state).sort()).toEqual(['active', 'completed']);
  expect((await world.must('GET', `/v1/sessions/${robot.session.id}`)).state).toBe('paused');
  expect(await world.broken()).toEqual([]);
});

test('a person outside who answers what was to be handed on has taken it; an agent may still come in', async () => {
  const account = await world.account();
  const contact = newId();
  const robot = await robotFor(account, contact);
  const transfer = await world.must('POST', `/v1/sessions/${robot.session.id}/transfers`, {
    reason: 'asks for a person',
  });
  await world.ingest([world.message(account, contact, { sender: 'human', content: 'Hello!', sentAt: world.ago(-1) })]);
  await world.quiet();
  expect(await world.must('GET', `/v1/transfers/${transfer.id}`)).toMatchObject({ state: 'accepted' });
  expect(await world.conversation(account, contact)).toMatchObject({ status: 'serving', agent: null });
  const li = await world.agent([account], { name: 'Li Ming' });
  const taken = await world.must('POST', `/v1/conversations/${robot.conversationId}/accept`, undefined, {
    key: li.token,
  });
  expect(taken.sessionId).toBe(transfer.toSessionId);
  expect(await world.broken()).toEqual([]);
});

test('a word outside never takes the floor from a person who has it, whatever robots wait or are done', async () => {
  const account = await world.account();
  const contact = newId();
  await world.ingest([
    world.message(account, contact, { sentAt: world.ago(9) }),
    world.message(account, contact, { sender: 'human', content: 'Boss here', sentAt: world.ago(8) }),
  ]);
  const robot = await robotFor(account, contact);
  expect(robot.session.state).toBe('pending');
  const more = [
    world.message(account, contact, { sender: 'human', content: 'still me', sentAt: world.ago(-1) }),
    world.message(account, contact, { content: 'fine', sentAt: world.ago(-2) }),
  ];
  expect(await world.ingest(more)).toMatchObject({ stored: 2 });
  const rows: Json[] = await world.sql('select content, session_id from message where conversation_id = ?', [
    robot.conversationId,
  ]);
  expect(new Set(rows.map(({ session_id }) => session_id)).size).toBe(1);
  await world.must('POST', `/v1/sessions/${robot.session.id}/cancel`, {});

  const other = newId();
  const done = await robotFor(account, other);
  const between = new Date(world.kernel.clock().getTime()).toISOString();
  await world.must('POST', `/v1/sessions/${done.session.id}/complete`, {});
  await world.ingest([world.message(account, other, { sender: 'human', content: 'now', sentAt: world.ago(-3) })]);
  const late = world.message(account, other, { sender: 'human', content: 'before', sentAt: between });
  expect(await world.ingest([late])).toMatchObject({ stored: 1 });
  expect(await world.broken()).toEqual([]);
});

test('an agent who takes over a turn from outside has it as long as any', async () => {
  const account = await world.account();
  const contact = newId();
  const robot = await robotFor(account, contact);
  await world.ingest([world.message(account, contact, { sender: 'human', content: 'Boss', sentAt: world.ago(0) })]);
  const li = await world.agent([account], { name: 'Li Ming' });
  const path = `/v1/conversations/${robot.conversationId}`;
  const { sessionId } = await world.must('POST', `${path}/accept`, undefined, { key: li.token });
  const { deadlineAt, origin } = await world.must('GET', `/v1/sessions/${sessionId}`);
  expect(origin).toBe('accepted');
  expect(Date.parse(deadlineAt) - world.kernel.clock().getTime()).toBeGreaterThan(28_000_000);
});
