// Clients that want every event of their streams from the very first, and the one thing that is asked of them in the end: that
// they were handed exactly those, each once and in order.
import { expect } from 'vitest';
import type { BatonClient } from '../../src/client/client.ts';
import type { Frame } from '../../src/client/stream-cursor.ts';
import { until, type World } from './world.ts';

export type Follower = {
  readonly client: BatonClient;
  readonly events: readonly Frame[];
  readonly streams: readonly string[];
};

/** An agent or contact that follows these streams, some of its own accord and some by asking. */
export function follow(
  world: World,
  namespace: '/agent' | '/contact',
  token: string | (() => Promise<string>),
  streams: readonly string[],
  url = world.url,
): Follower {
  const beginning = { epoch: world.kernel.epoch, seq: 0 };
  const places = Object.fromEntries(streams.map((stream) => [stream, beginning]));
  const { client, events } = world.client(namespace, token, { url, places });
  for (const stream of streams) client.subscribe(stream, beginning);
  return { client, events, streams };
}

/** Waits until each has come to the head of each of its streams, then looks at what it was handed on the way. */
export async function expectExactSequences(
  world: World,
  followers: readonly Follower[],
  seconds: number,
): Promise<number> {
  const heads = new Map(await world.sql('select name, head from stream').then((rows) => rows.map(headOf)));
  const arrived = () =>
    followers.every(({ client, streams }) =>
      streams.every((stream) => (client.places[stream]?.seq ?? 0) >= (heads.get(stream) ?? 0)),
    );
  await until(arrived, seconds, 'a client did not come to the head of a stream');
  for (const { events, streams } of followers) {
    for (const stream of streams) {
      const numbers = events.filter((event) => event.stream === stream).map(({ seq }) => seq);
      const head = Math.max(heads.get(stream) ?? 0, numbers.length);
      expect(numbers).toEqual(Array.from({ length: head }, (_, index) => index + 1));
    }
  }
  return followers.reduce((sum, { events }) => sum + events.length, 0);
}

function headOf({ name, head }: { name: string; head: number }): [string, number] {
  return [name, head];
}
