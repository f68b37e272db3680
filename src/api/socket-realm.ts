// A namespace of this server: what its sockets carry, and how those of one person are found.
import type { Namespace as IoNamespace, Socket as IoSocket } from 'socket.io';
import type { StreamName } from '../domain/events/streams.ts';
import type { Kernel } from '../kernel.ts';
import { guestRoom, type Namespace, roomOf } from '../realtime.ts';
import type { Auth, TokenOwner } from './auth.ts';
import type { InTurn } from './turns.ts';

export type SocketData = {
  owner: TokenOwner;
  expiresAt: Date;
  /** Null until the connection is written down. */
  generation: number | null;
  /** Each stream that it follows, with the account whose loss ends that. */
  rooms: Map<string, string | null>;
  warned: boolean;
};

// biome-ignore lint/suspicious/noExplicitAny: events are checked where they are answered; the library's own default here is any
type Events = any;
export type Socket = IoSocket<Events, Events, Events, SocketData>;

export type Realm = {
  readonly name: Namespace;
  readonly kernel: Kernel;
  readonly auth: Auth;
  /** This server, in the leases of its connections. */
  readonly server: string;
  /** Whatever a socket wants of the database waits its turn here, once: work in turn must not ask for another turn. */
  readonly inTurn: InTurn;
  readonly namespace: IoNamespace<Events, Events, Events, SocketData>;
};

export function localSockets({ namespace }: Realm): Socket[] {
  return [...namespace.sockets.values()];
}

/** Participants come in by the contacts' door. */
export function namespaceOf({ type }: TokenOwner): Namespace {
  return type === 'agent' ? '/agent' : '/contact';
}

/** Where somebody hears a stream: with all who follow it, or, as a guest of it, alone. */
export function roomFor({ type, id }: TokenOwner, stream: StreamName): string {
  return type === 'participant' ? guestRoom(id) : roomOf(stream);
}

/** A participant who takes part no more: they are told so, and do not come back. */
export function dismiss(realm: Realm, participantId: string): void {
  for (const socket of localSockets(realm)) {
    if (socket.data.owner.type !== 'participant' || socket.data.owner.id !== participantId) continue;
    socket.emit('connection.dismissed', {});
    socket.disconnect(true);
  }
}

/** A connection that is not the newest of its person: it is told so, and does not come back by itself. */
export function supersede(socket: Socket): void {
  socket.emit('connection.superseded', { generation: socket.data.generation });
  socket.disconnect(true);
}

export function closeSuperseded(realm: Realm, ownerId: string, generation: number): void {
  for (const socket of localSockets(realm)) {
    const { owner, generation: own } = socket.data;
    if (owner.id === ownerId && own !== null && own < generation) supersede(socket);
  }
}
