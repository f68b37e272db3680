// One event as a system of the account's own is told it: with everything that it says, and its place in the stream that tells most of it.
import type { EntityManager } from '@mikro-orm/mysql';
import type { Actor } from '../actor.ts';
import type { EventType } from './catalogue.ts';
import type { Envelope } from './envelope.ts';
import { Event } from './event.ts';
import { STREAM_KINDS } from './streams.ts';

/** @returns null once its retention is over. */
export async function readEvent(em: EntityManager, id: string): Promise<Envelope | null> {
  const event = await em.findOne(Event, { id });
  if (!event) return null;
  const entries: { stream: string; seq: number; epoch: string }[] = await em.execute(
    'select n.stream, n.seq, s.epoch from stream_entry n join stream s on s.name = n.stream where n.event_id = ?',
    [id],
  );
  const [place] = entries.toSorted((a, b) => rankOf(a.stream) - rankOf(b.stream));
  if (!place) return null;
  const { actorType, actorId, happenedAt } = event;
  const actor = actorType === null || actorId === null ? null : ({ type: actorType, id: actorId } as Actor); // written from an Actor
  return {
    v: 1,
    id,
    type: event.type as EventType, // written from the catalogue
    stream: place.stream,
    epoch: place.epoch,
    seq: place.seq,
    at: happenedAt.toISOString(),
    actor,
    data: JSON.parse(event.data),
  };
}

/** STREAM_KINDS begins with the conversation's own, and ends with the operators'. */
function rankOf(stream: string): number {
  return STREAM_KINDS.findIndex((kind) => stream.startsWith(kind));
}
