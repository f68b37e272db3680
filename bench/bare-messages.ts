// The limit of whatever stores messages: rows like those that Baton stores, with the same columns, indexes and Chinese text, spread
// over the same conversations, inserted by a bare driver into a copy of the table; no queue, no events, each statement its own
// durable commit.
import type { PoolConnection, RowDataPacket } from 'mysql2/promise';
import { newId } from '../src/domain/ids.ts';
import { sentence } from './chat.ts';
import type { Installation } from './installation.ts';
import { sideBySide } from './measurement.ts';

const COLUMNS =
  'account_id, external_id, conversation_id, session_id, sender, sender_id, sender_name, type, content, private, status, sent_at, created_at';

export const BARE_CONNECTIONS = 4;

type Home = { readonly account: string; readonly conversation: string; readonly session: string };
type Row = readonly (string | Date | boolean | null)[];

export class BareMessages {
  readonly #installation: Installation;
  readonly #homes: readonly Home[];

  private constructor(installation: Installation, homes: readonly Home[]) {
    this.#installation = installation;
    this.#homes = homes;
  }

  /** A copy of the table of messages, for the conversations that are there by now. */
  static async make(installation: Installation): Promise<BareMessages> {
    const { database } = installation;
    await database.query('create table bare_message like message');
    const [rows] = await database.query<(Home & RowDataPacket)[]>(
      'select account_id as account, conversation_id as conversation, id as session from session where ended_at is null order by id',
    );
    return new BareMessages(installation, rows);
  }

  /** The rows of one statement, over as many conversations chosen by chance; made before the time is taken. */
  rows(count: number, conversations: number): Row[] {
    const chosen = Array.from({ length: conversations }, () => Math.floor(Math.random() * this.#homes.length));
    const now = new Date();
    return Array.from({ length: count }, (_, index) => {
      const home = this.#homes[chosen[index % conversations] ?? 0];
      const sender = index % 2 === 1 ? 'robot' : 'contact';
      const said = [sender, null, null, 'text', sentence(index), false, 'sent', now, now];
      return [home?.account ?? '', newId(), home?.conversation ?? '', home?.session ?? '', ...said];
    });
  }

  /** Inserts each list of rows by one statement; as many statements at a time as there are connections. */
  async insert(connections: number, statements: readonly (readonly Row[])[]): Promise<void> {
    const { database } = this.#installation;
    const open = await Promise.all(Array.from({ length: connections }, () => database.getConnection()));
    await sideBySide(connections, statements, async (rows, lane) => insertRows(open[lane], rows));
    for (const connection of open) connection.release();
  }
}

function insertRows(connection: PoolConnection | undefined, rows: readonly Row[]): Promise<unknown> | undefined {
  return connection?.query(`insert into bare_message (${COLUMNS}) values ?`, [rows]);
}
