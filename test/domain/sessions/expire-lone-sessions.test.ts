// Sessions that stand alone end many together, all others one by one. The two ways must lead to the same rows, the same events and the
// same further work: which one is taken is a matter of speed alone.
import { describe, expect, test } from 'vitest';
import { runAct } from '../../../src/act.ts';
import type { Act } from '../../../src/domain/act.ts';
import { expireSession } from '../../../src/domain/assignments/expire-session.ts';
import { newId } from '../../../src/domain/ids.ts';
import { expireLoneSessions } from '../../../src/domain/sessions/expire-lone-sessions.ts';
import { type Json, World } from '../../support/world.ts';

const world = await World.open({ workers: 0 });
const SYSTEM = { type: 'system', id: 'test' } as const;

type Place = { readonly account: string; readonly contact: string; readonly conversation: string };
type Situation = (account: string, contact: string) => Promise<unknown>;

async function ask(account: string, contact: string, kind: string): Promise<Json> {
  return world.must('POST', '/v1/sessions', { account, contact, kind });
}

const SITUATIONS: Readonly<Record<string, Situation>> = {
  'a robot that speaks, and holds one of the places of its account': (account, contact) =>
    ask(account, contact, 'auto_bargain'),
  'a robot that is on hold': async (account, contact) => {
    const { session } = await ask(account, contact, 'auto_follow_up');
    await world.must('POST', `/v1/sessions/${session.id}/pause`, {});
  },
  'a robot that waits for a place': async (account, contact) => {
    await world.must('PATCH', `/v1/accounts/${account}`, { settings: { maxRobotSessions: 0 } });
    await ask(account, contact, 'auto_bargain');
  },
  'a robot whose place another robot waits for': async (account, contact) => {
    await world.must('PATCH', `/v1/accounts/${account}`, { settings: { maxRobotSessions: 1 } });
    await ask(account, contact, 'auto_bargain');
    await ask(account, newId(), 'auto_bargain');
  },
  'a robot that hears of it by webhook': async (account, contact) => {
    await world.must('POST', '/v1/webhooks', { account, url: 'http://127.0.0.1:9/robots', events: ['session.*'] });
    await ask(account, contact, 'auto_bargain');
  },
};

/** The situation in an account of its own, long due. */
async function place(make: Situation): Promise<Place> {
  const [account, contact] = [await world.account(), newId()];
  await make(account, contact);
  const conversation = (await world.conversation(account, contact)).id;
  await world.sql("update session set deadline_at = '2000-01-01 00:00:00.000' where conversation_id = ?", [
    conversation,
  ]);
  return { account, contact, conversation };
}

/** What an act left behind, with every id that the two places do not share written as what it is the id of. */
async function leftBy({ account, conversation }: Place, end: (act: Act) => Promise<unknown>): Promise<Json> {
  const [{ id: session, contact_id: contact }] = await world.sql(
    'select s.id, v.contact_id from session s join conversation v on v.id = s.conversation_id where v.id = ?',
    [conversation],
  );
  const clock = () => new Date('2100-01-01T00:00:00.000Z');
  const act = await runAct({ ...world.kernel, clock }, SYSTEM, async (begun) => {
    await end(begun);
    return begun;
  });
  const rows = {
    session: await world.sql('select * from session where id = ?', [session]),
    conversation: await world.sql('select * from conversation where id = ?', [conversation]),
    events: act.recorded.map(({ type, data, streams, actor }) => ({ type, data, streams, actor })),
    planned: act.planned.map(({ kind, payload }) => ({ kind, payload: JSON.parse(payload) })),
  };
  const waiting = await world.sql('select conversation_id from session where account_id = ? and ended_at is null', [
    account,
  ]);
  const endpoints = await world.sql('select id from endpoint where account_id = ?', [account]);
  const names = [
    ...endpoints.map(({ id }) => [id, 'endpoint']),
    [account, 'account'],
    [session, 'session'],
    [conversation, 'conversation'],
    [contact, 'contact'],
    ...waiting.map(({ conversation_id: id }) => [id, 'waiting']),
    ...act.recorded.map(({ id }, index) => [id, `event ${index}`]),
  ];
  const text = names.reduce((all, [id, name]) => all.replaceAll(id, name), JSON.stringify(rows));
  return JSON.parse(text.replaceAll(/"(opened_at|first_at|created_at)":"[^"]+"/g, '"$1":"before"'));
}

describe('ends by either way alike', () => {
  test.for(Object.entries(SITUATIONS))('%s', async ([, make]) => {
    const [alone, together] = [await place(make), await place(make)];
    const [{ id }] = await world.sql('select id from session where conversation_id = ?', [alone.conversation]);
    const byOne = await leftBy(alone, (act) => expireSession(act, id));
    const byMany = await leftBy(together, (act) => expireLoneSessions(act, [together.conversation]));
    expect(byMany).toEqual(byOne);
    expect(byOne).toMatchObject({ session: [{ state: 'timeout' }], conversation: [{ status: 'resolved' }] });
    expect(byOne.events.map(({ type }: Json) => type)).toEqual(['session.timed_out', 'conversation.status_changed']);
  });
});

test('a conversation in which more hangs on the session, or nothing is due, is left to the other way', async () => {
  const account = await world.account();
  const contact = newId();
  const robot = await ask(account, contact, 'auto_bargain');
  await ask(account, contact, 'auto_follow_up');
  const fresh = await ask(account, newId(), 'auto_bargain');
  await world.sql("update session set deadline_at = '2000-01-01 00:00:00.000' where conversation_id = ?", [
    robot.conversationId,
  ]);
  const ids = [robot.conversationId, fresh.conversationId].sort();
  const ends = await runAct(world.kernel, SYSTEM, (act) => expireLoneSessions(act, ids));
  expect(ends).toEqual({ ended: [], left: ids });
});
