// The port that was asked for, or the next one that is free.
import { createServer } from 'node:net';
import { freePort } from '../services.mjs';

const TRIES = 100;

/** @param wanted 0 for any. @param taken ports that something else of ours is about to use. @throws when 100 in a row are taken. */
export async function nextFreePort(wanted: number, host: string, taken: readonly number[] = []): Promise<number> {
  if (wanted === 0) return freePort();
  for (let port = wanted; port < wanted + TRIES && port < 65_536; port += 1)
    if (!taken.includes(port) && (await isFree(port, host))) return port;
  throw new Error(`No port from ${wanted} to ${wanted + TRIES - 1} is free.`);
}

function isFree(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, host, () => server.close(() => resolve(true)));
  });
}
