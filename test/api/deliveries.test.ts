// Deliveries over the API: listed newest first and by filters, shown with every attempt and without what they carry, sent again, settled.
import { describe, expect, test } from 'vitest';
import { Receivers } from '../support/receivers.ts';
import { type Json, until } from '../support/world.ts';
import { checkProblem } from './examples.ts';

const receivers = await Receivers.open(8);
const { world } = receivers;

const says = (account: string, contact: string) => world.ingest([world.message(account, contact)]);

async function pages(path: string, word: 'next' | 'prev', from?: string): Promise<Json[]> {
  const seen: Json[] = [];
  for (let cursor = from; ; ) {
    const page = await world.must('GET', cursor ? `${path}&cursor=${encodeURIComponent(cursor)}` : path);
    seen.push(page);
    cursor = page.page[word] ?? undefined;
    if (!cursor) return seen;
  }
}
const idsOf = (found: readonly Json[]): string[] => found.flatMap(({ data }) => data.map(({ id }: Json) => id));

describe('lists', async () => {
  const account = await world.account();
  const one = await receivers.webhook(account, ['messages.ingested']);
  const two = await receivers.webhook(account, ['messages.ingested']);
  two.receiver.always({ kind: 'status', status: 410 });
  await says(account, 'c-0');
  await until(async () => !(await world.must('GET', two.path)).enabled, 10, 'the second webhook is not gone');
  for (let index = 1; index < 9; index += 1) await says(account, `c-${index}`);
  await receivers.all(one, 'delivered');
  const stored = await world.sql('select id from delivery where account_id = ? order by id desc', [account]);
  const whole = stored.map(({ id }) => String(id));

  test.each([1, 3, 10, 100])('the newest first, each once, forward and back, in pages of %i', async (limit) => {
    expect(whole).toHaveLength(10);
    const path = `/v1/deliveries?account=${account}&limit=${limit}`;
    const forward = await pages(path, 'next');
    expect(idsOf(forward)).toEqual(whole);
    const last = forward.at(-1);
    if (!last.page.prev) return;
    const back = await pages(path, 'prev', last.page.prev);
    expect([...idsOf(back.toReversed()), ...idsOf([last])]).toEqual(whole);
  });

  test('by endpoint, conversation and state', async () => {
    const { id } = await world.conversation(account, 'c-3');
    const found = async (query: string) => idsOf(await pages(`/v1/deliveries?account=${account}&${query}`, 'next'));
    const [failed] = await found('state=failed');
    expect(await found(`endpoint=${one.id}`)).toEqual(whole.filter((each) => each !== failed));
    expect(await found(`endpoint=${two.id}`)).toEqual([failed]);
    expect(await found(`conversation=${id}`)).toHaveLength(1);
    expect(await found(`conversation=${id}&endpoint=${two.id}`)).toEqual([]);
    expect(await found('state=unknown')).toEqual([]);
    expect(idsOf(await pages(`${one.path}/deliveries?limit=2`, 'next'))).toEqual(await found(`endpoint=${one.id}`));
    expect(idsOf(await pages(`${one.path}/deliveries?state=failed`, 'next'))).toEqual([]);
  });

  test('a place in one list is no place in another', async () => {
    const { page } = await world.must('GET', `/v1/deliveries?account=${account}&limit=1`);
    const cursor = encodeURIComponent(page.next);
    for (const path of [`/v1/deliveries?account=${account}&state=failed&`, `${one.path}/deliveries?`]) {
      const reply = await world.call('GET', `${path}cursor=${cursor}`);
      expect(reply).toMatchObject({ status: 400, body: { code: 'bad_cursor' } });
    }
  });
});

test('a delivery shows its attempts, and nothing of what it carries', async () => {
  const account = await world.account();
  const { receiver, id } = await receivers.webhook(account, ['messages.ingested']);
  receiver.next({ kind: 'status', status: 503, headers: { 'retry-after': '1' } });
  await world.ingest([world.message(account, 'wang', { content: 'a private word' })]);
  await receivers.all({ account }, 'delivered', 30);
  const { data } = await world.must('GET', `/v1/deliveries?account=${account}`);
  const { conversationId } = JSON.parse(receiver.hooks[0]?.body ?? '').data;
  const detail = await world.must('GET', `/v1/deliveries/${data[0].id}`);
  expect(detail).toMatchObject({
    ...data[0],
    accountId: account,
    endpoint: { id, kind: 'webhook' },
    conversationId,
    lane: conversationId,
    effect: 'webhook',
    eventId: receiver.hooks[0]?.id,
    state: 'delivered',
    attemptCount: 2,
    attempts: [
      { number: 1, outcome: 'failed', status: 503, code: 'http_503' },
      { number: 2, outcome: 'delivered', status: 204, code: null },
    ],
  });
  expect(JSON.stringify(detail)).not.toContain('private');
  expect(Object.keys(detail)).not.toContain('payload');
});

test.each(['0', 'x', '-1', '1e3', '9999999999999999'])('%s is the id of no delivery', async (id) => {
  const reply = await world.call('GET', `/v1/deliveries/${id}`);
  checkProblem(reply);
  expect(reply.status).toBe(404);
});

describe('again by hand', async () => {
  const account = await world.account();
  const listener = await receivers.webhook(account, ['messages.ingested']);
  const list = async (): Promise<Json[]> => (await world.must('GET', `${listener.path}/deliveries`)).data;

  test('what has arrived comes once more under its id, and the receiver knows it again', async () => {
    await says(account, 'wang');
    await receivers.all(listener, 'delivered');
    const [{ id }] = await list();
    const reply = await world.call('POST', `/v1/deliveries/${id}/redeliver`);
    expect(reply).toMatchObject({
      status: 202,
      body: { delivery: id, state: 'pending', href: `/v1/deliveries/${id}` },
    });
    expect(reply.headers.get('location')).toBe(`/v1/deliveries/${id}`);
    await until(() => listener.receiver.copies() === 1, 10, 'it did not come again');
    await receivers.all(listener, 'delivered');
    expect(await world.must('GET', `/v1/deliveries/${id}`)).toMatchObject({
      attemptCount: 1,
      attempts: [{ number: 1 }, { number: 2, outcome: 'delivered' }],
    });
  });

  test('everything that was given up since a time, or one by its id', async () => {
    const began = world.ago(0);
    await world.sql("update delivery set state = 'failed', code = 'test' where endpoint_id = ?", [listener.id]);
    await says(account, 'li');
    await until(async () => (await list())[0].state === 'delivered', 10, 'not delivered');
    const [newest, oldest] = await list();
    expect(oldest.state).toBe('failed');
    const again = (body: object) => world.call('POST', `${listener.path}/redeliver`, body);
    expect(await again({ since: began })).toMatchObject({ status: 202, body: { redelivered: 0 } });
    expect(await again({ since: oldest.createdAt })).toMatchObject({ status: 202, body: { redelivered: 1 } });
    await until(() => listener.receiver.copies() === 2, 10, 'it did not come again');
    await receivers.all(listener, 'delivered');
    expect(await again({ delivery: newest.id })).toMatchObject({ status: 202, body: { redelivered: 1 } });
    await until(() => listener.receiver.copies() === 3, 10, 'it did not come again');
    for (const body of [{}, { since: 'yesterday' }, { since: began, delivery: newest.id }, { delivery: 7 }])
      expect((await again(body)).status, JSON.stringify(body)).toBe(400);
    expect(await again({ delivery: '999999' })).toMatchObject({ status: 404, body: { code: 'delivery_not_found' } });
  });

  test('one of another webhook is not this one’s', async () => {
    const other = await receivers.webhook(account, ['transfer.*']);
    const [{ id }] = await list();
    const reply = await world.call('POST', `${other.path}/redeliver`, { delivery: id });
    expect(reply).toMatchObject({ status: 404, body: { code: 'delivery_not_found' } });
  });
});

describe('settled by hand', async () => {
  const account = await world.account();
  const listener = await receivers.webhook(account, ['messages.ingested']);
  await says(account, 'wang');
  await receivers.all(listener, 'delivered');
  const [{ id }] = (await world.must('GET', `${listener.path}/deliveries`)).data;
  const path = `/v1/deliveries/${id}/settle`;
  const settle = (body: object) => world.call('POST', path, body);

  test.each(['delivered', 'failed'])(
    'what nobody knows of is %s, with a note, and may be sent again',
    async (outcome) => {
      await world.sql("update delivery set state = 'unknown', doubt = true where id = ?", [id]);
      expect(await settle({ outcome, note: 'I looked' })).toMatchObject({
        status: 200,
        body: { id, state: outcome, detail: 'I looked' },
      });
      expect(await world.must('GET', `/v1/deliveries/${id}`)).toMatchObject({ state: outcome });
      const copies = listener.receiver.copies();
      await world.must('POST', `/v1/deliveries/${id}/redeliver`);
      await until(() => listener.receiver.copies() > copies, 10, 'it was not sent');
      await receivers.all(listener, 'delivered');
    },
  );

  test.each(['pending', 'delivered', 'skipped', 'failed'])('not what is %s', async (state) => {
    const ended = state === 'pending' ? 'null' : 'now(3)';
    const later = 'due_at = now(3) + interval 1 day';
    await world.sql(`update delivery set state = ?, ended_at = ${ended}, ${later} where id = ?`, [state, id]);
    const reply = await settle({ outcome: 'failed' });
    checkProblem(reply);
    expect(reply).toMatchObject({ status: 409, body: { code: 'illegal_move' } });
  });

  test('and not as anything else', async () => {
    for (const body of [{}, { outcome: 'skipped' }, { outcome: 'failed', note: '' }])
      expect((await settle(body)).status, JSON.stringify(body)).toBe(400);
  });
});
