// Each invariant finds what breaks it: a world that holds them all is damaged by hand, in one way for each.
import type { EntityManager } from '@mikro-orm/mysql';
import { afterAll, expect, test } from 'vitest';
import { checkInvariants, INVARIANTS } from '../../src/db/invariants.ts';
import { startWebhookReceiver } from '../support/outside/webhook-receiver.ts';
import { Studio } from '../support/studio.ts';
import { until } from '../support/world.ts';

let secret = '';
const receiver = await startWebhookReceiver({ secret: () => secret });
afterAll(() => receiver.close());
const studio = await Studio.open({ workers: 1, env: { FETCH_PRIVATE_HOSTS: receiver.host } });
const { world } = studio;
const account = await world.account();
/** A webhook that hears some of what follows. */
const hook = { account, url: receiver.url, events: ['messages.ingested', 'session.*'] };
const webhook = await world.must('POST', '/v1/webhooks', hook);
secret = webhook.secret;
await world.sql('update endpoint set updated_at = updated_at - interval 1 hour');
const elsewhere = await world.account();
await world.ingest([world.message(elsewhere, 'wang')]);
await world.ingest([world.message(account, 'wang'), world.message(account, 'li', { sentAt: world.ago(7200) })]);
await world.quiet();
const { id, sessions } = await world.conversation(account, 'wang');
const agent = await world.agent([account]);
await world.must('POST', `/v1/conversations/${id}/accept`, undefined, { key: agent.token });
const { id: past } = await world.conversation(account, 'li');
const session = sessions[0].id;
await world.must('PATCH', `/v1/conversations/${id}`, { labels: { add: ['refund'] } });

/** A robot that hands on to an agent by name, who is offered it. */
const robot = await world.must('POST', '/v1/sessions', { account, contact: 'zhao', kind: 'auto_bargain' });
const handing = { reason: 'asks for a person', toAgentId: agent.id };
const transfer = await world.must('POST', `/v1/sessions/${robot.session.id}/transfers`, handing);
const offered = () => world.sql("select id from assignment where state = 'offered'");
await until(async () => (await offered()).length === 1, 5, 'no offer was made');
const speaking = await world.must('POST', '/v1/sessions', { account, contact: 'sun', kind: 'auto_bargain' });
const invited = { kind: 'employee', externalId: 'e1', name: 'Sun Qi', historyMode: 'none' };
await world.must('POST', `/v1/conversations/${id}/participants`, invited, { key: agent.token });

/** A picture that was finished and mailed, one that waits to be confirmed, and one that waits to be paid. */
async function finish(contact: string): Promise<string> {
  const { id: task } = await studio.request(account, contact);
  await studio.pay(task, `order-${contact}`);
  await studio.becomes(task, 'awaiting_confirm');
  return task;
}
const mailed = await finish('wu');
await world.must('POST', `/v1/image-tasks/${mailed}/reply`, { text: 'Good, send it to wu@example.com' });
await studio.becomes(mailed, 'completed');
const shown = await finish('zheng');
const { id: unpaid } = await studio.request(account, 'feng');
await world.quiet();

const isDelivered = async () =>
  (await world.sql("select 1 from delivery where state <> 'delivered' limit 1")).length === 0;
await until(isDelivered, 10, 'not everything was delivered');

/** What the tables let happen at all: the rest they refuse by themselves (migrate.test.ts). */
const DAMAGES: Readonly<Record<string, readonly [sql: string, params: unknown[]]>> = {
  seats: [
    "update session set state = 'completed', active_in = null, deadline_at = null, ended_at = last_at where id = ?",
    [session],
  ],
  'streams-gapless': ['update stream set head = head + 1 where name = ?', [`conversation:${id}`]],
  'streams-hold-events': ['delete from event where conversation_id = ? limit 1', [id]],
  'batches-accounted': ["update job set size = size + 1 where kind = 'ingest-batch'", []],
  'batches-stored': ['delete from message', []],
  'desk-status': ["update conversation set status = 'resolved' where id = ?", [id]],
  'desk-newest': ['update conversation set desk_order = desk_order + 1 where id = ?', [id]],
  'desk-rank': ['update conversation set hand_raised = true where id = ?', [id]],
  labels: ['update conversation_label set account_id = ? where conversation_id = ?', [id, id]],
  'message-status': ["update message set status = 'read' where conversation_id = ?", [id]],
  members: ['update participant p join stream t set t.guests = p.id where t.name = ?', [`conversation:${id}`]],
  'transfers-lead-on': [
    "update session set state = 'cancelled', on_hold = false, deadline_at = null, ended_at = last_at where id = ?",
    [robot.session.id],
  ],
  successors: [
    "update session set state = 'transferred', on_hold = false, successor_id = ? where id = ?",
    [past, robot.session.id],
  ],
  offers: ["update session set state = 'active', active_in = conversation_id where id = ?", [transfer.toSessionId]],
  serving: ["update session set state = 'pending', active_in = null where id = ?", [session]],
  'robot-places': ['update session set robot_slot = 10 where id = ?', [speaking.session.id]],
  'open-has-end': ['update participant set invitation_until = null where conversation_id = ?', [id]],
  'session-moves-told': [
    "update event set type = 'session.paused' where type = 'session.opened' and conversation_id = ?",
    [id],
  ],
  'epochs-told': ['update conversation set epoch = epoch + 1 where id = ?', [id]],
  'transfer-moves-told': ["delete from event where type = 'transfer.requested'", []],
  'assignment-moves-told': ["update event set type = 'assignment.expired' where type = 'assignment.accepted'", []],
  'image-open': ['update conversation set image_task_id = null where image_task_id = ?', [shown]],
  'image-next': ["update image_task set mail_state = 'wanted', email = 'zheng@example.com' where id = ?", [shown]],
  'image-attempts': [
    "update image_attempt set state = 'begun', ended_at = null where task_id = ? and step = 'mail'",
    [mailed],
  ],
  'image-results-once': ["delete from message where external_id like 'baton:image:%'", []],
  'image-mailed-once': ["update image_attempt set state = 'failed' where step = 'mail'", []],
  'image-moves-told': ["delete from event where type = 'image_task.completed'", []],
  'image-payments': ["update payment set order_id = 'another' where task_id = ?", [shown]],
  'alarms-wait': [
    "insert into alarm (id, fold_key, code, detail, waiting, total, first_at, last_at, due_at) values ('a', 'f', 'c', 'd', 1, 1, now(3), now(3), now(3))",
    [],
  ],
  'delivery-attempts': ["update delivery_attempt set outcome = 'begun', ended_at = null limit 1", []],
  'delivery-ends': ["update delivery_attempt set outcome = 'failed'", []],
  'delivery-goes-on': [
    "update delivery set state = 'pending', ended_at = null, due_at = due_at - interval 1 hour limit 1",
    [],
  ],
  'delivery-of-account': ['update delivery set account_id = endpoint_id limit 1', []],
  'webhooks-told': ["delete from delivery where event_id in (select id from event where type = 'session.opened')", []],
  'messages-in-sessions': ['update message set session_id = ? where conversation_id = ?', [session, past]],
  topics: ['update session set begins_topic = true where conversation_id = ?', [past]],
  spans: ['update session set first_at = first_at - interval 1 second where conversation_id = ?', [past]],
};

/** Where an invariant looks in several places: the others. */
const FURTHER: readonly (readonly [name: string, where: string, sql: string, params: unknown[]])[] = [
  ['image-open', 'of another conversation', 'update conversation set image_task_id = ? where id = ?', [shown, past]],
  ['image-next', 'not fetched', 'update image_task set original_file_id = null where id = ?', [unpaid]],
  ['image-next', 'paid and not begun', "update image_task set state = 'processing', round = 1 where id = ?", [unpaid]],
  [
    'image-attempts',
    'two at once',
    "update image_attempt a join job j on j.id = a.job_id set a.state = 'begun', a.ended_at = null, j.state = 'accepted', j.finished_at = null where a.task_id = ?",
    [unpaid],
  ],
  ['image-attempts', 'no result', 'update image_task set result_file_id = null where id = ?', [shown]],
  ['image-attempts', 'no original', "update image_task set original_file_id = 'gone' where id = ?", [unpaid]],
  [
    'image-mailed-once',
    'twice',
    "insert into image_attempt (id, task_id, job_id, step, round, number, state, recipient, began_at, ended_at) select 'copy', task_id, job_id, step, round, number + 1, state, recipient, began_at, ended_at from image_attempt where task_id = ? and step = 'mail'",
    [mailed],
  ],
  ['image-mailed-once', 'mailed and not over', "update image_task set mail_state = 'none' where id = ?", [mailed]],
  [
    'image-mailed-once',
    'called off and still to be mailed',
    "update image_task set state = 'cancelled', open_in = null, deadline_at = null, ended_at = now(3), mail_state = 'wanted', email = 'zheng@example.com' where id = ?",
    [shown],
  ],
  ['image-moves-told', 'a round too many', 'update image_task set round = round + 1 where id = ?', [shown]],
  ['image-moves-told', 'never made', "delete from event where type = 'image_task.created'", []],
  [
    'delivery-attempts',
    'sent without one',
    "update delivery set state = 'sending', sending_lane = lane, lease = id, leased_until = due_at, ended_at = null limit 1",
    [],
  ],
  ['delivery-attempts', 'not written down', 'update delivery set attempts = attempts + 1 limit 1', []],
  ['delivery-ends', 'never tried', 'delete from delivery_attempt limit 1', []],
  ['delivery-ends', 'skipped, and yet delivered', "update delivery set state = 'skipped' limit 1", []],
  ['delivery-of-account', 'of nobody’s conversation', 'update delivery set conversation_id = endpoint_id limit 1', []],
  [
    'delivery-of-account',
    'linked to a conversation of others',
    "insert into conversation_link (id, endpoint_id, external_id, conversation_id, created_at, updated_at) select 'x', ?, '1', id, now(3), now(3) from conversation where account_id <> ? limit 1",
    [webhook.id, account],
  ],
  [
    'webhooks-told',
    'wanted by its name',
    "delete from delivery where event_id in (select id from event where type = 'messages.ingested')",
    [],
  ],
  ['image-payments', 'for nothing', "update payment set task_id = 'gone' where task_id = ?", [shown]],
  ['image-payments', 'of another contact', 'update payment set task_id = ? where task_id = ?', [unpaid, shown]],
];

test('a world that nobody damaged holds them all', async () => {
  const findings = await checkInvariants(world.kernel.orm.em.fork());
  expect(findings.map(({ name }) => name)).toEqual(INVARIANTS.map(({ name }) => name));
  expect(findings.filter(({ violations }) => violations > 0)).toEqual([]);
});

/** Keys of the tables refuse these: they are asked for what no key would let them find. */
const KEPT_BY_KEYS = ['one-floor', 'one-server', 'image-deadlines', 'delivery-lane'];

test('each invariant is broken here, but for those that the keys of the tables keep', () => {
  const unbroken = INVARIANTS.map(({ name }) => name).filter((name) => !(name in DAMAGES));
  expect(unbroken).toEqual(KEPT_BY_KEYS);
});

test.each(Object.entries(DAMAGES))('%s is noticed, with an example to look for', (name, [sql, params]) =>
  expectNoticed(name, sql, params),
);

test.each(FURTHER)('%s is noticed where it is %s', (name, _where, sql, params) => expectNoticed(name, sql, params));

test('work that is switched off needs no job', async () => {
  const em = world.kernel.orm.em.fork();
  await em.begin();
  try {
    await em.execute("update image_task set state = 'processing', round = 1 where id = ?", [unpaid], 'run');
    expect(await findingOf(em, 'image-next')).toMatchObject({ violations: 1, examples: [unpaid] });
    const off = JSON.stringify({ images: { automatic: false } });
    await em.execute('update account set settings = ?', [off], 'run');
    expect(await findingOf(em, 'image-next')).toMatchObject({ violations: 0 });
  } finally {
    await em.rollback();
  }
});

test('what waits for a circuit, or for somebody who enables its endpoint, needs no job', async () => {
  const em = world.kernel.orm.em.fork();
  const open =
    'update circuit set failures = 1, failing_since = now(3), open_until = utc_timestamp(3) + interval 1 hour';
  for (const excuse of [open, "update endpoint set state = 'disabled'"]) {
    await em.begin();
    try {
      const [damage, params] = DAMAGES['delivery-goes-on'] ?? ['', []];
      await em.execute(damage, params, 'run');
      expect(await findingOf(em, 'delivery-goes-on')).toMatchObject({ violations: 1 });
      await em.execute(excuse, [], 'run');
      expect(await findingOf(em, 'delivery-goes-on')).toMatchObject({ violations: 0 });
    } finally {
      await em.rollback();
    }
  }
});

async function findingOf(em: EntityManager, name: string) {
  return (await checkInvariants(em)).find((each) => each.name === name);
}

async function expectNoticed(name: string, sql: string, params: unknown[]): Promise<void> {
  const em = world.kernel.orm.em.fork();
  await em.begin();
  try {
    await em.execute(sql, params, 'run');
    const finding = await findingOf(em, name);
    expect(finding?.violations).toBeGreaterThan(0);
    expect(finding?.examples[0]).toMatch(/./);
  } finally {
    await em.rollback();
  }
}
