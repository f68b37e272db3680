// A bare Socket.IO client, without the manners of ours: it asks what it likes, notes all that it hears, and never comes back.
import { io, type Socket } from 'socket.io-client';
import { afterAll } from 'vitest';
import { type Json, until } from './world.ts';

export type Heard = { readonly name: string; readonly data: Json };

export type RawSocket = {
  readonly socket: Socket;
  /** Everything that the server sent, in order; `disconnect` and `connect_error` among it, with their reason. */
  readonly heard: readonly Heard[];
  /** The acknowledged answer to a question. */
  readonly ask: (event: string, question: unknown) => Promise<Json>;
  readonly hears: (name: string, seconds?: number) => Promise<Json>;
};

const opened = new Set<Socket>();
afterAll(() => {
  for (const socket of opened) socket.disconnect();
});

export function openRawSocket(url: string, namespace: '/agent' | '/contact', auth: object): RawSocket {
  const socket = io(`${url}${namespace}`, { transports: ['websocket'], forceNew: true, reconnection: false, auth });
  const heard: Heard[] = [];
  socket.onAny((name: string, data: Json) => heard.push({ name, data }));
  socket.on('disconnect', (reason) => heard.push({ name: 'disconnect', data: reason }));
  socket.on('connect_error', (error) => heard.push({ name: 'connect_error', data: error.message }));
  opened.add(socket);
  return {
    socket,
    heard,
    ask: (event, question) => socket.timeout(5000).emitWithAck(event, question),
    hears: async (name, seconds = 5) => {
      await until(() => heard.some((each) => each.name === name), seconds, `the socket did not hear ${name}`);
      return heard.find((each) => each.name === name)?.data;
    },
  };
}
