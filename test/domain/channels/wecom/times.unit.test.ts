// Times in whole seconds, made into times that stay in their order.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isLater, timeOf } from '../../../../src/domain/channels/wecom/times.ts';

const second = (number: number) => new Date(number * 1000);

test('what was said this second was said now, and what was said before at the end of its second', () => {
  expect(timeOf(second(10), new Date(10_300)).getTime()).toBe(10_300);
  expect(timeOf(second(10), new Date(15_000)).getTime()).toBe(10_999);
});

test('a clock ahead of ours brings nothing from the future', () => {
  expect(timeOf(second(99), new Date(10_300)).getTime()).toBe(10_300);
});

test('what one person says comes in their order, however it was cut into pages, and never before its second', () => {
  const times = fc
    .array(fc.integer({ min: 100, max: 110 }), { maxLength: 30 })
    .map((all) => all.toSorted((a, b) => a - b));
  fc.assert(
    fc.property(times, fc.integer({ min: 0, max: 10_000 }), (seconds, late) => {
      let before: Date | null = null;
      for (const each of seconds) {
        const now = new Date(Math.max(each * 1000, 110_000 + late));
        const time = timeOf(second(each), now, before);
        expect(time.getTime()).toBeGreaterThanOrEqual(each * 1000);
        if (before !== null) expect(time.getTime()).toBeGreaterThan(before.getTime());
        before = time;
      }
    }),
  );
});

test('a long pause leaves the earlier time alone', () => {
  expect(timeOf(second(20), new Date(25_000), second(10)).getTime()).toBe(20_999);
});

test('what was said in one second and came late together stays in it', () => {
  const late = new Date(60_000);
  const first = timeOf(second(10), late, null, 1);
  expect([first, timeOf(second(10), late, first)].map((time) => time.getTime())).toEqual([10_998, 10_999]);
});

test('later means in a later second', () => {
  expect(isLater(null, second(10))).toBe(false);
  expect(isLater(new Date(10_999), second(10))).toBe(false);
  expect(isLater(new Date(11_000), second(10))).toBe(true);
});
