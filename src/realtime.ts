// From committed events to frames on sockets. A frame is a hint: whoever misses one sees the gap in the numbers and reads on
// from MySQL. So a publish that fails is counted, never thrown, and never retried.
import { Emitter } from '@socket.io/redis-emitter';
import type { Redis } from 'ioredis';
import { envelopeOf } from './domain/events/envelope.ts';
import type { Placed } from './domain/events/number-events.ts';
import { FOLLOWERS, parseStreamName, type StreamName } from './domain/events/streams.ts';
import type { Metrics } from './metrics.ts';

export type Namespace = '/agent' | '/contact';

/** Rooms are named as their streams. */
export function roomOf(stream: StreamName): string {
  return stream;
}

export function channelKey(prefix: string): string {
  return `${prefix}-socket`;
}

export type Publish = (placed: readonly Placed[]) => void;
export type Realtime = {
  readonly publish: Publish;
  /** Tells every server that the owner has a newer connection: older ones are closed, wherever they are. */
  readonly supersede: (namespace: Namespace, ownerId: string, generation: number) => void;
};

export function makeRealtime(redis: Redis, prefix: string, metrics: Metrics): Realtime {
  // The emitter calls publish() and drops its promise: an outage would be an unhandled rejection, which ends the process.
  const publisher = {
    publish(channel: string, message: Buffer): void {
      const sent =
        redis.status === 'ready' ? redis.publish(channel, message) : Promise.reject(new Error('redis is away'));
      sent.then(
        () => metrics.published.inc(),
        () => metrics.publishFailures.inc(),
      );
    },
  };
  const emitter = new Emitter(publisher, { key: channelKey(prefix) });
  const namespaces = { '/agent': emitter.of('/agent'), '/contact': emitter.of('/contact') };
  const publish: Publish = (placed) => {
    for (const each of placed) {
      const kind = parseStreamName(each.stream)?.kind;
      if (!kind || FOLLOWERS[kind].length === 0) continue;
      const frame = envelopeOf(each.event, each.stream, each.epoch, each.seq);
      for (const follower of FOLLOWERS[kind]) namespaces[`/${follower}`].to(roomOf(each.stream)).emit('event', frame);
    }
  };
  return {
    publish,
    supersede: (namespace, ownerId, generation) =>
      void namespaces[namespace].serverSideEmit('superseded', ownerId, generation),
  };
}
