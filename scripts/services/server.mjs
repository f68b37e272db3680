// A private server process: started in a session of its own, so that Ctrl-C in the terminal of whoever started it does not reach it, and
// with its output in a file.
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { endProcess, identify, isRunning } from './processes.mjs';
import { withProgress } from './progress.mjs';

/** A first start after a crash reads the whole log of a database: minutes on a slow disk, so that only silence of this length is an error. */
const READY_WITHIN_MS = 120_000;

/**
 * @typedef {import('./processes.mjs').Process & { directory: string, port: number, url: string }} Server
 */

/** @param {string} binary @param {readonly string[]} parameters @param {string} directory where it works and writes server.log */
export function launch(binary, parameters, directory) {
  mkdirSync(directory, { recursive: true });
  const log = openSync(logOf(directory), 'a');
  const child = spawn(binary, parameters, { cwd: directory, detached: true, stdio: ['ignore', log, log] });
  closeSync(log);
  // Without a listener the event would end this process; that the program did not start shows in the missing pid.
  child.on('error', () => {});
  child.unref();
  if (child.pid === undefined) throw new Error(`${binary} could not be started`);
  return identify(child.pid);
}

/**
 * @param {Server} server @param {() => Promise<boolean>} answers @param {string} name for people
 * @param {(line: string) => void} say
 */
export async function waitUntilReady(server, answers, name, say) {
  const deadline = Date.now() + READY_WITHIN_MS;
  await withProgress(say, `waiting until ${name} answers`, async () => {
    while (!(await answers())) {
      if (!isRunning(server)) throw new Error(`${name} ended while it started.\n${tailOf(server.directory)}`);
      if (Date.now() > deadline)
        throw new Error(`${name} (process ${server.pid}) does not answer.\n${tailOf(server.directory)}`);
      await sleep(50);
    }
  });
}

/**
 * What a caller of startPrivateMysql or startPrivateRedis gets.
 * @param {Server} server @param {() => void} [tidy] run when the server is gone
 */
export function handleOf(server, tidy = () => {}) {
  const end = async (signal) => {
    await endProcess(server, signal);
    tidy();
  };
  const { url, port, pid, directory } = server;
  return { url, port, pid, directory, stop: () => end('SIGTERM'), kill: () => end('SIGKILL') };
}

function tailOf(directory) {
  const log = logOf(directory);
  const lines = readFileSync(log, 'utf8').trimEnd().split('\n').slice(-12);
  return [`The last lines of ${log}:`, ...lines.map((line) => `  ${line}`)].join('\n');
}

function logOf(directory) {
  return join(directory, 'server.log');
}
