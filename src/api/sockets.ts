// The realtime door: namespaces /agent and /contact, a token in the handshake, rooms given by the server alone.
//
// On connect: the token, a leased row in the database with its generation, the rooms, and then where each stream stands
// (`stream.ready`), read after the rooms were joined. What a client missed before that it asks for; what happens after that
// reaches it, or leaves a gap that it sees.
import type { Server as HttpServer } from 'node:http';
import { createAdapter } from '@socket.io/redis-adapter';
import { Server } from 'socket.io';
import { newId } from '../domain/ids.ts';
import type { Kernel } from '../kernel.ts';
import { channelKey, type Namespace } from '../realtime.ts';
import { closeRedis, makeRedis } from '../redis.ts';
import type { Auth } from './auth.ts';
import { connect, disconnect } from './socket-connection.ts';
import { closeSuperseded, dismiss, namespaceOf, type Realm } from './socket-realm.ts';
import { answerStreams } from './socket-streams.ts';
import { startUpkeep } from './socket-upkeep.ts';
import { makeTurns } from './turns.ts';

export type Sockets = { readonly io: Server; readonly close: () => Promise<void> };

const NAMESPACES: readonly Namespace[] = ['/agent', '/contact'];
/** Larger than any frame or acknowledged page of ours that a client sends; pages that we send are not bound by it. */
const FRAME_LIMIT = 64 * 1024;
/** Of the database connections: what sockets may use at the same time. A thousand that come back at once take turns, and HTTP has the rest. */
const SHARE_OF_POOL = 0.5;

export function openSockets(http: HttpServer, kernel: Kernel, auth: Auth): Sockets {
  const publisher = makeRedis(kernel.config.REDIS_URL, 'worker', kernel.log);
  const subscriber = makeRedis(kernel.config.REDIS_URL, 'worker', kernel.log);
  const io = new Server(http, {
    adapter: createAdapter(publisher, subscriber, { key: channelKey(kernel.config.REDIS_PREFIX) }),
    transports: ['websocket'],
    serveClient: false,
    maxHttpBufferSize: FRAME_LIMIT,
    pingInterval: 20_000,
    pingTimeout: 15_000,
    connectTimeout: 10_000,
    cors: { origin: kernel.config.CORS_ORIGINS },
  });
  const inTurn = makeTurns(Math.max(1, Math.floor(kernel.config.DATABASE_POOL * SHARE_OF_POOL)));
  const realms = NAMESPACES.map(
    (name): Realm => ({ name, kernel, auth, server: newId(), namespace: io.of(name), inTurn }),
  );
  const leaving = new Set<Promise<void>>();
  for (const realm of realms) openRealm(realm, leaving);
  const upkeep = startUpkeep(realms);
  return {
    io,
    close: async () => {
      upkeep.stop();
      io.disconnectSockets(true);
      await io.close();
      // Their leases end in the database, which is closed next.
      await Promise.all(leaving);
      closeRedis(publisher);
      closeRedis(subscriber);
    },
  };
}

function openRealm(realm: Realm, leaving: Set<Promise<void>>): void {
  const { namespace, name, kernel, auth, inTurn } = realm;
  namespace.use(async (socket, next) => {
    const token: unknown = socket.handshake.auth.token;
    const verified = typeof token === 'string' ? await auth.verifyToken(token) : null;
    if (!verified || namespaceOf(verified.owner) !== name) return next(new Error('not_authenticated'));
    Object.assign(socket.data, { ...verified, generation: null, rooms: new Map(), warned: false });
    next();
  });
  namespace.on('connection', (socket) => {
    kernel.metrics.sockets.inc({ namespace: name });
    answerStreams(realm, socket);
    socket.on('disconnect', (reason) => {
      kernel.metrics.sockets.dec({ namespace: name });
      kernel.metrics.socketEnds.inc({ namespace: name, reason });
      const left = inTurn(() => disconnect(realm, socket)).finally(() => leaving.delete(left));
      leaving.add(left);
    });
    inTurn(() => connect(realm, socket)).catch((err) => {
      kernel.log.warn({ err, namespace: name }, 'socket could not be set up');
      socket.conn.close(true); // the client comes back by itself
    });
  });
  namespace.on('superseded', (ownerId: string, generation: number) => closeSuperseded(realm, ownerId, generation));
  namespace.on('dismissed', (participantId: string) => dismiss(realm, participantId));
}
