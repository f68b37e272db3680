// The operation log page by page, of one conversation and of one session.
import { expect, test } from 'vitest';
import { type Json, World } from '../support/world.ts';

const world = await World.open();
const account = await world.account();
const agent = await world.agent([account]);
await world.ingest([world.message(account, 'wang')]);
await world.quiet();
const { id, sessions } = await world.conversation(account, 'wang');
for (const urgency of [2, 3, 4, 5]) await world.must('PATCH', `/v1/conversations/${id}`, { urgency });
const path = `/v1/conversations/${id}/events`;

test('is read page by page, forward and back, each entry once, newest first', async () => {
  const whole = (await world.must('GET', `${path}?limit=100`)).data.map((entry: Json) => entry.id);
  expect(whole).toEqual(whole.toSorted().toReversed());
  const stored = await world.sql('select count(*) as count from event where conversation_id = ?', [id]);
  expect(whole.length).toBe(stored[0].count);
  const seen: string[] = [];
  let page = await world.must('GET', `${path}?limit=3`);
  for (; ; page = await world.must('GET', `${path}?limit=3&cursor=${page.page.next}`)) {
    seen.push(...page.data.map((entry: Json) => entry.id));
    if (!page.page.next) break;
  }
  expect(seen).toEqual(whole);
  const back = await world.must('GET', `${path}?limit=3&cursor=${page.page.prev}`);
  expect(back.data.map((entry: Json) => entry.id)).toEqual(whole.slice(-page.data.length - 3, -page.data.length));
});

test('every entry has a sentence of its own, an actor and a time', async () => {
  const { data } = await world.must('GET', `${path}?limit=100`);
  for (const entry of data) {
    expect(entry.says, entry.type).toMatch(/^.{5,200}[.!?]$/);
    expect(Date.parse(entry.at)).toBeGreaterThan(0);
    expect(entry.actor).toMatchObject({ type: expect.any(String), id: expect.any(String) });
  }
});

test('is filtered by the kind of event, and a cursor is for its own filter only', async () => {
  const query = 'type=conversation.priority_changed&limit=1';
  const changes = await world.must('GET', `${path}?${query}`);
  expect(changes.data).toMatchObject([
    { says: 'The urgency went from 4 to 5.', data: { from: 4, to: 5, reason: null } },
  ]);
  const cursor = changes.page.next;
  expect((await world.must('GET', `${path}?${query}&cursor=${cursor}`)).data).toMatchObject([{ data: { to: 4 } }]);
  for (const other of [`${path}?limit=1`, `/v1/sessions/${sessions[0].id}/events?${query}`])
    expect(await world.call('GET', `${other}&cursor=${cursor}`)).toMatchObject({
      status: 400,
      body: { code: 'bad_cursor' },
    });
});

test('of a session holds what names it, and nothing else', async () => {
  const { data } = await world.must('GET', `/v1/sessions/${sessions[0].id}/events`);
  expect(data.map(({ type }: Json) => type)).toContain('session.opened');
  expect(data.map(({ type }: Json) => type)).not.toContain('conversation.priority_changed');
  for (const entry of data) expect(JSON.stringify(entry.data)).toContain(sessions[0].id);
});

test('is not for contacts, and refuses what it does not know', async () => {
  const token = await world.token('contact', (await world.conversation(account, 'wang')).contact.id);
  for (const closed of [path, `/v1/sessions/${sessions[0].id}/events`])
    expect(await world.call('GET', closed, undefined, { key: token })).toMatchObject({ status: 403 });
  for (const query of ['type=nothing', 'session=x', 'limit=101', 'from=now'])
    expect(await world.call('GET', `${path}?${query}`, undefined, { key: agent.token })).toMatchObject({
      status: 400,
      body: { code: 'bad_query' },
    });
});
