// The tables themselves refuse what must never be: each key and each check is attacked by SQL alone, past every lock and every law.
import { describe, expect, test } from 'vitest';
import { newId } from '../../src/domain/ids.ts';
import { Studio } from '../support/studio.ts';
import { until } from '../support/world.ts';

const studio = await Studio.open();
const { world } = studio;
const account = await world.account({ maxRobotSessions: 5 });
const [li, chen, sun] = [
  await world.agent([account], { name: 'Li' }),
  await world.agent([account]),
  await world.agent([account]),
];
const ask = (contact: string, kind: string, more: object = {}, key?: string) =>
  world.must('POST', '/v1/sessions', { account, contact, kind, ...more }, key ? { key } : {});

const served = await ask('wang', 'manual_complaint', {}, li.token);
const robot = await ask('zhao', 'auto_bargain');
const second = await ask('zhao', 'auto_bargain');
const other = await ask('qian', 'auto_bargain');
const hand = (session: string, more: object = {}) =>
  world.must('POST', `/v1/sessions/${session}/transfers`, { reason: 'asks', ...more });
const asking = await ask('wu', 'auto_bargain');
const asked = await hand(asking.session.id, { toAgentId: li.id });
const also = await ask('zheng', 'auto_bargain');
const alsoAsked = await hand(also.session.id);
const offers = () => world.sql("select id, session_id from assignment where state = 'offered'");
await until(async () => (await offers()).length === 1, 5, 'no offer was made');
const [offer] = await offers();
const [serving] = await world.sql("select id from assignment where state = 'serving'");
const path = `/v1/conversations/${served.conversationId}`;
for (const { id } of [chen, sun]) await world.must('POST', `${path}/collaborators/${id}`, {}, { key: li.token });
for (const externalId of ['e1', 'e2'])
  await world.must(
    'POST',
    `${path}/participants`,
    { kind: 'employee', externalId, name: externalId, historyMode: 'none' },
    { key: li.token },
  );
/** A picture that was looked at, with two things that the contact said to it; another; and one that could not be fetched. */
const picture = await studio.request(account, 'feng');
for (const text of ['make it sharper', 'as 4:3']) {
  const { understood } = await world.must('POST', `/v1/image-tasks/${picture.id}/reply`, { text });
  if (understood !== 'wish') throw new Error(`understood as ${understood}`);
}
const another = await studio.request(account, 'chu');
const failed = await studio.request(account, 'wei', { image: `${studio.host.url}/nothing.jpg` });
await studio.becomes(failed.id, 'failed');
await world.quiet();

type Attack = readonly [guard: string, sql: string, params: readonly unknown[]];

const KEYS: readonly Attack[] = [
  [
    'session_floor',
    "update session set state = 'active', active_in = conversation_id where id = ?",
    [second.session.id],
  ],
  [
    'session_robot_slot',
    'update session s join session o on o.id = ? set s.robot_slot = o.robot_slot where s.id = ?',
    [robot.session.id, other.session.id],
  ],
  [
    'assignment_seat',
    'update assignment a join assignment o on o.id = ? set a.seat = o.seat where a.id = ?',
    [serving.id, offer.id],
  ],
  [
    'assignment_serves',
    "update assignment set state = 'serving', session_id = ?, serves = ?, offered_for = null, deadline_at = null where id = ?",
    [served.session.id, served.session.id, offer.id],
  ],
  [
    'assignment_offered',
    "update assignment set state = 'offered', session_id = ?, offered_for = ?, serves = null, deadline_at = now(3) where id = ?",
    [offer.session_id, offer.session_id, serving.id],
  ],
  [
    'transfer_open_from',
    'update transfer set from_session_id = ?, open_from = ? where id = ?',
    [asking.session.id, asking.session.id, alsoAsked.id],
  ],
  [
    'transfer_open_to',
    'update transfer set to_session_id = ?, open_to = ? where id = ?',
    [asked.toSessionId, asked.toSessionId, alsoAsked.id],
  ],
  [
    'message_external',
    'update message m join (select min(id) as first, max(id) as last from message) e on m.id = e.last join message f on f.id = e.first set m.external_id = f.external_id',
    [],
  ],
  [
    'collaborator_open',
    'update collaborator set agent_id = ?, open_agent = ? where agent_id = ?',
    [chen.id, chen.id, sun.id],
  ],
  ['participant_open', "update participant set open_as = 'e1' where external_id = 'e2'", []],
  [
    'participant_invitation',
    "update participant p join participant o on o.external_id = 'e1' set p.invitation_hash = o.invitation_hash where p.external_id = 'e2'",
    [],
  ],
  [
    'image_task_open',
    'update image_task set conversation_id = ?, open_in = ? where id = ?',
    [picture.conversationId, picture.conversationId, another.id],
  ],
  ['image_attempt_number', "update image_attempt set step = 'fetch' where task_id = ?", [picture.id]],
  ['image_reply_once', "update image_reply set heard_as = 'the same' where task_id = ?", [picture.id]],
  [
    'payment_order',
    "insert into payment (id, account_id, contact_id, order_id, outcome, created_at) values (?, ?, ?, 'order-1', 'extra', now(3)), (?, ?, ?, 'order-1', 'extra', now(3))",
    [newId(), account, picture.contactId, newId(), account, another.contactId],
  ],
  [
    'alarm_fold',
    "insert into alarm (id, fold_key, code, detail, waiting, total, first_at, last_at) values (?, 'f', 'c', 'd', 0, 1, now(3), now(3)), (?, 'f', 'c', 'd', 0, 1, now(3), now(3))",
    [newId(), newId()],
  ],
];

describe('a key lets no second one in', () => {
  test.each(KEYS)('%s', async (guard, sql, params) => {
    expect(await told(sql, params)).toMatchObject({ errno: 1062, says: expect.stringContaining(guard) });
  });
});

const CHECKS: readonly Attack[] = [
  ['session_active_holds_floor', 'update session set active_in = null where id = ?', [robot.session.id]],
  ['session_floor_is_own', 'update session set active_in = id where id = ?', [robot.session.id]],
  ['session_hold_is_paused', 'update session set on_hold = true where id = ?', [robot.session.id]],
  ['session_slot_is_active', 'update session set robot_slot = 4 where id = ?', [served.session.id]],
  [
    'session_transferred_has_successor',
    "update session set state = 'transferred', on_hold = false where id = ?",
    [asking.session.id],
  ],
  ['session_robot_level', 'update session set level = 2 where id = ?', [robot.session.id]],
  ['session_level_known', 'update session set level = 5 where id = ?', [robot.session.id]],
  ['session_open_has_deadline', 'update session set deadline_at = null where id = ?', [robot.session.id]],
  ['session_over_has_end', 'update session set ended_at = now(3) where id = ?', [robot.session.id]],
  ['transfer_open_is_requested', 'update transfer set open_to = null where id = ?', [asked.id]],
  ['transfer_open_is_own', 'update transfer set open_to = id where id = ?', [asked.id]],
  ['transfer_open_has_deadline', 'update transfer set deadline_at = null where id = ?', [asked.id]],
  ['transfer_over_has_end', 'update transfer set ended_at = now(3) where id = ?', [asked.id]],
  ['assignment_open_has_seat', 'update assignment set seat = null where id = ?', [serving.id]],
  ['assignment_serving_serves', 'update assignment set serves = null where id = ?', [serving.id]],
  ['assignment_serves_own', 'update assignment set serves = id where id = ?', [serving.id]],
  ['assignment_offered_is_offer', 'update assignment set offered_for = null where id = ?', [offer.id]],
  ['assignment_offers_own', 'update assignment set offered_for = id where id = ?', [offer.id]],
  ['assignment_offer_has_deadline', 'update assignment set deadline_at = null where id = ?', [offer.id]],
  ['assignment_over_has_end', 'update assignment set ended_at = now(3) where id = ?', [serving.id]],
  ['collaborator_open_is_member', 'update collaborator set open_agent = null where agent_id = ?', [chen.id]],
  ['participant_open_is_member', "update participant set open_as = null where external_id = 'e1'", []],
  ['participant_joined_has_place', "update participant set state = 'joined' where external_id = 'e1'", []],
  ['job_running_is_leased', "update job set state = 'running', finished_at = null where kind = 'image-task'", []],
  ['job_running_is_leased', "update job set lease = id, leased_until = now(3) where kind = 'image-task'", []],
  ['job_lease_ends', "update job set state = 'running', finished_at = null, lease = id where kind = 'image-task'", []],
  ['image_task_state_known', "update image_task set state = 'asleep', round = 1 where id = ?", [failed.id]],
  ['image_task_open_is_open', 'update image_task set open_in = null where id = ?', [picture.id]],
  ['image_task_open_is_open', 'update image_task set open_in = conversation_id where id = ?', [failed.id]],
  ['image_task_open_is_own', 'update image_task set open_in = id where id = ?', [picture.id]],
  ['image_task_open_has_end', 'update image_task set deadline_at = null where id = ?', [picture.id]],
  ['image_task_over_has_end', 'update image_task set ended_at = now(3) where id = ?', [picture.id]],
  ['image_task_over_has_end', 'update image_task set ended_at = null where id = ?', [failed.id]],
  [
    'image_task_mail_known',
    "update image_task set mail_state = 'lost', email = 'feng@example.com' where id = ?",
    [picture.id],
  ],
  ['image_task_mail_has_address', "update image_task set mail_state = 'wanted' where id = ?", [picture.id]],
  ['image_task_worked_on_has_round', "update image_task set state = 'processing' where id = ?", [picture.id]],
  ['image_attempt_step_known', "update image_attempt set step = 'guess' where task_id = ?", [failed.id]],
  ['image_attempt_state_known', "update image_attempt set state = 'tried' where task_id = ?", [failed.id]],
  ['image_attempt_begun_has_no_end', "update image_attempt set state = 'begun' where task_id = ?", [failed.id]],
  ['image_attempt_begun_has_no_end', 'update image_attempt set ended_at = null where task_id = ?', [failed.id]],
  [
    'image_profile_email_known',
    "update image_profile set email_state = 'lost' where contact_id = ?",
    [picture.contactId],
  ],
  ['alarm_waits_is_due', 'update alarm set waiting = waiting + 1, due_at = null', []],
  ['alarm_waits_is_due', 'update alarm set waiting = 0, due_at = now(3)', []],
];

describe('a check refuses what contradicts itself', () => {
  test.each(CHECKS)('%s', async (guard, sql, params) => {
    expect((await told(sql, params)).says).toContain(guard);
  });
});

const REFERENCES: readonly Attack[] = [
  ['stored_file_account', 'update stored_file set account_id = ?', [newId()]],
  ['stored_file_contact', 'update stored_file set contact_id = ?', [newId()]],
  ['image_task_conversation', 'update image_task set conversation_id = ? where id = ?', [newId(), failed.id]],
  ['image_task_contact_known', 'update image_task set contact_id = ? where id = ?', [newId(), failed.id]],
  ['image_attempt_task', 'update image_attempt set task_id = ? where task_id = ?', [newId(), failed.id]],
  ['image_reply_task', 'update image_reply set task_id = ?', [newId()]],
  [
    'payment_contact_known',
    "insert into payment (id, account_id, contact_id, order_id, outcome, created_at) values (?, ?, ?, 'order-1', 'extra', now(3))",
    [newId(), account, newId()],
  ],
  [
    'image_profile_contact',
    'update image_profile set contact_id = ? where contact_id = ?',
    [newId(), picture.contactId],
  ],
];

describe('a reference leads to something', () => {
  test.each(REFERENCES)('%s', async (guard, sql, params) => {
    expect(await told(sql, params)).toMatchObject({ errno: 1452, says: expect.stringContaining(guard) });
  });
});

/** What the database says; nothing is left of it, whatever it says. */
async function told(sql: string, params: readonly unknown[]): Promise<{ errno: number; says: string }> {
  const em = world.kernel.orm.em.fork();
  await em.begin();
  try {
    await em.execute(sql, [...params], 'run');
    return { errno: 0, says: 'nothing' };
  } catch (error) {
    const errno = error instanceof Error && 'errno' in error ? Number(error.errno) : 0;
    return { errno, says: String(error) };
  } finally {
    await em.rollback();
  }
}
