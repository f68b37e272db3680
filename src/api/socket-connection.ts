// From a socket to a connection that counts: written down with a lease and a generation, older ones replaced where the
// account says so, rooms joined, and the heads of its streams told.
import { runAct } from '../act.ts';
import { Account } from '../domain/accounts/account.ts';
import { connectAgent } from '../domain/agents/set-presence.ts';
import { Connection } from '../domain/connections/connection.ts';
import { endConnection, openConnection } from '../domain/connections/lease-connection.ts';
import { connectContact } from '../domain/conversations/connect-contact.ts';
import { readHeads } from '../domain/events/read-stream.ts';
import { actorOf, type Principal, principalOf } from './auth.ts';
import { closeSuperseded, dismiss, type Realm, roomFor, type Socket, supersede } from './socket-realm.ts';

export async function connect(realm: Realm, socket: Socket): Promise<void> {
  const { kernel } = realm;
  if (!socket.connected) return; // it went away while it waited for its turn
  const principal = await principalOf(kernel, socket.data.owner);
  if (!principal && socket.data.owner.type === 'participant') return dismiss(realm, socket.data.owner.id);
  if (!principal || principal.type === 'key') return void socket.disconnect(true);
  if (principal.type === 'participant') await registerGuest(realm, socket, principal.id);
  else if (!(await register(realm, socket, principal))) return;
  if (!socket.connected) return disconnect(realm, socket);
  const streams = ownStreams(principal);
  for (const [stream, account] of streams) socket.data.rooms.set(stream, account);
  await socket.join([...streams.keys()].map((stream) => roomFor(principal, stream)));
  const heads = await readHeads(kernel.orm.em.fork(), [...streams.keys()]);
  socket.emit('stream.ready', { streams: heads });
}

type Registered = Extract<Principal, { type: 'agent' | 'contact' }>;

/** Written down, and older connections replaced. @returns false when it was itself replaced by then. */
async function register(realm: Realm, socket: Socket, principal: Registered): Promise<boolean> {
  const { kernel, name, server } = realm;
  const replace = await replaces(realm, principal);
  const opened = { id: socket.id, server, leasedUntil: leaseEnd(kernel) };
  const open = principal.type === 'agent' ? connectAgent : connectContact;
  const generation = await runAct(kernel, actorOf(principal), (act) => open(act, principal.id, opened, replace));
  socket.data.generation = generation;
  if (replace) {
    closeSuperseded(realm, principal.id, generation);
    kernel.realtime.supersede(name, principal.id, generation);
    // A newer one may have told us so before this one was known here.
    if (!(await stillCounts(realm, socket.id))) {
      supersede(socket);
      return false;
    }
  }
  return true;
}

/** Every tab of a participant stays. Written down so that nobody sends them a notice of what they are looking at. */
async function registerGuest({ kernel, server }: Realm, socket: Socket, id: string): Promise<void> {
  const leasedUntil = leaseEnd(kernel);
  const owner = { type: 'participant', id } as const;
  const opened = { id: socket.id, server, leasedUntil, generation: 0 };
  await runAct(kernel, owner, (act) => openConnection(act, owner, opened, false));
  socket.data.generation = 0;
}

function leaseEnd({ clock, config }: Realm['kernel']): Date {
  return new Date(clock().getTime() + config.LEASE_SECONDS * 1000);
}

/** Streams that everyone has without asking, with the account whose loss ends each. */
function ownStreams(principal: Exclude<Principal, { type: 'key' }>): Map<string, string | null> {
  if (principal.type === 'contact')
    return new Map([
      [`contact:${principal.id}`, null],
      [`conversation:${principal.conversationId}`, null],
    ]);
  if (principal.type === 'participant') return new Map([[`conversation:${principal.conversationId}`, null]]);
  return new Map([
    [`agent:${principal.id}`, null],
    ...principal.accounts.map((account): [string, string] => [`board:${account}`, account]),
  ]);
}

/** Several accounts: the strictest wins. */
async function replaces({ kernel }: Realm, principal: Registered): Promise<boolean> {
  const accounts = await kernel.orm.em.fork().find(Account, { id: { $in: [...principal.accounts] } });
  const setting = principal.type === 'agent' ? 'agents' : 'contacts';
  return accounts.some((account) => account.fullSettings.connections[setting] === 'replace');
}

async function stillCounts({ kernel }: Realm, id: string): Promise<boolean> {
  return (await kernel.orm.em.fork().count(Connection, { id })) > 0;
}

/** The lease goes on for the grace period; after that the sweep finds it. A database that is away leaves it to the lease. */
export async function disconnect({ kernel }: Realm, socket: Socket): Promise<void> {
  const { owner, generation } = socket.data;
  if (generation === null) return;
  const graceUntil = new Date(kernel.clock().getTime() + kernel.config.REACHABLE_GRACE_SECONDS * 1000);
  await runAct(kernel, owner, (act) => endConnection(act, socket.id, graceUntil)).catch((err) =>
    kernel.log.warn({ err }, 'connection left to its lease'),
  );
}
