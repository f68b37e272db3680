// What a webhook of Chatwoot may do to us, looked at one by one: what is our own doing, old, foreign or not possible changes nothing.
import { expect, test } from 'vitest';
import { noteStatus } from '../../../../src/domain/channels/conversation-link.ts';
import { endDelivery } from '../../../../src/domain/deliveries/end-delivery.ts';
import { Endpoint } from '../../../../src/domain/endpoints/endpoint.ts';
import { newId } from '../../../../src/domain/ids.ts';
import { act, begin, change, message, OPENED, place, statusOf, take, world } from './place.ts';

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

test('the handoff label, set by a person just after we have set another, is theirs', async () => {
  const robot = await place({ handoffLabel: 'people' });
  await world.must('PATCH', `/v1/conversations/${robot.id}`, { labels: { add: ['gold'] } });
  await begin(robot, 'labels');
  const both = change({ label_list: [[], ['gold', 'people']] }, { labels: ['gold', 'people'] });
  await take(robot, both);
  expect((await world.must('GET', `/v1/conversations/${robot.id}`)).labels).toEqual(['gold', 'people']);
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

test('what people set while ours could not be told is noted and done; what was tried and comes back is no news', async () => {
  const robot = await place();
  await take(robot, OPENED());
  await take(robot, change({ status: ['open', 'pending'] }, { status: 'pending' }));
  await world.must('POST', `/v1/sessions/${robot.session.id}/transfers`, { reason: 'asked' });
  expect(await statusOf(robot)).toBe('queued');
  const parcel = await begin(robot, 'status');
  const failure = { kind: 'retryable', code: 'http_503', detail: 'away', retryAfterMs: null } as const;
  await act((each) => endDelivery(each, parcel, { kind: 'failed', failure }));
  const [{ id: transfer }] = await world.sql(
    "select id from transfer where conversation_id = ? and state = 'requested'",
    [robot.id],
  );
  await world.must('POST', `/v1/transfers/${transfer}/return`, {});
  expect(await take(robot, OPENED())).toMatchObject({ did: [] }); // by us: it was carried out before it failed
  expect(await statusOf(robot)).toBe('ai_handling');
  expect(await take(robot, change({ status: ['open', 'resolved'] }, { status: 'resolved' }))).toMatchObject({
    did: ['resolved'],
  });
});

test('a clock there that is behind ours loses nothing', async () => {
  const robot = await place();
  world.advance(15);
  const [{ id: link }] = await world.sql('select id from conversation_link where conversation_id = ?', [robot.id]);
  await act((each) => noteStatus(each, link, 'open'));
  const resolved = { status: 'resolved', updated_at: world.kernel.clock().getTime() / 1000 - 10 };
  expect(await take(robot, change({}, resolved))).toMatchObject({ did: ['resolved'] });
});

test('where nobody has told us our robot’s number, the first message of ours that comes back does; others are heard', async () => {
  const robot = await place({ bot: null });
  const settings = async () => {
    const { data } = await world.must('GET', `/v1/accounts/${robot.account}/channels`);
    return data[0].settings;
  };
  const byBot = (id: number, more: object = {}) =>
    message({ message_type: 'outgoing', sender: { id, type: 'agent_bot', name: `Bot ${id}` }, ...more });
  expect((await take(robot, byBot(6))).took).toBe('1 messages');
  const marked = { content_attributes: { baton_mark: `${robot.endpoint.id}.1` } };
  expect((await take(robot, byBot(5, marked))).took).toBe('a message of ours');
  expect(await settings()).toMatchObject({ bot: 5, account: 2 });
  const taught = { ...robot, endpoint: await world.kernel.orm.em.fork().findOneOrFail(Endpoint, robot.endpoint.id) };
  expect((await take(taught, byBot(5))).took).toBe('a message of ours');
  expect((await take(taught, byBot(6))).took).toBe('1 messages');
  await take(taught, byBot(6, marked));
  expect(await settings()).toMatchObject({ bot: 5 });
});

test('words and deeds in one conversation at once never lock each other out', async () => {
  const robot = await place();
  const deadlocks = async () => {
    const { values } = await world.kernel.metrics.actRetries.get();
    return values.reduce((sum, { value }) => sum + value, 0);
  };
  const before = await deadlocks();
  const label = (time: number) => change({ label_list: [[], [`l${time}`]] }, { labels: [`l${time}`] });
  const pairs = Array.from({ length: 20 }, (_none, time) => [message({ content: `word ${time}` }), label(time)]);
  const elsewhere = Array.from({ length: 10 }, (_none, time) => message({}, { id: 400 + time }));
  await Promise.all([...pairs.flat(), ...elsewhere].map((hook) => take(robot, hook)));
  expect(await deadlocks()).toBe(before);
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
