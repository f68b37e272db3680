// A whole Baton for one demo: a new database and a new Redis prefix, the API and a worker as processes of their own, and a key.
// All of it is gone when the demo ends.
import { randomBytes } from 'node:crypto';
import { createConnection } from 'mysql2/promise';
import { runAct } from '../../src/act.ts';
import { environmentShape, readConfig } from '../../src/config.ts';
import { migrate } from '../../src/db/migrate.ts';
import { createApiKey } from '../../src/domain/accounts/create-api-key.ts';
import { SCOPES } from '../../src/domain/accounts/scopes.ts';
import { newId } from '../../src/domain/ids.ts';
import { type Kernel, openKernel } from '../../src/kernel.ts';
import { makeLog } from '../../src/log.ts';
import { closeRedis, makeRedis } from '../../src/redis.ts';
import { freePort, startServices } from '../services.mjs';
import type { Ending } from '../start/ending.ts';
import { logLine } from '../start/log-line.ts';
import { ServerProcess } from '../start/server-process.ts';
import { Api } from './api.ts';
import type { System } from './options.ts';
import { type Outside, openOutside } from './outside.ts';

export type Stage = {
  readonly api: Api;
  readonly kernel: Kernel;
  readonly outside: Outside;
  readonly ending: Ending;
  /** Each rejects when its process, the API or the worker, ends by itself. */
  readonly guards: readonly Promise<never>[];
};

type Settings = Readonly<Record<string, string>>;

const READY_SECONDS = 60;
const LOG = makeLog('demo', 'silent');

/** @param systems outside whose places are taken on this machine. */
export async function openStage(
  ending: Ending,
  systems: readonly System[],
  say: (line: string) => void,
): Promise<Stage> {
  const starting = startServices('demo', { say });
  // Asked to stop while they start, it is still we who stop them.
  ending.add(() => starting.then((services) => services.stop()).catch(() => undefined));
  const { databaseUrl, redisUrl } = await starting;
  const outside = await openOutside(ending, systems);
  const settings = { ...(await freshSettings(databaseUrl, redisUrl)), ...outside.settings };
  ending.add(() => removeTraces(settings));
  say('Making a database for this demo …');
  await migrate(settings.DATABASE_URL);
  const guards = await startServers(settings, ending, say);
  const kernel = await openKernel(readConfig(settings), LOG, 'demo');
  ending.add(kernel.close);
  const { key } = await runAct(kernel, { type: 'system', id: 'demo' }, (act) =>
    createApiKey(act, { name: 'demo', scopes: SCOPES, accounts: null, expiresAt: null }),
  );
  return { api: new Api(settings.PUBLIC_URL, key), kernel, outside, ending, guards };
}

async function freshSettings(databaseUrl: string, redisUrl: string) {
  const name = newId().toLowerCase();
  const url = new URL(databaseUrl);
  url.pathname = `/baton_demo_${name}`;
  const port = String(await freePort());
  return {
    DATABASE_URL: url.href,
    REDIS_URL: redisUrl,
    REDIS_PREFIX: `demo-${name}`,
    BATON_SECRET: randomBytes(32).toString('base64url'),
    HOST: '127.0.0.1',
    PORT: port,
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    WORKER_PORT: String(await freePort()),
    LOG_LEVEL: 'warn',
    // What comes late is seen soon: a demo is watched.
    SWEEP_SECONDS: '3',
    BEACON_SECONDS: '2',
    RATE_LIMIT: '1000000',
  };
}

/** Both at once, and until both can work. @returns what rejects when one of them ends. */
async function startServers(
  settings: Settings,
  ending: Ending,
  say: (line: string) => void,
): Promise<Promise<never>[]> {
  const env = { ...withoutSettings(process.env), ...settings };
  const make = (name: string, file: string) =>
    new ServerProcess({ name, file, env, onLine: (line) => say(logLine(name, line)) });
  say('Starting the API and a worker …');
  const [api, worker] = [make('api', 'src/api/main.ts'), make('worker', 'src/workers/main.ts')];
  ending.add(() => Promise.all([api.stop(), worker.stop()]));
  const guards = [api.guard(), worker.guard()];
  for (const guard of guards) guard.catch(() => undefined);
  const ready = Promise.all([
    api.ready(`http://127.0.0.1:${settings.PORT}/readyz`, READY_SECONDS),
    worker.ready(`http://127.0.0.1:${settings.WORKER_PORT}/readyz`, READY_SECONDS),
  ]);
  await Promise.race([ready, ...guards]);
  return guards;
}

/** What is set for another Baton on this machine is not meant for the demo's. */
function withoutSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !(name in environmentShape)));
}

async function removeTraces({ DATABASE_URL = '', REDIS_URL = '', REDIS_PREFIX = '' }: Settings): Promise<void> {
  const url = new URL(DATABASE_URL);
  const database = url.pathname.slice(1);
  url.pathname = '';
  const connection = await createConnection({ uri: url.href, connectTimeout: 5000 });
  await connection.query('drop database if exists ??', [database]);
  await connection.end();
  const redis = makeRedis(REDIS_URL, 'worker', LOG);
  for await (const keys of redis.scanStream({ match: `*${REDIS_PREFIX}*`, count: 1000 }))
    if (keys.length > 0) await redis.unlink(...keys);
  closeRedis(redis);
}
