// Where a program is: on the PATH, or in the folders where packages put servers that a user's PATH often leaves out.
import { execFile } from 'node:child_process';
import { accessSync, constants, readdirSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { promisify } from 'node:util';

const SERVERS = {
  // On a system with MariaDB, mysqld is only its old name, and newer versions complain about it.
  mysql: ['mariadbd', 'mysqld'],
  redis: ['redis-server', 'valkey-server'],
};

/** The path of a server's program, or undefined. @param {'mysql' | 'redis'} service @returns {string | undefined} */
export function findServer(service) {
  for (const name of SERVERS[service]) {
    const path = findProgram(name);
    if (path !== undefined) return path;
  }
  return undefined;
}

/** @param {string} name @returns {string | undefined} */
export function findProgram(name) {
  return places()
    .map((place) => join(place, name))
    .find(isExecutable);
}

/** Whether the program ends well within five seconds. @param {string} name @param {readonly string[]} parameters */
export async function succeeds(name, parameters) {
  try {
    await promisify(execFile)(name, parameters, { timeout: 5000, killSignal: 'SIGKILL' });
    return true;
  } catch {
    return false;
  }
}

function places() {
  const path = (process.env.PATH ?? '').split(delimiter).filter(isAbsolute);
  const more = ['/usr/sbin', '/usr/local/sbin', '/usr/local/bin', '/usr/libexec', '/opt/homebrew/bin'];
  return [...path, ...more, ...binsOf('/usr/local/opt'), ...binsOf('/opt/homebrew/opt')];
}

/** Homebrew keeps some versions out of its common folder: /usr/local/opt/mysql@8.4/bin. */
function binsOf(folder) {
  try {
    return readdirSync(folder).map((name) => join(folder, name, 'bin'));
  } catch {
    return [];
  }
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
