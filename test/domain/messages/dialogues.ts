// Random dialogues of one conversation, and random ways in which they may arrive: cut into batches, shuffled, repeated.
// Times are drawn where the laws decide: on the border of the gap, a millisecond beside it, equal, long ago and a little ahead.
import fc from 'fast-check';
import type { Said } from './memory.ts';

const MINUTE = 60_000;

/** Minutes before now, most of them multiples of ten, so that gaps of exactly thirty come up all the time. */
const time = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 14 }).map((tens) => -tens * 10 * MINUTE) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 14 }).map((tens) => -tens * 10 * MINUTE - 1) },
  { weight: 1, arbitrary: fc.integer({ min: -1440, max: -140 }).map((minutes) => minutes * MINUTE) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 5 }).map((minutes) => minutes * MINUTE) },
);

/** @param now milliseconds. @param prefix of the messages' ids, which are in no order of time. */
export function dialogue(now: number, prefix: string, maxLength: number): fc.Arbitrary<Said[]> {
  const sender = fc.constantFrom('contact', 'contact', 'robot', 'human');
  const parts = fc.array(fc.record({ time, sender, salt: fc.integer({ min: 0, max: 99 }) }), {
    minLength: 1,
    maxLength,
  });
  return parts.map((said) =>
    said.map(({ time: offset, sender: from, salt }, index) => ({
      id: `${prefix}${salt}-${index}`,
      at: now + offset,
      sender: from as Said['sender'],
    })),
  );
}

/** The same messages in batches: each at least once, in any order, some again. */
export function arrivals(said: readonly Said[]): fc.Arbitrary<Said[][]> {
  const shuffled = fc.shuffledSubarray([...said], { minLength: said.length });
  const repeated = fc.shuffledSubarray([...said]);
  const cuts = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 2 * said.length, maxLength: 2 * said.length });
  return fc.tuple(shuffled, repeated, cuts, fc.boolean()).map(([all, again, sizes, mixed]) => {
    const line = mixed ? interleave(all, again) : [...all, ...again];
    const batches: Said[][] = [];
    for (const size of sizes) batches.push(line.splice(0, size));
    return batches.filter((batch) => batch.length > 0);
  });
}

export type Happened = { readonly batch: readonly Said[]; readonly topics: readonly string[] };

/** The same, and after each batch somebody says of some messages that they begin a topic: of known ones, new ones, and ones not here yet. */
export function happenings(said: readonly Said[]): fc.Arbitrary<Happened[]> {
  const topics = fc.oneof(fc.constant([]), fc.subarray(said.map(({ id }) => id)));
  return arrivals(said).chain((batches) =>
    fc.tuple(...batches.map((batch) => topics.map((ids) => ({ batch, topics: ids })))),
  );
}

function interleave(some: readonly Said[], others: readonly Said[]): Said[] {
  return some.flatMap((each, index) => [each, ...others.slice(index, index + 1)]);
}
