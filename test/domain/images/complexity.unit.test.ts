// How much work a picture is: each thing that makes it harder counts, and nothing makes it easier.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { complexityOf, DIFFICULTIES, type Measures } from '../../../src/domain/images/complexity.ts';
import { COMPLEXITIES } from '../../../src/domain/images/requirements.ts';

const EASY: Measures = { shortSide: 900, edges: 0.02, entropy: 4, grain: 1, blur: 0.3, colours: 40, isPlain: true };

test.each([
  ['a product on paper', {}, 'simple'],
  ['a blurred product', { blur: 0.7 }, 'normal'],
  ['a still life', { isPlain: false, edges: 0.05, entropy: 7.4 }, 'normal'],
  ['a street', { isPlain: false, edges: 0.15, entropy: 7.7 }, 'complex'],
  ['a noisy crowd, far away', { isPlain: false, edges: 0.25, entropy: 7.7, grain: 9 }, 'hard'],
] as const)('%s', (_name, differs, complexity) => {
  expect(complexityOf({ ...EASY, ...differs })).toBe(complexity);
});

test('each difficulty can be met by itself, and makes a picture at most one level harder', () => {
  const worse: readonly Partial<Measures>[] = [
    { edges: 0.1 },
    { edges: 0.3 },
    { isPlain: false },
    { entropy: 7.9 },
    { colours: 400 },
    { grain: 8 },
    { blur: 0.8 },
    { shortSide: 200 },
  ];
  for (const each of worse) expect(complexityOf({ ...EASY, ...each }), JSON.stringify(each)).toBe('normal');
  expect(DIFFICULTIES.every(({ counts }) => worse.some((each) => counts({ ...EASY, ...each })))).toBe(true);
});

test('more edges, shades, colours, grain or blur, or fewer pixels, never make a picture easier', () => {
  const level = (measures: Measures) => COMPLEXITIES.indexOf(complexityOf(measures));
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  const any = fc.record({
    shortSide: fc.integer({ min: 1, max: 5000 }),
    edges: share,
    entropy: fc.double({ min: 0, max: 8, noNaN: true }),
    grain: fc.double({ min: 0, max: 20, noNaN: true }),
    blur: share,
    colours: fc.integer({ min: 1, max: 4096 }),
    isPlain: fc.boolean(),
  });
  fc.assert(
    fc.property(any, any, (one, other) => {
      const worse: Measures = {
        shortSide: Math.min(one.shortSide, other.shortSide),
        edges: Math.max(one.edges, other.edges),
        entropy: Math.max(one.entropy, other.entropy),
        grain: Math.max(one.grain, other.grain),
        blur: Math.max(one.blur, other.blur),
        colours: Math.max(one.colours, other.colours),
        isPlain: one.isPlain && other.isPlain,
      };
      expect(level(worse)).toBeGreaterThanOrEqual(level(one));
    }),
  );
});
