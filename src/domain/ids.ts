// Ids of whatever has a life of its own: ULIDs, 26 characters, made by us. Within one process they grow with every call,
// so rows made together sort in the order in which they were made.
import { monotonicFactory } from 'ulid';

const next = monotonicFactory();

export function newId(): string {
  return next();
}

/** The shape of an id; anything else can not be one of ours. */
export const ID_PATTERN = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;
