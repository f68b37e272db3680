// A label is found in the order of the desk, page by page, whether few conversations have it or most.
import { createPool } from 'mysql2/promise';
import { afterAll, expect, test } from 'vitest';
import { seedDesk } from '../../bench/desk-rows.ts';
import { type Json, World } from '../support/world.ts';

const SIZE = 6_000;
const world = await World.open({ workers: 0 });
const account = await world.account();
const pool = createPool(world.config.DATABASE_URL);
afterAll(() => pool.end());
await seedDesk(pool, account, SIZE);

test.each([
  ['on a few', 'rare', 500],
  ['on most', 'common', 1],
])('a label %s', async (_how, label, each) => {
  await world.sql(
    `insert into conversation_label select id, ?, account_id, utc_timestamp(3) from conversation
     where account_id = ? and cast(right(id, 6) as unsigned) % ? = 0`,
    [label, account, each],
  );
  const first = await world.sql(
    'select id from conversation where account_id = ? and cast(right(id, 6) as unsigned) % ? = 0 order by desk_order desc, id desc limit 10',
    [account, each],
  );
  const page = (cursor = '') =>
    world.must('GET', `/v1/conversations?account=${account}&label=${label}&limit=5${cursor}`);
  const [one, two] = [await page(), await page(`&cursor=${(await page()).page.next}`)];
  expect([...one.data, ...two.data].map(({ id }: Json) => id)).toEqual(first.map(({ id }) => id));
  expect((await page(`&cursor=${two.page.prev}`)).data).toEqual(one.data);
});
