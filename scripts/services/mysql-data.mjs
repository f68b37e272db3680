// New data for a private MySQL or MariaDB: the system's tables and a root without a password.
import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, realpathSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { asCurrentUser } from './mysql-flavour.mjs';
import { withProgress } from './progress.mjs';

/** The tables for help texts and time zones are left out: nothing here reads them. */
const MARIADB_SYSTEM = ['system_tables', 'performance_tables', 'system_tables_data', 'sys_schema'];

/**
 * Makes the data aside and moves it into place when it is whole, so that an interruption leaves nothing half made.
 * @param {string} binary @param {import('./mysql-flavour.mjs').Flavour} flavour @param {string} data @param {(line: string) => void} say
 */
export async function initialise(binary, flavour, data, say) {
  const aside = `${data}.new`;
  rmSync(aside, { recursive: true, force: true });
  mkdirSync(aside, { recursive: true });
  const common = ['--no-defaults', ...asCurrentUser(), `--datadir=${aside}`, ...flavour.parameters];
  say(`Making an empty ${flavour.title} in ${relative(process.cwd(), dirname(data))}`);
  await withProgress(say, `making an empty ${flavour.title}`, () =>
    flavour.name === 'mysql'
      ? run(binary, [...common, '--initialize-insecure'], '')
      : run(binary, [...common, '--bootstrap', '--skip-log-bin'], mariadbSystemSql(binary)),
  );
  renameSync(aside, data);
}

/**
 * The statements that mariadb-install-db would run. Debian's package of the bare server has that script without the programs that it
 * calls, but it always has the statements.
 */
function mariadbSystemSql(binary) {
  const folder = mariadbShare(binary);
  const files = readdirSync(folder);
  const parts = MARIADB_SYSTEM.map((part) => {
    // Up to version 10 they are called mysql_…, from 11 on mariadb_….
    const file = files.find((name) => name === `mariadb_${part}.sql` || name === `mysql_${part}.sql`);
    if (file === undefined) throw new Error(`MariaDB's installation lacks ${part}.sql in ${folder}`);
    return readFileSync(join(folder, file), 'utf8');
  });
  const opening = 'CREATE DATABASE mysql;\nUSE mysql;\nSET @auth_root_socket = NULL;\nSET @skip_auth_anonymous = 1;\n';
  return opening + parts.join('\n');
}

function mariadbShare(binary) {
  const prefix = dirname(dirname(realpathSync(binary)));
  const folders = ['share/mysql', 'share/mariadb', 'share'].map((folder) => join(prefix, folder));
  const found = folders.find((folder) =>
    fileNames(folder).some((name) => /^(mysql|mariadb)_system_tables\.sql$/.test(name)),
  );
  if (found === undefined)
    throw new Error(`MariaDB's system tables (mysql_system_tables.sql) are in none of ${folders.join(', ')}`);
  return found;
}

function fileNames(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function run(binary, parameters, input) {
  return new Promise((resolve, reject) => {
    const child = spawn(binary, parameters, { stdio: ['pipe', 'ignore', 'pipe'] });
    let output = '';
    child.stderr.on('data', (chunk) => {
      output += chunk;
    });
    // A server that gives up early closes its input; what it says and its exit status tell why.
    child.stdin.on('error', () => {});
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(explain(binary, output)))));
    child.stdin.end(input);
  });
}

function explain(binary, output) {
  const lines = output
    .trimEnd()
    .split('\n')
    .slice(-12)
    .map((line) => `  ${line}`);
  const confined = /permission denied|errno: ?13/i.test(output);
  const hint = confined
    ? [
        'A security profile (AppArmor, SELinux) may confine this server to its own folders: give the URL of a server that runs instead.',
      ]
    : [];
  return [`${binary} could not make its data:`, ...lines, ...hint].join('\n');
}
