// The promise of ingest: the same messages end in the same sessions, however they are cut into batches, ordered and repeated.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { arrivals, dialogue } from './dialogues.ts';
import { Memory } from './memory.ts';

const NOW = Date.UTC(2026, 0, 15, 12);
const GAP = 30 * 60_000;
const RUNS = 10_000;

const spoken = dialogue(NOW, 'm', 14).chain((said) => fc.tuple(fc.constant(said), arrivals(said)));

for (const firstHandler of ['robot', 'people'] as const) {
  test(`any split, order and repetition of the same messages ends in the same sessions (${firstHandler} first)`, () => {
    fc.assert(
      fc.property(spoken, ([said, batches]) => {
        const setting = { now: NOW, gap: GAP, firstHandler };
        const [atOnce, bitByBit] = [new Memory(setting), new Memory(setting)];
        atOnce.ingest(said);
        for (const batch of batches) bitByBit.ingest(batch);
        expect(bitByBit.reading).toEqual(atOnce.reading);
      }),
      { numRuns: RUNS },
    );
  });
}
