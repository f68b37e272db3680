// A private MySQL or MariaDB, whichever is installed. It reads no settings of the system, listens on 127.0.0.1 only, and lets root in
// without a password: whoever can reach it is already on this machine, and it holds only what Baton puts there.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { requireServer } from './apt.mjs';
import { initialise } from './mysql-data.mjs';
import { asCurrentUser, flavourOf } from './mysql-flavour.mjs';
import { freePort, greets } from './network.mjs';
import { handleOf, launch, waitUntilReady } from './server.mjs';

/**
 * Starts a MySQL or MariaDB of its own in the directory; with the same directory and port it goes on with the same data.
 * `durable: false` flushes the log once a second instead of at each commit: a crash of the machine may lose a second, a crash of the server nothing.
 * @param {{ directory: string, port?: number, durable?: boolean, say?: (line: string) => void }} options
 */
export async function startPrivateMysql({ directory, port, durable = true, say = console.error }) {
  const server = await launchMysql({ directory: resolve(directory), port, durable, bufferPool: '256M', say });
  await waitForMysql(server, say);
  return handleOf(server, () => removeSocket(server.directory));
}

/** Starts the process, on new data the first time, and returns at once: it does not answer yet. */
export async function launchMysql({ directory, port, preferredPort, durable, bufferPool, say }) {
  const binary = await requireServer('mysql', say);
  const flavour = await flavourOf(binary);
  const data = join(directory, `data-${flavour.name}`);
  mkdirSync(directory, { recursive: true });
  if (!existsSync(data)) await initialise(binary, flavour, data, say);
  // Chosen last, so that nobody takes it while the data is made.
  const chosen = port ?? (await freePort(preferredPort));
  say(`Starting a private ${flavour.title} on port ${chosen}, data in ${relative(process.cwd(), directory)}`);
  const parameters = [
    ...['--no-defaults', ...asCurrentUser(), `--datadir=${data}`, `--pid-file=${pidFileOf(directory)}`],
    ...[`--init-file=${writeInitFile(directory)}`, `--socket=${makeSocketPath(directory)}`, `--port=${chosen}`],
    ...['--skip-networking=0', '--bind-address=127.0.0.1', '--skip-name-resolve', '--character-set-server=utf8mb4'],
    ...['--max-connections=300', '--max-allowed-packet=64M', '--innodb-lock-wait-timeout=10', '--skip-log-bin'],
    ...[`--innodb-buffer-pool-size=${bufferPool}`, `--innodb-flush-log-at-trx-commit=${durable ? 1 : 2}`],
    ...flavour.parameters,
  ];
  const url = `mysql://root@127.0.0.1:${chosen}/baton`;
  return { ...launch(binary, parameters, directory), port: chosen, directory, url };
}

/** @param {import('./server.mjs').Server} server */
export function waitForMysql(server, say) {
  const answers = async () => pidIn(server.directory) === server.pid && (await greets(server.port));
  return waitUntilReady(server, answers, 'the database server', say);
}

/**
 * Run by the server at each start, each statement on one line. With --skip-name-resolve a connection from 127.0.0.1 is not root@localhost,
 * the only account that a new MySQL has.
 */
function writeInitFile(directory) {
  const path = join(directory, 'init.sql');
  const statements = [
    'CREATE DATABASE IF NOT EXISTS baton CHARACTER SET utf8mb4;',
    "CREATE USER IF NOT EXISTS 'root'@'127.0.0.1' IDENTIFIED BY '';",
    "GRANT ALL PRIVILEGES ON *.* TO 'root'@'127.0.0.1' WITH GRANT OPTION;",
  ];
  writeFileSync(path, `${statements.join('\n')}\n`);
  return path;
}

/** A crash leaves a socket and a lock file behind; the lock names a pid that may be somebody else's by now. */
function makeSocketPath(directory) {
  removeSocket(directory);
  const folder = socketFolder(directory);
  mkdirSync(folder, { mode: 0o700 });
  return join(folder, 'mysql.sock');
}

/** For when the server is gone. @param {string} directory */
export function removeSocket(directory) {
  rmSync(socketFolder(directory), { recursive: true, force: true });
}

/** The path of a socket may have only about 100 characters, so that it cannot lie beside the data. */
function socketFolder(directory) {
  const hash = createHash('sha256').update(directory).digest('hex').slice(0, 12);
  return join(tmpdir().length < 60 ? tmpdir() : '/tmp', `baton-${hash}`);
}

/** Written by the server once it has its port: a greeting alone could come from another server. */
function pidIn(directory) {
  try {
    return Number(readFileSync(pidFileOf(directory), 'utf8'));
  } catch {
    return undefined;
  }
}

function pidFileOf(directory) {
  return join(directory, 'server.pid');
}
