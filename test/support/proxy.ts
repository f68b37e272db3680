// A TCP proxy in front of MySQL or Redis that breaks the way there: cuts, refuses, swallows, delays, or lets a request through and
// eats its reply. It knows nothing of either protocol.
import { connect, createServer, type Socket } from 'node:net';
import { afterAll } from 'vitest';

type Pair = { readonly client: Socket; readonly server: Socket; eats: boolean; lost: boolean };

export type Proxy = {
  /** The server's address, through the proxy. */
  readonly url: string;
  /** Ends every connection; new ones are let through. */
  readonly cut: () => void;
  /** Ends every connection, and each new one at once, as a server does that is down. */
  readonly refuse: () => void;
  /** Bytes of both directions vanish and nobody is told, as on a broken way. */
  readonly blackhole: () => void;
  /** After a blackhole: new connections are let through; those that lost bytes stay silent for ever. */
  readonly reopen: () => void;
  /** Every chunk waits that long, in milliseconds. */
  readonly delay: (milliseconds: number) => void;
  /** Lets everything through again; connections that lost bytes are ended, since they can never go on. */
  readonly heal: () => void;
  /** The next request that looks so reaches the server; its reply is eaten and the connection cut. Returns when that happened. */
  readonly eatReplyTo: (request: RegExp) => Promise<void>;
};

export async function startProxy(target: string): Promise<Proxy> {
  const pairs = new Set<Pair>();
  let mode: 'pass' | 'refuse' | 'blackhole' = 'pass';
  let pause = 0;
  let meal: { readonly request: RegExp; readonly eaten: () => void } | null = null;
  const end = ({ client, server }: Pair) => {
    client.destroy();
    server.destroy();
  };
  const cut = () => pairs.forEach(end);
  const forward = (pair: Pair, to: Socket, chunk: Buffer) => {
    pair.lost ||= mode === 'blackhole';
    if (pair.lost) return;
    if (pause > 0) setTimeout(() => to.writable && to.write(chunk), pause);
    else if (to.writable) to.write(chunk);
  };
  const { hostname, port } = new URL(target);
  const listener = createServer((client) => {
    if (mode === 'refuse') return void client.destroy();
    const pair: Pair = { client, server: connect(Number(port), hostname), eats: false, lost: false };
    pairs.add(pair);
    client.setNoDelay(true);
    pair.server.setNoDelay(true);
    client.on('data', (chunk) => {
      if (meal?.request.test(chunk.toString('latin1'))) pair.eats = true;
      forward(pair, pair.server, chunk);
    });
    pair.server.on('data', (chunk) => {
      if (!pair.eats) return forward(pair, client, chunk);
      end(pair);
      meal?.eaten();
      meal = null;
    });
    for (const socket of [client, pair.server]) {
      socket.on('error', () => end(pair));
      socket.on('close', () => {
        end(pair);
        pairs.delete(pair);
      });
    }
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const stop = () => {
    cut();
    return new Promise<void>((resolve) => listener.close(() => resolve()));
  };
  afterAll(stop);
  const address = listener.address();
  const url = new URL(target);
  url.port = String(typeof address === 'object' ? address?.port : '');
  return {
    url: url.href,
    cut,
    refuse: () => {
      mode = 'refuse';
      cut();
    },
    blackhole: () => {
      mode = 'blackhole';
    },
    reopen: () => {
      mode = 'pass';
    },
    delay: (milliseconds) => {
      pause = milliseconds;
    },
    heal: () => {
      if (mode === 'blackhole') cut();
      mode = 'pass';
      pause = 0;
    },
    eatReplyTo: (request) =>
      new Promise((resolve) => {
        meal = { request, eaten: resolve };
      }),
  };
}
