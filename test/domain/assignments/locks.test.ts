// What the locks are for: an act that decides on what it read must read what the act before it wrote. One act is held at its end, before
// the commit, and the other one is let go against it.
import { expect, test } from 'vitest';
import { runAct } from '../../../src/act.ts';
import type { Act } from '../../../src/domain/act.ts';
import { expireOffer } from '../../../src/domain/assignments/answer-offer.ts';
import { expireSession } from '../../../src/domain/assignments/expire-session.ts';
import { expireTransfer } from '../../../src/domain/assignments/expire-transfer.ts';
import { newId } from '../../../src/domain/ids.ts';
import { routeConversation } from '../../../src/domain/routing/route-conversation.ts';
import { insertRows } from '../../../src/domain/rows.ts';
import { Gate, somebodyWaits } from '../../support/gate.ts';
import { type Json, until, World } from '../../support/world.ts';

const world = await World.open({ workers: 0 });
const gate = await Gate.open(world);
const TESTER = { type: 'system', id: 'test' } as const;
const robotOf = (account: string, contact = newId()) =>
  world.must('POST', '/v1/sessions', { account, contact, kind: 'auto_bargain' });

test('the agent’s: who goes offline just now is not given a conversation', async () => {
  const account = await world.account();
  const li = await world.agent([account]);
  const robot = await robotOf(account);
  gate.shut('applied');
  const gone = world.call('PUT', `/v1/agents/${li.id}/presence`, { availability: 'offline' }, { url: gate.url });
  await gate.isHolding();
  const accept = world.call('POST', `/v1/conversations/${robot.conversationId}/accept`, undefined, { key: li.token });
  const first = await Promise.race([accept, somebodyWaits(world).then(() => null)]);
  gate.release();
  expect((await gone).status).toBe(200);
  expect(first).toBeNull();
  expect(await accept).toMatchObject({ status: 409, body: { code: 'agent_offline' } });
});

test('the account’s: two robots and one place', async () => {
  const account = await world.account({ maxRobotSessions: 1 });
  const contacts = ['first', 'second'];
  for (const contact of contacts) await world.must('POST', '/v1/contacts', { account, contact: { id: contact } });
  const ask = (contact: string, url: string) =>
    world.call('POST', '/v1/sessions', { account, contact, kind: 'auto_bargain' }, { url });
  gate.shut('applied');
  const first = ask('first', gate.url);
  await gate.isHolding();
  const second = ask('second', world.url);
  await Promise.race([second, somebodyWaits(world)]);
  gate.release();
  expect([(await first).body.session.state, (await second).body.session.state]).toEqual(['active', 'pending']);
});

test('no lock of the account’s own row: while a new contact of it is written down, its robots go on', async () => {
  const account = await world.account();
  await world.must('POST', '/v1/contacts', { account, contact: { id: 'known' } });
  gate.shut('applied');
  const fresh = world.call('POST', '/v1/contacts', { account, contact: { id: 'new' } }, { url: gate.url });
  await gate.isHolding();
  const robot = await Promise.race([robotOf(account, 'known'), somebodyWaits(world).then(() => 'waits')]);
  gate.release();
  expect((await fresh).status).toBeLessThan(300);
  expect(robot).toMatchObject({ session: { state: 'active' } });
});

test('the conversation’s: two who want the floor of one', async () => {
  const account = await world.account();
  const contact = newId();
  await world.must('POST', '/v1/contacts', { account, contact: { id: contact } });
  const agents = [await world.agent([account], { name: 'Li' }), await world.agent([account], { name: 'Chen' })];
  const ask = (agent: Json, url: string) =>
    world.call('POST', '/v1/sessions', { account, contact, kind: 'manual_complaint' }, { url, key: agent.token });
  gate.shut('applied');
  const first = ask(agents[0], gate.url);
  await gate.isHolding();
  const second = ask(agents[1], world.url);
  await Promise.race([second, somebodyWaits(world)]);
  gate.release();
  expect(await first).toMatchObject({ status: 201 });
  expect(await second).toMatchObject({ status: 409, body: { code: 'floor_taken', holder: { agentName: 'Li' } } });
  expect((await world.conversation(account, contact)).epoch).toBe(1);
});

test('what is due is passed over while somebody has its conversation, and is no longer due when they moved the deadline', async () => {
  const account = await world.account();
  const robot = await robotOf(account);
  await world.sql("update session set deadline_at = '2020-01-01' where id = ?", [robot.session.id]);
  const turn = { sessionId: robot.session.id, epoch: robot.epoch, robot: 'Bargainer', content: 'Six per cent.' };
  const expire = () => runAct(world.kernel, TESTER, (act) => expireSession(act, robot.session.id));
  gate.shut('applied');
  const said = world.call('POST', `/v1/conversations/${robot.conversationId}/messages`, turn, { url: gate.url });
  await gate.isHolding();
  const passed = await Promise.race([expire(), somebodyWaits(world).then(() => 'waits')]);
  gate.release();
  expect((await said).status).toBe(201);
  expect(passed).toBe(false);
  expect(await expire()).toBe(false);
  expect((await world.must('GET', `/v1/sessions/${robot.session.id}`)).state).toBe('active');
});

test('what is not due does not end, whoever says so', async () => {
  const account = await world.account({ routing: { mode: 'offer' } });
  await world.agent([account]);
  const robot = await robotOf(account);
  const transfer = await world.must('POST', `/v1/sessions/${robot.session.id}/transfers`, {
    reason: 'asks for a person',
  });
  await runAct(world.kernel, TESTER, (act) => routeConversation(act, robot.conversationId));
  const [offer] = await world.sql("select id from assignment where account_id = ? and state = 'offered'", [account]);
  expect(await runAct(world.kernel, TESTER, (act) => expireOffer(act, offer.id))).toBe(false);
  expect(await runAct(world.kernel, TESTER, (act) => expireTransfer(act, transfer.id))).toBe(false);
  expect(await runAct(world.kernel, TESTER, (act) => expireSession(act, robot.session.id))).toBe(false);
});

test('a key: who collides with it is tried again from the start, and finds what the other one wrote', async () => {
  const externalId = newId();
  let looked = 0;
  const findOrMake = async (act: Act) => {
    const known: Json[] = await act.em.execute('select id from account where external_id = ?', [externalId]);
    if (known.length > 0) return 'found';
    looked += 1;
    await until(() => looked === 2, 5, 'the other one did not look');
    const row = { id: newId(), platform: 'web', external_id: externalId, name: 'Shop', settings: '{}' };
    await insertRows(act.em, 'account', [{ ...row, created_at: act.now, updated_at: act.now }]);
    return 'made';
  };
  const both = await Promise.all([1, 2].map(() => runAct(world.kernel, TESTER, findOrMake)));
  expect(both.sort()).toEqual(['found', 'made']);
});

test('nothing that must always hold is broken', async () => {
  expect(await world.broken()).toEqual([]);
});
