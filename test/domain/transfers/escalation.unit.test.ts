// What becomes of a transfer that nobody takes: it goes back, or up, and never round for ever.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { consequenceOf } from '../../../src/domain/transfers/escalation.ts';

const up = { onTimeout: 'escalate', maxHops: 3 } as const;

test.each([
  ['back, where the account wishes that', { onTimeout: 'return', hops: 0, maxHops: 3, level: 2 }, { kind: 'return' }],
  ['up a level', { ...up, hops: 0, level: 3 }, { kind: 'escalate', hops: 1, level: 2 }],
  ['up a level again', { ...up, hops: 1, level: 2 }, { kind: 'escalate', hops: 2, level: 1 }],
  [
    'operators are called the last time, and it is first in the queue',
    { ...up, hops: 2, level: 4 },
    { kind: 'alarm', hops: 3, level: 1 },
  ],
  ['back after that', { ...up, hops: 3, level: 1 }, { kind: 'return' }],
  ['no level is above the first', { ...up, hops: 0, level: 1 }, { kind: 'escalate', hops: 1, level: 1 }],
  [
    'called at once, where one is all there is',
    { ...up, maxHops: 1, hops: 0, level: 2 },
    { kind: 'alarm', hops: 1, level: 1 },
  ],
] as const)('%s', (_, refused, expected) => {
  expect(consequenceOf(refused)).toEqual(expected);
});

test('whatever the settings, it is over after at most so many escalations, with one alarm', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10 }), fc.integer({ min: 1, max: 4 }), (maxHops, from) => {
      let [hops, level, alarms, rounds] = [0, from, 0, 0];
      for (;;) {
        const consequence = consequenceOf({ onTimeout: 'escalate', hops, maxHops, level });
        if (consequence.kind === 'return') break;
        expect(consequence.level).toBeLessThanOrEqual(level);
        expect(consequence.hops).toBe(hops + 1);
        [hops, level] = [consequence.hops, consequence.level];
        alarms += Number(consequence.kind === 'alarm');
        rounds += 1;
      }
      expect([rounds, alarms]).toEqual([maxHops, 1]);
    }),
  );
});
