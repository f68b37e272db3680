// A morning at the desk: what comes first, who has what, what was read and taken back, who is there, and afterwards who did it all.
import { expect, test } from 'vitest';
import { openRawSocket } from '../support/raw-socket.ts';
import { type Json, until, World } from '../support/world.ts';

const world = await World.open({ apis: 2, env: { REACHABLE_GRACE_SECONDS: '0.5', SWEEP_SECONDS: '0.5' } });

test('flags and urgency order the desk, labels and to-dos find things again', async () => {
  const account = await world.account();
  const agent = await world.agent([account]);
  const names = ['anna', 'ben', 'cem', 'dora', 'eva', 'finn', 'gao', 'hu'];
  await world.ingest(names.map((name, index) => world.message(account, name, { sentAt: world.ago(60 + index) })));
  const ids = new Map<string, string>();
  for (const name of names) ids.set(name, (await world.conversation(account, name)).id);
  const set = (name: string, body: object) =>
    world.must('PATCH', `/v1/conversations/${ids.get(name)}`, body, { key: agent.token });
  const desk = async (query = '') => {
    const { data } = await world.must('GET', `/v1/conversations?account=${account}${query}`, undefined, {
      key: agent.token,
    });
    return data.map(({ contact }: Json) => contact.externalId);
  };
  expect(await desk()).toEqual(names);

  await set('hu', { pinned: true });
  await set('gao', { urgency: 5, reason: 'the press calls' });
  await set('finn', { handRaised: true });
  await set('eva', { needIntervene: true });
  await set('dora', { urgency: 4 });
  await set('cem', { emotion: 'angry' });
  await set('ben', { urgency: 3 });
  expect(await desk()).toEqual(names.toReversed());
  await set('hu', { pinned: false });
  expect(await desk()).toEqual(['gao', 'finn', 'eva', 'dora', 'cem', 'ben', 'anna', 'hu']);

  await set('anna', { todo: true, labels: { add: ['refund', '退款'] } });
  const shown = await set('ben', { pinned: true, labels: { add: ['refund'] } });
  expect(shown).toMatchObject({ pinned: true, labels: ['refund'], urgency: 3 });
  expect(await desk('&label=refund')).toEqual(['ben', 'anna']);
  expect(await desk(`&label=${encodeURIComponent('退款')}`)).toEqual(['anna']);
  expect(await desk('&label=other')).toEqual([]);
  expect(await desk('&todo=true')).toEqual(['anna']);
  expect(await desk('&todo=false&limit=3')).toEqual(['ben', 'gao', 'finn']);
  expect(await desk('&pinned=true')).toEqual(['ben']);
  expect(await desk('&pinned=false&label=refund')).toEqual(['anna']);
  expect(await world.broken()).toEqual([]);
});

test('an agent’s own list holds what they serve and are offered, and where they help', async () => {
  const account = await world.account();
  const offering = await world.account({ routing: { mode: 'offer', offerFor: 300 } });
  const agent = await world.agent([account, offering]);
  const colleague = await world.agent([account]);
  const accept = (id: string, key: string) => world.must('POST', `/v1/conversations/${id}/accept`, undefined, { key });
  await world.ingest(['mine', 'theirs', 'nobody’s'].map((name) => world.message(account, name)));
  const [mine, theirs] = [await world.conversation(account, 'mine'), await world.conversation(account, 'theirs')];
  const serving = await accept(mine.id, agent.token);
  const helping = await accept(theirs.id, colleague.token);
  const call = `/v1/conversations/${theirs.id}/collaborators/${agent.id}`;
  await world.must('POST', call, { reason: 'you know this shop' }, { key: colleague.token });
  await world.must('POST', call, {}, { key: agent.token });
  await world.ingest([world.message(offering, 'new')]);

  const own = (query = '') =>
    world.must('GET', `/v1/agents/${agent.id}/conversations${query}`, undefined, { key: agent.token });
  await until(async () => (await own()).data.length === 3, 5, 'nothing was offered');
  const whole = await own();
  const offered = whole.data.find(({ contact }: Json) => contact.externalId === 'new');
  expect(offered).toMatchObject({ status: 'queued', collaboration: null, assignment: { state: 'offered' } });
  expect(Date.parse(offered.assignment.deadlineAt)).toBeGreaterThan(world.kernel.clock().getTime());
  const rest = new Map(whole.data.map((each: Json) => [each.contact.externalId, each]));
  expect(rest.get('mine')).toMatchObject({
    assignment: { id: serving.assignmentId, sessionId: serving.sessionId, state: 'serving', deadlineAt: null },
    collaboration: null,
    labels: [],
  });
  expect(rest.get('theirs')).toMatchObject({
    agent: { id: colleague.id },
    assignment: null,
    collaboration: { sessionId: helping.sessionId, state: 'joined' },
  });

  await world.must('PATCH', `/v1/conversations/${theirs.id}`, { pinned: true }, { key: agent.token });
  const order = [];
  for (let page = await own('?limit=1'); ; page = await own(`?limit=1&cursor=${page.page.next}`)) {
    order.push(page.data[0].contact.externalId);
    if (page.page.next === null) break;
  }
  expect(order).toEqual(['theirs', 'new', 'mine']);
  const limited = await world.must('POST', '/v1/api-keys', {
    name: 'one shop',
    scopes: ['conversations:read'],
    accounts: [offering],
  });
  const seen = await world.must('GET', `/v1/agents/${agent.id}/conversations`, undefined, { key: limited.key });
  expect(seen.data.map(({ contact }: Json) => contact.externalId)).toEqual(['new']);
});

test('read and delivered go up to a message, a recall takes its words away, and everyone sees it', async () => {
  const account = await world.account({ recallWithin: 60 });
  const agent = await world.agent([account]);
  await world.ingest([
    world.message(account, 'wang', { content: 'hello', sentAt: world.ago(20) }),
    world.message(account, 'wang', { content: 'anybody?', sentAt: world.ago(10) }),
  ]);
  const { id, contact } = await world.conversation(account, 'wang');
  const token = await world.token('contact', contact.id);
  const { sessionId } = await world.must('POST', `/v1/conversations/${id}/accept`, undefined, { key: agent.token });
  const history = (key: string) => world.must('GET', `/v1/conversations/${id}/messages`, undefined, { key });
  const mark = (messageId: string, status: string, key: string) =>
    world.call('PATCH', `/v1/messages/${messageId}`, { status }, { key });
  const say = (content: string) =>
    world.must('POST', `/v1/conversations/${id}/messages`, { sessionId, content }, { key: agent.token });

  const screen = openRawSocket(world.url, '/contact', { token });
  await screen.hears('stream.ready');
  const wrong = await say('Your parcel is lost.');
  const [newest] = (await history(token)).data;
  expect(newest).toMatchObject({ id: wrong.id, status: 'sent', statusAt: null });
  expect(await mark(wrong.id, 'delivered', token)).toMatchObject({ status: 200, body: { status: 'delivered' } });
  expect(await mark(wrong.id, 'read', token)).toMatchObject({ status: 200, body: { status: 'read' } });
  await mark(wrong.id, 'read', agent.token);
  expect((await history(agent.token)).data.map(({ status }: Json) => status)).toEqual(['read', 'read', 'read', 'read']);

  expect(await mark(wrong.id, 'recalled', token)).toMatchObject({ status: 403, body: { code: 'not_author' } });
  expect(await mark(wrong.id, 'recalled', agent.token)).toMatchObject({
    status: 200,
    body: { status: 'recalled', content: null, type: 'text' },
  });
  expect((await history(token)).data[0]).toMatchObject({ id: wrong.id, status: 'recalled', content: null });
  const told = () => screen.heard.flatMap(({ data }) => (data?.type === 'message.status_changed' ? [data.data] : []));
  await until(() => told().length === 4, 5, 'the contact did not see every change');
  expect(told()).toMatchObject([
    { messageId: wrong.id, status: 'delivered', count: 2, by: 'contact' },
    { messageId: wrong.id, status: 'read', count: 2, by: 'contact' },
    { messageId: wrong.id, status: 'read', count: 2, by: 'agent' },
    { messageId: wrong.id, status: 'recalled', count: 1, by: 'agent' },
  ]);
  expect(await world.broken()).toEqual([]);
});

test('a contact is there as long as one of their tabs is, whichever server holds it', async () => {
  const account = await world.account();
  const { contact } = await world.must('POST', '/v1/contacts', { account, contact: { id: 'anna' } });
  const presence = () => world.must('GET', `/v1/contacts/${contact.id}/presence`);
  expect(await presence()).toEqual({ reachable: false, connections: 0, lastSeenAt: null });
  const token = await world.token('contact', contact.id);
  const tabs = world.apis.map(({ url }) => openRawSocket(url, '/contact', { token }));
  for (const tab of tabs) await tab.hears('stream.ready');
  expect(await presence()).toEqual({ reachable: true, connections: 2, lastSeenAt: null });
  tabs[0]?.socket.disconnect();
  await until(async () => (await presence()).connections === 1, 5, 'the first tab still counts');
  expect(await presence()).toMatchObject({ reachable: true });
  tabs[1]?.socket.disconnect();
  await until(async () => !(await presence()).reachable, 5, 'nobody noticed that the contact left');
  const left = (await presence()).lastSeenAt;
  expect(Math.abs(world.kernel.clock().getTime() - Date.parse(left))).toBeLessThan(10_000);
});

test('the operation log says who did what, when and why', async () => {
  const account = await world.account();
  const agent = await world.agent([account], { name: 'Li Ming' });
  await world.ingest([world.message(account, { id: 'wang', name: '王芳' } as never)]);
  await world.quiet();
  const { id } = await world.conversation(account, 'wang');
  const { sessionId } = await world.must('POST', `/v1/conversations/${id}/accept`, undefined, { key: agent.token });
  const flags = { urgency: 4, reason: 'a regular', labels: { add: ['refund'] } };
  await world.must('PATCH', `/v1/conversations/${id}`, flags, { key: agent.token });
  const said = { sessionId, content: 'secret words' };
  await world.must('POST', `/v1/conversations/${id}/messages`, said, { key: agent.token });
  await world.must('POST', `/v1/conversations/${id}/resolve`, { note: 'refunded' }, { key: agent.token });

  const log = await world.must('GET', `/v1/conversations/${id}/events?limit=100`, undefined, { key: agent.token });
  const lines = log.data.map(({ actor, says }: Json) => `${actor.name ?? actor.type}: ${says}`);
  const story = [
    'The conversation with 王芳 began.',
    'Li Ming: The session (manual customer service) took the floor',
    'Li Ming: The urgency went from 1 to 4: a regular.',
    'Li Ming: Labels: “refund” added.',
    'Li Ming: Li Ming said something (text).',
    'Li Ming: It was resolved, and 1 session ended with it: refunded.',
  ];
  const places = story.map((line) => lines.toReversed().findIndex((each: string) => each.includes(line)));
  expect(places, lines.join('\n')).not.toContain(-1);
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  expect(JSON.stringify(log)).not.toContain('secret words');

  const session = await world.must('GET', `/v1/sessions/${sessionId}/events?limit=100`);
  const named = await world.must('GET', `/v1/conversations/${id}/events?limit=100&session=${sessionId}`);
  expect(session.data).toEqual(named.data);
  expect(session.data.map(({ type }: Json) => type)).not.toContain('conversation.labels_changed');
  const ends = await world.must('GET', `/v1/conversations/${id}/events?type=session.completed`);
  expect(ends.data).toMatchObject([
    { type: 'session.completed', actor: { type: 'agent', id: agent.id, name: 'Li Ming' } },
  ]);
});
