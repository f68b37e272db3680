// From committed events to frames on sockets. A frame is a hint: whoever misses one sees the gap in the numbers and reads on
// from MySQL. So a publish that fails is counted, never thrown, and never retried.
import { Emitter } from '@socket.io/redis-emitter';
import type { Redis } from 'ioredis';
import type { Placed } from './domain/events/number-events.ts';
import { dataShownOn, type Envelope } from './domain/events/read-stream.ts';
import { parseStreamName, type StreamKind, type StreamName } from './domain/events/streams.ts';
import type { Metrics } from './metrics.ts';

export type Namespace = '/agent' | '/contact';

/** Who may follow a stream of that kind at all; which of them may follow this very stream is asked in api/sockets. */
const AUDIENCE: Record<StreamKind, readonly Namespace[]> = {
  conversation: ['/agent', '/contact'],
  notes: ['/agent'],
  agent: ['/agent'],
  contact: ['/contact'],
  board: ['/agent'],
  ops: [],
};

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
      if (!kind || AUDIENCE[kind].length === 0) continue;
      const frame = frameOf(each);
      for (const namespace of AUDIENCE[kind]) namespaces[namespace].to(roomOf(each.stream)).emit('event', frame);
    }
  };
  return {
    publish,
    supersede: (namespace, ownerId, generation) =>
      void namespaces[namespace].serverSideEmit('superseded', ownerId, generation),
  };
}

function frameOf({ event, stream, epoch, seq }: Placed): Envelope {
  const { id, type, actor, happenedAt, data } = event;
  return {
    v: 1,
    id,
    type,
    stream,
    epoch,
    seq,
    at: happenedAt.toISOString(),
    actor,
    data: dataShownOn(stream, type, data),
  };
}
