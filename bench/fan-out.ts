// fan-out: one event of a board to 1,000 sockets of agents, from the publish after a commit to the last socket that has it; against
// the same frame sent to a room of 1,000 bare Socket.IO sockets by the same emitter, through the same adapter and Redis.
import { performance } from 'node:perf_hooks';
import { Emitter } from '@socket.io/redis-emitter';
import { Redis } from 'ioredis';
import { io, type Socket } from 'socket.io-client';
import { envelopeOf } from '../src/domain/events/envelope.ts';
import type { Placed } from '../src/domain/events/number-events.ts';
import { newId } from '../src/domain/ids.ts';
import { newAgent } from './agent.ts';
import type { Bench } from './bench.ts';
import { newAccount } from './chat.ts';
import { type Installation, startProcess, withInstallation } from './installation.ts';
import { figureOf, interleave, percentiles, sideBySide } from './measurement.ts';

const SOCKETS = 1000;
const AGENTS = 20;
const EVENTS = 50;
const CHANNEL = 'bare-sockets';

export const fanOut: Bench = {
  name: 'fan-out',
  says: 'one event to 1,000 sockets on a board, until the last has it; peer: a room of 1,000 bare Socket.IO sockets',
  run: (services, { rounds, divisor }) =>
    withInstallation(services, { workers: 0 }, async (installation) => {
      const { kernel } = installation;
      const [count, events] = [Math.round(SOCKETS / divisor), Math.max(5, Math.round(EVENTS / divisor))];
      const bare = await startProcess('./bare-sockets.ts', { REDIS_URL: services.redisUrl, BARE_CHANNEL: CHANNEL });
      const redis = new Redis(services.redisUrl);
      const peer = new Emitter(redis, { key: CHANNEL }).of('/agent');
      const account = await newAccount(installation, 'people');
      const ourRoom = new Room(await connectAll(installation.api.url, count, await tokens(installation, account)));
      const bareRoom = new Room(await connectAll(bare.url, count, ['']));
      const measured = await interleave(
        rounds,
        () => ourRoom.measure(events, (id) => kernel.publish([moment(id, account, kernel.epoch)])),
        () =>
          bareRoom.measure(events, (id) => {
            const { event, stream, epoch, seq } = moment(id, account, kernel.epoch);
            peer.to('everybody').emit('event', envelopeOf(event, stream, epoch, seq));
          }),
      );
      for (const room of [ourRoom, bareRoom]) room.leave();
      redis.disconnect();
      await bare.stop();
      const named = (share: string) => ({ unit: `ms, ${share}`, n: events });
      return [
        figureOf({ ...named('p50'), name: 'fan-out', target: { atMost: 1.5 } }, percentiles(measured, 0.5)),
        figureOf({ ...named('p99'), name: 'fan-out-p99', target: null }, percentiles(measured, 0.99)),
      ];
    }),
};

/** Of agents whose connections all stay. */
async function tokens(installation: Installation, account: string): Promise<string[]> {
  await installation.client.must('PATCH', `/v1/accounts/${account}`, { settings: { connections: { agents: 'keep' } } });
  const own: string[] = [];
  for (let number = 0; number < AGENTS; number += 1) own.push(await newAgent(installation));
  return own;
}

async function connectAll(url: string, count: number, tokens: readonly string[]): Promise<Socket[]> {
  const sockets: Socket[] = [];
  const numbers = Array.from({ length: count }, (_, number) => number);
  await sideBySide(20, numbers, async (number) => {
    const auth = { token: tokens[number % tokens.length] };
    const socket = io(`${url}/agent`, { transports: ['websocket'], forceNew: true, auth });
    await new Promise((resolve) => socket.once('stream.ready', resolve));
    sockets.push(socket);
  });
  return sockets;
}

/** What the board hears most often. */
function moment(id: string, account: string, epoch: string): Placed {
  const data = {
    conversationId: newId(),
    contactId: newId(),
    from: 'queued',
    to: 'serving',
    epoch: 3,
    reason: '李明 accepted',
  };
  const event = {
    id,
    type: 'conversation.status_changed',
    accountId: account,
    conversationId: data.conversationId,
    actor: { type: 'system', id: 'bench' },
    happenedAt: new Date(),
    data,
    streams: [],
  } as const;
  return { event, stream: `board:${account}`, epoch, seq: 1, guests: [] };
}

/** Sockets that all get the same frames. */
class Room {
  readonly #sockets: readonly Socket[];
  #awaited = '';
  #left = 0;
  #all: () => void = () => undefined;

  constructor(sockets: readonly Socket[]) {
    this.#sockets = sockets;
    for (const socket of sockets)
      socket.on('event', ({ id }: { id: string }) => {
        if (id !== this.#awaited) return;
        this.#left -= 1;
        if (this.#left === 0) this.#all();
      });
  }

  /** One after the other. @returns milliseconds until the last socket had each. */
  async measure(count: number, publish: (id: string) => void): Promise<number[]> {
    const latencies: number[] = [];
    for (let number = 0; number < count; number += 1) {
      this.#awaited = newId();
      this.#left = this.#sockets.length;
      const all = Promise.withResolvers<void>();
      this.#all = all.resolve;
      const begun = performance.now();
      publish(this.#awaited);
      await all.promise;
      latencies.push(performance.now() - begun);
    }
    return latencies;
  }

  leave(): void {
    for (const socket of this.#sockets) socket.disconnect();
  }
}
