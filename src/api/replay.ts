// Reading on in a stream in somebody's name, the same over HTTP and over sockets: who may, and from which place on.
import type { EntityManager } from '@mikro-orm/mysql';
import { DomainError } from '../domain/errors.ts';
import { readHeads, readStream } from '../domain/events/read-stream.ts';
import type { StreamName } from '../domain/events/streams.ts';
import { checkStreamFor } from './access.ts';
import type { Principal } from './auth.ts';

type Wish = { readonly after: number; readonly limit: number; readonly upto?: number | undefined };

/** @throws DomainError stream_not_found; stream_trimmed, with where to go on, also for what a participant's stream held before they came. */
export async function replayFor(em: EntityManager, principal: Principal, stream: StreamName, wish: Wish) {
  await checkStreamFor(em, principal, stream);
  if (principal.type === 'participant') await checkPlace(em, stream, wish.after, principal.reads.eventsAfter ?? 0);
  return readStream(em, stream, wish.after, wish.limit, wish.upto);
}

async function checkPlace(em: EntityManager, stream: StreamName, after: number, floor: number): Promise<void> {
  if (after >= floor) return;
  const [head] = await readHeads(em, [stream]);
  throw new DomainError(
    'stream_trimmed',
    `Events up to ${floor} are from before you came; load the present state and go on from ${head?.head}.`,
    { ...head, floor },
  );
}
