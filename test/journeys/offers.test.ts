// A conversation is offered: missed by one, declined by the next, accepted by the third, and each step is heard and explained. Then
// the two other ways to an agent: it is theirs at once, or they pick.
import { expect, test } from 'vitest';
import { newId } from '../../src/domain/ids.ts';
import { expireDue } from '../../src/workers/timeout-check.ts';
import { type Json, until, World } from '../support/world.ts';

const world = await World.open();

type Agent = { readonly id: string; readonly token: string };

async function offerTo(agent: Agent): Promise<Json> {
  const find = () =>
    world.sql("select id, conversation_id from assignment where state = 'offered' and agent_id = ?", [agent.id]);
  await until(async () => (await find()).length === 1, 5, 'no offer was made');
  return (await find())[0];
}

/** Somebody writes, and nobody of ours has ever served them. */
async function writes(account: string): Promise<string> {
  const contact = newId();
  await world.ingest([world.message(account, contact)]);
  return (await world.conversation(account, contact)).id;
}

const whyNot = async (conversation: string): Promise<Record<string, string>> => {
  const { decision } = await world.must('GET', `/v1/conversations/${conversation}/route`);
  return Object.fromEntries(decision.verdict.candidates.map(({ name, why }: Json) => [name, why]));
};

test('offered, missed, declined, accepted: one after the other is asked, and one serves', async () => {
  const account = await world.account({ routing: { mode: 'offer', offerFor: 30 } });
  const li = await world.agent([account], { name: 'Li' });
  const chen = await world.agent([account], { name: 'Chen' });
  const sun = await world.agent([account], { name: 'Sun' });
  const desk = world.client('/agent', li.token);
  await until(() => Object.keys(desk.client.places).length === 2, 5, 'the agent is not connected');

  const conversation = await writes(account);
  const first = await offerTo(li);
  expect(await whyNot(conversation)).toEqual({
    Li: '5 of 5 seats free',
    Chen: 'equal in all; the smaller id is taken',
    Sun: 'equal in all; the smaller id is taken',
  });
  world.advance(31);
  await expireDue(world.kernel);
  const late = await world.call('POST', `/v1/assignments/${first.id}/accept`, undefined, { key: li.token });
  expect(late).toMatchObject({ status: 409, body: { code: 'offer_closed', state: 'expired' } });

  const second = await offerTo(chen);
  const stranger = await world.call('POST', `/v1/assignments/${second.id}/accept`, undefined, { key: sun.token });
  expect(stranger.status).toBe(404);
  await world.must('POST', `/v1/assignments/${second.id}/decline`, { reason: 'not my field' }, { key: chen.token });

  const third = await offerTo(sun);
  expect(await whyNot(conversation)).toEqual({
    Li: 'missed 1 offers of it',
    Chen: 'declined it',
    Sun: '5 of 5 seats free',
  });
  const taken = await world.must('POST', `/v1/assignments/${third.id}/accept`, undefined, { key: sun.token });
  expect(await world.must('POST', `/v1/assignments/${third.id}/accept`, undefined, { key: sun.token })).toEqual(taken);
  const said = { sessionId: taken.sessionId, content: 'How can I help?' };
  await world.must('POST', `/v1/conversations/${conversation}/messages`, said, { key: sun.token });
  expect(await world.must('GET', `/v1/conversations/${conversation}`)).toMatchObject({
    status: 'serving',
    agent: { name: 'Sun' },
  });

  await world.must('POST', `/v1/conversations/${conversation}/resolve`, {}, { key: sun.token });
  await world.quiet();
  const told = await world.sql(
    "select type from event where conversation_id = ? and type like 'assignment.%' order by id",
    [conversation],
  );
  expect(told.map(({ type }) => type.replace('assignment.', ''))).toEqual([
    'offered',
    'expired',
    'offered',
    'declined',
    'offered',
    'accepted',
    'released',
  ]);
  await until(
    () => desk.events.some(({ type }) => type === 'assignment.expired'),
    5,
    'the agent was not told that the offer is over',
  );
  expect(await world.sql('select id from assignment where account_id = ? and seat is not null', [account])).toEqual([]);
});

test('direct: it is theirs at once, and nobody is asked', async () => {
  const account = await world.account({ routing: { mode: 'direct' } });
  const li = await world.agent([account], { name: 'Li' });
  const conversation = await writes(account);
  await until(
    async () => (await world.must('GET', `/v1/conversations/${conversation}`)).status === 'serving',
    5,
    'nobody serves it',
  );
  expect(await world.must('GET', `/v1/conversations/${conversation}`)).toMatchObject({ agent: { id: li.id } });
  expect(await whyNot(conversation)).toEqual({ Li: '5 of 5 seats free' });
});

test('manual: it waits in the queue until an agent picks it, and the board says how many could', async () => {
  const account = await world.account({ routing: { mode: 'manual' } });
  const li = await world.agent([account], { name: 'Li' });
  const conversation = await writes(account);
  await world.quiet();
  const [queued] = await world.sql(
    "select data from event where conversation_id = ? and type = 'conversation.queued'",
    [conversation],
  );
  expect(JSON.parse(queued.data)).toMatchObject({
    eligibleAgents: 1,
    explanation: '1 of 1 agents could take it; agents pick from the queue.',
  });
  expect(await world.must('GET', `/v1/conversations/${conversation}`)).toMatchObject({ status: 'queued', agent: null });
  await world.must('POST', `/v1/conversations/${conversation}/accept`, undefined, { key: li.token });
  expect(await world.must('GET', `/v1/conversations/${conversation}`)).toMatchObject({
    status: 'serving',
    agent: { id: li.id },
  });
});

test('nothing that must always hold is broken', async () => {
  expect(await world.broken()).toEqual([]);
});
