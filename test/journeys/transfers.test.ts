// Handing on, and every way in which it does not go well: declined, not answered, escalated, withdrawn, in a circle. At each moment
// source, target or queue holds the work: never none, never two.
import { describe, expect, test } from 'vitest';
import { newId } from '../../src/domain/ids.ts';
import { type Json, until, World } from '../support/world.ts';

const world = await World.open();

type Begun = { account: string; contact: string; robot: Json; path: string };

async function begin(settings: object = {}): Promise<Begun> {
  const account = await world.account(settings);
  const contact = newId();
  const robot = await world.must('POST', '/v1/sessions', { account, contact, kind: 'auto_bargain' });
  return { account, contact, robot, path: `/v1/sessions/${robot.session.id}/transfers` };
}

const sessionOf = (id: string) => world.must('GET', `/v1/sessions/${id}`);
const transferOf = (id: string) => world.must('GET', `/v1/transfers/${id}`);

/** The check by hand and the scheduler's share the due rows out, so the one may be done before the other. */
async function untilDue(transfer: string, expected: object): Promise<void> {
  await world.must('POST', '/v1/timeout-checks', {});
  const reached = async () => {
    const now = await transferOf(transfer);
    return Object.entries(expected).every(([field, value]) => now[field] === value);
  };
  await until(reached, 10, `the transfer did not become ${JSON.stringify(expected)}`);
}

async function offerTo(agent: { id: string }): Promise<string> {
  const find = () => world.sql("select id from assignment where state = 'offered' and agent_id = ?", [agent.id]);
  await until(async () => (await find()).length > 0, 5, 'no offer was made');
  return (await find())[0].id;
}

describe('a robot hands on', () => {
  test('declined by all: it goes back to the robot, and the contact is told', async () => {
    const { account, contact, robot, path } = await begin({ routing: { mode: 'offer' } });
    const [li, chen] = [await world.agent([account], { name: 'Li' }), await world.agent([account], { name: 'Chen' })];
    const transfer = await world.must('POST', path, { reason: 'asks for a person' });
    expect(await sessionOf(robot.session.id)).toMatchObject({ state: 'paused', onHold: true });
    expect((await world.conversation(account, contact)).status).toBe('queued');
    for (const agent of [li, chen]) {
      const offer = await offerTo(agent);
      await world.must('POST', `/v1/assignments/${offer}/decline`, { reason: 'at lunch' }, { key: agent.token });
    }
    await world.quiet();
    expect(await transferOf(transfer.id)).toMatchObject({ state: 'declined' });
    expect(await sessionOf(robot.session.id)).toMatchObject({ state: 'active' });
    expect(await sessionOf(transfer.toSessionId)).toMatchObject({ state: 'cancelled' });
    const { data } = await world.must('GET', `/v1/conversations/${robot.conversationId}/messages`);
    expect(data.map(({ content }: Json) => content)).toEqual([
      'Sorry, nobody is free to help you just now. Please try again later.',
      'We are looking for a colleague who can help you. One moment, please.',
    ]);
  });

  test('not taken within its time: back to the robot; who comes later is told who holds it', async () => {
    const { account, robot, path } = await begin();
    const li = await world.agent([account]);
    const transfer = await world.must('POST', path, { reason: 'asks for a person' });
    world.advance(301);
    await untilDue(transfer.id, { state: 'expired', answer: 'nobody took it in time' });
    expect(await sessionOf(robot.session.id)).toMatchObject({ state: 'active' });
    const late = await world.call('POST', `/v1/transfers/${transfer.id}/accept`, undefined, { key: li.token });
    expect(late).toMatchObject({
      status: 409,
      body: { code: 'transfer_closed', state: 'expired', holder: { sessionId: robot.session.id, handler: 'robot' } },
    });
  });

  test('where the account says so it goes up a level instead, and at last operators are called', async () => {
    const { path } = await begin({ transfers: { onTimeout: 'escalate', maxHops: 2 } });
    const transfer = await world.must('POST', path, { reason: 'asks for a person' });
    world.advance(301);
    await untilDue(transfer.id, { state: 'requested', hops: 1 });
    expect(await sessionOf(transfer.toSessionId)).toMatchObject({ state: 'pending', level: 1 });
    world.advance(301);
    await untilDue(transfer.id, { state: 'requested', hops: 2 });
    const { events } = await world.must('GET', '/v1/streams/ops/events');
    const alert = events.find(({ type }: Json) => type === 'ops.alert_raised');
    expect(alert.data).toMatchObject({ code: 'transfer_not_taken' });
  });

  test('the robot keeps speaking until somebody accepts, where the account says so', async () => {
    const { account, robot, path } = await begin({ transfers: { pauseAt: 'accept' } });
    const li = await world.agent([account]);
    const transfer = await world.must('POST', path, { reason: 'asks for a person' });
    const messages = `/v1/conversations/${robot.conversationId}/messages`;
    const say = { sessionId: robot.session.id, epoch: robot.epoch, robot: 'R' };
    await world.must('POST', messages, { ...say, content: 'Somebody will come.' });
    await world.must('POST', `/v1/transfers/${transfer.id}/accept`, undefined, { key: li.token });
    expect(await world.call('POST', messages, { ...say, content: 'Still here' })).toMatchObject({ status: 409 });
    expect(await sessionOf(robot.session.id)).toMatchObject({
      state: 'transferred',
      successorId: transfer.toSessionId,
    });
    await world.must('POST', `/v1/conversations/${robot.conversationId}/resolve`, {}, { key: li.token });
    expect(await sessionOf(robot.session.id)).toMatchObject({ state: 'completed' });
  });

  test('a second transfer waits for the first, and a circle without a word of the contact is broken', async () => {
    const { account, contact, path } = await begin();
    for (let round = 1; round <= 3; round += 1) {
      const { id } = await world.must('POST', path, { reason: `round ${round}` });
      expect(await world.call('POST', path, { reason: 'again' })).toMatchObject({
        status: 409,
        body: { code: 'transfer_open', transferId: id },
      });
      await world.must('POST', `/v1/transfers/${id}/return`, {});
    }
    expect(await world.call('POST', path, { reason: 'round 4' })).toMatchObject({
      status: 409,
      body: { code: 'transfer_loop' },
    });
    await world.ingest([world.message(account, contact, { content: 'And by Friday?', sentAt: world.ago(-1) })]);
    expect(await world.call('POST', path, { reason: 'round 5' })).toMatchObject({ status: 201 });
  });

  test('a complaint may begin with a robot and is handed on by rule', async () => {
    const account = await world.account({ complaints: 'robot_then_people' });
    const begun = await world.must('POST', '/v1/sessions', { account, contact: newId(), taskType: 'complaint' });
    expect(begun.session).toMatchObject({ kind: 'auto_customer_service', state: 'active' });
    await world.quiet();
    expect(await sessionOf(begun.session.id)).toMatchObject({ state: 'paused', onHold: true });
    const [row] = await world.sql('select cause from transfer where from_session_id = ?', [begun.session.id]);
    expect(JSON.parse(row.cause)).toEqual({ rule: 'task-type-complaint', words: [] });
  });
});

describe('what waits for a person already', () => {
  test('is not cancelled by a transfer that comes to nothing', async () => {
    const { account, contact, robot, path } = await begin();
    const complaint = await world.must('POST', '/v1/sessions', { account, contact, kind: 'manual_complaint' });
    const transfer = await world.must('POST', path, { reason: 'asks for a person' });
    expect(transfer.toSessionId).toBe(complaint.session.id);
    world.advance(301);
    await untilDue(transfer.id, { state: 'expired' });
    expect(await sessionOf(complaint.session.id)).toMatchObject({ state: 'pending' });
    expect(await sessionOf(robot.session.id)).toMatchObject({ state: 'paused', onHold: false });
  });

  test('goes on being waited for when the robot that keeps speaking has nothing more to say', async () => {
    const { robot, path } = await begin({
      transfers: { pauseAt: 'accept', acceptWithin: 3600 },
      deadlines: { robotActive: 60 },
    });
    const transfer = await world.must('POST', path, { reason: 'asks for a person' });
    world.advance(120);
    await world.must('POST', '/v1/timeout-checks', {});
    await world.quiet();
    expect(await sessionOf(robot.session.id)).toMatchObject({ state: 'active' });
    expect(await transferOf(transfer.id)).toMatchObject({ state: 'requested' });
  });
});

test('words that were taken back are in no replay', async () => {
  const { robot } = await begin();
  const path = `/v1/conversations/${robot.conversationId}`;
  const say = { sessionId: robot.session.id, epoch: robot.epoch, robot: 'R', content: 'my secret' };
  const { id } = await world.must('POST', `${path}/messages`, say);
  await world.must('PATCH', `/v1/messages/${id}`, { status: 'recalled' });
  const { events } = await world.must('GET', `/v1/streams/conversation:${robot.conversationId}/events`);
  expect(events.map(({ type }: Json) => type)).toContain('message.created');
  expect(JSON.stringify(events)).not.toContain('my secret');
});

describe('an agent hands on to a colleague', () => {
  async function served(settings: object = {}) {
    const account = await world.account(settings);
    const [li, chen] = [
      await world.agent([account], { name: 'Li' }),
      await world.agent([account], { name: 'Chen', capacity: 1 }),
    ];
    const asked = await world.must(
      'POST',
      '/v1/sessions',
      { account, contact: newId(), kind: 'manual_customer_service' },
      { key: li.token },
    );
    const hand = (to: string, fields: object = {}) =>
      world.call(
        'POST',
        `/v1/sessions/${asked.session.id}/transfers`,
        { reason: 'knows more', toAgentId: to, ...fields },
        { key: li.token },
      );
    return { account, li, chen, asked, hand };
  }

  test('who has it keeps floor and seat until the colleague accepts; then all moves at once', async () => {
    const { li, chen, asked, hand } = await served();
    const { body: transfer } = await hand(chen.id);
    await world.quiet();
    expect(await sessionOf(asked.session.id)).toMatchObject({ state: 'active' });
    const messages = `/v1/conversations/${asked.conversationId}/messages`;
    await world.must('POST', messages, { sessionId: asked.session.id, content: 'One moment' }, { key: li.token });
    const taken = await world.must('POST', `/v1/assignments/${await offerTo(chen)}/accept`, undefined, {
      key: chen.token,
    });
    expect(taken.sessionId).toBe(transfer.toSessionId);
    const lost = await world.call('POST', messages, { sessionId: asked.session.id, content: 'And' }, { key: li.token });
    expect(lost).toMatchObject({ status: 409, body: { holder: { agentName: 'Chen' } } });
    const seats = await world.sql('select agent_id from assignment where seat is not null and conversation_id = ?', [
      asked.conversationId,
    ]);
    expect(seats).toEqual([{ agent_id: chen.id }]);
  });

  test('declined: nothing has moved', async () => {
    const { li, chen, asked, hand } = await served();
    const { body: transfer } = await hand(chen.id);
    await offerTo(chen);
    await world.must('POST', `/v1/transfers/${transfer.id}/decline`, { reason: 'busy' }, { key: chen.token });
    await world.quiet();
    expect(await transferOf(transfer.id)).toMatchObject({ state: 'declined' });
    expect(await world.must('GET', `/v1/conversations/${asked.conversationId}`)).toMatchObject({
      status: 'serving',
      agent: { id: li.id },
    });
  });

  test('direct: it is theirs at once', async () => {
    const { chen, asked, hand } = await served();
    expect(await hand(chen.id, { mode: 'direct' })).toMatchObject({ status: 201, body: { state: 'accepted' } });
    expect(await world.must('GET', `/v1/conversations/${asked.conversationId}`)).toMatchObject({
      agent: { id: chen.id },
    });
  });

  test('not to oneself, not to one who is away or full, not by a stranger', async () => {
    const { account, li, chen, asked, hand } = await served();
    expect(await hand(li.id)).toMatchObject({ status: 409, body: { code: 'already_owner' } });
    await world.must('PUT', `/v1/agents/${chen.id}/presence`, { availability: 'away' });
    expect(await hand(chen.id)).toMatchObject({ status: 409, body: { code: 'agent_offline', agentId: chen.id } });
    await world.must('PUT', `/v1/agents/${chen.id}/presence`, { availability: 'online' });
    await world.must(
      'POST',
      '/v1/sessions',
      { account, contact: newId(), kind: 'manual_customer_service' },
      { key: chen.token },
    );
    expect(await hand(chen.id, { mode: 'direct' })).toMatchObject({
      status: 409,
      body: { code: 'agent_full', capacity: 1 },
    });
    const stranger = await world.agent([account], { name: 'Zhou' });
    const path = `/v1/sessions/${asked.session.id}/transfers`;
    expect(await world.call('POST', path, { reason: 'mine' }, { key: stranger.token })).toMatchObject({
      status: 409,
      body: { code: 'not_serving', holder: { agentName: 'Li' } },
    });
    expect(await hand(newId())).toMatchObject({ status: 404, body: { code: 'agent_not_found' } });
    const elsewhere = await world.agent([await world.account()]);
    expect(await hand(elsewhere.id)).toMatchObject({ status: 404 });
  });
});

test('an agent who is gone holds nobody: after a while what they served is handed on', async () => {
  const account = await world.account({ routing: { mode: 'offer', lostAfter: 120 } });
  const li = await world.agent([account], { name: 'Li' });
  const wish = { account, contact: newId(), kind: 'manual_customer_service' };
  const asked = await world.must('POST', '/v1/sessions', wish, { key: li.token });
  await world.must('PUT', `/v1/agents/${li.id}/presence`, { availability: 'offline' });
  const chen = await world.agent([account], { name: 'Chen' });
  world.advance(121);
  const taken = await world.must('POST', `/v1/assignments/${await offerTo(chen)}/accept`, undefined, {
    key: chen.token,
  });
  expect(await sessionOf(asked.session.id)).toMatchObject({ state: 'transferred', successorId: taken.sessionId });
  const [transfer] = await world.sql('select cause from transfer where from_session_id = ?', [asked.session.id]);
  expect(JSON.parse(transfer.cause)).toEqual({ rule: 'agent-gone', words: [] });
});

test('nothing that must always hold is broken', async () => {
  expect(await world.broken()).toEqual([]);
});
