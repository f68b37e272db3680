// Reads on in a stream: the one way back for whoever was away, over HTTP and over sockets alike.
import type { EntityManager } from '@mikro-orm/mysql';
import type { Actor, ActorType } from '../actor.ts';
import { DomainError } from '../errors.ts';
import { utc } from '../rows.ts';
import type { EventType } from './catalogue.ts';
import { type Envelope, envelopeOf } from './envelope.ts';
import type { StreamName } from './streams.ts';

type StreamHead = {
  readonly stream: StreamName;
  readonly epoch: string;
  readonly head: number;
  readonly floor: number;
};
type StreamPage = StreamHead & { readonly events: readonly Envelope[]; readonly more: boolean };

export const PAGE_LIMIT = 200;

/** Where streams end now. A stream that has no event yet has head 0 and the installation's epoch. */
export async function readHeads(em: EntityManager, streams: readonly StreamName[]): Promise<StreamHead[]> {
  if (streams.length === 0) return [];
  const rows: { stream: string; epoch: string; head: number; floor: number }[] = await em.execute(
    'select name as stream, epoch, head, floor from stream where name in (?)',
    [[...streams]],
  );
  const known = new Map(rows.map((row) => [row.stream, row]));
  const epoch = known.size < streams.length ? await readEpoch(em) : '';
  return streams.map((stream) => known.get(stream) ?? { stream, epoch, head: 0, floor: 0 });
}

/** The epoch of streams that begin now; it changes when a backup is restored, so that old cursors are noticed. */
export async function readEpoch(em: EntityManager): Promise<string> {
  const [row]: { epoch: string }[] = await em.execute('select epoch from installation');
  if (!row) throw new Error('the table installation is empty: run npm run migrate');
  return row.epoch;
}

/**
 * The events after a place in the stream, in order.
 * @param after the last number that the reader has; 0 for the beginning.
 * @param upto the last number wanted; left out: up to the head.
 * @param limit 1-200.
 * @throws DomainError stream_trimmed when events after that place were removed by retention: the reader must load anew.
 */
export async function readStream(
  em: EntityManager,
  stream: StreamName,
  after: number,
  limit: number,
  upto?: number,
): Promise<StreamPage> {
  const [head] = await readHeads(em, [stream]);
  if (!head) throw new Error('no head for a stream that was asked for');
  if (after < head.floor) {
    throw new DomainError(
      'stream_trimmed',
      `Events up to ${head.floor} of this stream were removed; load the present state and go on from ${head.head}.`,
      { ...head },
    );
  }
  const last = Math.min(upto ?? head.head, head.head);
  const rows: EntryRow[] = await em.execute(
    `select s.seq, e.id, e.type, e.actor_type, e.actor_id, e.data, e.happened_at from stream_entry s join event e on e.id = s.event_id
     where s.stream = ? and s.seq > ? and s.seq <= ? order by s.seq limit ?`,
    [stream, after, last, limit],
  );
  const events = rows.map((row) => envelopeOf(eventOf(row), stream, head.epoch, row.seq));
  return { ...head, events, more: (events.at(-1)?.seq ?? last) < last };
}

type EntryRow = {
  seq: number;
  id: string;
  type: EventType;
  actor_type: ActorType | null;
  actor_id: string | null;
  data: string;
  happened_at: string;
};

function eventOf({ id, type, actor_type, actor_id, data, happened_at }: EntryRow) {
  const actor: Actor | null = actor_type && actor_id ? { type: actor_type, id: actor_id } : null;
  return { id, type, actor, happenedAt: utc(happened_at), data: JSON.parse(data) };
}
