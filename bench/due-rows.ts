// Robot sessions in masses, each on the floor of a conversation of its own, made in the database itself: as if robots had spoken in
// all of them and then fallen silent. Valid rows with their events, so that every invariant can be asked afterwards.
import type { Pool, ResultSetHeader } from 'mysql2/promise';
import { NUMBERS } from './desk-rows.ts';

/** A round's own ids: the account's last 11, the round, a letter, the number; 26 characters. */
function idOf(account: string, round: number, letter: string): string {
  return `concat('0${account.slice(-11)}', lpad(${round}, 3, '0'), '${letter}', lpad(n.i, 10, '0'))`;
}

const TIME_RANGE = 2 ** 43;
/** Robots that speak, every third with its hand raised: rows that differ, as those of a day do. */
const DESK_ORDER = `((n.i % 3 = 0) * 128 + 2) * ${TIME_RANGE}`;

/** At most 100,000. Their deadlines are far away; `makeDue` brings them near. */
export async function seedRobots(database: Pool, account: string, round: number, count: number): Promise<void> {
  const [contact, conversation, session, event] = ['C', 'V', 'S', 'E'].map((letter) => idOf(account, round, letter));
  const insert = (into: string, values: string) =>
    database.query(`insert into ${into} select ${values} from ${NUMBERS} n where n.i < ?`, [count]);
  const now = 'utc_timestamp(3)';
  await insert(
    'contact (id, account_id, external_id, kind, created_at, updated_at)',
    `${contact}, '${account}', ${contact}, 'customer', ${now}, ${now}`,
  );
  await insert(
    'conversation (id, account_id, contact_id, epoch, status, hand_raised, desk_order, created_at, updated_at)',
    `${conversation}, '${account}', ${contact}, 1, 'ai_handling', n.i % 3 = 0, ${DESK_ORDER}, ${now}, ${now}`,
  );
  await insert(
    'session (id, account_id, conversation_id, kind, level, state, origin, heard, active_in, first_at, last_at, opened_at, deadline_at)',
    `${session}, '${account}', ${conversation}, 'auto_customer_service', 3, 'active', 'confirmed', 'robot', ${conversation}, ${now}, ${now}, ${now}, '2099-01-01'`,
  );
  const data = `json_object('conversationId', ${conversation}, 'sessionId', ${session}, 'state', 'active')`;
  await insert(
    'event (id, type, account_id, conversation_id, data, happened_at)',
    `${event}, 'session.opened', '${account}', ${conversation}, ${data}, ${now}`,
  );
  await insert('stream (name, epoch, head)', `concat('conversation:', ${conversation}), 'bench', 1`);
  await insert('stream_entry (stream, seq, event_id)', `concat('conversation:', ${conversation}), 1, ${event}`);
}

/** Their time is over. @param table the sessions, or a copy of them. */
export async function makeDue(database: Pool, table: string): Promise<void> {
  await database.query("update ?? set deadline_at = utc_timestamp(3) where state = 'active'", [table]);
}

/** The least that must be written: the same columns of the same rows, in one statement. @returns how many rows changed. */
export async function endInOneStatement(database: Pool, table: string): Promise<number> {
  const [{ affectedRows }] = await database.query<ResultSetHeader>(
    `update ?? set state = 'timeout', reason = 'time is over', active_in = null, deadline_at = null, ended_at = utc_timestamp(3), last_at = utc_timestamp(3)
     where state = 'active' and deadline_at <= utc_timestamp(3)`,
    [table],
  );
  return affectedRows;
}
