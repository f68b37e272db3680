// Routing on real servers: whoever waits and could be served is served, in the right order, by the right one, whatever happens at
// the same time; and looking on changes nothing.
import { describe, expect, test } from 'vitest';
import { newId } from '../../../src/domain/ids.ts';
import { expireDue } from '../../../src/workers/timeout-check.ts';
import { type Json, until, World } from '../../support/world.ts';

const world = await World.open({ apis: 1, workers: 3 });

type Waiting = { readonly sessionId: string; readonly conversationId: string };

async function waits(account: string, fields: object = {}): Promise<Waiting> {
  const body = { account, contact: newId(), kind: 'manual_customer_service', ...fields };
  const { session, conversationId } = await world.must('POST', '/v1/sessions', body);
  return { sessionId: session.id, conversationId };
}

async function account(routing: object, more: object = {}): Promise<string> {
  return world.account({ routing, ...more });
}

/** An agent who is not there yet. */
function absent(accounts: readonly string[], fields: object = {}): Promise<{ id: string }> {
  const body = { externalId: newId(), name: 'Li', capacity: 5, alwaysReachable: true, accounts, ...fields };
  return world.must('POST', '/v1/agents', body);
}

const declare = (agent: { id: string }, availability: string) =>
  world.must('PUT', `/v1/agents/${agent.id}/presence`, { availability });

/** Sessions that were given to anybody on this account, in the order in which they were. */
async function given(accountId: string): Promise<Json[]> {
  return world.sql('select session_id, agent_id, state from assignment where account_id = ? order by id', [accountId]);
}

const sessionsGiven = async (accountId: string) => (await given(accountId)).map(({ session_id }) => session_id);

async function untilGiven(accountId: string, count: number): Promise<void> {
  await until(async () => (await given(accountId)).length >= count, 15, `${count} sessions were not given to anybody`);
}

const decisionOf = ({ conversationId }: Waiting) => world.must('GET', `/v1/conversations/${conversationId}/route`);

describe('a drain follows whatever makes somebody eligible', () => {
  test.each<[string, object, (agent: { id: string }, account: string) => Promise<unknown>]>([
    ['they come online', { online: false }, (agent) => declare(agent, 'online')],
    [
      'they get another seat',
      { capacity: 0 },
      (agent) => world.must('PATCH', `/v1/agents/${agent.id}`, { capacity: 1 }),
    ],
    [
      'they learn a skill',
      { skills: [] },
      (agent) => world.must('PATCH', `/v1/agents/${agent.id}`, { skills: ['french'] }),
    ],
    [
      'they are allowed on the account',
      { accounts: [] },
      (agent, id) => world.must('PATCH', `/v1/agents/${agent.id}`, { accounts: [id] }),
    ],
  ])('%s', async (_name, { online = true, ...fields }: { online?: boolean }, change) => {
    const id = await account({ mode: 'direct', needs: { manual_customer_service: { skills: ['french'] } } });
    const agent = await absent([id], { skills: ['french'], ...fields });
    if (online) await declare(agent, 'online');
    const waiting = await waits(id);
    await world.quiet();
    expect(await given(id)).toEqual([]);
    await change(agent, id);
    await world.quiet();
    expect(await given(id)).toEqual([{ session_id: waiting.sessionId, agent_id: agent.id, state: 'serving' }]);
  });

  test('a seat falls free: the next one has it', async () => {
    const id = await account({ mode: 'direct' });
    const agent = await world.agent([id], { capacity: 1 });
    const [first, second] = [await waits(id), await waits(id)];
    await world.quiet();
    expect(await sessionsGiven(id)).toEqual([first.sessionId]);
    await world.must('POST', `/v1/conversations/${first.conversationId}/resolve`, {}, { key: agent.token });
    await world.quiet();
    expect(await sessionsGiven(id)).toEqual([first.sessionId, second.sessionId]);
  });

  test('those who ask for what nobody has hold up nobody behind them', async () => {
    const id = await account({ mode: 'direct' });
    const agent = await absent([id]);
    const needs = { skills: ['klingon'], team: null };
    for (let index = 0; index < 12; index += 1) await waits(id, { needs, kind: 'manual_urgent', reason: 'x' });
    const plain = await waits(id);
    await declare(agent, 'online');
    await world.quiet();
    expect(await sessionsGiven(id)).toEqual([plain.sessionId]);
  });
});

test('the queue is served by level, rank, urgency, VIP and age', async () => {
  const id = await account({ mode: 'direct' });
  const agent = await absent([id], { capacity: 10 });
  const old = await waits(id);
  const young = await waits(id);
  const complaint = await waits(id, { kind: 'manual_complaint' });
  const vip = await waits(id);
  const { contact } = await world.must('GET', `/v1/conversations/${vip.conversationId}`);
  await world.must('PATCH', `/v1/contacts/${contact.id}`, { vip: true });
  const pressing = await waits(id);
  await world.must('PATCH', `/v1/conversations/${pressing.conversationId}`, { urgency: 4 });
  const raised = await waits(id, { level: 1, reason: 'a minister' });
  const urgent = await waits(id, { kind: 'manual_urgent', reason: 'fire' });
  await world.quiet();
  await declare(agent, 'online');
  await world.quiet();
  const order = [urgent, raised, pressing, vip, old, young, complaint].map(({ sessionId }) => sessionId);
  expect(await sessionsGiven(id)).toEqual(order);
});

test('a missed offer keeps its place: the older one is offered again before the younger', async () => {
  const id = await account({ mode: 'offer', offerFor: 30, missedOffers: 2 });
  const agent = await world.agent([id], { capacity: 1 });
  const [older, younger] = [await waits(id), await waits(id)];
  await untilGiven(id, 1);
  const [{ opened_at }] = await world.sql('select opened_at from session where id = ?', [older.sessionId]);
  world.advance(31);
  await expireDue(world.kernel);
  await untilGiven(id, 2);
  expect(await sessionsGiven(id)).toEqual([older.sessionId, older.sessionId]);
  expect(await world.sql('select opened_at from session where id = ?', [older.sessionId])).toEqual([{ opened_at }]);

  world.advance(31);
  await expireDue(world.kernel);
  await world.quiet();
  expect(await world.must('GET', `/v1/agents/${agent.id}`)).toMatchObject({ availability: 'away' });
  expect((await given(id)).map(({ state }) => state)).toEqual(['expired', 'expired']);
  expect((await decisionOf(younger)).now).toMatchObject({ chosen: null, eligible: 0 });
});

test('an agent who goes away loses their offers, and others have them at once', async () => {
  const id = await account({ mode: 'offer' });
  const li = await world.agent([id], { name: 'Li' });
  const waiting = [await waits(id), await waits(id)];
  await untilGiven(id, 2);
  const chen = await world.agent([id], { name: 'Chen' });
  await declare(li, 'away');
  await world.quiet();
  const open = await world.sql('select session_id, agent_id from assignment where account_id = ? and state = ?', [
    id,
    'offered',
  ]);
  expect(open.map(({ session_id }) => session_id).sort()).toEqual(waiting.map(({ sessionId }) => sessionId).sort());
  expect(new Set(open.map(({ agent_id }) => agent_id))).toEqual(new Set([chen.id]));
});

test('an agent who is taken off an account loses the offers of it', async () => {
  const id = await account({ mode: 'offer' });
  const li = await world.agent([id]);
  await waits(id);
  await untilGiven(id, 1);
  await world.must('PATCH', `/v1/agents/${li.id}`, { accounts: [] });
  await world.quiet();
  expect((await given(id)).map(({ state }) => state)).toEqual(['expired']);
});

test('who declined is not asked again before declineFor is over; then the sweep asks', async () => {
  const id = await account({ mode: 'offer', declineFor: 120 });
  const agent = await world.agent([id]);
  const waiting = await waits(id);
  await untilGiven(id, 1);
  const [{ id: offer }] = await world.sql('select id from assignment where session_id = ?', [waiting.sessionId]);
  await world.must('POST', `/v1/assignments/${offer}/decline`, { reason: 'lunch' }, { key: agent.token });
  await world.quiet();
  await world.must('POST', `/v1/conversations/${waiting.conversationId}/route`);
  expect((await decisionOf(waiting)).decision.verdict).toMatchObject({
    chosen: null,
    declinedByAll: true,
    candidates: [{ agentId: agent.id, eligible: false, why: 'declined it' }],
  });
  expect(await given(id)).toHaveLength(1);
  world.advance(121);
  await untilGiven(id, 2);
});

test('skills are asked for no more after so long a wait, and the decision says so', async () => {
  const id = await account({ mode: 'direct', relax: { skillsAfter: 90 } });
  await world.agent([id]);
  const waiting = await waits(id, { needs: { skills: ['french'], team: null } });
  await world.quiet();
  expect((await decisionOf(waiting)).now).toMatchObject({ chosen: null, relaxed: [] });
  world.advance(91);
  await untilGiven(id, 1);
  expect((await decisionOf(waiting)).decision.verdict).toMatchObject({ relaxed: ['skills'] });
});

test('a contact who comes back meets the same agent, while that counts and they are there', async () => {
  const id = await account({ mode: 'direct', stickyFor: 3600 });
  const agents = [await world.agent([id], { name: 'Li' }), await world.agent([id], { name: 'Chen' })];
  const contact = newId();
  const serve = async () => {
    const { sessionId, conversationId } = await waits(id, { contact });
    await world.quiet();
    const [row] = await world.sql('select agent_id from assignment where session_id = ?', [sessionId]);
    await world.must('POST', `/v1/conversations/${conversationId}/resolve`, {});
    await world.quiet();
    return row.agent_id;
  };
  const first = await serve();
  await waits(id);
  await world.quiet(); // whoever is idle longest is the other one now, or has more to do
  expect(await serve()).toBe(first);
  await declare({ id: first }, 'away');
  const other = agents.find((agent) => agent.id !== first)?.id;
  expect(await serve()).toBe(other);
  await declare({ id: first }, 'online');
  expect(await serve()).toBe(other);
});

test('who hands a session on is not offered it themselves, though they served last', async () => {
  const id = await account({ mode: 'offer' });
  const li = await world.agent([id], { name: 'Li' });
  const served = await waits(id);
  await untilGiven(id, 1);
  const [{ id: offer }] = await world.sql('select id from assignment where session_id = ?', [served.sessionId]);
  await world.must('POST', `/v1/assignments/${offer}/accept`, undefined, { key: li.token });
  await world.must(
    'POST',
    `/v1/sessions/${served.sessionId}/transfers`,
    { reason: 'my shift ends' },
    { key: li.token },
  );
  await world.quiet();
  expect((await decisionOf(served)).now).toMatchObject({ chosen: null, candidates: [{ why: 'hands it on' }] });
  const chen = await world.agent([id], { name: 'Chen' });
  await untilGiven(id, 2);
  expect((await given(id)).at(-1)).toMatchObject({ agent_id: chen.id, state: 'offered' });
});

test('who waits behind a person of ours on the floor is given to nobody until that one is done', async () => {
  const id = await account({ mode: 'direct' });
  const [li, chen] = [await world.agent([id], { name: 'Li' }), await world.agent([id], { name: 'Chen' })];
  const contact = newId();
  const first = await waits(id, { contact, kind: 'manual_urgent', reason: 'fire' });
  await world.quiet();
  const second = await waits(id, { contact, kind: 'manual_urgent', reason: 'smoke' });
  await world.quiet();
  expect(await sessionsGiven(id)).toEqual([first.sessionId]);
  expect((await decisionOf(second)).now).toBeNull();
  const [{ agent_id }] = await given(id);
  const key = agent_id === li.id ? li.token : chen.token;
  await world.must('POST', `/v1/sessions/${first.sessionId}/complete`, {}, { key });
  await world.quiet();
  expect(await sessionsGiven(id)).toEqual([first.sessionId, second.sessionId]);
});

describe('looking on', () => {
  const everything = async () => {
    const tables = await world.sql(
      "select table_name as name from information_schema.tables where table_schema = database() and table_type = 'BASE TABLE'",
    );
    const counts = tables.map(({ name }) => `(select count(*) from \`${name}\`) as \`${name}\``).join(', ');
    return [await world.sql(`select ${counts}`), await world.sql('select name, head from stream order by name')];
  };

  test('the preview, the explanation and the simulation write nothing', async () => {
    const id = await account({ mode: 'offer' });
    const waiting = await waits(id);
    await world.agent([await world.account()]);
    await world.quiet();
    const before = await everything();
    await world.must('POST', '/v1/routing/preview', { conversationId: waiting.conversationId });
    await world.must('POST', '/v1/routing/preview', { account: id, needs: { skills: ['french'] }, contact: 'x' });
    await world.must('POST', '/v1/routing/simulate', { account: id, days: 1, policy: { mode: 'direct' } });
    await decisionOf(waiting);
    expect(await everything()).toEqual(before);
  });

  test('the preview is the decision that follows, when nothing comes between', async () => {
    const id = await account({ mode: 'manual' });
    const [li, chen, sun] = [
      await world.agent([id], { name: 'Li', skills: ['french'] }),
      await world.agent([id], { name: 'Chen', skills: ['french'] }),
      await world.agent([id], { name: 'Sun' }),
    ];
    const busy = await waits(id);
    await world.must('POST', `/v1/conversations/${busy.conversationId}/accept`, undefined, { key: li.token });
    const needs = { skills: ['french'], team: null };
    const waiting = await waits(id, { needs });
    await world.quiet();
    await world.must('PATCH', `/v1/accounts/${id}`, { settings: { routing: { mode: 'direct' } } });
    const { verdict } = await world.must('POST', '/v1/routing/preview', { conversationId: waiting.conversationId });
    const imagined = await world.must('POST', '/v1/routing/preview', { account: id, needs });
    await untilGiven(id, 2);
    const { decision, now } = await decisionOf(waiting);
    expect(decision.verdict).toEqual(verdict);
    expect(imagined.verdict).toEqual(verdict);
    expect(now).toBeNull();
    expect(verdict).toMatchObject({ chosen: chen.id, eligible: 2 });
    const whys = Object.fromEntries(verdict.candidates.map(({ agentId, why }: Json) => [agentId, why]));
    expect(whys[li.id]).toBe('load 20 %, above 0 %');
    expect(whys[sun.id]).toBe('lacks the skill french');
  });

  test('routing again answers the verdict, and null where nobody waits', async () => {
    const id = await account({ mode: 'manual' });
    const agent = await world.agent([id]);
    const waiting = await waits(id);
    await world.quiet();
    const path = `/v1/conversations/${waiting.conversationId}`;
    const { verdict } = await world.must('POST', `${path}/route`, undefined, { key: agent.token });
    expect(verdict).toMatchObject({
      chosen: null,
      eligible: 1,
      explanation: '1 of 1 agents could take it; agents pick from the queue.',
    });
    await world.must('POST', `${path}/accept`, undefined, { key: agent.token });
    expect(await world.must('POST', `${path}/route`)).toEqual({ verdict: null });
    expect((await decisionOf(waiting)).decision.verdict.explanation).toBe(verdict.explanation);
  });
});

test('ten agents of five seats come at once, and 3 workers share 40 waiting: each has four, no seat is over-filled', async () => {
  const id = await account({ mode: 'direct' });
  const agents = await Promise.all(Array.from({ length: 10 }, () => absent([id])));
  await Promise.all(Array.from({ length: 40 }, () => waits(id)));
  await world.quiet();
  await Promise.all(agents.map((agent) => declare(agent, 'online')));
  await world.quiet();
  const counts = await world.sql(
    'select agent_id, count(*) as count from assignment where account_id = ? and seat is not null group by agent_id',
    [id],
  );
  expect(counts.reduce((sum, { count }) => sum + Number(count), 0)).toBe(40);
  expect(counts.map(({ count }) => Number(count)).sort()).toEqual(Array(10).fill(4));
});

test('nothing that must always hold is broken', async () => {
  expect(await world.broken()).toEqual([]);
});
