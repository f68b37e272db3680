// Brings a database to the present shape. Several processes may call it at once: an advisory lock lets one of them work.
import { createConnection } from 'mysql2/promise';
import { makeOrm } from './orm.ts';

const LOCK_SECONDS = 60;

/** Creates the database when it is not there, then runs what is pending. @returns the names of the migrations that ran. */
export async function migrate(databaseUrl: string): Promise<string[]> {
  const url = new URL(databaseUrl);
  const database = decodeURIComponent(url.pathname.slice(1));
  const server = new URL(databaseUrl);
  server.pathname = '';
  const connection = await createConnection({ uri: server.href, connectTimeout: 5000 });
  try {
    await connection.query('create database if not exists ?? character set utf8mb4', [database]);
    const [rows] = await connection.query<import('mysql2').RowDataPacket[]>('select get_lock(?, ?) as held', [
      lockName(database),
      LOCK_SECONDS,
    ]);
    if (rows[0]?.held !== 1) throw new Error(`another process has been migrating ${database} for ${LOCK_SECONDS} s`);
    return await runPending(databaseUrl);
  } finally {
    await connection.end();
  }
}

/** Lock names are the server's, at most 64 characters. */
function lockName(database: string): string {
  return `baton-migrate-${database}`.slice(0, 64);
}

async function runPending(databaseUrl: string): Promise<string[]> {
  const orm = await makeOrm(databaseUrl, 2);
  try {
    const ran = await orm.migrator.up();
    return ran.map(({ name }) => name);
  } finally {
    await orm.close();
  }
}
