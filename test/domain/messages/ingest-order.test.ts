// The same promise as in grouping-property, kept by the database: rows, not only laws.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { newId } from '../../../src/domain/ids.ts';
import { World } from '../../support/world.ts';
import { arrivals, dialogue } from './dialogues.ts';
import { ingestAt, messageOf, sessionsOf } from './ingesting.ts';

const world = await World.open({ workers: 0 });
const NOW = world.kernel.clock();
const RUNS = 150;

const spoken = dialogue(NOW.getTime(), 'm', 12).chain((said) => fc.tuple(fc.constant(said), arrivals(said)));

for (const firstHandler of ['robot', 'people'] as const) {
  test(`the database ends with the same sessions, however the messages arrive (${firstHandler} first)`, async () => {
    const account = await world.account({ firstHandler });
    await fc.assert(
      fc.asyncProperty(spoken, async ([said, batches]) => {
        const [atOnce, bitByBit] = [`once-${newId()}`, `bits-${newId()}`];
        await ingestAt(
          world,
          NOW,
          said.map((each) => messageOf(account, atOnce, each)),
        );
        for (const batch of batches)
          await ingestAt(
            world,
            NOW,
            batch.map((each) => messageOf(account, bitByBit, each)),
          );
        expect(await sessionsOf(world, account, bitByBit)).toEqual(await sessionsOf(world, account, atOnce));
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
    expect(await world.broken()).toEqual([]);
  });
}
