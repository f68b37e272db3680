// Process entry: a bare Socket.IO server, with the adapter that ours has and one room, in which everybody is who connects.
import { createServer } from 'node:http';
import { createAdapter } from '@socket.io/redis-adapter';
import { Redis } from 'ioredis';
import { Server } from 'socket.io';

const { REDIS_URL = '', BARE_CHANNEL = '' } = process.env;
const http = createServer();
const io = new Server(http, {
  adapter: createAdapter(new Redis(REDIS_URL), new Redis(REDIS_URL), { key: BARE_CHANNEL }),
  transports: ['websocket'],
  serveClient: false,
});
io.of('/agent').on('connection', async (socket) => {
  await socket.join('everybody');
  socket.emit('stream.ready');
});
http.listen(0, '127.0.0.1', () => {
  const address = http.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  console.log(JSON.stringify({ url: `http://127.0.0.1:${address.port}` }));
});
