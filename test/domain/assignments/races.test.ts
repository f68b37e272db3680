// Two or many at once, where one may have it: the same session, the same offer, the same transfer, each other's seat. Whoever is first
// has it, everybody else is told so, and nothing is between.
import { describe, expect, test } from 'vitest';
import { runAct } from '../../../src/act.ts';
import { expireOffer } from '../../../src/domain/assignments/answer-offer.ts';
import { newId } from '../../../src/domain/ids.ts';
import { planJob } from '../../../src/domain/jobs/plan-job.ts';
import { ingestBatch } from '../../../src/workers/ingest-batch.ts';
import { routeConversation } from '../../../src/workers/route-conversation.ts';
import { expireDue, timeoutCheck } from '../../../src/workers/timeout-check.ts';
import { transfer as transferJob } from '../../../src/workers/transfer.ts';
import { Gate, somebodyWaits } from '../../support/gate.ts';
import { type Json, World } from '../../support/world.ts';

/** Without workers: what is planned is done when the test does it. */
const world = await World.open({ workers: 0, env: { REQUEST_SECONDS: '30' } });
const gate = await Gate.open(world);
const TESTER = { type: 'system', id: 'test' } as const;

async function drain(): Promise<void> {
  for (;;) {
    const [job] = await world.sql(
      "select id from job where state = 'accepted' and kind = 'route-conversation' order by id limit 1",
    );
    if (!job) return;
    await routeConversation(world.kernel, job.id);
  }
}

const codes = (replies: readonly Json[]) => {
  const told: Record<string, number> = {};
  for (const { status, body } of replies) {
    const code = body.code ?? (body.session ? body.session.state : status);
    told[code] = (told[code] ?? 0) + 1;
  }
  return told;
};

const robotOf = (account: string, contact = newId()) =>
  world.must('POST', '/v1/sessions', { account, contact, kind: 'auto_bargain' });

describe('64 who ask for a session of one contact', () => {
  test.each([
    ['queue', { active: 1, pending: 63 }],
    ['reject', { active: 1, floor_taken: 63 }],
    ['preempt', { active: 1, floor_taken: 63 }],
  ] as const)('%s: one has the floor', async (onConflict, expected) => {
    const account = await world.account({ maxRobotSessions: 100 });
    const contact = newId();
    const ask = () => world.call('POST', '/v1/sessions', { account, contact, kind: 'auto_bargain', onConflict });
    expect(codes(await Promise.all(Array.from({ length: 64 }, ask)))).toEqual(expected);
    const rows = await world.sql(
      'select state, count(*) as count from session where account_id = ? group by state order by state',
      [account],
    );
    expect(Object.fromEntries(rows.map(({ state, count }) => [state, Number(count)]))).toEqual(
      onConflict === 'queue' ? { active: 1, pending: 63 } : { active: 1 },
    );
    expect((await world.conversation(account, contact)).epoch).toBe(1);
  });

  test('as persons by as many agents: one has it, the others are told who', async () => {
    const account = await world.account();
    const contact = newId();
    const agents = await Promise.all(
      Array.from({ length: 16 }, (_, index) => world.agent([account], { name: `Agent ${index}` })),
    );
    const replies = await Promise.all(
      agents.map(({ token }) =>
        world.call('POST', '/v1/sessions', { account, contact, kind: 'manual_complaint' }, { key: token }),
      ),
    );
    expect(codes(replies)).toEqual({ active: 1, floor_taken: 15 });
    const winner = replies.findIndex(({ status }) => status === 201);
    for (const { status, body } of replies) if (status !== 201) expect(body.holder.agentName).toBe(`Agent ${winner}`);
  });
});

test('16 robots of as many contacts that begin at once: no more speak than may, the others wait', async () => {
  const account = await world.account({ maxRobotSessions: 3 });
  const replies = await Promise.all(
    Array.from({ length: 16 }, () =>
      world.call('POST', '/v1/sessions', { account, contact: newId(), kind: 'auto_bargain' }),
    ),
  );
  expect(codes(replies)).toEqual({ active: 3, pending: 13 });
  const slots = await world.sql(
    'select robot_slot from session where account_id = ? and robot_slot is not null order by robot_slot',
    [account],
  );
  expect(slots.map(({ robot_slot }) => robot_slot)).toEqual([0, 1, 2]);
});

test('a robot that an agent interrupts leaves its place to the next one, and waits for one when it comes back', async () => {
  const account = await world.account({ maxRobotSessions: 1 });
  const li = await world.agent([account]);
  const [first, second] = [await robotOf(account), await robotOf(account)];
  const stateOf = async (robot: Json) => (await world.must('GET', `/v1/sessions/${robot.session.id}`)).state;
  const taken = await world.must('POST', `/v1/conversations/${first.conversationId}/accept`, undefined, {
    key: li.token,
  });
  await drain();
  expect([await stateOf(first), await stateOf(second)]).toEqual(['paused', 'active']);
  await world.must('POST', `/v1/sessions/${taken.sessionId}/complete`, {}, { key: li.token });
  await drain();
  expect([await stateOf(first), await stateOf(second)]).toEqual(['paused', 'active']);
  await world.must('POST', `/v1/sessions/${second.session.id}/complete`, {});
  await drain();
  expect([await stateOf(first), await stateOf(second)]).toEqual(['active', 'completed']);
});

test('a place that falls free while a robot is told that there is none is found for it', async () => {
  const account = await world.account({ maxRobotSessions: 1 });
  await world.must('POST', '/v1/contacts', { account, contact: { id: 'later' } });
  const first = await robotOf(account);
  gate.shut('applied');
  const asked = world.call(
    'POST',
    '/v1/sessions',
    { account, contact: 'later', kind: 'auto_bargain' },
    { url: gate.url },
  );
  await gate.isHolding();
  const completed = world.call('POST', `/v1/sessions/${first.session.id}/complete`, {});
  await Promise.race([completed, somebodyWaits(world)]);
  gate.release();
  const later = await asked;
  expect(later.body.session.state).toBe('pending');
  expect((await completed).status).toBe(200);
  await drain();
  expect((await world.must('GET', `/v1/sessions/${later.body.session.id}`)).state).toBe('active');
});

test('a robot of a better level takes the place of the one that it interrupts, where there is no other', async () => {
  const account = await world.account({ maxRobotSessions: 1 });
  const contact = newId();
  await world.must('POST', '/v1/sessions', { account, contact, kind: 'auto_follow_up' });
  const better = await world.must('POST', '/v1/sessions', { account, contact, kind: 'auto_bargain' });
  expect(better).toMatchObject({ session: { state: 'active' }, arbitration: { rule: '3' } });
});

describe('an emergency', () => {
  test('that waits for an emergency is not taken by accepting it: the first keeps the floor', async () => {
    const account = await world.account();
    const [li, chen] = [await world.agent([account], { name: 'Li' }), await world.agent([account], { name: 'Chen' })];
    const wish = { account, contact: newId(), kind: 'manual_urgent', reason: 'fire' };
    const first = await world.must('POST', '/v1/sessions', wish, { key: li.token });
    const second = await world.must('POST', '/v1/sessions', { ...wish, reason: 'flood' }, { key: chen.token });
    expect(second).toMatchObject({ session: { state: 'pending' }, arbitration: { rule: '4b' } });
    const accept = () =>
      world.call('POST', `/v1/conversations/${first.conversationId}/accept`, undefined, { key: chen.token });
    expect(await accept()).toMatchObject({
      status: 409,
      body: { code: 'already_assigned', holder: { agentName: 'Li' } },
    });
    await world.must('POST', `/v1/sessions/${first.session.id}/complete`, {}, { key: li.token });
    expect(await accept()).toMatchObject({ status: 200, body: { sessionId: second.session.id } });
  });

  test('that nobody takes yet leaves the floor to the person whom it will interrupt', async () => {
    const account = await world.account();
    const [li, chen] = [await world.agent([account]), await world.agent([account])];
    const contact = newId();
    const person = await world.must(
      'POST',
      '/v1/sessions',
      { account, contact, kind: 'manual_complaint' },
      { key: li.token },
    );
    const urgent = await world.must('POST', '/v1/sessions', {
      account,
      contact,
      kind: 'manual_urgent',
      reason: 'fire',
    });
    await drain();
    expect((await world.must('GET', `/v1/sessions/${person.session.id}`)).state).toBe('active');
    await world.must('POST', `/v1/conversations/${urgent.conversationId}/accept`, undefined, { key: chen.token });
    expect((await world.must('GET', `/v1/sessions/${person.session.id}`)).state).toBe('paused');
    await world.must('POST', `/v1/sessions/${urgent.session.id}/complete`, {}, { key: chen.token });
    expect((await world.must('GET', `/v1/sessions/${person.session.id}`)).state).toBe('active');
  });
});

describe('a transfer', () => {
  test('that 32 agents accept at once is accepted once, and 31 are told who has it', async () => {
    const account = await world.account();
    const agents = await Promise.all(
      Array.from({ length: 32 }, (_, index) => world.agent([account], { name: `Agent ${index}` })),
    );
    const robot = await robotOf(account);
    const { id } = await world.must('POST', `/v1/sessions/${robot.session.id}/transfers`, {
      reason: 'asks for a person',
    });
    const replies = await Promise.all(
      agents.map(({ token }) => world.call('POST', `/v1/transfers/${id}/accept`, undefined, { key: token })),
    );
    const winner = replies.findIndex(({ status }) => status === 200);
    expect(codes(replies)).toEqual({ 200: 1, transfer_closed: 31 });
    for (const { status, body } of replies) if (status !== 200) expect(body.holder.agentName).toBe(`Agent ${winner}`);
    expect(await world.sql('select state from assignment where account_id = ?', [account])).toEqual([
      { state: 'serving' },
    ]);
    expect(await events(robot.conversationId, 'transfer.accepted')).toBe(1);
  });

  test('of each of two agents to the other, accepted at once: they have changed places', async () => {
    const account = await world.account();
    const [li, chen] = [await world.agent([account], { capacity: 2 }), await world.agent([account], { capacity: 2 })];
    const open = (key: string) =>
      world.must('POST', '/v1/sessions', { account, contact: newId(), kind: 'manual_complaint' }, { key });
    const [lis, chens] = await Promise.all([open(li.token), open(chen.token)]);
    const hand = (session: Json, key: string, toAgentId: string) =>
      world.must('POST', `/v1/sessions/${session.session.id}/transfers`, { reason: 'lunch', toAgentId }, { key });
    const [toChen, toLi] = await Promise.all([hand(lis, li.token, chen.id), hand(chens, chen.token, li.id)]);
    await drain();
    const take = ({ id }: Json, key: string) => world.must('POST', `/v1/transfers/${id}/accept`, undefined, { key });
    await Promise.all([take(toChen, chen.token), take(toLi, li.token)]);
    const serving = await world.sql(
      "select agent_id, session_id from assignment where account_id = ? and state = 'serving' order by session_id",
      [account],
    );
    expect(serving.map(({ agent_id, session_id }) => `${agent_id} ${session_id}`).sort()).toEqual(
      [`${chen.id} ${toChen.toSessionId}`, `${li.id} ${toLi.toSessionId}`].sort(),
    );
  });

  test('accepted and withdrawn at once: one of the two, and the floor is with whom it says', async () => {
    const account = await world.account({ maxRobotSessions: 50 });
    for (let round = 0; round < 12; round += 1) {
      const li = await world.agent([account]);
      const robot = await robotOf(account);
      const { id, toSessionId } = await world.must('POST', `/v1/sessions/${robot.session.id}/transfers`, {
        reason: 'asks',
      });
      const accept = () => world.call('POST', `/v1/transfers/${id}/accept`, undefined, { key: li.token });
      const withdraw = () => world.call('POST', `/v1/transfers/${id}/return`, {});
      const [accepted, withdrawn] = await Promise.all(
        round % 2 === 0 ? [accept(), withdraw()] : [accept(), withdraw()].reverse(),
      ).then((replies) => (round % 2 === 0 ? replies : replies.reverse()));
      const { state } = await world.must('GET', `/v1/transfers/${id}`);
      const [{ status, floor }] = await world.sql(
        'select v.status, s.id as floor from conversation v join session s on s.active_in = v.id where v.id = ?',
        [robot.conversationId],
      );
      // Taken, then handed back: the return came second and found it accepted.
      if (accepted?.status === 200 && withdrawn?.status === 200)
        expect([state, status]).toEqual(['returned', 'ai_handling']);
      else if (accepted?.status === 200) expect([state, status, floor]).toEqual(['accepted', 'serving', toSessionId]);
      else expect([state, status, accepted?.body.code]).toEqual(['returned', 'ai_handling', 'transfer_closed']);
    }
  });
});

test('an offer that is accepted and expires at once is one of the two', async () => {
  const account = await world.account({ routing: { mode: 'offer', missedOffers: 20 } });
  const li = await world.agent([account], { capacity: 50 });
  for (let round = 0; round < 10; round += 1) {
    const { conversationId } = await world.must('POST', '/v1/sessions', {
      account,
      contact: newId(),
      kind: 'manual_complaint',
    });
    await drain();
    const [offer] = await world.sql("select id from assignment where conversation_id = ? and state = 'offered'", [
      conversationId,
    ]);
    const late = round % 2 === 0;
    if (late) await world.sql("update assignment set deadline_at = '2020-01-01' where id = ?", [offer.id]);
    const accept = () => world.call('POST', `/v1/assignments/${offer.id}/accept`, undefined, { key: li.token });
    // Too late, although nobody has noticed yet.
    if (late) expect(await accept()).toMatchObject({ status: 409, body: { code: 'offer_closed', state: 'expired' } });
    const [accepted, expired] = await Promise.all([
      accept(),
      runAct(world.kernel, TESTER, (act) => expireOffer(act, offer.id)),
    ]);
    const [{ state }] = await world.sql('select state from assignment where id = ?', [offer.id]);
    if (late) {
      expect(accepted).toMatchObject({ status: 409, body: { code: 'offer_closed' } });
      await expireDue(world.kernel);
    } else expect([accepted.status, expired, state]).toEqual([200, false, 'serving']);
    expect((await world.sql('select state from assignment where id = ?', [offer.id]))[0].state).toBe(
      late ? 'expired' : 'serving',
    );
    await world.must('POST', `/v1/conversations/${conversationId}/resolve`, {});
    await drain();
  }
});

describe('a job that runs twice at once is done once', () => {
  const twice = (run: () => Promise<void>) => Promise.all([run(), run()]);

  test('ingest-batch', async () => {
    const account = await world.account();
    const job = await world.must('POST', '/v1/batches', {
      messages: [world.message(account, 'wang'), world.message(account, 'li')],
    });
    await twice(() => ingestBatch(world.kernel, job.id));
    expect(await world.must('GET', `/v1/jobs/${job.id}`)).toMatchObject({
      state: 'done',
      result: { stored: 2, duplicates: 0 },
    });
    const { id, sessions } = await world.conversation(account, 'wang');
    expect(sessions).toHaveLength(1);
    expect(await events(id, 'session.opened')).toBe(1);
    await drain();
  });

  test('route-conversation', async () => {
    const account = await world.account({ routing: { mode: 'direct' } });
    await world.agent([account]);
    const { conversationId } = await world.must('POST', '/v1/sessions', {
      account,
      contact: newId(),
      kind: 'manual_complaint',
    });
    const [job] = await world.sql(
      "select id from job where state = 'accepted' and account_id = ? and kind = 'route-conversation'",
      [account],
    );
    await twice(() => routeConversation(world.kernel, job.id));
    expect(await events(conversationId, 'conversation.assigned')).toBe(1);
    expect(await world.sql('select state from assignment where conversation_id = ?', [conversationId])).toEqual([
      { state: 'serving' },
    ]);
    await drain();
  });

  test('transfer', async () => {
    const account = await world.account();
    const robot = await robotOf(account);
    const { id } = await runAct(world.kernel, TESTER, async (act) =>
      planJob(act, 'transfer', account, { sessionId: robot.session.id, reason: 'anger', rule: 'anger' }),
    );
    await twice(() => transferJob(world.kernel, id));
    expect(await events(robot.conversationId, 'transfer.requested')).toBe(1);
    expect(await world.sql('select state from job where id = ?', [id])).toEqual([{ state: 'done' }]);
    await drain();
  });

  test('timeout-check', async () => {
    const account = await world.account();
    const robots = await Promise.all(Array.from({ length: 5 }, () => robotOf(account)));
    await world.sql("update session set deadline_at = '2020-01-01' where account_id = ? and ended_at is null", [
      account,
    ]);
    const { id } = await runAct(world.kernel, TESTER, async (act) => planJob(act, 'timeout-check', null, {}));
    await twice(() => timeoutCheck(world.kernel, id));
    for (const { conversationId } of robots) expect(await events(conversationId, 'session.timed_out')).toBe(1);
    expect(await world.sql('select state from job where id = ?', [id])).toEqual([{ state: 'done' }]);
  });
});

async function events(conversation: string, type: string): Promise<number> {
  return (await world.sql('select id from event where conversation_id = ? and type = ?', [conversation, type])).length;
}

test('nothing that must always hold is broken', async () => {
  await drain();
  expect(await world.broken()).toEqual([]);
});
