// The API of one process: HTTP and sockets on one port, and their end.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Kernel } from '../kernel.ts';
import { makeApp } from './app.ts';
import { type Auth, makeAuth } from './auth.ts';
import { makeIntake } from './intake.ts';
import { makeLimits } from './limits.ts';
import { openSockets } from './sockets.ts';

export type ApiServer = { readonly url: string; readonly auth: Auth; readonly stop: () => Promise<void> };

const REQUEST_TIMEOUT_MS = 30_000;

/** Listens. @param checkAnswers tests let every answer be compared with its declared shape. */
export async function startApi(kernel: Kernel, checkAnswers = false): Promise<ApiServer> {
  let draining = false;
  const auth = makeAuth(kernel);
  const context = { kernel, auth, limits: makeLimits(kernel), intake: makeIntake(kernel), checkAnswers };
  const app = makeApp(context, () => draining);
  const http = createServer(
    { requestTimeout: REQUEST_TIMEOUT_MS, headersTimeout: 10_000, keepAliveTimeout: 65_000 },
    app,
  );
  const sockets = openSockets(http, kernel, auth);
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject);
    http.listen(kernel.config.PORT, kernel.config.HOST, resolve);
  });
  const { port } = http.address() as AddressInfo; // a TCP server's address is one
  return {
    url: `http://127.0.0.1:${port}`,
    auth,
    stop: async () => {
      draining = true;
      const closed = new Promise((resolve) => http.close(resolve));
      // A connection that is busy now is kept alive for its client once it is answered; nobody else would end it.
      const lettingGo = setInterval(() => http.closeIdleConnections(), 100);
      await sockets.close();
      await closed;
      clearInterval(lettingGo);
    },
  };
}
