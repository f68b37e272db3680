// A small HTTP server on loopback that stands for a party outside: it records every request, and answers as it was told to, in
// order, failures included.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

export type Recorded = {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  /** Settles when its answer is out, or the other side has gone without it. */
  readonly gone: Promise<void>;
  /** Settles when its connection has ended. */
  readonly ended: Promise<void>;
};

export type LocalServer<Answer> = {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** `127.0.0.1:<port>` */
  readonly host: string;
  readonly requests: readonly Recorded[];
  /** For the next request that has no answer yet; several stand in line. */
  readonly next: (answer: Answer) => void;
  /** For every request for which none stands in line. */
  readonly always: (answer: Answer) => void;
  /** Settles when the server has had so many requests in all. */
  readonly heard: (count: number) => Promise<void>;
  /** Ends all connections, those that hang too. */
  readonly close: () => Promise<void>;
};

export type Give<Answer> = (answer: Answer, request: Recorded, response: ServerResponse) => void | Promise<void>;

export async function startLocalServer<Answer>(usual: Answer, give: Give<Answer>): Promise<LocalServer<Answer>> {
  const requests: Recorded[] = [];
  const line: Answer[] = [];
  const ends = new WeakMap<Socket, Promise<void>>();
  const endOf = (socket: Socket) => ends.get(socket) ?? Promise.resolve();
  const waiting = new Set<() => void>();
  let always = usual;
  const server = createServer(async (message, response) => {
    const request = await record(message, response, endOf(message.socket));
    requests.push(request);
    for (const look of waiting) look();
    await give(line.shift() ?? always, request, response);
  });
  server.on('connection', (socket) => {
    ends.set(socket, new Promise((resolve) => socket.once('close', () => resolve())));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const host = `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  return {
    url: `http://${host}`,
    host,
    requests,
    next: (answer) => void line.push(answer),
    always: (answer) => {
      always = answer;
    },
    heard: (count) =>
      new Promise((resolve) => {
        const look = () => {
          if (requests.length < count) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function record(message: IncomingMessage, response: ServerResponse, ended: Promise<void>): Promise<Recorded> {
  const gone = new Promise<void>((resolve) => response.once('close', () => resolve()));
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  const { pathname, searchParams } = new URL(message.url ?? '/', 'http://localhost');
  const { method = '', headers } = message;
  return { method, path: pathname, query: searchParams, headers, body: Buffer.concat(chunks), gone, ended };
}

export function giveJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=UTF-8', ...headers });
  response.end(JSON.stringify(body));
}
