// A whole Baton to be measured: its own database and Redis prefix, one API process and one worker process as in production,
// each a child of this process. The load comes from this process. Everything is removed at the end.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { createPool, type Pool, type RowDataPacket } from 'mysql2/promise';
import type { Services } from '../scripts/services.mjs';
import { runAct } from '../src/act.ts';
import { readConfig } from '../src/config.ts';
import { checkInvariants } from '../src/db/invariants.ts';
import { migrate } from '../src/db/migrate.ts';
import { createApiKey } from '../src/domain/accounts/create-api-key.ts';
import { SCOPES } from '../src/domain/accounts/scopes.ts';
import { newId } from '../src/domain/ids.ts';
import { type Kernel, openKernel } from '../src/kernel.ts';
import { makeLog } from '../src/log.ts';
import { LoadClient } from './load-client.ts';

export type Installation = {
  /** The same that API and worker stand on, for what needs no HTTP. */
  readonly kernel: Kernel;
  /** Bare connections to its database. */
  readonly database: Pool;
  readonly key: string;
  readonly client: LoadClient;
  readonly api: Process;
  readonly startWorker: () => Promise<Process>;
};

export type Process = { readonly url: string; readonly stop: () => Promise<void> };

export type InstallationOptions = { readonly workers?: 0 | 1; readonly env?: Readonly<Record<string, string>> };

const BARE_CONNECTIONS = 8;
const SYSTEM = { type: 'system', id: 'bench' } as const;

/** Opens one, does the work, and takes everything away again, whatever happens. */
export async function withInstallation<T>(
  services: Services,
  { workers = 1, env = {} }: InstallationOptions,
  work: (installation: Installation) => Promise<T>,
): Promise<T> {
  const environment = { ...environmentFor(services), ...env };
  const kernel = await openFresh(environment);
  const database = createPool({
    uri: environment.DATABASE_URL,
    connectionLimit: BARE_CONNECTIONS,
    timezone: 'Z',
    dateStrings: true,
  });
  const children: Process[] = [];
  const start = async (role: 'api' | 'workers') => {
    const child = await startProcess(`../src/${role}/main.ts`, environment);
    children.push(child);
    return child;
  };
  let client: LoadClient | undefined;
  try {
    const { key } = await runAct(kernel, SYSTEM, (act) =>
      createApiKey(act, { name: 'bench', scopes: SCOPES, accounts: null, expiresAt: null }),
    );
    const api = await start('api');
    client = new LoadClient(api.url, key);
    if (workers === 1) await start('workers');
    return await work({ kernel, database, key, client, api, startWorker: () => start('workers') });
  } finally {
    client?.close();
    await Promise.all(children.map((child) => child.stop()));
    await cleanUp(kernel, database);
  }
}

function environmentFor({ databaseUrl, redisUrl }: Services) {
  const name = newId().toLowerCase();
  const url = new URL(databaseUrl);
  url.pathname = `/baton_bench_${name}`;
  return {
    DATABASE_URL: url.href,
    REDIS_URL: redisUrl,
    REDIS_PREFIX: `bench-${name.slice(-6)}`,
    BATON_SECRET: 'a secret of the benches, 32 characters at least',
    HOST: '127.0.0.1',
    PORT: '0',
    WORKER_PORT: '0',
    RATE_LIMIT: '10000000',
    NODE_ENV: 'production',
  };
}

async function openFresh(environment: Readonly<Record<string, string>>): Promise<Kernel> {
  await migrate(environment.DATABASE_URL ?? '');
  return openKernel(readConfig(environment), makeLog('bench', 'silent'), 'bench');
}

/** Runs a process entry, and returns when a line of it tells the `url`. @param path from here. */
export async function startProcess(path: string, environment: Readonly<Record<string, string>>): Promise<Process> {
  const entry = new URL(path, import.meta.url).pathname;
  const child = spawn(process.execPath, [entry], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  // Even where this process ends without a word, no child stays behind.
  const end = () => child.kill();
  process.once('exit', end);
  child.once('exit', () => process.off('exit', end));
  const url = await new Promise<string>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`${entry} ended with ${code} before it was ready`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const { url } = JSON.parse(line);
      if (typeof url === 'string') resolve(url);
    });
  });
  return { url, stop: () => stopProcess(child) };
}

async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}

async function cleanUp(kernel: Kernel, database: Pool): Promise<void> {
  const { REDIS_PREFIX: prefix, DATABASE_URL: url } = kernel.config;
  for await (const keys of kernel.producer.scanStream({ match: `*${prefix}-*`, count: 1000 }))
    if (keys.length > 0) await kernel.producer.unlink(...keys);
  await database.query('drop database ??', [new URL(url).pathname.slice(1)]);
  await database.end();
  await kernel.close();
}

/** Until everything that was accepted is done. */
export async function allDone({ database }: Installation): Promise<void> {
  const look = async () => {
    const sql = "select exists(select 1 from job where state = 'accepted') as waits";
    const [[row]] = await database.query<RowDataPacket[]>(sql);
    return row?.waits === 0;
  };
  while (!(await look())) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Nothing lost, nothing twice. */
export async function mustBeStored({ database }: Installation, expected: number): Promise<void> {
  const [[row]] = await database.query<RowDataPacket[]>('select count(*) as found from message');
  if (row?.found !== expected) throw new Error(`${row?.found} messages are stored, ${expected} were posted`);
}

/** Speed counts only where everything is true. @throws Error with the first invariant that does not hold. */
export async function mustHold({ kernel }: Installation): Promise<void> {
  const broken = (await checkInvariants(kernel.orm.em.fork())).find(({ violations }) => violations > 0);
  if (broken) throw new Error(`${broken.name} is broken ${broken.violations} times: ${broken.examples.join(', ')}`);
}
