// The promise of ingest: the same messages end in the same sessions, however they are cut into batches, ordered and repeated.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { arrivals, dialogue, happenings } from './dialogues.ts';
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

const marked = dialogue(NOW, 'm', 12).chain((said) => fc.tuple(fc.constant(said), happenings(said)));

for (const firstHandler of ['robot', 'people'] as const) {
  test(`and so with marks, whenever they are set: the sessions follow from the messages and their marks (${firstHandler} first)`, () => {
    let cut = 0;
    fc.assert(
      fc.property(marked, ([said, happened]) => {
        const setting = { now: NOW, gap: GAP, firstHandler };
        const [atOnce, bitByBit] = [new Memory(setting), new Memory(setting)];
        const marks = new Set<string>();
        for (const { batch, topics } of happened) {
          bitByBit.ingest(batch);
          for (const id of bitByBit.mark(topics)) marks.add(id);
        }
        atOnce.ingest(said.map((each) => ({ ...each, mark: marks.has(each.id) })));
        expect(bitByBit.reading).toEqual(atOnce.reading);
        expect(bitByBit.mark([...marks])).toEqual([]);
        cut += marks.size;
      }),
      { numRuns: RUNS },
    );
    expect(cut).toBeGreaterThan(RUNS);
  });

  test(`whoever waits for a person or speaks with one is never cut from them (${firstHandler} first)`, () => {
    fc.assert(
      fc.property(marked, ([, happened]) => {
        const memory = new Memory({ now: NOW, gap: GAP, firstHandler });
        for (const { batch, topics } of happened) {
          memory.ingest(batch);
          const before = memory.withPeople;
          memory.mark(topics);
          for (const [session, said] of before)
            expect(memory.withPeople.get(session)).toEqual(expect.arrayContaining([...said]));
        }
      }),
      { numRuns: RUNS },
    );
  });
}
