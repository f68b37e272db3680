// What `npm start` settles before it starts anything: a secret that is kept, and ports that are free.
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { nextFreePort } from '../../scripts/start/ports.ts';
import { keptSecret } from '../../scripts/start/secret.ts';

const folder = mkdtempSync(join(tmpdir(), 'baton-start-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('the secret is made once, long, and for its owner only', () => {
  const path = join(folder, 'start/secret');
  const secret = keptSecret(path);
  expect(secret.length).toBeGreaterThanOrEqual(32);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(keptSecret(path)).toBe(secret);
});

test('a port that is taken, by others or by us, is passed over; 0 gives any', async () => {
  const host = '127.0.0.1';
  const wanted = await nextFreePort(0, host);
  expect(wanted).toBeGreaterThan(0);
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(wanted, host, resolve));
  const next = await nextFreePort(wanted, host);
  expect(next).toBeGreaterThan(wanted);
  expect(await nextFreePort(wanted, host, [next])).toBeGreaterThan(next);
  await new Promise((resolve) => other.close(resolve));
});
