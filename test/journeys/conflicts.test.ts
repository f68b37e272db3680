// Two want to speak at once: the cases of docs/sessions.md over HTTP, each with the rule that decided and the sentence that says why.
import { describe, expect, test } from 'vitest';
import { newId } from '../../src/domain/ids.ts';
import { type Json, type Reply, World } from '../support/world.ts';

const world = await World.open();
const account = await world.account({ maxRobotSessions: 3 });
const li = await world.agent([account], { name: 'Li Ming', capacity: 100 });
const chen = await world.agent([account], { name: 'Chen Jing', capacity: 100 });

/** Asks for a session in the conversation of a contact. */
function ask(contact: string, wish: object, key?: string): Promise<Reply> {
  return world.call('POST', '/v1/sessions', { account, contact, ...wish }, key ? { key } : {});
}

async function opened(contact: string, wish: object, key?: string): Promise<Json> {
  const { status, body } = await ask(contact, wish, key);
  expect(body).toMatchObject({ session: expect.any(Object) });
  expect(status).toBe(201);
  return body;
}

async function stateOf(asked: Json): Promise<string> {
  return (await world.must('GET', `/v1/sessions/${asked.session.id}`)).state;
}

/** Robot sessions are few here: each test gives its own back. */
async function end(...sessions: Json[]): Promise<void> {
  for (const { session } of sessions) {
    const { state } = await world.must('GET', `/v1/sessions/${session.id}`);
    await world.must('POST', `/v1/sessions/${session.id}/${state === 'pending' ? 'cancel' : 'complete'}`, {});
  }
}

describe('the six cases', () => {
  test('0: whoever comes to a free floor has it', async () => {
    const robot = await opened('free', { kind: 'auto_bargain' });
    expect(robot).toMatchObject({ session: { state: 'active' }, epoch: 1, arbitration: { rule: '0' } });
    await end(robot);
    expect((await world.conversation(account, 'free')).status).toBe('resolved');
  });

  test('1: a person goes before a robot, which waits and comes back by itself', async () => {
    const contact = newId();
    const robot = await opened(contact, { kind: 'auto_bargain' });
    const person = await opened(contact, { kind: 'manual_customer_service' }, li.token);
    expect(person).toMatchObject({ session: { state: 'active' }, epoch: 2, arbitration: { rule: '1' } });
    expect(await stateOf(robot)).toBe('paused');
    await world.must('POST', `/v1/sessions/${person.session.id}/complete`, {}, { key: li.token });
    expect(await world.conversation(account, contact)).toMatchObject({ status: 'ai_handling', epoch: 3 });
    expect(await stateOf(robot)).toBe('active');
    await end(robot);
  });

  test('1: without an agent the person is waited for, and the robot stays silent meanwhile', async () => {
    const contact = newId();
    const robot = await opened(contact, { kind: 'auto_customer_service' });
    const person = await opened(contact, { kind: 'manual_complaint' });
    expect(person).toMatchObject({ session: { state: 'pending' }, arbitration: { rule: '1' } });
    expect(await stateOf(robot)).toBe('paused');
    expect((await world.conversation(account, contact)).status).toBe('queued');
    await end(person, robot);
  });

  test('2: a robot never interrupts a person; it waits, or is refused with the holder’s name', async () => {
    const contact = newId();
    const person = await opened(contact, { kind: 'manual_customer_service' }, li.token);
    const waits = await opened(contact, { kind: 'auto_follow_up' });
    expect(waits).toMatchObject({ session: { state: 'pending' }, arbitration: { rule: '2' } });
    for (const onConflict of ['reject', 'preempt']) {
      const refused = await ask(contact, { kind: 'auto_bargain', onConflict });
      expect(refused).toMatchObject({
        status: 409,
        body: { code: 'floor_taken', rule: '2', holder: { agentName: 'Li Ming', kind: 'manual_customer_service' } },
      });
      expect(refused.body.detail).toContain('Li Ming has had it since');
    }
    await world.must('POST', `/v1/sessions/${person.session.id}/complete`, {}, { key: li.token });
    expect(await stateOf(waits)).toBe('active');
    await end(waits);
  });

  test('3: a robot of a higher level interrupts a robot; of the same level it waits', async () => {
    const contact = newId();
    const follow = await opened(contact, { kind: 'auto_follow_up' });
    const bargain = await opened(contact, { kind: 'auto_bargain' });
    expect(bargain).toMatchObject({ session: { state: 'active' }, arbitration: { rule: '3' } });
    const service = await opened(contact, { taskType: 'order_inquiry' });
    expect(service).toMatchObject({ session: { state: 'pending' }, arbitration: { rule: '3b' } });
    expect(await ask(contact, { kind: 'auto_bargain', onConflict: 'preempt' })).toMatchObject({ status: 409 });
    await end(bargain);
    expect([await stateOf(service), await stateOf(follow)]).toEqual(['active', 'paused']);
    await end(service);
    expect(await stateOf(follow)).toBe('active');
    await end(follow);
  });

  test('4: an emergency interrupts a person at once; its reason is kept on both', async () => {
    const contact = newId();
    const person = await opened(contact, { kind: 'manual_customer_service' }, li.token);
    expect(await ask(contact, { kind: 'manual_urgent' })).toMatchObject({
      status: 422,
      body: { code: 'reason_missing' },
    });
    const urgent = await opened(contact, { kind: 'manual_urgent', reason: 'smoke in the warehouse' }, chen.token);
    expect(urgent).toMatchObject({
      session: { state: 'active', reason: 'Chen Jing accepted: smoke in the warehouse' },
      arbitration: { rule: '4' },
    });
    const paused = await world.must('GET', `/v1/sessions/${person.session.id}`);
    expect(paused).toMatchObject({ state: 'paused', reason: expect.stringContaining('smoke in the warehouse') });
    const also = await opened(contact, { kind: 'manual_urgent', reason: 'flood' });
    expect(also).toMatchObject({ session: { state: 'pending' }, arbitration: { rule: '4b' } });
    await end(also);
    await world.must('POST', `/v1/sessions/${urgent.session.id}/complete`, {}, { key: chen.token });
    expect(await stateOf(person)).toBe('active');
    await world.must('POST', `/v1/sessions/${person.session.id}/complete`, {}, { key: li.token });
  });

  test('5: a robot that comes back hears where its session is, and what it missed', async () => {
    const contact = newId();
    const robot = await opened(contact, { kind: 'auto_bargain' });
    const reclaim = (epoch: number) => world.must('POST', `/v1/sessions/${robot.session.id}/reclaim`, { epoch });
    expect(await reclaim(robot.epoch)).toMatchObject({ outcome: 'goes_on', epoch: 1, arbitration: { rule: '5' } });
    const taken = await world.must('POST', `/v1/conversations/${robot.conversationId}/accept`, undefined, {
      key: li.token,
    });
    const waits = await reclaim(robot.epoch);
    expect(waits).toMatchObject({ outcome: 'waits', epoch: 2, holder: { agentName: 'Li Ming' } });
    expect(waits.missed.head).toBeGreaterThan(waits.missed.after);
    const { events } = await world.must('GET', `/v1/streams/${waits.missed.stream}/events?after=${waits.missed.after}`);
    expect(events.map(({ type }: Json) => type)).toContain('session.paused');
    await world.must('POST', `/v1/sessions/${taken.sessionId}/complete`, {}, { key: li.token });
    expect(await reclaim(robot.epoch)).toMatchObject({ outcome: 'goes_on', epoch: 3 });
    await end(robot);
    expect(await reclaim(3)).toMatchObject({ outcome: 'over', session: { state: 'completed' } });
  });

  test('5: a robot on hold whose floor is free has it again', async () => {
    const robot = await opened(newId(), { kind: 'auto_bargain' });
    await world.must('POST', `/v1/sessions/${robot.session.id}/pause`, { reason: 'the line is bad' });
    expect(await stateOf(robot)).toBe('paused');
    const back = await world.must('POST', `/v1/sessions/${robot.session.id}/reclaim`, { epoch: 1 });
    expect(back).toMatchObject({ outcome: 'resumed', epoch: 2 });
    await end(robot);
  });

  test('7: a person does not interrupt a person, whatever they ask for, unless their level is higher', async () => {
    const contact = newId();
    const person = await opened(contact, { kind: 'manual_customer_service' }, li.token);
    for (const onConflict of ['queue', 'reject', 'preempt'])
      expect(await ask(contact, { kind: 'manual_complaint', onConflict }, chen.token)).toMatchObject({
        status: 409,
        body: { code: 'floor_taken', rule: '7', holder: { agentName: 'Li Ming' } },
      });
    const higher = await opened(contact, { kind: 'manual_complaint', level: 1, reason: 'the press' }, chen.token);
    expect(higher).toMatchObject({ session: { state: 'active' }, arbitration: { rule: '4' } });
    await end(higher, person);
  });
});

describe('robots of an account', () => {
  test('speak so many at a time; more wait, and each that ends lets the next one in', async () => {
    const three = await Promise.all(['a', 'b', 'c'].map((name) => opened(newId() + name, { kind: 'auto_bargain' })));
    const fourth = await opened(newId(), { kind: 'auto_bargain' });
    expect(fourth).toMatchObject({ session: { state: 'pending' }, arbitration: { rule: 'limit' } });
    expect(await ask(newId(), { kind: 'auto_bargain', onConflict: 'reject' })).toMatchObject({
      status: 409,
      body: { code: 'robots_full' },
    });
    await end(three[0]);
    await world.quiet();
    expect(await stateOf(fourth)).toBe('active');
    await end(...three.slice(1), fourth);
  });
});

describe('what is refused', () => {
  test('an agent in a robot’s session, a level that robots do not have, an emergency without a reason', async () => {
    const contact = newId();
    expect(await ask(contact, { kind: 'auto_bargain' }, li.token)).toMatchObject({
      status: 422,
      body: { code: 'robots_only' },
    });
    expect(await ask(contact, { kind: 'auto_bargain', level: 2 })).toMatchObject({
      status: 422,
      body: { code: 'bad_level', best: 3 },
    });
    expect(await ask(contact, { kind: 'manual_complaint', level: 1 })).toMatchObject({
      status: 422,
      body: { code: 'reason_missing' },
    });
    const half = { kind: 'auto_bargain', task: { type: 'x', data: { text: '\\ud83d' } } };
    expect((await ask(contact, JSON.parse(JSON.stringify(half).replace('\\\\', '\\')))).status).toBe(400);
  });

  test('to end what a colleague is at: an agent who was interrupted does not resolve an emergency', async () => {
    const contact = newId();
    const person = await opened(contact, { kind: 'manual_customer_service' }, li.token);
    const urgent = await opened(contact, { kind: 'manual_urgent', reason: 'smoke' }, chen.token);
    const resolve = (key: string) =>
      world.call('POST', `/v1/conversations/${person.conversationId}/resolve`, {}, { key });
    expect(await resolve(li.token)).toMatchObject({ status: 409, body: { code: 'not_serving' } });
    expect((await resolve(chen.token)).status).toBe(200);
    expect(await stateOf(urgent)).toBe('completed');
  });

  test('an emergency that nobody takes interrupts no agent: it waits before everybody else', async () => {
    const contact = newId();
    const person = await opened(contact, { kind: 'manual_customer_service' }, li.token);
    const urgent = await opened(contact, { kind: 'manual_urgent', reason: 'smoke' });
    expect([urgent.session.state, urgent.arbitration.rule]).toEqual(['pending', '4']);
    expect(await stateOf(person)).toBe('active');
    await world.must('POST', `/v1/conversations/${person.conversationId}/accept`, undefined, { key: chen.token });
    expect([await stateOf(person), await stateOf(urgent)]).toEqual(['paused', 'active']);
    await world.must('POST', `/v1/conversations/${person.conversationId}/resolve`, {}, { key: chen.token });
  });
});

test('nothing that must always hold is broken', async () => {
  expect(await world.broken()).toEqual([]);
});
