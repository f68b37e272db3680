// What runs for each purpose, written down in .baton/<purpose>/services.json so that any later command finds it again.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './lock.mjs';
import { workshop } from './repository.mjs';

export const PURPOSES = ['start', 'demo', 'test', 'bench'];
export const SERVICES = ['mysql', 'redis'];

/**
 * `by` is the process that started the service, and so the one whose stop() ends it; `users` are the processes that asked for it.
 * @typedef {import('./processes.mjs').Process} Process
 * @typedef {{ kind: 'local', url: string, port: number, directory: string, by: Process } & Process} Local
 * @typedef {{ kind: 'docker', url: string, port: number, by?: Process }} Docker
 * @typedef {{ kind: 'stopped', port: number }} Stopped
 * @typedef {Local | Docker | Stopped} Service
 * @typedef {{ mysql?: Service, redis?: Service, users: Process[] }} State
 */

export function checkPurpose(purpose) {
  if (!PURPOSES.includes(purpose)) throw new Error(`"${purpose}" is no purpose. There are: ${PURPOSES.join(', ')}.`);
}

/** @param {string} purpose */
export function directoryOf(purpose) {
  return join(workshop, purpose);
}

/** The purposes for which something was ever started here. */
export function knownPurposes() {
  return existsSync(workshop)
    ? readdirSync(workshop).filter((name) => PURPOSES.includes(name) && existsSync(fileOf(name)))
    : [];
}

/** @param {string} purpose @returns {State} */
export function readState(purpose) {
  try {
    return JSON.parse(readFileSync(fileOf(purpose), 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return { users: [] };
    throw new Error(`${fileOf(purpose)} cannot be read: ${error.message}`);
  }
}

/** Written aside and renamed: a reader never sees half a file. @param {string} purpose @param {State} state */
export function writeState(purpose, state) {
  mkdirSync(directoryOf(purpose), { recursive: true });
  const aside = `${fileOf(purpose)}.new`;
  writeFileSync(aside, `${JSON.stringify(state, null, 2)}\n`);
  renameSync(aside, fileOf(purpose));
}

/**
 * One at a time for each purpose.
 * @template T
 * @param {string} purpose @param {(line: string) => void} say @param {() => Promise<T>} work
 */
export function alone(purpose, say, work) {
  return withLock(join(directoryOf(purpose), 'lock'), say, work);
}

function fileOf(purpose) {
  return join(directoryOf(purpose), 'services.json');
}
