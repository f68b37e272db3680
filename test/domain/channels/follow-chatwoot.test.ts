// What a webhook of Chatwoot may do to us, looked at one by one: what is our own doing, old, foreign or not possible changes nothing.
import { expect, test } from 'vitest';
import { runAct } from '../../../src/act.ts';
import type { Taken } from '../../../src/domain/channels/inbound.ts';
import { takeChatwootHook } from '../../../src/domain/channels/take-chatwoot-hook.ts';
import { beginDeliveries } from '../../../src/domain/deliveries/begin-delivery.ts';
import { endDelivery } from '../../../src/domain/deliveries/end-delivery.ts';
import type { Parcel } from '../../../src/domain/deliveries/parcel.ts';
import { Endpoint } from '../../../src/domain/endpoints/endpoint.ts';
import type { DomainError } from '../../../src/domain/errors.ts';
import { newId } from '../../../src/domain/ids.ts';
import { type Json, World } from '../../support/world.ts';

const world = await World.open({ workers: 0 });
const SYSTEM = { type: 'system', id: 'test' } as const;
const act = <T>(deed: Parameters<typeof runAct<T>>[2]) => runAct(world.kernel, SYSTEM, deed);
let lastMessage = 100;

type Place = {
  readonly account: string;
  readonly endpoint: Endpoint;
  readonly id: string;
  readonly session: Json;
  readonly epoch: number;
};

/** A robot talks with contact 70, who has spoken in conversation 3 there. */
async function place(settings: object = {}): Promise<Place> {
  const account = await world.account();
  const {
    session,
    conversationId: id,
    epoch,
  } = await world.must('POST', '/v1/sessions', {
    ...{ account, contact: '70', kind: 'auto_customer_service' },
  });
  const channel = {
    url: 'https://chat.example.com',
    settings: { account: 2, bot: 5, ...settings },
    secrets: { botToken: 'b' },
  };
  await world.must('PUT', `/v1/accounts/${account}/channels/chatwoot`, channel);
  const endpoint = await world.kernel.orm.em.fork().findOneOrFail(Endpoint, { accountId: account });
  const found = { account, endpoint, id, session, epoch };
  await take(found, message());
  return found;
}

function conversation(fields: object = {}): Json {
  const { meta = {}, ...rest }: Json = fields;
  const updated_at = world.kernel.clock().getTime() / 1000;
  const sender = { id: 70, name: 'Ann' };
  return { id: 3, inbox_id: 9, status: 'pending', labels: [], updated_at, meta: { sender, ...meta }, ...rest };
}

function message(fields: object = {}, there: object = {}): Json {
  lastMessage += 1;
  const created_at = world.kernel.clock().toISOString();
  const base = { event: 'message_created', id: lastMessage, content: 'Hello', message_type: 'incoming', created_at };
  return {
    ...base,
    account: { id: 2 },
    sender: { id: 70, type: 'contact' },
    conversation: conversation(there),
    ...fields,
  };
}

function change(changes: Record<string, [unknown, unknown]>, fields: object): Json {
  const changed_attributes = Object.entries(changes).map(([name, [previous_value, current_value]]) => ({
    [name]: { previous_value, current_value },
  }));
  return { event: 'conversation_updated', ...conversation(fields), changed_attributes };
}

const OPENED = () => change({ status: ['pending', 'open'] }, { status: 'open' });

function take({ endpoint }: Place, hook: Json, refused: DomainError | null = null): Promise<Taken> {
  return act((each) => takeChatwootHook(each, endpoint, hook, refused));
}

async function statusOf({ id }: Place): Promise<string> {
  return (await world.must('GET', `/v1/conversations/${id}`)).status;
}

/** Everything that is due, until one of that effect is being made; what comes before it went well. */
async function begin({ endpoint }: Place, effect: string): Promise<Parcel> {
  for (;;) {
    const [parcel] = await act((each) => beginDeliveries(each, endpoint.id, 1));
    if (!parcel) throw new Error(`nothing of ${effect} is due`);
    if (parcel.delivery.effect === effect) return parcel;
    await act((each) => endDelivery(each, parcel, { kind: 'delivered' }));
  }
}

test('it is handed to people when it is opened there, once', async () => {
  const robot = await place();
  expect(await take(robot, OPENED())).toMatchObject({ did: ['handed to people'] });
  expect(await statusOf(robot)).toBe('queued');
  expect(await take(robot, OPENED())).toMatchObject({ did: [] });
});

test('while our own word on its status is on its way, what is shown there asks for nothing; later it does', async () => {
  const robot = await place();
  await take(robot, OPENED());
  const parcel = await begin(robot, 'status');
  const [{ id: transfer }] = await world.sql(
    "select id from transfer where conversation_id = ? and state = 'requested'",
    [robot.id],
  );
  await world.must('POST', `/v1/transfers/${transfer}/return`, {});
  expect(await statusOf(robot)).toBe('ai_handling');
  await take(robot, change({ status: ['open', 'snoozed'] }, { status: 'snoozed' }));
  expect(await take(robot, OPENED())).toMatchObject({ did: [] });
  expect(await statusOf(robot)).toBe('ai_handling');
  await act((each) => endDelivery(each, parcel, { kind: 'delivered' }));
  await take(robot, change({ status: ['open', 'pending'] }, { status: 'pending' }));
  expect(await take(robot, OPENED())).toMatchObject({ did: ['handed to people'] });
});

test('what was refused is noted and told, and what was said is taken all the same', async () => {
  const agent = await world.agent([], { name: 'Away' });
  await world.must('PUT', `/v1/agents/${agent.id}/presence`, { availability: 'offline' });
  const robot = await place({ agents: { [agent.id]: 2 } });
  await world.must('PATCH', `/v1/agents/${agent.id}`, { accounts: [robot.account] });
  const assigned = { meta: { assignee: { id: 2, name: 'Away' } } };
  const hook = change({ assignee_id: [null, 2] }, assigned);
  const refused = await take(robot, hook).catch((error) => error);
  expect(refused).toMatchObject({ code: 'agent_offline' });
  expect(await take(robot, hook, refused)).toMatchObject({ did: [], refused: 'agent_offline' });
  expect(await statusOf(robot)).toBe('ai_handling');
  const stranger = change({ assignee_id: [null, 9] }, { meta: { assignee: { id: 9, name: 'Admin' } } });
  expect(await take(robot, stranger)).toMatchObject({ did: [] });
});

test('a label or a priority that we have just set there is no news when it comes back, even if it is gone here by now', async () => {
  const robot = await place();
  const label = (add: string[], remove: string[]) =>
    world.must('PATCH', `/v1/conversations/${robot.id}`, { labels: { add, remove } });
  await label(['gold'], []);
  const parcel = await begin(robot, 'labels');
  await label([], ['gold']);
  const echo = change({ label_list: [[], ['gold']] }, { labels: ['gold'] });
  expect(await take(robot, echo)).toMatchObject({ did: [] });
  await act((each) => endDelivery(each, parcel, { kind: 'delivered' }));
  expect(await take(robot, echo)).toMatchObject({ did: [] });
  const more = change({ label_list: [['gold'], ['gold', 'silver']] }, { labels: ['gold', 'silver'] });
  expect(await take(robot, more)).toMatchObject({ did: ['labels set'] });
  expect((await world.must('GET', `/v1/conversations/${robot.id}`)).labels).toEqual(['silver']);

  await world.must('PATCH', `/v1/conversations/${robot.id}`, { urgency: 5 });
  const priority = await begin(robot, 'priority');
  await world.must('PATCH', `/v1/conversations/${robot.id}`, { urgency: 1 });
  const urgent = change({ priority: [null, 'urgent'] }, { priority: 'urgent' });
  expect(await take(robot, urgent)).toMatchObject({ did: [] });
  await act((each) => endDelivery(each, priority, { kind: 'delivered' }));
  world.advance(60);
  expect(await take(robot, change({ priority: [null, 'high'] }, { priority: 'high' }))).toMatchObject({
    did: ['priority set'],
  });
  expect((await world.must('GET', `/v1/conversations/${robot.id}`)).urgency).toBe(4);
});

test('what is done to a conversation there that the contact has left for another does nothing here', async () => {
  const robot = await place();
  world.advance(1);
  const elsewhere = { id: 4, status: 'open' };
  const first = await take(robot, message({}, elsewhere));
  expect(first).toMatchObject({ took: '1 messages', did: [] });
  const told = "select effect_key from delivery where account_id = ? and effect_key like '%:link:%'";
  expect(await world.sql(told, [robot.account])).toHaveLength(1); // that a robot has it
  expect(await take(robot, change({ status: ['pending', 'resolved'] }, { status: 'resolved' }))).toMatchObject({
    did: [],
  });
  expect(await statusOf(robot)).toBe('ai_handling');
  const resolved = change({ status: ['open', 'resolved'] }, { id: 4, status: 'resolved' });
  expect(await take(robot, resolved)).toMatchObject({ did: ['resolved'] });
});

test('another account, another inbox, another event, and nobody’s conversation are left alone', async () => {
  const robot = await place({ inboxes: [9] });
  expect(await take(robot, message({ account: { id: 8 } }))).toEqual({ took: 'nothing: it is of another account' });
  expect(await take(robot, message({ inbox: { id: 10 } }))).toEqual({ took: 'nothing: it is of another inbox' });
  expect((await take(robot, { event: 'webwidget_triggered' })).took).toContain('nothing');
  expect((await take(robot, { event: 'message_created', id: 'x' })).took).toContain('nothing: /');
  expect((await take(robot, change({}, { id: 12 }))).took).toContain('nobody has spoken in it yet');
  const jobs = await world.sql("select id from job where kind = 'ingest-batch' and account_id = ?", [robot.account]);
  expect(jobs).toHaveLength(1); // the first word
});

test('without a mark, the same words as ours on their way are put off, others are taken at once, and our number tells', async () => {
  const robot = await place();
  const say = { sessionId: robot.session.id, epoch: robot.epoch, robot: 'Helper', content: 'One moment.' };
  await world.must('POST', `/v1/conversations/${robot.id}/messages`, say);
  const parcel = await begin(robot, 'message');
  const byUser = (content: string) =>
    message({ content, message_type: 'outgoing', sender: { id: 1, type: 'user', name: 'L' } });
  const same = byUser('One moment.');
  expect((await take(robot, same)).took).toContain('nothing yet');
  expect((await take(robot, byUser('I am here.'))).took).toBe('1 messages');
  await act((each) => endDelivery(each, parcel, { kind: 'delivered', externalId: String(same.id) }));
  expect((await take(robot, same)).took).toBe('a message of ours');
  expect((await take(robot, byUser('One moment.'))).took).toBe('1 messages');
  const byBot = message({ message_type: 'outgoing', sender: { id: 5, type: 'agent_bot', name: 'Baton' } });
  expect((await take(robot, byBot)).took).toBe('a message of ours');
  const other = message({ message_type: 'outgoing', sender: { id: 6, type: 'agent_bot', name: 'Other' } });
  expect((await take(robot, other)).took).toBe('1 messages');
});

test('our mark tells that what was being sent has arrived, and whoever sent it comes too late to say so', async () => {
  const robot = await place();
  const say = { sessionId: robot.session.id, epoch: robot.epoch, robot: 'Helper' };
  for (const content of ['one', 'two'])
    await world.must('POST', `/v1/conversations/${robot.id}/messages`, { ...say, content });
  const parcel = await begin(robot, 'message');
  const mark = `${robot.endpoint.id}.${parcel.delivery.id}`;
  const echo = message({ content: 'one', message_type: 'outgoing', content_attributes: { baton_mark: mark } });
  expect((await take(robot, echo)).took).toBe('a message of ours');
  const failure = { kind: 'unknown', code: 'cut', detail: 'cut', retryAfterMs: null } as const;
  expect(await act((each) => endDelivery(each, parcel, { kind: 'failed', failure }))).toBe('lost');
  const { data } = await world.must('GET', `/v1/deliveries?account=${robot.account}&state=delivered`);
  expect(data[0]).toMatchObject({ effect: 'message', externalId: String(echo.id), attemptCount: 1 });
  expect((await begin(robot, 'message')).delivery.doubt).toBe(false); // the next one
  const foreign = message({
    message_type: 'outgoing',
    sender: null,
    content_attributes: { baton_mark: `${newId()}.1` },
  });
  expect((await take(robot, foreign)).took).toBe('1 messages');
});
