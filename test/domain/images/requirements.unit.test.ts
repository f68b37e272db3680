// The document of what is wanted of a picture: what is left out is filled in, what is not known or out of bounds is refused.
import { describe, expect, test } from 'vitest';
import { Analysis, Ratio, Requirements, Size } from '../../../src/domain/images/requirements.ts';

describe('ratios', () => {
  test.each(['1:1', '4:3', '16:9', '100:1', '10:100'])('%s is one', (ratio) => {
    expect(Ratio.safeParse(ratio).success).toBe(true);
  });

  test.each(['0:1', '4:0', '01:1', '101:1', '4/3', '4:3 ', '4:3\n', '-4:3', '1.5:1', '：', ''])(
    '%j is none',
    (ratio) => {
      expect(Ratio.safeParse(ratio).success).toBe(false);
    },
  );
});

test.each([
  [15, 100, false],
  [16, 16, true],
  [8000, 8000, true],
  [8001, 100, false],
  [100.5, 100, false],
])('a size of %d × %d: %s', (width, height, isOne) => {
  expect(Size.safeParse({ width, height }).success).toBe(isOne);
});

test('nothing given is a whole document, and a whole document is its own', () => {
  const empty = Requirements.parse({});
  expect(empty).toEqual({ analysis: null, words: null, ratio: null, size: null, remarks: [] });
  const analysis = Analysis.parse({ complexity: 'hard', subject: ' a house ' });
  expect(analysis).toEqual({
    complexity: 'hard',
    prompt: null,
    ratio: null,
    perspective: null,
    subject: 'a house',
    quality: null,
  });
  const full = Requirements.parse({ analysis, words: 'sharper', ratio: '4:3', remarks: [{ round: 1, text: 'bluer' }] });
  expect(Requirements.parse(JSON.parse(JSON.stringify(full)))).toEqual(full);
  expect(full.remarks).toEqual([{ round: 1, text: 'bluer', image: null }]);
});

test('a remark takes any picture’s address that messages may bring', () => {
  const image = `https://pictures.example/${'x'.repeat(2048)}`.slice(0, 2048);
  expect(Requirements.safeParse({ remarks: [{ round: 1, text: 'x', image }] }).success).toBe(true);
  expect(Requirements.safeParse({ remarks: [{ round: 1, text: 'x', image: `${image}x` }] }).success).toBe(false);
});

test.each<[string, object]>([
  ['an unknown field', { colour: 'blue' }],
  ['an unknown complexity', { analysis: { complexity: 'easy' } }],
  ['an unknown field of the analysis', { analysis: { complexity: 'hard', price: 1 } }],
  ['a prompt that is too long', { analysis: { complexity: 'hard', prompt: 'x'.repeat(4001) } }],
  ['words that are too long', { words: 'x'.repeat(1001) }],
  ['half a character', { words: '\ud83d' }],
  ['a remark before the beginning', { remarks: [{ round: -1, text: 'x' }] }],
  ['a remark that is too long', { remarks: [{ round: 1, text: 'x'.repeat(1001) }] }],
  ['more remarks than fit', { remarks: Array(51).fill({ round: 1, text: 'x' }) }],
])('%s is refused', (_what, document) => {
  expect(Requirements.safeParse(document).success).toBe(false);
});
