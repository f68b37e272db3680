// The client's socket, against a bare Socket.IO server: when it comes back, and when it stays away.
import { createServer } from 'node:http';
import { Server } from 'socket.io';
import { afterAll, expect, test } from 'vitest';
import { Connection } from '../../src/client/connection.ts';
import { until } from '../support/world.ts';

const http = createServer();
const io = new Server(http, { transports: ['websocket'] });
await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
const address = http.address();
const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
afterAll(() => io.close());

function open() {
  const states: string[] = [];
  const connection = new Connection({
    url,
    namespace: '/agent',
    token: async () => 'token',
    onState: (state) => states.push(state),
  });
  afterAll(() => connection.close());
  return { connection, states };
}

test('one that was told of a newer connection stays away, even when it hears of the end by the cut alone', async () => {
  let connects = 0;
  io.of('/agent').on('connection', (socket) => {
    connects += 1;
    if (connects > 1) return;
    socket.emit('connection.superseded', { generation: 1 });
    socket.conn.once('drain', () => socket.conn.close());
  });
  const replaced = open();
  await until(() => replaced.states.includes('disconnected'), 5, 'it was not cut');
  // Who comes back does so after 200 ms or so; the newer one is cut several times meanwhile and comes back each time.
  const newer = open();
  for (let time = 1; time <= 3; time += 1) {
    await until(
      () => newer.states.filter((state) => state === 'connected').length === time,
      5,
      'it does not come back',
    );
    newer.connection.cut();
  }
  expect(replaced.states).toEqual(['connected', 'superseded', 'disconnected']);
  expect(connects).toBe(4);
});
