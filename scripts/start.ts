// npm start, npm run dev: Baton on this machine, on a database that is kept, until Ctrl-C.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import pc from 'picocolors';
import { type Config, readConfig } from '../src/config.ts';
import { migrate } from '../src/db/migrate.ts';
import { startServices } from './services.mjs';
import { makeAdminKey } from './start/admin-key.ts';
import { Ending, Interrupted, messageOf } from './start/ending.ts';
import { type LocalOutside, openLocalOutside } from './start/local-outside.ts';
import { logLine, toldLine } from './start/log-line.ts';
import { nextFreePort } from './start/ports.ts';
import { keptSecret } from './start/secret.ts';
import { repository, ServerProcess } from './start/server-process.ts';

const USAGE = `npm start -- [--new-key]     npm run dev -- [--new-key]

Starts MySQL and Redis if need be, the API and a worker, and prints their addresses. Ctrl-C stops them. Where SMTP_URL names no mail
server, mails stay on this machine and are shown. Variables: see .env.example; they are read from .env too.

  --new-key  makes another admin key, and shows it
  --watch    starts the API or the worker again when a file of theirs changes (npm run dev)
  --help     this text`;

const READY_SECONDS = 60;
const EVERYWHERE = ['0.0.0.0', '::'];
const FILES = '.baton/start/files';

async function main(): Promise<void> {
  const options = readOptions();
  if (options.help) return console.log(USAGE);
  if (existsSync(join(repository, '.env'))) process.loadEnvFile(join(repository, '.env'));
  const ending = new Ending();
  try {
    await Promise.race([run(options, ending), ending.interrupted]);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    console.log('\nStopping …');
  } finally {
    await ending.run();
  }
}

type Options = { readonly watch?: boolean; readonly 'new-key'?: boolean; readonly help?: boolean };

function readOptions(): Options {
  try {
    const flag = { type: 'boolean' } as const;
    return parseArgs({ options: { watch: flag, 'new-key': flag, help: flag } }).values;
  } catch (error) {
    console.error(`${messageOf(error)}\n\n${USAGE}`);
    process.exit(2);
  }
}

/** Goes on until one of the processes ends, which rejects. */
async function run(options: Options, ending: Ending): Promise<void> {
  const starting = startServices('start');
  // Asked to stop while they start, it is still we who stop them.
  ending.add(() => starting.then((services) => services.stop()).catch(() => undefined));
  const { databaseUrl, redisUrl } = await starting;
  const config = await settle(databaseUrl, redisUrl);
  const ran = await migrate(databaseUrl);
  if (ran.length > 0) console.log(`Migrated the database: ${ran.join(', ')}.`);
  const key = await makeAdminKey(config, options['new-key'] ? 'always' : 'first');
  const outside = await openLocalOutside(config, ending, (line) => console.log(toldLine('mail', line)));
  await startServers(outside.config, options.watch ? ['--watch', '--watch-preserve-output'] : [], ending, () => {
    tellAddresses(outside);
    tellKey(key);
  });
}

/** The environment, with what this machine adds to it: the services' addresses, the kept secret, ports that are free. */
async function settle(databaseUrl: string, redisUrl: string): Promise<Config> {
  const secret = process.env.BATON_SECRET || keptSecret(join(repository, '.baton/start/secret'));
  const kept = { BATON_SECRET: secret, FILES_DIRECTORY: process.env.FILES_DIRECTORY || FILES };
  const wanted = readConfig({ ...process.env, DATABASE_URL: databaseUrl, REDIS_URL: redisUrl, ...kept });
  const port = await nextFreePort(wanted.PORT, wanted.HOST);
  const workerPort = await nextFreePort(wanted.WORKER_PORT, wanted.HOST, [port]);
  if (port !== wanted.PORT) console.log(`Port ${wanted.PORT} is taken; the API takes ${port}.`);
  const settled = { ...wanted, PORT: port, WORKER_PORT: workerPort };
  return { ...settled, PUBLIC_URL: wanted.PUBLIC_URL || addressOf(settled, port) };
}

async function startServers(
  config: Config,
  nodeWords: readonly string[],
  ending: Ending,
  tell: () => void,
): Promise<never> {
  const { DATABASE_URL, REDIS_URL, BATON_SECRET, PORT, WORKER_PORT } = config;
  const { PUBLIC_URL, FILES_DIRECTORY, SMTP_URL, FETCH_PRIVATE_HOSTS } = config;
  const ports = { PORT: String(PORT), WORKER_PORT: String(WORKER_PORT) };
  const outside = { PUBLIC_URL, FILES_DIRECTORY, SMTP_URL, FETCH_PRIVATE_HOSTS: FETCH_PRIVATE_HOSTS.join(',') };
  const env = { ...process.env, DATABASE_URL, REDIS_URL, BATON_SECRET, ...ports, ...outside };
  const start = (name: string, file: string) =>
    new ServerProcess({ name, file, env, nodeWords, onLine: (line) => console.log(logLine(name, line)) });
  const [api, worker] = [start('api', 'src/api/main.ts'), start('worker', 'src/workers/main.ts')];
  ending.add(() => Promise.all([api.stop(), worker.stop()]));
  const ended = Promise.race([api.guard(), worker.guard()]);
  const ready = Promise.all([
    api.ready(`${addressOf(config, PORT)}/readyz`, READY_SECONDS),
    worker.ready(`${addressOf(config, WORKER_PORT)}/readyz`, READY_SECONDS),
  ]);
  await Promise.race([ready, ended]);
  tell();
  return ended;
}

function addressOf({ HOST }: Config, port: number): string {
  const host = EVERYWHERE.includes(HOST) ? 'localhost' : HOST.includes(':') ? `[${HOST}]` : HOST;
  return `http://${host}:${port}`;
}

function tellAddresses({ config, rows: outside }: LocalOutside): void {
  const [api, worker] = [addressOf(config, config.PORT), addressOf(config, config.WORKER_PORT)];
  const rows = [
    ['API', `${api}/v1`],
    ...(config.DOCS ? [['Documents', `${api}/docs`]] : []),
    ['Queues', `${api}/ops/queues  (log in with any name; the password is the admin key)`],
    ['Readiness', `${api}/readyz, of the worker ${worker}/readyz`],
    ['Sockets', `${api}, Socket.IO namespaces /agent and /contact`],
    ...outside,
    ['Connect', 'Chatwoot, WeCom, webhooks: docs/chatwoot.md, docs/wecom.md, docs/webhooks.md'],
  ];
  console.log(`\n${pc.bold('Baton runs.')} Ctrl-C stops it.`);
  for (const [what = '', where] of rows) console.log(`  ${what.padEnd(10)} ${where}`);
}

function tellKey(key: string | null): void {
  if (key === null)
    return console.log('  Admin key  was shown when it was made; another one: npm start -- --new-key\n');
  console.log(`  Admin key  ${pc.bold(key)}\n             It may do everything, and is shown this once.\n`);
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(messageOf(error));
    process.exit(1);
  },
);
