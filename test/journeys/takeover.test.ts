// A robot whose turn began before a takeover does not speak after it, wherever the takeover happens to come: before the robot's act has
// its lock, while it waits for it, or in the middle of a step that it made on what it knew.
import { expect, test } from 'vitest';
import { Gate, somebodyWaits } from '../support/gate.ts';
import { type Json, World } from '../support/world.ts';

const world = await World.open();

const gate = await Gate.open(world);

async function begin(): Promise<{ agent: Json; robot: Json; messages: string; turn: Json }> {
  const account = await world.account();
  const agent = await world.agent([account], { name: 'Li Ming' });
  const robot = await world.must('POST', '/v1/sessions', { account, contact: 'wang', kind: 'auto_bargain' });
  const messages = `/v1/conversations/${robot.conversationId}/messages`;
  return {
    agent,
    robot,
    messages,
    turn: { sessionId: robot.session.id, epoch: robot.epoch, robot: 'Bargainer', content: 'Six per cent.' },
  };
}

const LOST = {
  status: 409,
  body: { code: 'floor_lost', holder: { agentName: 'Li Ming', handler: 'human' }, epoch: 2 },
};

async function spoken(messages: string): Promise<string[]> {
  const { data } = await world.must('GET', messages);
  return data.filter(({ sender }: Json) => sender === 'robot').map(({ content }: Json) => content);
}

test('held before its act has the lock: the agent takes over, and the robot is told that it lost the floor, and to whom', async () => {
  const { agent, robot, messages, turn } = await begin();
  gate.shut('begun');
  const late = world.call('POST', messages, turn, { url: gate.url });
  await gate.isHolding();
  await world.must('POST', `/v1/conversations/${robot.conversationId}/accept`, undefined, { key: agent.token });
  gate.release();
  const reply = await late;
  expect(reply).toMatchObject(LOST);
  expect(reply.body.detail).toContain('Li Ming');
  expect(await spoken(messages)).toEqual([]);
});

test('waiting for the lock that the takeover holds: it finds what the takeover wrote, not what was before', async () => {
  const { agent, robot, messages, turn } = await begin();
  gate.shut('applied');
  const accept = world.call('POST', `/v1/conversations/${robot.conversationId}/accept`, undefined, {
    key: agent.token,
    url: gate.url,
  });
  await gate.isHolding();
  const late = world.call('POST', messages, turn);
  await somebodyWaits(world);
  gate.release();
  expect((await accept).status).toBe(200);
  expect(await late).toMatchObject(LOST);
  expect(await spoken(messages)).toEqual([]);
});

test('and the other way round: what the robot said first stands, and the takeover comes after it', async () => {
  const { agent, robot, messages, turn } = await begin();
  gate.shut('applied');
  const said = world.call('POST', messages, turn, { url: gate.url });
  await gate.isHolding();
  const accept = world.call('POST', `/v1/conversations/${robot.conversationId}/accept`, undefined, {
    key: agent.token,
  });
  await somebodyWaits(world);
  gate.release();
  expect((await said).status).toBe(201);
  expect((await accept).status).toBe(200);
  const types: Json[] = await world.sql('select type from event where conversation_id = ? order by id', [
    robot.conversationId,
  ]);
  const order = types.map(({ type }) => type);
  expect(order.indexOf('message.created')).toBeLessThan(order.indexOf('session.paused'));
  expect(await spoken(messages)).toEqual(['Six per cent.']);
});

test('a robot that has the floor again does not say what it began in its turn before: the epoch has grown', async () => {
  const { agent, robot, messages, turn } = await begin();
  gate.shut('begun');
  const late = world.call('POST', messages, turn, { url: gate.url });
  await gate.isHolding();
  const taken = await world.must('POST', `/v1/conversations/${robot.conversationId}/accept`, undefined, {
    key: agent.token,
  });
  await world.must('POST', `/v1/sessions/${taken.sessionId}/complete`, {}, { key: agent.token });
  expect(await world.must('GET', `/v1/sessions/${robot.session.id}`)).toMatchObject({ state: 'active' });
  gate.release();
  expect(await late).toMatchObject({ status: 409, body: { code: 'floor_lost', epoch: 3 } });
  expect(await world.call('POST', messages, { ...turn, epoch: 3 })).toMatchObject({ status: 201 });
  expect(await spoken(messages)).toEqual(['Six per cent.']);
  expect(await world.broken()).toEqual([]);
});

test('who does not hold the floor does not speak, though they know the present epoch: neither a robot nor an agent', async () => {
  const { agent, robot, messages, turn } = await begin();
  const taken = await world.must('POST', `/v1/conversations/${robot.conversationId}/accept`, undefined, {
    key: agent.token,
  });
  expect(await world.call('POST', messages, { ...turn, epoch: taken.epoch })).toMatchObject(LOST);
  await world.must('POST', `/v1/sessions/${taken.sessionId}/pause`, {}, { key: agent.token });
  const words = { sessionId: taken.sessionId, content: 'One more thing.' };
  expect(await world.call('POST', messages, words, { key: agent.token })).toMatchObject({
    status: 409,
    body: { code: 'floor_lost', holder: { sessionId: robot.session.id } },
  });
  expect(await spoken(messages)).toEqual([]);
});
