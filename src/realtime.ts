// From committed events to frames on sockets. A frame is a hint: whoever misses one sees the gap in the numbers and reads on
// from MySQL. So a publish that fails is counted, never thrown, and never retried.
import { Emitter } from '@socket.io/redis-emitter';
import type { Redis } from 'ioredis';
import { envelopeOf } from './domain/events/envelope.ts';
import { dismissedBy } from './domain/events/guests.ts';
import type { Placed } from './domain/events/number-events.ts';
import { FOLLOWERS, parseStreamName, type StreamKind, type StreamName } from './domain/events/streams.ts';
import type { Metrics } from './metrics.ts';

export type Namespace = '/agent' | '/contact';

/** Rooms are named as their streams. */
export function roomOf(stream: StreamName): string {
  return stream;
}

/** Where one participant hears the stream that they are a guest of. */
export function guestRoom(participantId: string): string {
  return `participant:${participantId}`;
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
  const tell = (each: Placed, kind: StreamKind): void => {
    const frame = envelopeOf(each.event, each.stream, each.epoch, each.seq);
    const room = roomOf(each.stream);
    for (const follower of FOLLOWERS[kind]) {
      const rooms = follower === 'contact' ? [room, ...each.guests.map(guestRoom)] : room;
      namespaces[`/${follower}`].to(rooms).emit('event', frame);
    }
    // After the frame, on the same way: it is the last thing that they hear.
    const dismissed = kind === 'conversation' ? dismissedBy(each.event) : null;
    if (dismissed !== null) namespaces['/contact'].serverSideEmit('dismissed', dismissed);
  };
  const publish: Publish = (placed) => {
    for (const each of placed) {
      const kind = parseStreamName(each.stream)?.kind;
      if (kind && FOLLOWERS[kind].length > 0) tell(each, kind);
    }
  };
  return {
    publish,
    supersede: (namespace, ownerId, generation) =>
      void namespaces[namespace].serverSideEmit('superseded', ownerId, generation),
  };
}
