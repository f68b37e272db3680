// Reading what a language model said: the object in its words, and whether the words that it names stand in the text.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { firstAnswer } from '../../src/integrations/language-model/first-answer.ts';
import { findWords } from '../../src/integrations/language-model/found-words.ts';

/** Takes objects with a field `yes`. */
function read(answer: unknown): unknown {
  return typeof answer === 'object' && answer !== null && 'yes' in answer ? answer.yes : null;
}

describe('the first answer', () => {
  test.each([
    ['{"yes":1}', 1],
    [' \n{"yes":{"a":"}"}} ', { a: '}' }],
    ['so: {"yes":"a } b \\" c {"} and {"yes":2}', 'a } b " c {'],
    ['{"no":1} {"yes":2}', 2],
    ['{not json} {"yes":3}', 3],
    ['{ {"yes":4}', 4],
    ['[{"yes":5}]', 5],
    ['{"yes":6', null],
    ['{"no":1}', null],
    ['', null],
    ['no', null],
    ['"{\\"yes\\":7}"', null],
  ])('of %s is %j', (said, answer) => {
    expect(firstAnswer(said, read)).toEqual(answer);
  });

  test('is found among any words without braces', () => {
    const words = fc.string({ unit: 'grapheme' }).filter((text) => !/[{}"]/.test(text));
    fc.assert(
      fc.property(words, fc.jsonValue(), words, (before, value, after) => {
        fc.pre(value !== null);
        expect(firstAnswer(`${before}\n${JSON.stringify({ yes: value })}${after}`, read)).toEqual(
          JSON.parse(JSON.stringify(value)),
        );
      }),
    );
  });

  test.each([
    ['quotes that never end', '{"\\"'.repeat(60_000)],
    ['braces', '{'.repeat(250_000)],
    ['escapes', `{"${'\\"'.repeat(120_000)}\\`],
  ])('of %s takes no longer than it is long', (_what, said) => {
    const start = performance.now();
    expect(firstAnswer(said, read)).toBeNull();
    expect(performance.now() - start).toBeLessThan(1500);
  });
});

describe('words in a text', () => {
  test.each([
    ['退款', '我要退款！', '退款'],
    ['ＲＥＦＵＮＤ now', 'I want a refund  NOW', 'refund  NOW'],
    ['1⁄2', 'only ½ of it', '½'],
    ['转 人工', '请转人工', '转人工'],
    ['refund', '退款', ''],
    ['', 'anything', ''],
    [' \n', 'any thing', ''],
  ])('%j in %j is %j', (words, text, found) => {
    expect(findWords(words, text)).toBe(found);
  });

  test('what is found stands in the text, and every piece of it is found', () => {
    const any = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 });
    fc.assert(fc.property(any, any, (words, text) => text.includes(findWords(words, text))));
    fc.assert(
      fc.property(any, any, any, (before, piece, after) => {
        fc.pre(/\p{L}/u.test(piece));
        expect(findWords(piece, `${before}${piece}${after}`)).not.toBe('');
      }),
    );
  });
});
