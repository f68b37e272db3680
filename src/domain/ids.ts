// Ids of whatever has a life of its own: ULIDs, 26 characters, made by us. Within one process they grow with every call,
// so rows made together sort in the order in which they were made.
import { monotonicFactory } from 'ulid';

const next = monotonicFactory(makeChance());

export function newId(): string {
  return next();
}

/** Numbers from 0 to 1 out of 4,096 random bytes at a time: the library's own source asks the system 16 times for each id. */
function makeChance(): () => number {
  const bytes = new Uint8Array(4096);
  let used = bytes.length;
  return () => {
    if (used === bytes.length) {
      crypto.getRandomValues(bytes);
      used = 0;
    }
    const byte = bytes[used] ?? 0;
    used += 1;
    return byte / 256;
  };
}

/** The shape of an id; anything else can not be one of ours. */
export const ID_PATTERN = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;
