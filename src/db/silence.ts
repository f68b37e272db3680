// A limit on silence: a connection whose other side vanished without a word would be waited for by its statement for ever, and be
// lost to the pool. Idle connections end by it too; the pool opens new ones.
import { connect, type Socket } from 'node:net';

type Wanted = { readonly config: { readonly host?: string; readonly port?: number } };

/** For the driver's option `stream`. @param seconds without a byte, longer than any lock wait of the server. */
export function socketsWithLimit(seconds: number): (wanted: Wanted) => Socket {
  return ({ config: { host = '127.0.0.1', port = 3306 } }) => {
    const socket = connect({ host, port, keepAlive: true, noDelay: true });
    socket.setTimeout(seconds * 1000, () => {
      socket.destroy(Object.assign(new Error(`the database was silent for ${seconds} s`), { code: 'ETIMEDOUT' }));
    });
    return socket;
  };
}
