// Lists by keyset: every row once, forward and back, also while others move; and a cursor is for its own list only.
import { expect, test } from 'vitest';
import { Studio } from '../support/studio.ts';
import type { Json } from '../support/world.ts';

const studio = await Studio.open();
const { world } = studio;

/** All pages from there on, in the direction of the word. */
async function pages(
  path: string,
  word: 'next' | 'prev',
  from?: string,
  between?: () => Promise<unknown>,
): Promise<Json[]> {
  const seen: Json[] = [];
  for (let cursor = from; ; ) {
    const and = path.includes('?') ? '&' : '?';
    const page = await world.must('GET', cursor ? `${path}${and}cursor=${encodeURIComponent(cursor)}` : path);
    seen.push(page);
    cursor = page.page[word] ?? undefined;
    if (!cursor) return seen;
    await between?.();
  }
}

function idsOf(found: readonly Json[]): string[] {
  return found.flatMap(({ data }) => data.map(({ id }: Json) => id));
}

test('the desk: each conversation once, forward and back, whatever the page', async () => {
  const account = await world.account();
  await world.ingest(
    Array.from({ length: 23 }, (_, index) => world.message(account, `c-${index}`, { sentAt: world.ago(index * 300) })),
  );
  const path = `/v1/conversations?account=${account}`;
  const whole = idsOf(await pages(`${path}&limit=100`, 'next'));
  expect(new Set(whole).size).toBe(23);
  for (const limit of [1, 5, 22, 23]) {
    const forward = await pages(`${path}&limit=${limit}`, 'next');
    expect(idsOf(forward)).toEqual(whole);
    const last = forward.at(-1);
    if (!last.page.prev) continue;
    const back = await pages(`${path}&limit=${limit}`, 'prev', last.page.prev);
    expect([...idsOf(back.toReversed()), ...last.data.map(({ id }: Json) => id)]).toEqual(whole);
  }
});

test('rows that move while somebody reads do not make others come twice or not at all', async () => {
  const account = await world.account();
  const names = Array.from({ length: 24 }, (_, index) => `m-${index}`);
  await world.ingest(names.map((name, index) => world.message(account, name, { sentAt: world.ago(60 + index) })));
  const movers = names.filter((_, index) => index % 4 === 3);
  const moved = new Set<string>();
  const move = async () => {
    const name = movers.pop();
    if (name === undefined) return;
    await world.ingest([world.message(account, name, { sentAt: world.ago(0) })]);
    moved.add((await world.conversation(account, name)).id);
  };
  const seen = idsOf(await pages(`/v1/conversations?account=${account}&limit=4`, 'next', undefined, move));
  expect(moved.size).toBeGreaterThan(3);
  const still = await world.must('GET', `/v1/conversations?account=${account}&limit=100`);
  const unmoved = idsOf([still]).filter((id) => !moved.has(id));
  expect(seen.filter((id) => !moved.has(id))).toEqual(unmoved);
});

test('the history: newest first, messages of the same moment too', async () => {
  const account = await world.account();
  const moment = world.ago(100);
  const messages = Array.from({ length: 17 }, (_, index) =>
    world.message(account, 'wang', {
      content: String(index),
      sentAt: index % 3 === 0 ? world.ago(100 + index) : moment,
    }),
  );
  await world.ingest(messages);
  const { id } = await world.conversation(account, 'wang');
  const path = `/v1/conversations/${id}/messages`;
  const whole = idsOf(await pages(`${path}?limit=100`, 'next'));
  const forward = await pages(`${path}?limit=4`, 'next');
  expect(new Set(whole).size).toBe(17);
  expect(idsOf(forward)).toEqual(whole);
  const last = forward.at(-1);
  const back = await pages(`${path}?limit=4`, 'prev', last.page.prev);
  expect([...idsOf(back.toReversed()), ...last.data.map((row: Json) => row.id)]).toEqual(whole);
});

test.each([
  ['/v1/accounts', 'account', () => world.account()],
  ['/v1/agents', 'agent', async () => (await world.agent([await world.account()])).id],
])('%s: each once, in the order of their creation, forward and back', async (path, table, make) => {
  for (let index = 0; index < 7; index += 1) await make();
  const rows = await world.sql<{ id: string }>(`select id from ${table} order by id`);
  const whole = rows.map(({ id }) => id);
  for (const limit of [2, whole.length, 100]) {
    const forward = await pages(`${path}?limit=${limit}`, 'next');
    expect(idsOf(forward)).toEqual(whole);
    expect(forward).toHaveLength(Math.ceil(whole.length / limit));
    const last = forward.at(-1);
    if (!last.page.prev) continue;
    const back = await pages(`${path}?limit=${limit}`, 'prev', last.page.prev);
    expect([...idsOf(back.toReversed()), ...idsOf([last])]).toEqual(whole);
  }
});

test('image tasks: each once, in the order of their creation, forward and back; by state, by contact, of one account', async () => {
  const images = { analyser: 'upstream' };
  const [account, other] = [await world.account({ images }), await world.account({ images })];
  const image = await studio.picture('listed');
  const made: Json[] = [];
  for (let index = 0; index < 9; index += 1) made.push(await studio.request(account, `c-${index}`, { image }));
  await studio.request(other, 'c-0', { image });
  await world.quiet();
  await world.must('POST', `/v1/image-tasks/${made[4].id}/cancel`);
  const whole = made.map(({ id }) => id);
  const path = `/v1/image-tasks?account=${account}`;
  for (const limit of [1, 4, 9, 100]) {
    const forward = await pages(`${path}&limit=${limit}`, 'next');
    expect(idsOf(forward)).toEqual(whole);
    const last = forward.at(-1);
    if (!last.page.prev) continue;
    const back = await pages(`${path}&limit=${limit}`, 'prev', last.page.prev);
    expect([...idsOf(back.toReversed()), ...idsOf([last])]).toEqual(whole);
  }
  const found = async (query: string) => idsOf(await pages(`${path}&${query}&limit=3`, 'next'));
  expect(await found('state=cancelled')).toEqual([whole[4]]);
  expect(await found('state=pending')).toEqual(whole.toSpliced(4, 1));
  expect(await found(`contact=${made[7].contactId}`)).toEqual([whole[7]]);
  expect(await found(`contact=${made[7].contactId}&state=cancelled`)).toEqual([]);
  const { page } = await world.must('GET', `${path}&state=pending&limit=1`);
  const elsewhere = await world.call('GET', `${path}&limit=1&cursor=${encodeURIComponent(page.next)}`);
  expect(elsewhere).toMatchObject({ status: 400, body: { code: 'bad_cursor' } });
});

test('agents: of the account that is named, with all of theirs; those without an account for keys for every account', async () => {
  const [one, other] = [await world.account(), await world.account()];
  const both = await world.agent([one, other]);
  const idle = await world.agent([]);
  const { data } = await world.must('GET', `/v1/agents?account=${one}`);
  expect(data).toMatchObject([{ id: both.id, accounts: [one, other] }]);
  expect(idsOf(await pages('/v1/agents?limit=3', 'next'))).toContain(idle.id);
  const { data: own } = await world.must('GET', '/v1/agents', undefined, { key: both.token });
  expect(idsOf([{ data: own }])).toEqual([both.id]);
  expect(await world.must('GET', '/v1/accounts', undefined, { key: idle.token })).toMatchObject({ data: [] });
});

test('filters: status, agent, and how a name or external id begins, taken word by word', async () => {
  const account = await world.account();
  await world.ingest([
    world.message(account, { id: '100%_sure', name: '王芳' } as never),
    world.message(account, { id: '100 other', name: 'Li_Ming' } as never),
    world.message(account, 'old', { sentAt: world.ago(7200) }),
  ]);
  const found = async (query: string) => {
    const list = await world.must('GET', `/v1/conversations?account=${account}&${query}`);
    return list.data.map(({ contact }: Json) => contact.externalId).sort();
  };
  expect(await found('q=100')).toEqual(['100 other', '100%_sure']);
  expect(await found(`q=${encodeURIComponent('100%_')}`)).toEqual(['100%_sure']);
  expect(await found(`q=${encodeURIComponent('王')}`)).toEqual(['100%_sure']);
  expect(await found('q=Li_')).toEqual(['100 other']);
  expect(await found('q=%25')).toEqual([]);
  expect(await found('status=resolved')).toEqual(['old']);
  expect(await found('status=queued')).toEqual(['100 other', '100%_sure']);
  const agent = await world.agent([account]);
  const { id } = await world.conversation(account, '100 other');
  await world.must('POST', `/v1/conversations/${id}/accept`, undefined, { key: agent.token });
  expect(await found(`agent=${agent.id}`)).toEqual(['100 other']);
  expect(await found(`agent=${agent.id}&status=queued`)).toEqual([]);
});

test('a cursor that is made up, changed, or of another list or filter is refused', async () => {
  const account = await world.account();
  await world.ingest([world.message(account, 'a'), world.message(account, 'b')]);
  const { page } = await world.must('GET', `/v1/conversations?account=${account}&limit=1`);
  const [text, signature] = page.next.split('.');
  const { id } = await world.conversation(account, 'a');
  const other = await world.account();
  const forged = Buffer.from(JSON.stringify({ list: '', back: false, at: [] })).toString('base64url');
  for (const [path, cursor] of [
    [`/v1/conversations?account=${account}&`, `${forged}.${signature}`],
    [`/v1/conversations?account=${account}&`, `${text}.`],
    [`/v1/conversations?account=${account}&`, `${text}.${signature}.x`.replace('.x', 'x')],
    [`/v1/conversations?account=${account}&status=queued&`, page.next],
    [`/v1/conversations?account=${other}&`, page.next],
    [`/v1/conversations/${id}/messages?`, page.next],
  ]) {
    const reply = await world.call('GET', `${path}cursor=${encodeURIComponent(cursor ?? '')}`);
    expect(reply, path).toMatchObject({ status: 400, body: { code: 'bad_cursor' } });
  }
});
