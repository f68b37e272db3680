// What work on a picture costs, and the sentence in which the robot hears of it.
import { describe, expect, test } from 'vitest';
import { Prices } from '../../../src/domain/accounts/image-settings.ts';
import { adviceFor, quoteFor } from '../../../src/domain/images/quote.ts';
import { Analysis, COMPLEXITIES } from '../../../src/domain/images/requirements.ts';

const PRICES = Prices.parse({});

describe('a quote', () => {
  test('by the usual table is one of four ranges', () => {
    expect(COMPLEXITIES.map((complexity) => quoteFor(complexity, PRICES))).toEqual([
      { from: 10, to: 15, currency: 'CNY' },
      { from: 15, to: 20, currency: 'CNY' },
      { from: 20, to: 25, currency: 'CNY' },
      { from: 25, to: 30, currency: 'CNY' },
    ]);
  });

  test('is by the account’s own table where it has one', () => {
    const prices = Prices.parse({ currency: 'USD', hard: { from: 99.5, to: 120 } });
    expect(quoteFor('hard', prices)).toEqual({ from: 99.5, to: 120, currency: 'USD' });
  });

  test.each([0.07, 1.15, 4.35, 19.99, 99_999.99])('%d is a price', (from) => {
    expect(Prices.safeParse({ simple: { from, to: 100_000 } }).success).toBe(true);
  });

  test.each([
    { from: -1, to: 5 },
    { from: 6, to: 5 },
    { from: 1.005, to: 5 },
    { from: 1, to: 100_000.01 },
  ])('%j is none', (simple) => {
    expect(Prices.safeParse({ simple }).success).toBe(false);
  });
});

describe('the advice', () => {
  const analysis = Analysis.parse({
    complexity: 'complex',
    subject: '两个人\n和“狗”',
    quality: 'blurry',
    perspective: 'no',
    ratio: '4:3',
  });
  const quote = quoteFor('complex', PRICES);

  test('names what was seen, on one line, and the price', () => {
    expect(adviceFor(quote, analysis, 'zh')).toBe(
      "图片已识别：比较复杂，主体：“两个人 和'狗'”，画质：“blurry”，比例：“4:3”。建议报价 20-25 元。",
    );
    expect(adviceFor(quote, analysis, 'en')).toBe(
      'The picture is rather complex; subject "两个人 和\'狗\'", quality "blurry", ratio "4:3". Suggested price: CNY 20-25.',
    );
  });

  test('leaves out what was not seen', () => {
    const bare = Analysis.parse({ complexity: 'simple' });
    expect(adviceFor({ from: 9.5, to: 9.5, currency: 'USD' }, bare, 'zh')).toBe(
      '图片已识别：比较简单。建议报价 9.50 USD。',
    );
    expect(adviceFor({ from: 0, to: 12, currency: 'USD' }, bare, 'en')).toBe(
      'The picture is rather simple. Suggested price: USD 0-12.',
    );
  });

  test('names the perspective where there is one', () => {
    const seen = { ...analysis, perspective: 'from above' };
    expect(adviceFor(quote, seen, 'en')).toContain('perspective "from above"');
  });
});
