// Flags and labels at the door and under load: what is wrong is refused as a whole, what is so already tells nobody, and two
// who change at once lose nothing of each other.
import { describe, expect, test } from 'vitest';
import { type Json, World } from '../support/world.ts';

const world = await World.open();
const account = await world.account();
const agent = await world.agent([account]);

async function open(): Promise<string> {
  const { conversationId } = await world.must('POST', '/v1/contacts', {
    account,
    contact: { id: crypto.randomUUID() },
  });
  return conversationId;
}

function patch(id: string, body: unknown) {
  return world.call('PATCH', `/v1/conversations/${id}`, body, { key: agent.token });
}

async function told(id: string, ...types: string[]): Promise<Json[]> {
  const sql = 'select type, data from event where conversation_id = ? and type in (?) order by id';
  const rows = await world.sql(sql, [id, types]);
  return rows.map(({ type, data }) => ({ type, ...JSON.parse(data) }));
}

const CHANGES = ['conversation.flags_changed', 'conversation.priority_changed', 'conversation.labels_changed'];

test('only what really changed is told; the same again tells nobody and moves nothing', async () => {
  const id = await open();
  await patch(id, {
    pinned: true,
    todo: false,
    emotion: 'neutral',
    urgency: 1,
    reason: 'as ever',
    labels: { add: ['a'] },
  });
  await patch(id, { pinned: true, labels: { add: ['a'], remove: ['never there'] } });
  await patch(id, {});
  const events = await told(id, ...CHANGES);
  expect(events).toMatchObject([
    { type: 'conversation.flags_changed', pinned: true },
    { type: 'conversation.labels_changed', added: ['a'], removed: [] },
  ]);
  expect(Object.keys(events[0]).sort()).toEqual(['contactId', 'conversationId', 'pinned', 'type']);
  await patch(id, { urgency: 5, reason: 'the press calls' });
  expect(await told(id, 'conversation.priority_changed')).toMatchObject([
    { from: 1, to: 5, reason: 'the press calls' },
  ]);
  expect(await world.broken()).toEqual([]);
});

test('only the board hears of it, never the contact', async () => {
  const id = await open();
  await patch(id, { handRaised: true, urgency: 3, labels: { add: ['difficult'] } });
  const sql =
    'select distinct s.stream from stream_entry s join event e on e.id = s.event_id where e.conversation_id = ? and e.type in (?)';
  expect(await world.sql(sql, [id, CHANGES])).toEqual([{ stream: `board:${account}` }]);
});

test('flags that are set at the same time all hold', async () => {
  const id = await open();
  const changes = [
    { pinned: true },
    { todo: true },
    { handRaised: true },
    { needIntervene: true },
    { urgency: 4 },
    { emotion: 'sad' },
  ];
  const replies = await Promise.all(changes.map((change) => patch(id, change)));
  expect(replies.map(({ status }) => status)).toEqual(changes.map(() => 200));
  expect(await world.must('GET', `/v1/conversations/${id}`)).toMatchObject(Object.assign({}, ...changes));
  expect(await world.broken()).toEqual([]);
});

test('flags set while messages arrive keep both: the place on the desk is that of the flags and of the newest message', async () => {
  const contact = crypto.randomUUID();
  const { conversationId: id } = await world.must('POST', '/v1/contacts', { account, contact: { id: contact } });
  const urgencies = [1, 2, 3, 4, 5, 4, 3, 2];
  await Promise.all([
    ...urgencies.map((urgency) => patch(id, { urgency, pinned: urgency > 3 })),
    ...urgencies.map(() => world.ingest([world.message(account, contact, { sentAt: world.ago(0) })])),
  ]);
  expect(await world.broken()).toEqual([]);
});

describe('labels', () => {
  test('of several people at once are merged', async () => {
    const id = await open();
    await patch(id, { labels: { add: ['old', 'older'] } });
    const names = Array.from({ length: 12 }, (_, index) => `label ${index}`);
    await Promise.all([
      ...names.map((label) => patch(id, { labels: { add: [label, 'shared'] } })),
      patch(id, { labels: { remove: ['old'] } }),
    ]);
    const { labels } = await world.must('GET', `/v1/conversations/${id}`);
    expect(labels.toSorted()).toEqual([...names, 'older', 'shared'].toSorted());
    const added = (await told(id, 'conversation.labels_changed')).flatMap((event) => event.added);
    expect(added.toSorted()).toEqual([...names, 'old', 'older', 'shared'].toSorted());
    expect(await world.broken()).toEqual([]);
  });

  test('are trimmed, and one way of writing an accent is one label; case and script make another', async () => {
    const id = await open();
    await patch(id, { labels: { add: ['  refund ', 'refund', 'Refund', 'caf\u0065\u0301', 'caf\u00e9', '退款'] } });
    const { labels } = await world.must('GET', `/v1/conversations/${id}`);
    expect(labels).toEqual(['Refund', 'caf\u00e9', 'refund', '退款']);
  });

  test('are at most fifty, and nothing of what was refused is left', async () => {
    const id = await open();
    const fifty = Array.from({ length: 50 }, (_, index) => `label ${index}`);
    expect(await patch(id, { labels: { add: fifty } })).toMatchObject({ status: 200 });
    const more = await patch(id, { pinned: true, labels: { add: ['one more'] } });
    expect(more).toMatchObject({ status: 409, body: { code: 'labels_full', labels: 50, limit: 50 } });
    expect(await world.must('GET', `/v1/conversations/${id}`)).toMatchObject({ pinned: false });
    expect(await patch(id, { labels: { add: ['one more'], remove: ['label 0'] } })).toMatchObject({ status: 200 });
  });

  test.each([
    ['empty', { add: ['  '] }, '/labels/add/0'],
    ['too long', { add: ['x'.repeat(61)] }, '/labels/add/0'],
    ['a line break', { add: ['a\nb'] }, '/labels/add/0'],
    ['a control character', { remove: ['a\u0000'] }, '/labels/remove/0'],
    ['half a character', { add: ['\ud83d'] }, '/labels/add/0'],
    ['no word', { add: [7] }, '/labels/add/0'],
    ['too many', { add: Array.from({ length: 51 }, (_, index) => `${index}`) }, '/labels/add'],
    ['added and removed', { add: ['a'], remove: [' a'] }, '/labels/remove'],
    ['a list', ['a'], '/labels'],
  ])('%s: refused, with the place of the mistake', async (_what, labels, pointer) => {
    expect(await patch(await open(), { labels })).toMatchObject({ status: 400, body: { errors: [{ pointer }] } });
  });
});

test.each([
  [{ urgency: 0 }, '/urgency'],
  [{ urgency: 6 }, '/urgency'],
  [{ urgency: 2.5 }, '/urgency'],
  [{ urgency: 3, reason: ' ' }, '/reason'],
  [{ reason: 'no urgency' }, '/reason'],
  [{ emotion: 'bored' }, '/emotion'],
  [{ pinned: 'yes' }, '/pinned'],
  [{ pinned: null }, '/pinned'],
])('%j is refused', async (body, pointer) => {
  expect(await patch(await open(), body)).toMatchObject({
    status: 400,
    body: { code: 'bad_body', errors: [{ pointer }] },
  });
});

test.each(['todo=maybe', 'pinned=1', 'label=', `label=${'x'.repeat(61)}`, 'label=a%0Ab'])(
  'the desk list refuses %s',
  async (query) => {
    const reply = await world.call('GET', `/v1/conversations?account=${account}&${query}`);
    expect(reply).toMatchObject({ status: 400, body: { code: 'bad_query' } });
  },
);

test('a contact’s profile is changed field by field, null forgets, and the rest stays', async () => {
  const profile = { id: crypto.randomUUID(), name: 'Anna', level: 'gold', department: 'IT' };
  const { contact } = await world.must('POST', '/v1/contacts', { account, contact: profile });
  const change = (body: object) => world.call('PATCH', `/v1/contacts/${contact.id}`, body);
  expect(await change({ vip: true, level: null })).toMatchObject({
    status: 200,
    body: { name: 'Anna', vip: true, level: null, department: 'IT' },
  });
  expect(await change({})).toMatchObject({ status: 200, body: { vip: true } });
  expect(await world.must('GET', `/v1/contacts/${contact.id}`)).toMatchObject({ name: 'Anna', vip: true, level: null });
  for (const wrong of [{ name: '' }, { vip: null }, { kind: null }, { externalId: 'other' }, { name: 'x'.repeat(121) }])
    expect(await change(wrong), JSON.stringify(wrong)).toMatchObject({ status: 400, body: { code: 'bad_body' } });
});
