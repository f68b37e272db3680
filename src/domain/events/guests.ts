// Guests of a stream: whoever hears it for a while only. They stand on the stream's row, which numbering locks: so each event knows
// who may hear it, and nobody hears what is numbered after they left, whichever process publishes it.
import type { EntityManager } from '@mikro-orm/mysql';
import type { Act } from '../act.ts';
import type { RecordedEvent } from './recorded-event.ts';
import type { StreamName } from './streams.ts';

/** From the next act on they hear the stream. Whoever calls holds the lock that every change of this stream begins with. */
export async function admitGuest(act: Act, stream: StreamName, guest: string): Promise<void> {
  const guests = await readGuests(act.em, stream);
  await writeGuests(act.em, stream, [...guests.filter((each) => each !== guest), guest]);
}

/** This act is the last that they hear, up to the event that says so. */
export async function dismissGuest(act: Act, stream: StreamName, guest: string): Promise<void> {
  const guests = await readGuests(act.em, stream);
  if (guests.includes(guest))
    await writeGuests(
      act.em,
      stream,
      guests.filter((each) => each !== guest),
    );
}

async function readGuests(em: EntityManager, stream: StreamName): Promise<readonly string[]> {
  const [row]: { guests: string | null }[] = await em.execute('select guests from stream where name = ?', [stream]);
  return parseGuests(row?.guests ?? null);
}

async function writeGuests(em: EntityManager, stream: StreamName, guests: readonly string[]): Promise<void> {
  const value = guests.length > 0 ? guests.join(' ') : null;
  await em.execute('update stream set guests = ? where name = ?', [value, stream], 'run');
}

export function parseGuests(value: string | null): readonly string[] {
  return value?.split(' ') ?? [];
}

/** The guest whom this event dismisses: the last one that they hear. */
export function dismissedBy({ type, data }: Pick<RecordedEvent, 'type' | 'data'>): string | null {
  if (type !== 'participant.removed' && type !== 'participant.left') return null;
  const { participantId } = data;
  return typeof participantId === 'string' ? participantId : null;
}

/** Those who go in this act hear it too, up to their own going. */
export function farewellsIn(events: readonly RecordedEvent[]): Map<StreamName, string[]> {
  const farewells = new Map<StreamName, string[]>();
  for (const event of events) {
    const guest = dismissedBy(event);
    if (guest === null) continue;
    for (const stream of event.streams) farewells.set(stream, [...(farewells.get(stream) ?? []), guest]);
  }
  return farewells;
}
