// A desk of many conversations, made in the database itself: contacts with names, and conversations of every rank whose newest
// messages are spread over a year.
import type { Pool } from 'mysql2/promise';

const AT_ONCE = 100_000;
const TIME_RANGE = 2 ** 43;
const YEAR_MS = 365 * 86_400_000;
const DIGITS =
  '(select 0 d union all select 1 union all select 2 union all select 3 union all select 4 union all select 5 union all select 6 union all select 7 union all select 8 union all select 9)';
/** 0 to 99,999. */
export const NUMBERS = `(select a.d + 10 * b.d + 100 * c.d + 1000 * e.d + 10000 * f.d as i from ${DIGITS} a, ${DIGITS} b, ${DIGITS} c, ${DIGITS} e, ${DIGITS} f)`;

export async function seedDesk(database: Pool, account: string, count: number): Promise<void> {
  for (let start = 0; start < count; start += AT_ONCE) {
    const size = Math.min(AT_ONCE, count - start);
    // Ids of 26 characters, each account's own: the account's last 14, a letter, the number.
    const id = (letter: string) => `concat('0', '${account.slice(-14)}', '${letter}', lpad(${start} + n.i, 10, '0'))`;
    await database.query(
      `insert into contact (id, account_id, external_id, kind, name, created_at, updated_at)
       select ${id('C')}, ?, concat('contact-', ${start} + n.i), 'customer', concat('王芳 ', ${start} + n.i), utc_timestamp(3), utc_timestamp(3)
       from ${NUMBERS} n where n.i < ?`,
      [account, size],
    );
    // Multiplied by a prime, numbers in order become times in disorder: the order of the desk is not that of the insert.
    const time = `(${Date.now() - YEAR_MS} + ((${start} + n.i) * 7919003) % ${YEAR_MS})`;
    await database.query(
      `insert into conversation (id, account_id, contact_id, status, pinned, hand_raised, desk_order, last_message_at, created_at, updated_at)
       select ${id('V')}, ?, ${id('C')}, if(n.i % 20 = 0, 'queued', 'resolved'), n.i % 1000 = 0, n.i % 200 = 0,
         ((n.i % 1000 = 0) * 512 + (n.i % 200 = 0) * 128 + (n.i % 20 = 0) * 4) * ${TIME_RANGE} + ${time},
         timestampadd(microsecond, ${time} * 1000, '1970-01-01'), utc_timestamp(3), utc_timestamp(3)
       from ${NUMBERS} n where n.i < ?`,
      [account, size],
    );
  }
}
