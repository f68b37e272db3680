// Which events a webhook is told: names of the catalogue, or a whole family by `session.*`, or `*`. What agents write for each other only is
// told to whoever names it: `*` does not let it through.
import { z } from 'zod';
import { EVENTS, type EventType, streamKindsOf } from '../events/catalogue.ts';

/** Sent to one webhook only, when somebody asks for it. */
const ON_REQUEST: EventType = 'webhook.test';

/** What is told to operators only, of the whole installation, no account’s webhook hears. */
export const TOLD_TYPES = (Object.keys(EVENTS) as EventType[]) // the keys are the union itself
  .filter((type) => type !== ON_REQUEST && streamKindsOf(type).some((kind) => kind !== 'ops'));
/** Of private notes. */
export const NAMED_ONLY = TOLD_TYPES.filter((type) => streamKindsOf(type).every((kind) => kind === 'notes'));
const FAMILIES = new Set(TOLD_TYPES.map((type) => type.split('.')[0]));

const Pattern = z
  .string()
  .refine(isKnown, 'must be the name of an event, `<family>.*` or `*`; docs/events.md lists them');

export const EventFilter = z.array(Pattern).min(1).max(100);

function isKnown(pattern: string): boolean {
  if (pattern === '*') return true;
  const family = /^([a-z_]+)\.\*$/.exec(pattern)?.[1];
  return family === undefined ? TOLD_TYPES.some((type) => type === pattern) : FAMILIES.has(family);
}

export function isWanted(filter: readonly string[], type: EventType): boolean {
  if (!TOLD_TYPES.includes(type)) return false;
  const patterns = [type, `${type.split('.')[0]}.*`, ...(NAMED_ONLY.includes(type) ? [] : ['*'])];
  return filter.some((pattern) => patterns.includes(pattern));
}
