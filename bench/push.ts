// push: from the POST of a message to the agent's socket, at half of the load that the installation can take; against a bare
// emitter that sends a frame of the same size through Redis and the same socket at the same pace.
import { performance } from 'node:perf_hooks';
import { Emitter } from '@socket.io/redis-emitter';
import { Redis } from 'ioredis';
import { io, type Socket } from 'socket.io-client';
import { newId } from '../src/domain/ids.ts';
import { channelKey } from '../src/realtime.ts';
import { newAgent } from './agent.ts';
import type { Bench } from './bench.ts';
import { sentence } from './chat.ts';
import { type Installation, withInstallation } from './installation.ts';
import { figureOf, interleave, percentiles, perSecond, sideBySide } from './measurement.ts';
import { type Floor, openFloors, say } from './open-floors.ts';

const CLIENTS = 8;
const FLOORS = 40;
const MESSAGES = 600;

export const push: Bench = {
  name: 'push',
  says: "POST of a message to the agent's socket at half load; peer: bare emitter to the same socket",
  run: (services, { rounds, divisor }) =>
    withInstallation(services, {}, async (installation) => {
      const floors = await openFloors(installation, 1, FLOORS);
      const socket = await connectAgent(installation, floors);
      const redis = new Redis(services.redisUrl);
      const emitter = new Emitter(redis, { key: channelKey(installation.kernel.config.REDIS_PREFIX) }).of('/agent');
      const pace = (await fullLoad(installation, floors)) / 2;
      const count = Math.round(MESSAGES / divisor);
      const arrivals = new Arrivals(socket);
      const floor = (number: number) => floors[number % floors.length] ?? { conversation: '', session: '', epoch: 0 };
      const ours = () => arrivals.measure(count, pace, (id, number) => say(installation, floor(number), id, number));
      const limit = () =>
        arrivals.measure(count, pace, async (id, number) => {
          const frame = { id: newId(), type: 'message.created', stream: floor(number).conversation, seq: number };
          const data = { conversationId: floor(number).conversation, externalId: id, content: sentence(number) };
          emitter.to(`conversation:${floor(number).conversation}`).emit('event', { ...frame, data });
        });
      const measured = await interleave(rounds, ours, limit);
      socket.disconnect();
      redis.disconnect();
      const target = { atMost: 5, oursAtMost: 50 };
      return [
        figureOf({ name: 'push', unit: 'ms, p99', n: count, target }, percentiles(measured, 0.99)),
        figureOf({ name: 'push-p50', unit: 'ms, p50', n: count, target: null }, percentiles(measured, 0.5)),
      ];
    }),
};

/** An agent of the account whose socket follows every conversation. */
async function connectAgent(installation: Installation, floors: readonly Floor[]): Promise<Socket> {
  const token = await newAgent(installation);
  const socket = io(`${installation.api.url}/agent`, { transports: ['websocket'], forceNew: true, auth: { token } });
  await new Promise((resolve) => socket.once('stream.ready', resolve));
  for (const { conversation } of floors)
    await socket.emitWithAck('stream.subscribe', { stream: `conversation:${conversation}` });
  return socket;
}

/** Messages per second that clients can post without a pause. */
function fullLoad(installation: Installation, floors: readonly Floor[]): Promise<number> {
  const numbers = Array.from({ length: MESSAGES }, (_, index) => index);
  const post = () =>
    sideBySide(CLIENTS, numbers, async (number, lane) => {
      const floor = floors[(number * CLIENTS + lane) % floors.length];
      if (floor) await say(installation, floor, newId(), number);
    });
  return post().then(() => perSecond(MESSAGES, post));
}

type Send = (id: string, number: number) => Promise<unknown>;

/** When frames that name a message reach the socket. */
class Arrivals {
  readonly #sent = new Map<string, number>();
  #latencies: number[] = [];
  #arrived: () => void = () => undefined;

  constructor(socket: Socket) {
    socket.on('event', ({ data }: { data: { externalId?: string } }) => {
      const id = data.externalId?.split(':').at(-1) ?? ''; // the poster's own part
      const sent = this.#sent.get(id);
      if (sent === undefined) return;
      this.#sent.delete(id);
      this.#latencies.push(performance.now() - sent);
      this.#arrived();
    });
  }

  /** Sends at an even pace, whatever is still under way. @returns milliseconds from sending to arrival, of all that were sent. */
  async measure(count: number, pace: number, send: Send): Promise<number[]> {
    this.#latencies = [];
    const all = Promise.withResolvers<void>();
    this.#arrived = () => this.#latencies.length === count && all.resolve();
    await Promise.all([all.promise, this.#sendAll(count, pace, send, all.reject)]);
    return this.#latencies;
  }

  async #sendAll(count: number, pace: number, send: Send, failed: (error: unknown) => void): Promise<void> {
    const begun = performance.now();
    for (let number = 0; number < count; number += 1) {
      const early = begun + (number * 1000) / pace - performance.now();
      if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
      const id = newId();
      this.#sent.set(id, performance.now());
      send(id, number).catch(failed);
    }
  }
}
