// Whether a picture is good enough: a table of what fails and why, and what holds for all measurements there could be.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OPERATIONS, type Operation } from '../../../src/domain/images/operation.ts';
import {
  CHECKS,
  type Check,
  isGoodEnough,
  judge,
  type Measurements,
  type Quality,
  type Wanted,
} from '../../../src/domain/images/quality.ts';

const ORIGINAL: Measurements = {
  width: 1200,
  height: 800,
  bytes: 300_000,
  sharpness: 250,
  meanLuminance: 120,
  clippedShare: 0.05,
  isBlank: false,
  transparentShare: null,
  similarity: 1,
};
const MADE: Measurements = { ...ORIGINAL, sharpness: 300, similarity: 0.9 };
const ENHANCE: Wanted = { operation: 'enhance', original: ORIGINAL, ratio: null, size: null };
const RESIZE: Wanted = { ...ENHANCE, operation: 'resize', size: { width: 600, height: 400 } };
const REMOVE: Wanted = { ...ENHANCE, operation: 'remove_bg' };
const BAR = 70;

function failedOf({ failed }: Quality): Check[] {
  return failed.map(({ check }) => check);
}

describe('a picture', () => {
  test.each<[string, Partial<Measurements>, Wanted, Check[]]>([
    ['better than the original', {}, ENHANCE, []],
    ['a little softer', { sharpness: 201 }, ENHANCE, []],
    ['much softer', { sharpness: 100 }, ENHANCE, ['sharpness']],
    ['cleaned of its grain', { sharpness: 30 }, { ...ENHANCE, operation: 'fix_old_photo' }, []],
    ['blurred instead of repaired', { sharpness: 8 }, { ...ENHANCE, operation: 'fix_old_photo' }, ['sharpness']],
    [
      'mush that stays mush',
      { sharpness: 4, similarity: 0.99 },
      { ...ENHANCE, original: { ...ORIGINAL, sharpness: 9 } },
      [],
    ],
    ['washed out', { clippedShare: 0.4 }, ENHANCE, ['clipped']],
    ['of another shape', { width: 1000, height: 1000 }, ENHANCE, ['aspect']],
    ['a pixel off its shape', { width: 1201 }, ENHANCE, []],
    [
      'of the ratio that was asked for',
      { width: 900, height: 900 },
      { ...ENHANCE, ratio: { width: 1, height: 1 } },
      [],
    ],
    ['not of the ratio that was asked for', {}, { ...ENHANCE, ratio: { width: 1, height: 1 } }, ['aspect']],
    ['smaller, when no size was asked for', { width: 900, height: 600 }, ENHANCE, []],
    ['of the size that was asked for', { width: 600, height: 400 }, RESIZE, []],
    ['larger than asked for', { width: 900, height: 600 }, RESIZE, []],
    ['smaller than asked for', { width: 300, height: 200 }, RESIZE, ['size']],
    [
      'too narrow to be compared',
      { width: 120, height: 80, sharpness: 20 },
      { ...RESIZE, size: { width: 120, height: 80 } },
      [],
    ],
    [
      'padded to another shape, so with less to see',
      { width: 800, height: 1200, sharpness: 120 },
      { ...RESIZE, size: { width: 800, height: 1200 } },
      [],
    ],
    ['a cut-out', { transparentShare: 0.6 }, REMOVE, []],
    ['a cut-out with little to see of its background', { transparentShare: 0.6, sharpness: 20 }, REMOVE, []],
    ['a cut-out without transparency', {}, REMOVE, ['alpha']],
    ['a cut-out of nearly nothing', { transparentShare: 0.01 }, REMOVE, ['alpha']],
    ['a cut-out that took the subject too', { transparentShare: 0.98 }, REMOVE, ['alpha']],
  ])('%s', (_name, changes, wanted, failed) => {
    const quality = judge({ ...MADE, ...changes }, wanted);
    expect(failedOf(quality)).toEqual(failed);
    expect(quality.isUsable).toBe(true);
    expect(isGoodEnough(quality, BAR)).toBe(failed.every((check) => check === 'clipped'));
  });

  test.each<[string, Partial<Measurements> | null, Wanted, Check]>([
    ['that does not decode', null, ENHANCE, 'decodes'],
    ['of one pixel', { width: 1, height: 1 }, ENHANCE, 'size'],
    ['of one colour', { isBlank: true }, ENHANCE, 'blank'],
    ['that is the original', ORIGINAL, ENHANCE, 'unchanged'],
    ['that was not cut out', ORIGINAL, REMOVE, 'unchanged'],
    [
      'that was not resized',
      ORIGINAL,
      RESIZE.size ? { ...RESIZE, size: { width: 2400, height: 1600 } } : RESIZE,
      'unchanged',
    ],
  ])('%s is not usable', (_name, changes, wanted, check) => {
    const quality = judge(changes && { ...MADE, ...changes }, wanted);
    expect(quality).toMatchObject({ score: 0, isUsable: false });
    expect(failedOf(quality)).toContain(check);
    expect(isGoodEnough(quality, 0)).toBe(false);
  });

  test.each<[string, Partial<Measurements>, Wanted]>([
    ['resized', { width: 600, height: 400 }, RESIZE],
    ['as large as was asked for already', {}, { ...RESIZE, size: { width: 1200, height: 800 } }],
    ['cut out of a white ground', { transparentShare: 0.6 }, REMOVE],
    ['put together again from its layers', {}, { ...ENHANCE, operation: 'layered' }],
    ['sharpened from mush', { sharpness: 300 }, ENHANCE],
  ])('%s is not called unchanged, however like the original', (_name, changes, wanted) => {
    expect(judge({ ...ORIGINAL, ...changes }, wanted)).toEqual({ score: 100, failed: [], isUsable: true });
  });

  test('says in both languages what was measured and what is wanted', () => {
    const [size] = judge({ ...MADE, width: 300, height: 200 }, RESIZE).failed;
    expect(size).toEqual({
      check: 'size',
      zh: '尺寸 300x200，应不小于 600x400。',
      en: 'The size is 300x200; at least 600x400 is wanted.',
    });
    const [sharpness] = judge({ ...MADE, sharpness: 100 }, ENHANCE).failed;
    expect(sharpness?.en).toBe('The sharpness is 100.0 (the original has 250.0); at least 200.0 is wanted.');
    expect(sharpness?.zh).toBe('清晰度 100.0（原图 250.0），应不低于 200.0。');
  });

  test('a slight miss costs less than a bad one', () => {
    const scoreAt = (width: number) => judge({ ...MADE, width }, ENHANCE).score;
    expect(scoreAt(1230)).toBeGreaterThan(BAR);
    expect(scoreAt(1230)).toBeLessThan(100);
    expect(scoreAt(2400)).toBeLessThan(BAR);
  });
});

describe('whatever was measured', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  const measured: fc.Arbitrary<Measurements> = fc.record({
    width: fc.integer({ min: 1, max: 5000 }),
    height: fc.integer({ min: 1, max: 5000 }),
    bytes: fc.nat(),
    sharpness: fc.double({ min: 0, max: 2000, noNaN: true }),
    meanLuminance: fc.double({ min: 0, max: 255, noNaN: true }),
    clippedShare: share,
    isBlank: fc.boolean(),
    transparentShare: fc.option(share),
    similarity: fc.oneof(share, fc.constant(1)),
  });
  const side = fc.integer({ min: 16, max: 4000 });
  const wanted: fc.Arbitrary<Wanted> = fc.record({
    operation: fc.constantFrom<Operation>(...OPERATIONS),
    original: measured,
    ratio: fc.option(fc.record({ width: fc.integer({ min: 1, max: 100 }), height: fc.integer({ min: 1, max: 100 }) })),
    size: fc.option(fc.record({ width: side, height: side })),
  });

  test('the score is 0-100, 100 only where nothing failed, 0 where it is not usable', () => {
    fc.assert(
      fc.property(measured, wanted, (made, wish) => {
        const { score, failed, isUsable } = judge(made, wish);
        expect(Number.isInteger(score) && score >= 0 && score <= 100).toBe(true);
        expect(score === 100).toBe(failed.length === 0);
        expect(isUsable).toBe(score > 0);
        expect(new Set(failed.map(({ check }) => check)).size).toBe(failed.length);
        for (const { check, zh, en } of failed)
          expect(CHECKS.includes(check) && /[\u4e00-\u9fff]/.test(zh) && en !== '').toBe(true);
      }),
    );
  });

  const worse: Readonly<Record<string, (made: Measurements, by: number, wish: Wanted) => Measurements>> = {
    softer: (made, by) => ({ ...made, sharpness: made.sharpness * by }),
    'more clipped': (made, by) => ({ ...made, clippedShare: made.clippedShare + (1 - made.clippedShare) * by }),
    'less changed': (made, by) => ({ ...made, similarity: made.similarity + (1 - made.similarity) * by }),
    blank: (made) => ({ ...made, isBlank: true }),
    opaque: (made) => ({ ...made, transparentShare: null }),
    'all see-through': (made, _by, wish) => (wish.operation === 'remove_bg' ? { ...made, transparentShare: 1 } : made),
    'further off its shape': (made, by, { size, ratio, original }) => {
      const shape = size ?? ratio ?? original;
      const isWide = made.width / made.height >= shape.width / shape.height;
      return isWide
        ? { ...made, height: Math.max(1, Math.floor(made.height * by)) }
        : { ...made, width: Math.max(1, Math.floor(made.width * by)) };
    },
  };

  test.each(Object.entries(worse))('a picture that is %s scores no higher', (_name, change) => {
    fc.assert(
      fc.property(measured, share, wanted, (made, by, wish) => {
        fc.pre(judge(made, wish).isUsable);
        const worsened = change(made, by, wish);
        expect(judge(worsened, wish).score).toBeLessThanOrEqual(judge(made, wish).score);
      }),
      { numRuns: 300 },
    );
  });

  test.each<[Wanted, Partial<Measurements>[]]>([
    [RESIZE, [{ width: 500, height: 333 }, { width: 500, height: 500 }, { sharpness: 20 }, { clippedShare: 0.9 }]],
    [REMOVE, [{ transparentShare: null }, { height: 900 }, { clippedShare: 0.9 }]],
  ])('each check that fails besides lowers the score: %#', (wish, faults) => {
    let made: Measurements = { ...MADE, transparentShare: 0.5 };
    const scores = [judge(made, wish).score];
    for (const fault of faults) {
      made = { ...made, ...fault };
      scores.push(judge(made, wish).score);
    }
    expect(scores[0]).toBe(100);
    expect(judge(made, wish).failed).toHaveLength(faults.length);
    expect(scores).toEqual([...new Set(scores)].toSorted((a, b) => b - a));
  });
});
