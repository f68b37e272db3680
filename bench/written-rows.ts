// The rows that an accept and a resolve wrote, read back and written again by bare transactions into copies of the tables: what the
// database has to do at the least for these two commands, whatever the commands come to write.
import type { Pool, PoolConnection, RowDataPacket } from 'mysql2/promise';

const COPIES = ['conversation', 'session', 'assignment', 'message', 'event', 'stream', 'stream_entry'];

/** Copies of the tables as they are now, beside them. */
export async function copyTables(database: Pool): Promise<void> {
  for (const table of COPIES) {
    await database.query(`create table bare_${table} like ${table}`);
    await database.query(`insert into bare_${table} select * from ${table}`);
  }
}

/** What one act wrote. */
export type Written = {
  readonly conversation: string;
  readonly session: string;
  readonly status: 'serving' | 'resolved';
  readonly at: string;
  readonly inserted: Readonly<Record<'assignment' | 'message' | 'event' | 'stream_entry', RowDataPacket[]>>;
  readonly heads: readonly (readonly [stream: string, count: number])[];
};

/** @returns the accept's rows, then the resolve's. */
export async function writtenFor(database: Pool, conversation: string): Promise<Written[]> {
  const read = async (sql: string, ...values: unknown[]) => (await database.query<RowDataPacket[]>(sql, values))[0];
  const assignment = await read('select * from assignment where conversation_id = ?', conversation);
  const events = await read(
    "select * from event where conversation_id = ? and actor_type = 'agent' order by id",
    conversation,
  );
  const acts = [...Map.groupBy(events, ({ happened_at: at }) => String(at))];
  return Promise.all(
    acts.map(async ([at, own], index): Promise<Written> => {
      const ids = own.map(({ id }) => id);
      const entries = await read('select * from stream_entry where event_id in (?)', ids);
      const message = await read(
        'select * from message where conversation_id = ? and created_at = ?',
        conversation,
        at,
      );
      return {
        conversation,
        session: String(assignment[0]?.session_id),
        status: index === 0 ? 'serving' : 'resolved',
        at,
        inserted: { assignment: index === 0 ? assignment : [], message, event: own, stream_entry: entries },
        heads: [...Map.groupBy(entries, ({ stream }) => String(stream))].map(([stream, all]) => [stream, all.length]),
      };
    }),
  );
}

/** One durable transaction with the same rows, and no question asked. */
export async function writeAgain(connection: PoolConnection, written: Written): Promise<void> {
  const { inserted, heads, status } = written;
  await connection.query('start transaction');
  await updateStates(connection, written);
  for (const [table, rows] of Object.entries(inserted)) {
    if (rows.length === 0) continue;
    const values = rows.map((row) => Object.values(row));
    await connection.query('insert into ?? values ?', [`bare_${table}`, values]);
  }
  if (status === 'resolved')
    await connection.query(
      "update bare_assignment set state = 'released', seat = null, serves = null, ended_at = ?, reason = ? where session_id = ?",
      [written.at, status, written.session],
    );
  await connection.query(
    'insert into bare_stream (name, epoch, head) values ? on duplicate key update head = head + values(head)',
    [heads.map(([stream, count]) => [stream, 'bare', count])],
  );
  await connection.query('commit');
}

async function updateStates(connection: PoolConnection, { conversation, session, status, at }: Written): Promise<void> {
  await connection.query(
    'update bare_conversation set status = ?, epoch = epoch + 1, desk_order = desk_order + 1, last_message_at = ?, updated_at = ? where id = ?',
    [status, at, at, conversation],
  );
  const serving = status === 'serving';
  await connection.query(
    'update bare_session set state = ?, origin = ?, active_in = ?, reason = ?, last_at = ?, deadline_at = ?, ended_at = ? where id = ?',
    serving
      ? ['active', 'confirmed', conversation, 'accepted', at, at, null, session]
      : ['completed', 'confirmed', null, 'resolved', at, null, at, session],
  );
}
