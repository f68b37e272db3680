// States of an image task: which of them are open, when each is over by itself, and what becomes of it then.
import { expect, test } from 'vitest';
import { ImageSettings } from '../../../src/domain/accounts/image-settings.ts';
import {
  canMoveImage,
  IMAGE_MOVES,
  IMAGE_STATES,
  imageDeadline,
  isOpenImage,
  OPEN_IMAGE_STATES,
  WHEN_IMAGE_DUE,
} from '../../../src/domain/images/lifecycle.ts';

const NOW = new Date('2026-01-31T08:00:00Z');
const SETTINGS = ImageSettings.parse({
  deadlines: { pending: 10, processing: 20, awaitingConfirm: 30, revision: 40, byHand: 50 },
});

test('what is open has a deadline by the account’s settings, and what is over or failed has none', () => {
  const seconds = IMAGE_STATES.map((state) => {
    const deadline = imageDeadline(state, NOW, SETTINGS, true);
    return [state, deadline && (deadline.getTime() - NOW.getTime()) / 1000];
  });
  expect(Object.fromEntries(seconds)).toEqual({
    pending: 10,
    processing: 20,
    awaiting_confirm: 30,
    revision: 40,
    failed: null,
    completed: null,
    cancelled: null,
  });
  expect(IMAGE_STATES.filter(isOpenImage)).toEqual([...OPEN_IMAGE_STATES]);
});

test('what was paid and is made by hand has the time that people have', () => {
  const byHand = { ...SETTINGS, automatic: false };
  const secondsOf = (state: (typeof IMAGE_STATES)[number], isPaid: boolean) =>
    ((imageDeadline(state, NOW, byHand, isPaid)?.getTime() ?? 0) - NOW.getTime()) / 1000;
  expect(OPEN_IMAGE_STATES.map((state) => secondsOf(state, true))).toEqual([50, 50, 30, 40]);
  expect(OPEN_IMAGE_STATES.map((state) => secondsOf(state, false))).toEqual([10, 20, 30, 40]);
});

test.each(OPEN_IMAGE_STATES)('%s ends by a move that there is, with a reason', (state) => {
  const { to, reason } = WHEN_IMAGE_DUE[state];
  expect(canMoveImage(state, to)).toBe(true);
  expect(isOpenImage(to)).toBe(false);
  expect(reason).toMatch(/\w/);
});

test('nothing leads out of completed and cancelled, out of nothing else there is no way, and no state leads to itself', () => {
  expect(IMAGE_STATES.filter((from) => IMAGE_STATES.every((to) => !canMoveImage(from, to)))).toEqual([
    'completed',
    'cancelled',
  ]);
  expect(IMAGE_STATES.filter((state) => canMoveImage(state, state))).toEqual([]);
  expect(Object.values(IMAGE_MOVES).flatMap((to) => to.filter((each) => each === 'completed'))).toHaveLength(1);
});

test('by default nobody’s work is waited for longer than an hour, and contacts have days', () => {
  const day = 86_400;
  expect(ImageSettings.parse({}).deadlines).toEqual({
    pending: 7 * day,
    processing: 3600,
    awaitingConfirm: 7 * day,
    revision: 3 * day,
    byHand: 3 * day,
  });
});
