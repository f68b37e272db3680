// Files in a directory, as ab/cd/<hash>. One is written beside, flushed to the disk, and then gets its name in one step: a process or
// a machine that dies leaves the whole file or none. What it leaves beside is cleared away after a day.
import * as realDisk from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { OutsideFailure } from '../outside-failure.ts';
import { checked, hashOfBytes, isHash } from './content.ts';
import type { FileStore } from './store.ts';

/** What is asked of a file system that a test may want to fail. */
export type Disk = Pick<typeof realDisk, 'open' | 'rename'>;

const UNFINISHED = 'unfinished';
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** @param directory made where it is missing; all processes that serve the files share it. */
export function openDisk(directory: string, disk: Disk = realDisk): FileStore {
  const pathOf = (hash: string) => join(directory, hash.slice(0, 2), hash.slice(2, 4), hash);
  let clearAt = 0;

  return {
    put: (data) =>
      told(async () => {
        const hash = hashOfBytes(data);
        const path = pathOf(hash);
        const now = Date.now();
        if (now >= clearAt) await clearUnfinished(directory, new Date(now - DAY_MS));
        clearAt = now + HOUR_MS;
        // Compared, not only looked for: to put a file again mends one that was damaged.
        const known = await readIfThere(path);
        if (!known?.equals(data)) await write(data, path, directory, disk);
        return { hash, bytes: data.length };
      }),
    get: (hash) =>
      told(async () => {
        const data = isHash(hash) ? await readIfThere(pathOf(hash)) : null;
        return data && checked(data, hash);
      }),
    has: (hash) => told(async () => isHash(hash) && (await exists(pathOf(hash)))),
  };
}

async function write(data: Buffer, path: string, directory: string, disk: Disk): Promise<void> {
  const unfinished = join(directory, UNFINISHED, crypto.randomUUID());
  await realDisk.mkdir(dirname(unfinished), { recursive: true });
  await realDisk.mkdir(dirname(path), { recursive: true });
  try {
    const file = await disk.open(unfinished, 'wx');
    try {
      await file.writeFile(data);
      await file.sync();
    } finally {
      await file.close();
    }
    await disk.rename(unfinished, path);
  } catch (error) {
    await realDisk.rm(unfinished, { force: true }).catch(() => undefined);
    throw error;
  }
  // A name is an entry in its directory, and that has to reach the disk as well; so have those of the directories, if they are new.
  for (const changed of [dirname(path), dirname(dirname(path)), directory]) await syncDirectory(changed, disk);
}

async function syncDirectory(path: string, disk: Disk): Promise<void> {
  const handle = await disk.open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Removes what processes that died left half done. What is younger may still be being written. */
export async function clearUnfinished(directory: string, before: Date): Promise<void> {
  const folder = join(directory, UNFINISHED);
  const names = await realDisk.readdir(folder).catch(emptyIfMissing);
  for (const name of names) {
    const left = await realDisk.stat(join(folder, name)).catch(nullIfMissing);
    if (left && left.mtime < before) await realDisk.rm(join(folder, name), { force: true });
  }
}

function readIfThere(path: string): Promise<Buffer | null> {
  return realDisk.readFile(path).catch(nullIfMissing);
}

async function exists(path: string): Promise<boolean> {
  return (await realDisk.stat(path).catch(nullIfMissing)) !== null;
}

function nullIfMissing(error: unknown): null {
  if (codeOf(error) === 'ENOENT') return null;
  throw error;
}

function emptyIfMissing(error: unknown): string[] {
  if (codeOf(error) === 'ENOENT') return [];
  throw error;
}

/** @throws OutsideFailure for all that a file system can say. An operator makes room, or mends it; meanwhile it is tried again. */
async function told<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const code = codeOf(error);
    if (code === null) throw error;
    const isFull = code === 'ENOSPC' || code === 'EDQUOT';
    const detail = isFull ? 'There is no room left for files.' : `The directory of the files cannot be used (${code}).`;
    throw new OutsideFailure('retryable', isFull ? 'storage_full' : 'storage_unavailable', detail, { cause: error });
  }
}

const FromSystem = z.object({ code: z.string(), syscall: z.string() });

function codeOf(error: unknown): string | null {
  return FromSystem.safeParse(error).data?.code ?? null;
}
