// The worker's small HTTP face: /livez and /readyz for whoever runs the process, /metrics for operators.
import { createServer, type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { AddressInfo } from 'node:net';
import { withDeadline } from '../deadline.ts';
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
    answer(kernel, workers, request, response).catch((err) => {
      kernel.log.warn({ err }, 'side port has no answer');
      refuse(
        response,
        503,
        'database_unavailable',
        'The database does not answer, so keys can not be checked; try again.',
      );
    });
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
  if (request.url !== '/metrics')
    return refuse(response, 404, 'route_not_found', 'There are /livez, /readyz and /metrics.');
  const late = () => new Error('the database did not answer in time');
  if (!(await withDeadline(isOperator(kernel, request), kernel.config.REQUEST_SECONDS, late)))
    return refuse(response, 401, 'not_authenticated', 'For keys with the scope ops for every account.');
  const text = await renderMetrics(kernel);
  response.writeHead(200, { 'Content-Type': 'text/plain; version=0.0.4' }).end(text);
}

async function isOperator(kernel: Kernel, request: IncomingMessage): Promise<boolean> {
  const key = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1];
  const apiKey = key ? await verifyApiKey(kernel.orm.em.fork(), key, kernel.clock()) : null;
  return apiKey !== null && apiKey.accounts === null && apiKey.scopes.includes('ops');
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}

/** A problem as the API tells it. */
function refuse(response: ServerResponse, status: number, code: string, detail: string): void {
  const problem = { type: `urn:baton:problem:${code}`, title: STATUS_CODES[status], status, detail, code };
  if (status === 503) response.setHeader('Retry-After', '2');
  if (status === 401) response.setHeader('WWW-Authenticate', 'Bearer');
  response.writeHead(status, { 'Content-Type': 'application/problem+json' }).end(JSON.stringify(problem));
}
