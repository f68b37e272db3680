// A Redis for one test file alone, to be killed, stopped and flushed; it keeps an append-only file and comes back on its port.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { startPrivateRedis } from '../../scripts/services.mjs';

export type PrivateRedis = {
  readonly url: string;
  readonly kill: () => Promise<void>;
  /** After `kill`: on the same port, with what the append-only file holds. */
  readonly restart: () => Promise<void>;
  readonly signal: (signal: 'SIGSTOP' | 'SIGCONT') => void;
};

export async function openPrivateRedis(): Promise<PrivateRedis> {
  const directory = await mkdtemp(join(tmpdir(), 'baton-redis-'));
  const say = () => undefined;
  let server = await startPrivateRedis({ directory, say });
  afterAll(async () => {
    signal('SIGCONT');
    await server.kill();
    await rm(directory, { recursive: true, force: true });
  });
  const { url, port } = server;
  let running = true;
  const signal = (name: 'SIGSTOP' | 'SIGCONT') => {
    if (running) process.kill(server.pid, name);
  };
  return {
    url,
    signal,
    kill: async () => {
      running = false;
      await server.kill();
    },
    restart: async () => {
      server = await startPrivateRedis({ directory, port, say });
      running = true;
    },
  };
}
