// Gives each recorded event its place in each of its streams: the last thing an act does before it commits.
//
// Why last: the row of a stream is locked from here to the commit, so number n + 1 can not exist before n is committed or
// rolled back. That makes streams gapless and their order the order of visibility; taken earlier in the act, the same lock
// costs ten times as much. Streams are taken in the order of their names, so two acts never wait for each other in a circle.
import type { EntityManager } from '@mikro-orm/mysql';
import { insertRows } from '../rows.ts';
import { dismissedBy, farewellsIn, parseGuests } from './guests.ts';
import type { RecordedEvent } from './recorded-event.ts';
import type { StreamName } from './streams.ts';

export type Placed = {
  readonly event: RecordedEvent;
  readonly stream: StreamName;
  readonly epoch: string;
  readonly seq: number;
  /** Who hears it beside those who follow the stream for good. */
  readonly guests: readonly string[];
};

/**
 * Inserts events and their stream entries.
 * @param epoch the installation's, for streams that are new.
 * @returns one entry for each event and stream, in order.
 */
export async function numberEvents(
  em: EntityManager,
  events: readonly RecordedEvent[],
  epoch: string,
): Promise<Placed[]> {
  if (events.length === 0) return [];
  await insertEvents(em, events);
  const heads = await advanceHeads(em, countPerStream(events), epoch);
  const farewells = farewellsIn(events);
  const placed: Placed[] = [];
  for (const event of events) {
    for (const stream of event.streams) {
      const head = heads.get(stream);
      if (!head) throw new Error(`stream ${stream} was not advanced`);
      head.seq += 1;
      const going = farewells.get(stream) ?? [];
      const guests = going.length > 0 ? [...head.guests, ...going] : head.guests;
      placed.push({ event, stream, epoch: head.epoch, seq: head.seq, guests });
      if (dismissedBy(event) !== null) going.shift();
    }
  }
  await insertRows(
    em,
    'stream_entry',
    placed.map(({ stream, seq, event }) => ({ stream, seq, event_id: event.id })),
  );
  return placed;
}

function insertEvents(em: EntityManager, events: readonly RecordedEvent[]): Promise<void> {
  const rows = events.map((event) => ({
    id: event.id,
    type: event.type,
    account_id: event.accountId,
    conversation_id: event.conversationId,
    actor_type: event.actor.type,
    actor_id: event.actor.id,
    data: JSON.stringify(event.data),
    happened_at: event.happenedAt,
  }));
  return insertRows(em, 'event', rows);
}

function countPerStream(events: readonly RecordedEvent[]): Map<StreamName, number> {
  const counts = new Map<StreamName, number>();
  for (const stream of events.flatMap((event) => event.streams)) counts.set(stream, (counts.get(stream) ?? 0) + 1);
  return counts;
}

type Advanced = { readonly epoch: string; readonly guests: readonly string[]; seq: number };

/** Adds to each stream's head, creating the stream where it is new; returns the head as it was before, and who hears the stream. */
async function advanceHeads(
  em: EntityManager,
  counts: ReadonlyMap<StreamName, number>,
  epoch: string,
): Promise<Map<StreamName, Advanced>> {
  const names = [...counts.keys()].sort();
  const rows = names.map((name) => ({ name, epoch, head: counts.get(name) ?? 0 }));
  await insertRows(em, 'stream', rows, 'on duplicate key update head = head + values(head)');
  const heads: { name: string; epoch: string; head: number; guests: string | null }[] = await em.execute(
    'select name, epoch, head, guests from stream where name in (?)',
    [names],
  );
  return new Map(
    heads.map(({ name, epoch, head, guests }) => [
      name,
      { epoch, guests: parseGuests(guests), seq: head - (counts.get(name) ?? 0) },
    ]),
  );
}
