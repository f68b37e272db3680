// Files on a disk: whole or not there, whatever dies; never other bytes than those that were put.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as disk from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openFileStore } from '../../src/integrations/file-store.ts';
import { type Disk, openDisk } from '../../src/integrations/files/disk.ts';

const DATA = Buffer.from('a whole file');
const HASH = 'abad9c5ec45ab6e9f4e7b6bb3e1b6e4f7f4b6e9f4e7b6bb3e1b6e4f7f4b6e9f4';
const DAY_MS = 24 * 3_600_000;

let directory: string;
beforeEach(async () => {
  directory = await disk.mkdtemp(join(tmpdir(), 'files-'));
});
afterEach(() => disk.rm(directory, { recursive: true, force: true }));

function pathOf(hash: string): string {
  return join(directory, hash.slice(0, 2), hash.slice(2, 4), hash);
}

async function unfinished(): Promise<string[]> {
  return disk.readdir(join(directory, 'unfinished'));
}

/** A real disk that counts the files that are written, and fails as it is told to. */
function counting(fail: { readonly open?: string; readonly write?: string } = {}): Disk & { writes: number } {
  const counted = {
    ...disk,
    writes: 0,
    open: async (...[path, flags]: Parameters<typeof disk.open>) => {
      if (flags !== 'wx') return disk.open(path, flags);
      counted.writes += 1;
      if (fail.open) throw systemError(fail.open, 'open');
      const handle = await disk.open(path, flags);
      const { write } = fail;
      if (write) handle.writeFile = () => Promise.reject(systemError(write, 'write'));
      return handle;
    },
  };
  return counted;
}

function systemError(code: string, syscall: string): Error {
  return Object.assign(new Error(`${code}: ${syscall}`), { code, syscall });
}

describe('a file', () => {
  test('comes back as it was put, from a directory that was not there before, by its hash', async () => {
    const store = openFileStore({ kind: 'disk', directory: join(directory, 'new', 'er') });
    const data = Buffer.from([0, 1, 2, 255]);
    const { hash, bytes } = await store.put(data, 'image/png');
    expect({ hash, bytes }).toEqual({
      hash: '3d1f57c984978ef98a18378c8166c1cb8ede02c03eeb6aee7e2f121dfeee3e56',
      bytes: 4,
    });
    expect(await store.get(hash)).toEqual(data);
    expect(await store.has(hash)).toBe(true);
  });

  test('that is empty is a file too', async () => {
    const store = openDisk(directory);
    const { hash } = await store.put(Buffer.alloc(0), 'text/plain');
    expect(await store.get(hash)).toEqual(Buffer.alloc(0));
  });

  test('that was never put is null, and so is what is no hash: no way leads out of the directory', async () => {
    const store = openDisk(join(directory, 'inner'));
    await disk.writeFile(join(directory, 'secret'), 'secret');
    for (const hash of [HASH, '', '../secret', '../../../secret', `${HASH}/../../../../secret`, HASH.toUpperCase()]) {
      expect(await store.get(hash)).toBeNull();
      expect(await store.has(hash)).toBe(false);
    }
  });

  test('put twice is written once', async () => {
    const counted = counting();
    const store = openDisk(directory, counted);
    expect(await store.put(DATA, 'text/plain')).toEqual(await store.put(Buffer.from(DATA), 'text/plain'));
    expect(counted.writes).toBe(1);
  });

  test('put by many at once is there once, and nothing is left beside', async () => {
    const stores = Array.from({ length: 8 }, () => openDisk(directory));
    const put = await Promise.all(stores.map((store) => store.put(DATA, 'text/plain')));
    expect(new Set(put.map(({ hash }) => hash)).size).toBe(1);
    expect(await unfinished()).toEqual([]);
  });

  test('that was damaged is not given out; to put it again mends it', async () => {
    const store = openDisk(directory);
    const { hash } = await store.put(DATA, 'text/plain');
    await disk.writeFile(pathOf(hash), 'A whole file');
    await expect(store.get(hash)).rejects.toMatchObject({ kind: 'permanent', code: 'file_corrupt' });
    await store.put(DATA, 'text/plain');
    expect(await store.get(hash)).toEqual(DATA);
  });
});

describe('a disk that fails', () => {
  test.each([
    ['ENOSPC', 'storage_full'],
    ['EDQUOT', 'storage_full'],
    ['EACCES', 'storage_unavailable'],
    ['EIO', 'storage_unavailable'],
  ])('%s: %s, nothing is left of the file, and the next try goes well', async (error, code) => {
    for (const fail of [{ write: error }, { open: error }])
      await expect(openDisk(directory, counting(fail)).put(DATA, 'text/plain')).rejects.toMatchObject({
        kind: 'retryable',
        code,
      });
    expect(await unfinished()).toEqual([]);
    const { hash } = await openDisk(directory).put(DATA, 'text/plain');
    expect(await openDisk(directory).get(hash)).toEqual(DATA);
  });

  test('a directory that is none can neither be written nor read', async () => {
    await disk.writeFile(join(directory, 'file'), '');
    const store = openDisk(join(directory, 'file'));
    const away = { kind: 'retryable', code: 'storage_unavailable' };
    await expect(store.put(DATA, 'text/plain')).rejects.toMatchObject(away);
    await expect(store.get(HASH)).rejects.toMatchObject(away);
    await expect(store.has(HASH)).rejects.toMatchObject(away);
  });
});

describe('a process that is killed', () => {
  test.each(['writing', 'naming'])('while %s leaves no file; what lies beside goes after a day', async (stop) => {
    const child = spawn(process.execPath, ['test/support/half-a-put.ts', directory, stop], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(child, 'exit');
    await Promise.race([once(child.stdout, 'data'), ended]);
    child.kill('SIGKILL');
    expect((await ended)[1]).toBe('SIGKILL');

    const store = openDisk(directory);
    const [torn = ''] = await unfinished();
    expect(torn).not.toBe('');
    const { hash } = await store.put(Buffer.from('another'), 'text/plain');
    expect(await unfinished()).toEqual([torn]);
    expect(
      (await disk.readdir(directory, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()),
    ).toHaveLength(2);

    const yesterday = new Date(Date.now() - DAY_MS - 1000);
    await disk.utimes(join(directory, 'unfinished', torn), yesterday, yesterday);
    await openDisk(directory).put(DATA, 'text/plain');
    expect(await unfinished()).toEqual([]);
    expect(await store.get(hash)).toEqual(Buffer.from('another'));
  });
});
