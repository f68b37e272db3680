// The worker's small HTTP face: /livez and /readyz for whoever runs the process, /metrics for operators.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { verifyApiKey } from '../domain/accounts/create-api-key.ts';
import type { Kernel } from '../kernel.ts';
import { renderMetrics } from '../ledger-metrics.ts';
import { readiness } from '../readiness.ts';
import type { Workers } from './start.ts';

export async function openSidePort(
  kernel: Kernel,
  workers: Workers,
): Promise<{ url: string; close: () => Promise<void> }> {
  const server = createServer((request, response) => {
    answer(kernel, workers, request, response).catch(() => send(response, 503, { error: 'not to be told now' }));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(kernel.config.WORKER_PORT, kernel.config.HOST, resolve);
  });
  const { port } = server.address() as AddressInfo; // a TCP server's address is one
  const close = () => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return { url: `http://127.0.0.1:${port}`, close };
}

async function answer(
  kernel: Kernel,
  workers: Workers,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.url === '/livez') return send(response, 200, { alive: true });
  if (request.url === '/readyz') {
    const { ready, checks } = await readiness(kernel, { workers: workers.isRunning() ? 'ok' : 'not running' });
    return send(response, ready ? 200 : 503, { ready, checks });
  }
  if (request.url !== '/metrics') return send(response, 404, { error: 'there are /livez, /readyz and /metrics' });
  if (!(await isOperator(kernel, request)))
    return send(response, 401, { error: 'for keys with the scope ops for every account' });
  response.writeHead(200, { 'Content-Type': 'text/plain; version=0.0.4' }).end(await renderMetrics(kernel));
}

async function isOperator(kernel: Kernel, request: IncomingMessage): Promise<boolean> {
  const key = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1];
  const apiKey = key ? await verifyApiKey(kernel.orm.em.fork(), key, kernel.clock()) : null;
  return apiKey !== null && apiKey.accounts === null && apiKey.scopes.includes('ops');
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}
