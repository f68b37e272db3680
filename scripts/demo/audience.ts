// Those who watch: clients on Baton's sockets that keep every event they are handed, and the proof that none was missed.
import { BatonClient, type ClientOptions } from '../../src/client/client.ts';
import type { Frame } from '../../src/client/stream-cursor.ts';
import { readHeads } from '../../src/domain/events/read-stream.ts';
import type { Kernel } from '../../src/kernel.ts';
import { waitUntil } from './api.ts';

export class Watcher {
  readonly client: BatonClient;
  readonly events: Frame[] = [];
  readonly #streams: string[];
  readonly #epoch: string;

  /** Follows these streams from their very beginning. */
  constructor({ onEvent, ...options }: Omit<ClientOptions, 'places'>, streams: readonly string[], epoch: string) {
    this.#streams = [...streams];
    this.#epoch = epoch;
    this.client = new BatonClient({
      ...options,
      places: Object.fromEntries(streams.map((stream) => [stream, { epoch, seq: 0 }])),
      onEvent: (event) => {
        this.events.push(event);
        onEvent(event);
      },
    });
  }

  /** One stream more, from its beginning. */
  follow(stream: string): void {
    this.#streams.push(stream);
    this.client.subscribe(stream, { epoch: this.#epoch, seq: 0 });
  }

  get streams(): readonly string[] {
    return this.#streams;
  }
}

const CATCH_UP_SECONDS = 30;

/** Gives every watcher time to reach the heads, then counts. @returns how many events of followed streams were not handed on once and in order. */
export async function eventsMissed(kernel: Kernel, watchers: readonly Watcher[]): Promise<number> {
  const counts = await Promise.all(watchers.map((watcher) => missedBy(kernel, watcher)));
  return counts.reduce((sum, count) => sum + count, 0);
}

async function missedBy(kernel: Kernel, { client, events, streams }: Watcher): Promise<number> {
  const heads = await readHeads(kernel.orm.em.fork(), streams);
  const reached = () => heads.every(({ stream, head }) => (client.places[stream]?.seq ?? 0) >= head);
  // Not reaching them is what the count below tells.
  await waitUntil(reached, CATCH_UP_SECONDS, 'events are late').catch(() => undefined);
  return heads.reduce((sum, { stream, head }) => sum + missing(seqsOf(events, stream), head), 0);
}

/** How often this happened, as those who watch were told: each event counts once, whoever saw it and in how many streams. */
export function occurrences(watchers: readonly Watcher[], type: string): number {
  const ids = watchers.flatMap(({ events }) => events.filter((event) => event.type === type).map(({ id }) => id));
  return new Set(ids).size;
}

function seqsOf(events: readonly Frame[], stream: string): number[] {
  return events.filter((event) => event.stream === stream).map(({ seq }) => seq);
}

/** How many of the numbers 1 to head do not stand in the list exactly once and after all smaller ones. */
export function missing(seqs: readonly number[], head: number): number {
  const times = new Map<number, number>();
  const late = new Set<number>();
  let highest = 0;
  for (const seq of seqs) {
    times.set(seq, (times.get(seq) ?? 0) + 1);
    if (seq < highest) late.add(seq);
    highest = Math.max(highest, seq);
  }
  let count = 0;
  for (let seq = 1; seq <= head; seq += 1) if (times.get(seq) !== 1 || late.has(seq)) count += 1;
  return count;
}
