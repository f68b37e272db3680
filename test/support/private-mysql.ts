// A MySQL or MariaDB for one test file alone, to be killed; what it has committed is there when it comes back on its port.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { startPrivateMysql } from '../../scripts/services.mjs';

export type PrivateMysql = {
  readonly url: string;
  readonly kill: () => Promise<void>;
  /** After `kill`: on the same port, with what was committed. */
  readonly restart: () => Promise<void>;
};

export async function openPrivateMysql(): Promise<PrivateMysql> {
  const directory = await mkdtemp(join(tmpdir(), 'baton-mysql-'));
  const options = { directory, durable: true, say: () => undefined };
  let server = await startPrivateMysql(options);
  afterAll(async () => {
    await server.kill();
    await rm(directory, { recursive: true, force: true });
  });
  const { url, port } = server;
  return {
    url,
    kill: () => server.kill(),
    restart: async () => {
      server = await startPrivateMysql({ ...options, port });
    },
  };
}
