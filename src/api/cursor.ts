// Places in a list, handed to callers sealed: they can be given back, not made up, and only for the list they came from.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { HttpProblem } from './problems.ts';

const Place = z.object({ list: z.string(), back: z.boolean(), at: z.array(z.union([z.string(), z.number()])) });

/** `at`: the sort key of the row that the page begins after; `back`: the page lies before that row. `list`: the list and its filters. */
export type Place = z.output<typeof Place>;

export function sealCursor(place: Place, secret: string): string {
  const text = Buffer.from(JSON.stringify({ ...place, list: markOf(place.list) })).toString('base64url');
  return `${text}.${signature(text, secret)}`;
}

/** @throws HttpProblem 400 when it is not one of ours, or from another list. */
export function openCursor(cursor: string, list: string, secret: string): Place {
  const [text = '', signed = ''] = cursor.split('.');
  const [given, expected] = [Buffer.from(signed), Buffer.from(signature(text, secret))];
  const genuine = given.length === expected.length && timingSafeEqual(given, expected);
  const place = genuine ? Place.parse(JSON.parse(Buffer.from(text, 'base64url').toString())) : null;
  if (place?.list !== markOf(list))
    throw new HttpProblem(
      400,
      'bad_cursor',
      'This cursor is not from this list with these filters; begin without a cursor.',
    );
  return place;
}

/** Stands for the list in a cursor: as long for a thousand accounts as for one. */
function markOf(list: string): string {
  return createHash('sha256').update(list).digest('base64url').slice(0, 22);
}

function signature(text: string, secret: string): string {
  return createHmac('sha256', secret).update(`cursor:${text}`).digest('base64url').slice(0, 22);
}

/**
 * Cuts what a keyset query found into a page. @param rows one more than `limit` where there is more, in the order of reading
 * (backwards when `place.back`). @param keyOf the sort key of a row.
 */
export function cutPage<T>(
  rows: readonly T[],
  limit: number,
  place: Place | null,
  list: string,
  secret: string,
  keyOf: (row: T) => Place['at'],
) {
  const more = rows.length > limit;
  const kept = rows.slice(0, limit);
  const data = place?.back ? kept.reverse() : kept;
  const [first, last] = [data[0], data.at(-1)];
  const hasNext = place?.back ? true : more;
  const hasPrev = place?.back ? more : place !== null;
  const seal = (row: T | undefined, back: boolean) =>
    row === undefined ? null : sealCursor({ list, back, at: keyOf(row) }, secret);
  return { data, page: { next: hasNext ? seal(last, false) : null, prev: hasPrev ? seal(first, true) : null } };
}
