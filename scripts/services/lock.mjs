// A lock that survives crashes: a directory that holds one file, named after its owner. The owner's file is there from the first moment
// (the directory is made aside and renamed into place), and a dead owner is removed by its exact name, so that of several waiters who find
// the same dead owner none can remove the lock of the one who came first.
import { mkdirSync, readdirSync, renameSync, rmdirSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { identify, isRunning } from './processes.mjs';
import { withProgress } from './progress.mjs';

/**
 * Runs `work` while no other process (and no other call in this one) holds the lock; waits as long as the owner lives.
 * @template T
 * @param {string} directory the lock; its parent is made when missing
 * @param {(line: string) => void} say
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(directory, say, work) {
  const owner = nameOf(identify(process.pid));
  if (!tryTake(directory, owner)) {
    await withProgress(say, `waiting for ${describeOwner(directory)}, which is at the same work`, async () => {
      while (!tryTake(directory, owner)) {
        removeDeadOwners(directory);
        await sleep(100);
      }
    });
  }
  try {
    return await work();
  } finally {
    release(directory, owner);
  }
}

function tryTake(directory, owner) {
  const offer = `${directory}.${owner}`;
  mkdirSync(offer, { recursive: true });
  writeFileSync(join(offer, owner), '');
  try {
    renameSync(offer, directory);
    return true;
  } catch (error) {
    rmSync(offer, { recursive: true });
    if (isTaken(error)) return false;
    throw error;
  }
}

function isTaken(error) {
  return ['ENOTEMPTY', 'EEXIST'].includes(error.code) || (process.platform === 'win32' && error.code === 'EPERM');
}

function removeDeadOwners(directory) {
  for (const owner of ownersOf(directory)) {
    if (!isRunning(processOf(owner))) release(directory, owner);
  }
}

function release(directory, owner) {
  ignoring(['ENOENT'], () => unlinkSync(join(directory, owner)));
  // The next owner may have renamed its own directory into place already: then this one is not empty, and stays.
  ignoring(['ENOENT', 'ENOTEMPTY', 'EEXIST'], () => rmdirSync(directory));
}

function ownersOf(directory) {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function describeOwner(directory) {
  const [owner] = ownersOf(directory);
  return owner === undefined ? 'another process' : `process ${processOf(owner).pid}`;
}

function nameOf({ pid, started }) {
  return `${pid}_${started}`;
}

function processOf(owner) {
  const [pid, started] = owner.split('_');
  return { pid: Number(pid), started };
}

function ignoring(codes, deed) {
  try {
    deed();
  } catch (error) {
    if (!codes.includes(error.code)) throw error;
  }
}
