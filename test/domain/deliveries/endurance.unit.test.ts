// How long and how often a delivery is tried, and when the circuit of an endpoint opens: the figures, and what holds for any course of
// successes and failures.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  afterFailure,
  type CircuitState,
  CLOSED,
  expiryOf,
  isOutlived,
  nextAttempt,
  OPENS_AFTER,
  PAUSES,
  standingOf,
} from '../../../src/domain/deliveries/endurance.ts';
import { ENDPOINT_KINDS } from '../../../src/domain/endpoints/kinds.ts';

const NOW = new Date('2026-01-31T08:00:00Z');
const later = (now: Date, milliseconds: number) => new Date(now.getTime() + milliseconds);
const secondsTo = (date: Date | null) => ((date?.getTime() ?? 0) - NOW.getTime()) / 1000;

describe.each(ENDPOINT_KINDS)('to a %s', (kind) => {
  test('the pauses are those of the table, and the last one from then on', () => {
    const pauses = Array.from({ length: 20 }, (_, index) => secondsTo(nextAttempt(kind, index + 1, NOW, 0)));
    const last = PAUSES[kind].at(-1) ?? 0;
    expect(pauses).toEqual([...PAUSES[kind], ...Array(20 - PAUSES[kind].length).fill(last)]);
  });

  test('a pause is up to a fifth shorter by chance, grows with the attempts, and is over before the time for trying is', () => {
    const chance = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), chance, (attempts, luck) => {
        const [whole, cut] = [nextAttempt(kind, attempts, NOW, 0), nextAttempt(kind, attempts, NOW, luck)];
        expect(cut.getTime()).toBeLessThanOrEqual(whole.getTime());
        expect(secondsTo(cut)).toBeGreaterThanOrEqual(secondsTo(whole) * 0.8 - 0.001);
        expect(nextAttempt(kind, attempts + 1, NOW, 0).getTime()).toBeGreaterThanOrEqual(whole.getTime());
        expect(whole.getTime()).toBeLessThan(expiryOf(kind, NOW).getTime());
      }),
    );
  });
});

test('webhooks are tried for three days, what is said to people for one', () => {
  expect(ENDPOINT_KINDS.map((kind) => [kind, secondsTo(expiryOf(kind, NOW)) / 3600])).toEqual([
    ['webhook', 72],
    ['chatwoot', 24],
    ['wecom', 24],
  ]);
});

test('what failed is given up for its age once something else was taken after its time, while the circuit is closed', () => {
  const [before, after] = [later(NOW, -1), later(NOW, 1)];
  const cases: [Date | null, Date | null, boolean][] = [
    [null, null, false],
    [null, before, false],
    [null, NOW, true],
    [null, after, true],
    [before, after, false],
    [after, after, false],
  ];
  for (const [openUntil, succeededAt, isOver] of cases)
    expect(isOutlived(NOW, { openUntil, succeededAt })).toBe(isOver);
});

describe('the circuit', () => {
  const fail = (count: number, from: CircuitState = CLOSED, isSure = false) =>
    Array.from({ length: count }).reduce<CircuitState>((circuit) => afterFailure(circuit, NOW, isSure), from);

  test('opens at the fifth failure in a row, for ten seconds, and knows since when', () => {
    expect(fail(4)).toEqual({ failures: 4, failingSince: NOW, openUntil: null, pauses: 0 });
    const open = fail(OPENS_AFTER);
    expect(open).toMatchObject({ failures: 5, failingSince: NOW, pauses: 1 });
    expect(secondsTo(open.openUntil)).toBe(10);
    expect(standingOf(open, NOW)).toBe('open');
    expect(standingOf(open, later(NOW, 9_999))).toBe('open');
    expect(standingOf(open, later(NOW, 10_000))).toBe('probe');
  });

  test('opens at once where it is sure that it will not go well', () => {
    expect(standingOf(fail(1, CLOSED, true), NOW)).toBe('open');
  });

  test('stays as it is for those that were under way when it opened', () => {
    expect(fail(9)).toEqual({ ...fail(5), failures: 9 });
  });

  test('each probe that fails doubles the pause, up to five minutes, for ever', () => {
    const pauses: number[] = [];
    let [circuit, now] = [fail(5), NOW];
    for (let probe = 0; probe < 40; probe += 1) {
      now = circuit.openUntil ?? now;
      circuit = afterFailure(circuit, now, false);
      pauses.push(((circuit.openUntil?.getTime() ?? 0) - now.getTime()) / 1000);
    }
    expect(pauses.slice(0, 6)).toEqual([20, 40, 80, 160, 300, 300]);
    expect(new Set(pauses.slice(5))).toEqual(new Set([300]));
  });

  const step = fc.record({ wait: fc.integer({ min: 0, max: 600_000 }), ok: fc.boolean(), isSure: fc.boolean() });
  type Course = {
    readonly circuit: CircuitState;
    readonly now: Date;
    readonly failures: number;
    readonly since: Date | null;
  };
  const BEGINNING: Course = { circuit: CLOSED, now: NOW, failures: 0, since: null };

  function next(
    { circuit, now: before, failures, since }: Course,
    { wait, ok, isSure }: { wait: number; ok: boolean; isSure: boolean },
  ): Course {
    const now = later(before, wait);
    if (ok) return { circuit: CLOSED, now, failures: 0, since: null };
    return { circuit: afterFailure(circuit, now, isSure), now, failures: failures + 1, since: since ?? now };
  }

  test('whatever happens: it counts on, never forgets since when, and is never open for longer than five minutes', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let course = BEGINNING;
        for (const each of steps) {
          course = next(course, each);
          const { circuit, now, failures, since } = course;
          expect(circuit).toMatchObject({ failures, failingSince: since });
          expect((circuit.openUntil?.getTime() ?? 0) - now.getTime()).toBeLessThanOrEqual(300_000);
          expect(standingOf(circuit, now)).toBe(isOpenAfter(course, each.isSure) ? 'open' : standingOf(circuit, now));
        }
      }),
    );
  });

  function isOpenAfter({ failures }: Course, isSure: boolean): boolean {
    return failures >= OPENS_AFTER || (failures > 0 && isSure);
  }
});
