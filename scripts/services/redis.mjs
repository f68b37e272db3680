// A private Redis or Valkey. Its settings are those that the queue needs: nothing is evicted, every write goes to an append-only file.
import { relative, resolve } from 'node:path';
import { requireServer } from './apt.mjs';
import { answersAs, freePort } from './network.mjs';
import { handleOf, launch, waitUntilReady } from './server.mjs';

/**
 * Starts a Redis of its own in the directory, on 127.0.0.1; with the same directory and port it goes on with the same data.
 * @param {{ directory: string, port?: number, arguments?: readonly string[], say?: (line: string) => void }} options
 */
export async function startPrivateRedis({ directory, port, arguments: more = [], say = console.error }) {
  const server = await launchRedis({ directory: resolve(directory), port: port ?? (await freePort()), more, say });
  await waitForRedis(server, say);
  return handleOf(server);
}

/** Starts the process and returns at once: it does not answer yet. */
export async function launchRedis({ directory, port, more = [], say }) {
  const binary = await requireServer('redis', say);
  say(`Starting a private Redis on port ${port}, data in ${relative(process.cwd(), directory)}`);
  const parameters = [
    ...['--bind', '127.0.0.1', '--port', String(port), '--dir', directory],
    ...['--appendonly', 'yes', '--appendfsync', 'everysec', '--save', ''],
    ...['--maxmemory-policy', 'noeviction', '--daemonize', 'no'],
  ];
  return { ...launch(binary, [...parameters, ...more], directory), port, directory, url: `redis://127.0.0.1:${port}` };
}

/** @param {import('./server.mjs').Server} server */
export function waitForRedis(server, say) {
  return waitUntilReady(server, () => answersAs(server.port, server.pid), 'Redis', say);
}
