// route: 1,000 conversations that wait are given to 200 agents of five seats by 8 workers side by side, each explained, told and with
// its seat held by the database; against the routine that counts first and writes later without a lock: it looks for the agent of
// the lowest load and writes the very same rows. That one over-fills, which is printed; ours must not.
import type { ResultSetHeader, RowDataPacket } from 'mysql2/promise';
import { newId } from '../src/domain/ids.ts';
import { routeConversation } from '../src/workers/route-conversation.ts';
import type { Bench } from './bench.ts';
import { seedConversations } from './chat.ts';
import { allDone, type Installation, mustHold, withInstallation } from './installation.ts';
import { figureOf, interleave, perSecond, sideBySide } from './measurement.ts';
import { copyTables, GIVEN, type Written, writeAgain, writtenFor } from './written-rows.ts';

const CONVERSATIONS = 1_000;
const SEATS = 5;
const WORKERS = 8;

export const route: Bench = {
  name: 'route',
  says: `1,000 waiting to 200 agents of ${SEATS} seats, ${WORKERS} workers; peer: the same rows by counting first and writing later, without locks`,
  run: (services, { rounds, divisor }) =>
    withInstallation(services, { env: { SWEEP_SECONDS: '86400' } }, async (installation) => {
      const count = Math.max(2 * SEATS, Math.round(CONVERSATIONS / divisor));
      await copyTables(installation.database);
      await installation.database.query(
        'create table bare_seat (session_id char(26) primary key, agent_id char(26), key (agent_id))',
      );
      const given: string[] = [];
      let [oursOverfilled, theirsOverfilled] = [0, 0];
      const ours = async () => {
        const account = await seed(installation, count);
        const jobs = await comeAllAtOnce(installation, account);
        const rate = await perSecond(count, () =>
          sideBySide(WORKERS, jobs, (job) => routeConversation(installation.kernel, job)),
        );
        given.splice(0, given.length, account);
        await mustBeServed(installation, account, count);
        oursOverfilled += await overfilled(installation, 'assignment where seat is not null');
        return rate;
      };
      const peer = async () => {
        const [account = ''] = given;
        const written = await writtenIn(installation, account);
        await installation.database.query('truncate bare_seat');
        const rate = await perSecond(count, () => countThenWrite(installation, account, written));
        theirsOverfilled += await overfilled(installation, 'bare_seat');
        return rate;
      };
      await ours(); // so that there are rows to write again whoever goes first
      const measured = await interleave(rounds, ours, peer);
      await mustHold(installation);
      console.error(
        `route: over-filled seats in all rounds: ours ${oursOverfilled}, counting first ${theirsOverfilled}`,
      );
      if (oursOverfilled > 0) throw new Error(`${oursOverfilled} seats are over-filled`);
      return [figureOf({ name: 'route', unit: 'sessions/s', n: count, target: { atLeast: 0.5 } }, measured)];
    }),
};

/** Agents who are away, and as many conversations as they have seats. */
async function seed(installation: Installation, count: number): Promise<string> {
  const { client, database } = installation;
  const settings = { routing: { mode: 'direct' } };
  const { id: account = '' } = await client.must('POST', '/v1/accounts', {
    platform: 'web',
    externalId: newId(),
    name: 'bench',
    settings,
  });
  const agents = Array.from({ length: count / SEATS }, (_, index) => [newId(), newId(), `Agent ${index}`]);
  const columns =
    'id, external_id, name, availability, capacity, skills, teams, always_reachable, reachable, generation, created_at, updated_at';
  await database.query(`insert into agent (${columns}) values ?`, [
    agents.map((each) => [...each, 'offline', SEATS, '[]', '[]', true, false, 0, new Date(), new Date()]),
  ]);
  await database.query('insert into agent_account (agent_id, account_id) values ?', [
    agents.map(([id]) => [id, account]),
  ]);
  await seedConversations(installation, account, count);
  return account;
}

/** @returns the jobs that look for somebody for each who waits; nobody is woken for them. */
async function comeAllAtOnce({ database }: Installation, account: string): Promise<string[]> {
  await database.query(
    "update agent a join agent_account g on g.agent_id = a.id set availability = 'online' where g.account_id = ?",
    [account],
  );
  const [waiting] = await database.query<RowDataPacket[]>(
    "select conversation_id as id from session where account_id = ? and state = 'pending' order by opened_at, id",
    [account],
  );
  const rows = waiting.map(({ id }) => [
    newId(),
    'route-conversation',
    'accepted',
    account,
    JSON.stringify({ conversationId: id }),
    new Date(),
    new Date(),
  ]);
  await database.query('insert into job (id, kind, state, account_id, payload, due_at, created_at) values ?', [rows]);
  return rows.map(([id]) => String(id));
}

async function mustBeServed(installation: Installation, account: string, count: number): Promise<void> {
  await allDone(installation);
  const sql = "select count(*) as served from assignment where account_id = ? and state = 'serving'";
  const [[row]] = await installation.database.query<RowDataPacket[]>(sql, [account]);
  if (row?.served !== count) throw new Error(`${row?.served} of ${count} are served`);
}

/** Rows above the seats of their agent. */
async function overfilled({ database }: Installation, table: string): Promise<number> {
  const sql = `select coalesce(sum(count - ?), 0) as seats from (select count(*) as count from ${table} group by agent_id) taken where count > ?`;
  const [[row]] = await database.query<RowDataPacket[]>(sql, [SEATS, SEATS]);
  return Number(row?.seats);
}

/** Read, and forgotten where they are to be written, before the time is taken. */
async function writtenIn({ database }: Installation, account: string): Promise<Written[]> {
  const [rows] = await database.query<RowDataPacket[]>(
    'select conversation_id as id from assignment where account_id = ? order by id',
    [account],
  );
  const written: Written[] = [];
  for (const { id } of rows) written.push(...(await writtenFor(database, id, GIVEN)));
  for (const table of ['assignment', 'message', 'event'])
    await database.query<ResultSetHeader>(`delete from bare_${table}`);
  await database.query('delete from bare_stream_entry');
  return written;
}

async function countThenWrite({ database }: Installation, account: string, written: readonly Written[]): Promise<void> {
  const connections = await Promise.all(Array.from({ length: WORKERS }, () => database.getConnection()));
  await sideBySide(WORKERS, written, async (each, lane) => {
    const connection = connections[lane];
    if (!connection) return;
    const [[lowest]] = await connection.query<RowDataPacket[]>(
      `select a.id, (select count(*) from bare_seat s where s.agent_id = a.id) as taken from agent a join agent_account g on g.agent_id = a.id
       where g.account_id = ? and a.availability = 'online' having taken < ${SEATS} order by taken, a.id limit 1`,
      [account],
    );
    await connection.query('insert into bare_seat values (?, ?)', [each.session, lowest?.id ?? null]);
    await writeAgain(connection, each);
  });
  for (const connection of connections) connection.release();
}
