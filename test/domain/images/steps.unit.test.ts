// Which step is next, for every standing that there is; and what follows a failure: a pause that is bounded, and an end in the end.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { IMAGE_STATES } from '../../../src/domain/images/lifecycle.ts';
import {
  afterFailure,
  MAIL_STATES,
  nextStep,
  STEPS,
  type Standing,
  type Step,
} from '../../../src/domain/images/steps.ts';
import { FAILURE_KINDS } from '../../../src/integrations/outside-failure.ts';

type Row = readonly [when: Partial<Standing>, next: Step | null];

/** The whole table: every standing fits one row and no other. */
const TABLE: readonly Row[] = [
  [{ state: 'pending', isFetched: false }, 'fetch'],
  [{ state: 'pending', isFetched: true, isAnalysed: true }, null],
  [{ state: 'pending', isFetched: true, isAnalysed: false, analyser: 'embedded' }, 'analysis'],
  [{ state: 'pending', isFetched: true, isAnalysed: false, analyser: 'upstream' }, null],
  [{ state: 'processing', isFetched: false }, 'fetch'],
  [{ state: 'processing', isFetched: true, isSubmitted: true }, 'checking'],
  [{ state: 'processing', isFetched: true, isSubmitted: false, automatic: false }, null],
  [{ state: 'processing', isFetched: true, isSubmitted: false, automatic: true, isAnalysed: false }, 'analysis'],
  [{ state: 'processing', isFetched: true, isSubmitted: false, automatic: true, isAnalysed: true }, 'processing'],
  [{ state: 'awaiting_confirm', mail: 'wanted' }, 'mail'],
  [{ state: 'awaiting_confirm', mail: 'none' }, null],
  [{ state: 'awaiting_confirm', mail: 'sent' }, null],
  [{ state: 'awaiting_confirm', mail: 'refused' }, null],
  [{ state: 'awaiting_confirm', mail: 'unknown' }, null],
  [{ state: 'revision' }, null],
  [{ state: 'failed' }, null],
  [{ state: 'completed' }, null],
  [{ state: 'cancelled' }, null],
];

const EITHER = [false, true] as const;
const STANDINGS: readonly Standing[] = IMAGE_STATES.flatMap((state) =>
  MAIL_STATES.flatMap((mail) =>
    (['embedded', 'upstream'] as const).flatMap((analyser) =>
      EITHER.flatMap((isFetched) =>
        EITHER.flatMap((isAnalysed) =>
          EITHER.flatMap((isSubmitted) =>
            EITHER.map((automatic) => ({ state, mail, analyser, isFetched, isAnalysed, isSubmitted, automatic })),
          ),
        ),
      ),
    ),
  ),
);

function fits(standing: Standing, when: Partial<Standing>): boolean {
  return Object.entries(when).every(([name, value]) => Reflect.get(standing, name) === value);
}

describe('the next step', () => {
  test('is that of the one row that fits, for each of the 1,120 standings', () => {
    expect(STANDINGS).toHaveLength(1120);
    for (const standing of STANDINGS) {
      const rows = TABLE.filter(([when]) => fits(standing, when));
      expect(rows, JSON.stringify(standing)).toHaveLength(1);
      expect(nextStep(standing), JSON.stringify(standing)).toBe(rows[0]?.[1]);
    }
  });

  test.each(TABLE)('%j: %s is a row that something fits', (when) => {
    expect(STANDINGS.some((standing) => fits(standing, when))).toBe(true);
  });
});

const steps = fc.constantFrom(...STEPS);
const kinds = fc.constantFrom(...FAILURE_KINDS);
const counts = fc.integer({ min: 1, max: 100 });
const waits = fc.option(fc.integer({ min: -1000, max: 10 ** 9 }), { nil: null });
const limits = fc.integer({ min: 1, max: 10 });

describe('after a failure', () => {
  test('a pause is never shorter than half a second nor longer than five minutes, whatever the outside asks for', () => {
    fc.assert(
      fc.property(steps, kinds, waits, counts, fc.nat(100), limits, (step, kind, retryAfterMs, counted, put, most) => {
        const next = afterFailure(step, { kind, retryAfterMs }, counted, put, most);
        if (next.kind === 'give_up') return;
        expect(next.afterMs).toBeGreaterThanOrEqual(500);
        expect(next.afterMs).toBeLessThanOrEqual(300_000);
      }),
    );
  });

  test('what was refused, is wrong or may have been done is never tried again', () => {
    fc.assert(
      fc.property(
        steps,
        fc.constantFrom('refused', 'auth', 'permanent', 'unknown'),
        waits,
        limits,
        (step, kind, retryAfterMs, most) => {
          expect(afterFailure(step, { kind, retryAfterMs }, 1, 0, most)).toEqual({ kind: 'give_up' });
        },
      ),
    );
  });

  test('whatever fails, the end comes: each step is given up after so many attempts, and never before', () => {
    const fail = (step: Step, counted: number) =>
      afterFailure(step, { kind: 'retryable', retryAfterMs: null }, counted, 0, 4).kind;
    const given = STEPS.map((step) => {
      let counted = 1;
      while (fail(step, counted) === 'again') counted += 1;
      expect(fail(step, counted + 1)).toBe('give_up');
      return [step, counted];
    });
    expect(Object.fromEntries(given)).toEqual({ fetch: 5, analysis: 3, processing: 4, checking: 5, mail: 8 });
  });

  test('pauses grow: a second, four, sixteen, and so on, up to five minutes', () => {
    const pauses = [1, 2, 3, 4, 5, 6, 7].map((counted) =>
      afterFailure('mail', { kind: 'retryable', retryAfterMs: null }, counted, 0, 1),
    );
    expect(pauses).toEqual(
      [1, 4, 16, 64, 256, 300, 300].map((seconds) => ({ kind: 'again', afterMs: seconds * 1000 })),
    );
  });

  test('the pause that was asked for is kept, and half a minute is taken where none was', () => {
    const limited = (retryAfterMs: number | null) =>
      afterFailure('processing', { kind: 'rate_limited', retryAfterMs }, 1, 0, 3);
    expect(limited(17_000)).toEqual({ kind: 'again', afterMs: 17_000 });
    expect(limited(null)).toEqual({ kind: 'again', afterMs: 30_000 });
    expect(afterFailure('fetch', { kind: 'retryable', retryAfterMs: 9000 }, 1, 0, 3)).toEqual({
      kind: 'again',
      afterMs: 9000,
    });
  });

  test('to be asked to wait counts as no attempt, but not for ever', () => {
    fc.assert(
      fc.property(steps, waits, counts, fc.nat(59), limits, (step, retryAfterMs, counted, put, most) => {
        expect(afterFailure(step, { kind: 'rate_limited', retryAfterMs }, counted, put, most).kind).toBe('again');
        expect(afterFailure(step, { kind: 'rate_limited', retryAfterMs }, counted, put + 60, most).kind).toBe(
          'give_up',
        );
      }),
    );
  });
});
