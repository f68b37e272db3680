// Nobody says anything any more. Whatever waits has a time: when it is over the session ends, the seat is free, the floor goes to
// whoever is next, and everybody who waited for it is told. Here the checks come by hand, so that each can be seen.
import { describe, expect, test } from 'vitest';
import { newId } from '../../src/domain/ids.ts';
import { type Json, World } from '../support/world.ts';

const world = await World.open({ env: { SWEEP_SECONDS: '3600' } });
const HOUR = 3600;

type Asked = { readonly session: Json; readonly conversationId: string; readonly epoch: number };

function ask(account: string, contact: string, kind: string, key?: string): Promise<Asked> {
  const reason = kind === 'manual_urgent' ? { reason: 'fire' } : {};
  return world.must('POST', '/v1/sessions', { account, contact, kind, ...reason }, key ? { key } : {});
}

/** What an operator does. */
async function check(): Promise<Json> {
  await world.quiet();
  const { href } = await world.must('POST', '/v1/timeout-checks', {});
  await world.quiet();
  return world.must('GET', href);
}

const sessionOf = (asked: Asked) => world.must('GET', `/v1/sessions/${asked.session.id}`);
const shown = (asked: Asked) => world.must('GET', `/v1/conversations/${asked.conversationId}`);

/** Names of the events of a stream, oldest first, with the reasons given there. */
async function told(stream: string): Promise<Json[]> {
  const { events } = await world.must('GET', `/v1/streams/${stream}/events`);
  return events.map(({ type, data }: Json) => ({ type, reason: data.reason }));
}

async function notices(asked: Asked): Promise<string[]> {
  const { data } = await world.must('GET', `/v1/conversations/${asked.conversationId}/messages`);
  return data.filter(({ sender }: Json) => sender === 'system').map(({ content }: Json) => content);
}

describe('a robot', () => {
  test('that nobody answers for half an hour has had its turn; the floor goes to the next, and each hears it on its own stream', async () => {
    const account = await world.account();
    const contact = newId();
    const first = await ask(account, contact, 'auto_bargain');
    const second = await ask(account, contact, 'auto_follow_up');
    world.advance(1790);
    await check();
    expect(await sessionOf(first)).toMatchObject({ state: 'active' });
    world.advance(11);
    await check();
    expect(await sessionOf(first)).toMatchObject({ state: 'timeout', deadlineAt: null, endedAt: expect.any(String) });
    expect(await sessionOf(second)).toMatchObject({ state: 'active' });
    expect(await shown(first)).toMatchObject({ status: 'ai_handling', epoch: 2 });
    const reason = 'the robot and the contact said nothing for too long';
    expect((await told(`session:${first.session.id}`)).at(-1)).toEqual({ type: 'session.timed_out', reason });
    expect((await told(`session:${second.session.id}`)).at(-1)).toMatchObject({ type: 'session.activated' });
    expect(await notices(first)).toEqual([]);
  });

  test('that is paused, or waits for the floor, is not kept for ever', async () => {
    const account = await world.account({ deadlines: { humanActive: 48 * HOUR } });
    const agent = await world.agent([account]);
    const contact = newId();
    const interrupted = await ask(account, contact, 'auto_bargain');
    const person = await ask(account, contact, 'manual_customer_service', agent.token);
    const waiting = await ask(account, contact, 'auto_follow_up');
    world.advance(8 * HOUR + 1);
    await check();
    expect(await sessionOf(interrupted)).toMatchObject({ state: 'timeout', reason: 'the pause was too long' });
    world.advance(16 * HOUR);
    await check();
    expect(await sessionOf(waiting)).toMatchObject({ state: 'timeout', reason: 'the floor did not fall free in time' });
    expect(await sessionOf(person)).toMatchObject({ state: 'active' });
    expect(await shown(person)).toMatchObject({ status: 'serving', agent: { id: agent.id } });
  });

  test('whose place falls free makes room for a robot of another conversation: one that waits, or one that was interrupted', async () => {
    const account = await world.account({ maxRobotSessions: 1 });
    const agent = await world.agent([account]);
    const interrupted = await ask(account, 'first', 'auto_bargain');
    const person = await ask(account, 'first', 'manual_customer_service', agent.token);
    const speaks = await ask(account, 'second', 'auto_bargain');
    await world.must('POST', `/v1/sessions/${person.session.id}/complete`, {}, { key: agent.token });
    const waiting = await ask(account, 'third', 'auto_follow_up');
    expect([await sessionOf(interrupted), await sessionOf(waiting)]).toMatchObject([
      { state: 'paused' },
      { state: 'pending' },
    ]);
    world.advance(1801);
    await check();
    expect(await sessionOf(speaks)).toMatchObject({ state: 'timeout' });
    expect(await sessionOf(interrupted)).toMatchObject({ state: 'active' });
    world.advance(1801);
    await check();
    expect(await sessionOf(waiting)).toMatchObject({ state: 'active' });
  });

  test('of an account with a webhook hears it there too: what is to be told is written down with it', async () => {
    const account = await world.account();
    // Nobody may be reached there, which is known at once.
    const webhook = { account, url: 'http://127.0.0.1:9/robots', events: ['session.timed_out'] };
    await world.must('POST', '/v1/webhooks', webhook);
    const robot = await ask(account, newId(), 'auto_bargain');
    world.advance(1801);
    await check();
    const sql = `select d.effect from delivery d join event e on e.id = d.event_id
      where d.account_id = ? and e.type = 'session.timed_out'`;
    expect(await world.sql(sql, [account])).toEqual([{ effect: 'webhook' }]);
    expect(await sessionOf(robot)).toMatchObject({ state: 'timeout' });
  });
});

describe('a person', () => {
  test('who is silent for eight hours gives the seat back; contact, agent and robot are told', async () => {
    const account = await world.account();
    const agent = await world.agent([account], { capacity: 1 });
    const contact = newId();
    const robot = await ask(account, contact, 'auto_follow_up');
    const person = await ask(account, contact, 'manual_customer_service', agent.token);
    await world.must('POST', `/v1/sessions/${robot.session.id}/complete`, {});
    world.advance(8 * HOUR + 1);
    await check();
    expect(await sessionOf(person)).toMatchObject({ state: 'timeout' });
    expect(await shown(person)).toMatchObject({ status: 'resolved', agent: null });
    expect((await notices(person))[0]).toBe('This conversation was closed because nothing was said for a long time.');
    expect(await told(`agent:${agent.id}`)).toContainEqual({
      type: 'assignment.released',
      reason: 'the agent and the contact said nothing for too long',
    });
    expect(await world.sql('select 1 from assignment where seat is not null and agent_id = ?', [agent.id])).toEqual([]);
    const token = await world.token('agent', agent.id);
    await ask(account, newId(), 'manual_customer_service', token); // the one seat can be taken again
  });

  test('who did not come is excused with the contact, and the robot speaks again: what was to be handed on is called off', async () => {
    const account = await world.account({ deadlines: { humanPending: 120 } });
    const robot = await ask(account, newId(), 'auto_bargain');
    const path = `/v1/sessions/${robot.session.id}/transfers`;
    const transfer = await world.must('POST', path, { reason: 'asks for a person' });
    world.advance(121);
    await check();
    expect(await world.must('GET', `/v1/transfers/${transfer.id}`)).toMatchObject({ state: 'cancelled' });
    expect(await world.must('GET', `/v1/sessions/${transfer.toSessionId}`)).toMatchObject({ state: 'timeout' });
    expect(await sessionOf(robot)).toMatchObject({ state: 'active', onHold: false });
    expect(await shown(robot)).toMatchObject({ status: 'ai_handling' });
    expect((await notices(robot))[0]).toBe('Sorry, nobody is free to help you just now. Please try again later.');
    expect((await told(`session:${robot.session.id}`)).slice(-2)).toMatchObject([
      { type: 'transfer.cancelled', reason: 'no agent came in time' },
      { type: 'session.resumed' },
    ]);
  });

  test('who waited in vain beside another says nothing to the contact: the conversation goes on', async () => {
    const account = await world.account({ deadlines: { humanPending: 60, paused: 60 } });
    const agent = await world.agent([account]);
    const contact = newId();
    const first = await ask(account, contact, 'manual_customer_service', agent.token);
    const urgent = await ask(account, contact, 'manual_urgent', agent.token);
    const colleague = await world.agent([account], { name: 'Chen' });
    const handed = { reason: 'knows more', toAgentId: colleague.id };
    const path = `/v1/sessions/${urgent.session.id}/transfers`;
    const transfer = await world.must('POST', path, handed, { key: agent.token });
    world.advance(61);
    await check();
    expect(await sessionOf(first)).toMatchObject({ state: 'timeout', reason: 'the pause was too long' });
    expect(await world.must('GET', `/v1/sessions/${transfer.toSessionId}`)).toMatchObject({ state: 'timeout' });
    expect(await shown(urgent)).toMatchObject({ status: 'serving', agent: { id: agent.id } });
    expect(new Set(await notices(urgent))).toEqual(new Set(['Li Ming has joined and will help you.']));
  });

  test('keeps the robot that handed on to them, for as long as they serve: it ends with them', async () => {
    const account = await world.account({ deadlines: { transferred: HOUR } });
    const agent = await world.agent([account]);
    const robot = await ask(account, newId(), 'auto_bargain');
    const path = `/v1/sessions/${robot.session.id}/transfers`;
    const { id } = await world.must('POST', path, { reason: 'asks for a person' });
    const taken = await world.must('POST', `/v1/transfers/${id}/accept`, undefined, { key: agent.token });
    world.advance(2 * HOUR);
    await check();
    expect(await sessionOf(robot)).toMatchObject({ state: 'transferred', successorId: taken.sessionId });
    world.advance(6 * HOUR + 1);
    await check();
    const ends = [await sessionOf(robot), await world.must('GET', `/v1/sessions/${taken.sessionId}`)];
    expect(ends.map(({ state }: Json) => state)).toEqual(['timeout', 'timeout']);
  });

  test('who is still looked for keeps the robot waiting: its pause is not over before the transfer is', async () => {
    const account = await world.account({ deadlines: { paused: 60 } });
    const robot = await ask(account, newId(), 'auto_bargain');
    const path = `/v1/sessions/${robot.session.id}/transfers`;
    const transfer = await world.must('POST', path, { reason: 'asks for a person' });
    world.advance(61);
    await check();
    expect(await sessionOf(robot)).toMatchObject({ state: 'paused', onHold: true });
    expect(await world.must('GET', `/v1/transfers/${transfer.id}`)).toMatchObject({ state: 'requested' });
    world.advance(240);
    await check();
    expect(await sessionOf(robot)).toMatchObject({ state: 'active' });
    expect(await world.must('GET', `/v1/transfers/${transfer.id}`)).toMatchObject({ state: 'expired' });
  });

  test('outside, who says nothing more, has simply gone: their turn is complete and nobody is told', async () => {
    const account = await world.account();
    const contact = newId();
    const robot = await ask(account, contact, 'auto_bargain');
    await world.ingest([
      world.message(account, contact, { sender: 'human', content: 'Eighty.', sentAt: world.ago(0) }),
    ]);
    world.advance(1801);
    await check();
    const { sessions } = await shown(robot);
    expect(sessions.find(({ origin }: Json) => origin === 'outside')).toMatchObject({ state: 'completed' });
    expect(await sessionOf(robot)).toMatchObject({ state: 'active' });
    expect(await notices(robot)).toEqual([]);
  });
});

describe('time', () => {
  test('is the account’s own, and every word moves it: one that is posted, and one of a batch', async () => {
    const account = await world.account({ deadlines: { robotActive: 100 } });
    const contact = newId();
    const robot = await ask(account, contact, 'auto_bargain');
    const say = { sessionId: robot.session.id, epoch: robot.epoch, robot: 'Bargainer', content: 'Ninety?' };
    world.advance(99);
    await world.must('POST', `/v1/conversations/${robot.conversationId}/messages`, say);
    world.advance(99);
    await check();
    await world.ingest([world.message(account, contact, { content: 'Eighty!', sentAt: world.ago(0) })]);
    world.advance(99);
    await check();
    expect(await sessionOf(robot)).toMatchObject({ state: 'active' });
    world.advance(2);
    await check();
    expect(await sessionOf(robot)).toMatchObject({ state: 'timeout' });
  });

  test('of what was only read out of messages is over as well', async () => {
    const [people, robots] = [await world.account(), await world.account({ firstHandler: 'robot' })];
    await world.ingest([world.message(people, 'wang'), world.message(robots, 'zhang')]);
    world.advance(1802);
    await check();
    expect((await world.conversation(robots, 'zhang')).status).toBe('resolved');
    expect((await world.conversation(people, 'wang')).status).toBe('queued');
    world.advance(24 * HOUR);
    await check();
    const { id, status } = await world.conversation(people, 'wang');
    expect(status).toBe('resolved');
    const { data } = await world.must('GET', `/v1/conversations/${id}/messages`);
    expect(data[0].content).toBe('Sorry, nobody is free to help you just now. Please try again later.');
  });
});

test('a check by hand is accepted as a job, which says how much ended; a second one changes nothing', async () => {
  await check();
  const account = await world.account();
  const robot = await ask(account, newId(), 'auto_bargain');
  world.advance(1801);
  const posted = await world.call('POST', '/v1/timeout-checks', {});
  expect(posted).toMatchObject({ status: 202, body: { kind: 'timeout-check', state: 'accepted' } });
  expect(posted.headers.get('location')).toBe(posted.body.href);
  await world.quiet();
  expect((await world.must('GET', posted.body.href)).result.expired).toBeGreaterThan(0);
  const over = await sessionOf(robot);
  expect(over).toMatchObject({ state: 'timeout' });
  const before = await told(`conversation:${robot.conversationId}`);
  world.advance(1801);
  await check();
  expect(await check()).toMatchObject({ state: 'done', result: { expired: 0 } });
  expect(await sessionOf(robot)).toEqual(over);
  expect(await told(`conversation:${robot.conversationId}`)).toEqual(before);
});

test('checks are asked for by keys of every account', async () => {
  const limited = { name: 'shop', scopes: ['jobs:write'], accounts: [await world.account()] };
  const { key } = await world.must('POST', '/v1/api-keys', limited);
  expect(await world.call('POST', '/v1/timeout-checks', {}, { key })).toMatchObject({ status: 403 });
});

test('nothing that must always hold is broken', async () => {
  expect(await world.broken()).toEqual([]);
});
