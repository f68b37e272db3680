// Processes named so that they cannot be mistaken: a pid alone may be given to another program later, a pid with its start time never is.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** @typedef {{ pid: number, started: string }} Process */

const PATIENCE_MS = 20_000;

/** @param {number} pid @returns {Process} */
export function identify(pid) {
  const started = startOf(pid);
  if (started === undefined) throw new Error(`process ${pid} ended at once`);
  return { pid, started };
}

/** @param {Process | undefined} process */
export function isRunning(process) {
  return process?.pid !== undefined && startOf(process.pid) === process.started;
}

/** @param {Process | undefined} one @param {Process} other */
export function isSame(one, other) {
  return one?.pid === other.pid && one.started === other.started;
}

/**
 * Ends the process and waits until it is really gone: SIGTERM, and SIGKILL after 20 seconds. Anything else that has got its pid is left alone.
 * @param {Process} process @param {'SIGTERM' | 'SIGKILL'} signal
 */
export async function endProcess(process, signal = 'SIGTERM') {
  send(process, signal);
  if (await isGone(process)) return;
  send(process, 'SIGKILL');
  if (!(await isGone(process))) throw new Error(`process ${process.pid} does not end, not even by SIGKILL`);
}

function send(target, signal) {
  if (!isRunning(target)) return;
  try {
    process.kill(target.pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

async function isGone(process) {
  const deadline = Date.now() + PATIENCE_MS;
  while (isRunning(process)) {
    if (Date.now() > deadline) return false;
    await sleep(25);
  }
  return true;
}

/** When the process was started, as a word without blanks; undefined when there is none, or only a zombie that nobody has collected. */
function startOf(pid) {
  return process.platform === 'linux' ? startByProc(pid) : startByPs(pid);
}

function startByProc(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in brackets and may itself hold blanks and brackets.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // The first thread of a killed server may be a zombie while the others still hold its files and its port.
    const [state, threads] = [fields[0], Number(fields[17])];
    const ended = (state === 'Z' || state === 'X') && threads <= 1;
    return ended ? undefined : `${bootId()}.${fields[19]}`;
  } catch {
    return undefined;
  }
}

/** The start time in /proc counts from the boot, so that it says nothing without it. */
function bootId() {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').slice(0, 8);
}

function startByPs(pid) {
  try {
    const line = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
    return line === '' || line.startsWith('Z') ? undefined : line.split(/\s+/).slice(1).join('-').replaceAll(':', '.');
  } catch {
    return undefined;
  }
}
