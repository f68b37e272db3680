// What a server does for its sockets as time goes by: renews leases, tells heads, lets go of expired tokens and of clients that
// do not read. A tick that fails is made up for by the next one.
import { accountsOfAgent } from '../domain/agents/create-agent.ts';
import { Connection } from '../domain/connections/connection.ts';
import { renewConnections } from '../domain/connections/lease-connection.ts';
import { Participant } from '../domain/conversations/participant.ts';
import { readHeads } from '../domain/events/read-stream.ts';
import { parseStreamName } from '../domain/events/streams.ts';
import { dismiss, localSockets, type Realm, roomFor, type Socket, supersede } from './socket-realm.ts';

const LOOK_MS = 5_000;
const EXPIRY_NOTICE_MS = 60_000;
/** Packets that wait in this process for one client. It comes back and reads on; nothing is lost. */
const SLOW_PACKETS = 1_000;

export function startUpkeep(realms: readonly Realm[]): { stop: () => void } {
  const config = realms[0]?.kernel.config;
  if (!config) throw new Error('no realm');
  const timers = realms.flatMap((realm) => [
    every(realm, (config.LEASE_SECONDS * 1000) / 3, () => renewLeases(realm)),
    every(realm, config.BEACON_SECONDS * 1000, () => tellHeads(realm)),
    every(realm, LOOK_MS, async () => look(realm)),
  ]);
  return { stop: () => timers.forEach((timer) => void clearInterval(timer)) };
}

function every({ kernel, name }: Realm, milliseconds: number, work: () => Promise<void>): NodeJS.Timeout {
  let busy = false;
  return setInterval(() => {
    if (busy) return;
    busy = true;
    work()
      .catch((err) => kernel.log.warn({ err, namespace: name }, 'upkeep failed; the next round comes'))
      .finally(() => {
        busy = false;
      });
  }, milliseconds);
}

/** A socket whose row is gone was replaced (its person has a newer one), or its lease ran out while the database was away: then it comes back. */
async function renewLeases(realm: Realm): Promise<void> {
  const { kernel, server } = realm;
  const em = kernel.orm.em.fork();
  const living = await renewConnections(
    em,
    server,
    new Date(kernel.clock().getTime() + kernel.config.LEASE_SECONDS * 1000),
  );
  for (const socket of localSockets(realm)) {
    const { generation, owner } = socket.data;
    if (generation === null || owner.type === 'participant' || living.has(socket.id)) continue;
    const newer = await em.count(Connection, {
      ownerType: owner.type,
      ownerId: owner.id,
      generation: { $gt: generation },
    });
    if (newer > 0) supersede(socket);
    else socket.conn.close(true);
  }
  await leaveLostRooms(realm);
  await dismissGone(realm);
}

/** Participants whose end was not told here. They hear nothing since; but their sockets would stay. */
async function dismissGone(realm: Realm): Promise<void> {
  const ids = new Set(guestSockets(realm).map((socket) => socket.data.owner.id));
  if (ids.size === 0) return;
  const joined = await realm.kernel.orm.em
    .fork()
    .find(Participant, { id: { $in: [...ids] }, state: 'joined' }, { fields: ['id'] });
  const staying = new Set(joined.map(({ id }) => id));
  for (const id of ids) if (!staying.has(id)) dismiss(realm, id);
}

function guestSockets(realm: Realm): Socket[] {
  return localSockets(realm).filter((socket) => socket.data.owner.type === 'participant');
}

/** An agent who was taken off an account stops hearing of it. */
async function leaveLostRooms(realm: Realm): Promise<void> {
  const byOwner = Map.groupBy(localSockets(realm), (socket) => socket.data.owner.id);
  if (realm.name !== '/agent') return;
  for (const [agentId, sockets] of byOwner) {
    const accounts = new Set(await accountsOfAgent(realm.kernel.orm.em.fork(), agentId));
    for (const socket of sockets) await leaveRooms(socket, accounts);
  }
}

async function leaveRooms(socket: Socket, accounts: ReadonlySet<string>): Promise<void> {
  for (const [stream, account] of socket.data.rooms) {
    if (account === null || accounts.has(account)) continue;
    socket.data.rooms.delete(stream);
    await socket.leave(stream);
  }
}

/** Finds a lost tail: the last event of a burst has no next one that would show the gap. */
async function tellHeads(realm: Realm): Promise<void> {
  const { kernel, namespace } = realm;
  const guests = Map.groupBy(guestSockets(realm), (socket) => [...socket.data.rooms.keys()][0] ?? '');
  const followed = [...namespace.adapter.rooms.keys(), ...guests.keys()];
  const streams = [...new Set(followed)].filter((room) => parseStreamName(room) !== null);
  for (let start = 0; start < streams.length; start += 500) {
    const heads = await readHeads(kernel.orm.em.fork(), streams.slice(start, start + 500));
    // Not volatile: of several packets at once a socket would get the first only, so one of its streams would never be told.
    for (const head of heads) {
      const rooms = (guests.get(head.stream) ?? []).map((socket) => roomFor(socket.data.owner, head.stream));
      namespace.local.to([head.stream, ...rooms]).emit('stream.head', head);
    }
  }
}

function look(realm: Realm): void {
  const now = realm.kernel.clock().getTime();
  for (const socket of localSockets(realm)) {
    const left = socket.data.expiresAt.getTime() - now;
    if (left <= 0) expire(socket);
    else if (left <= EXPIRY_NOTICE_MS && !socket.data.warned) warn(socket);
    // Without what waits for it: a close that let it out first would wait for the very client that does not read.
    if (waitingPackets(socket) > SLOW_PACKETS) socket.conn.close(true);
  }
}

function warn(socket: Socket): void {
  socket.data.warned = true;
  socket.emit('connection.expiring', { expiresAt: socket.data.expiresAt.toISOString() });
}

function expire(socket: Socket): void {
  socket.emit('connection.expired', {});
  socket.disconnect(true);
}

function waitingPackets(socket: Socket): number {
  const buffer: unknown = Reflect.get(socket.conn, 'writeBuffer');
  return Array.isArray(buffer) ? buffer.length : 0;
}
