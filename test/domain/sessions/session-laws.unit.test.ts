// The states of a session, the moves between them, the deadline of each, and its kinds: as the design's tables say.
import { describe, expect, test } from 'vitest';
import { Settings } from '../../../src/domain/accounts/settings.ts';
import { deadlineOf } from '../../../src/domain/sessions/deadlines.ts';
import { KINDS, SESSION_KINDS } from '../../../src/domain/sessions/kinds.ts';
import { canMove, isOver, MOVES, OPEN_STATES, SESSION_STATES } from '../../../src/domain/sessions/lifecycle.ts';

/** From the design, word by word. */
const TABLE = `
  pending     | active, cancelled, timeout
  active      | paused, transferred, completed, cancelled, timeout
  paused      | active, transferred, completed, cancelled, timeout
  transferred | completed, cancelled, timeout
  completed   |
  cancelled   |
  timeout     |`;

const rows = TABLE.trim()
  .split('\n')
  .map((line) => line.split('|').map((cell) => cell.trim()));

describe('lifecycle', () => {
  test('the moves are those of the table and no others', () => {
    const written = Object.fromEntries(rows.map(([from = '', to = '']) => [from, to === '' ? [] : to.split(', ')]));
    expect(MOVES).toEqual(written);
  });

  test('nothing moves out of a terminal state, nor from a state to itself', () => {
    for (const from of SESSION_STATES) {
      expect(canMove(from, from)).toBe(false);
      expect(isOver(from)).toBe(SESSION_STATES.every((to) => !canMove(from, to)));
    }
    expect(SESSION_STATES.filter((state) => !isOver(state))).toEqual([...OPEN_STATES]);
  });

  test('from every open state there is a way to an end', () => {
    for (const state of OPEN_STATES) expect(SESSION_STATES.some((to) => isOver(to) && canMove(state, to))).toBe(true);
  });
});

describe('deadlines', () => {
  const { deadlines } = Settings.parse({});
  const from = new Date('2026-01-01T00:00:00Z');
  const seconds = (handler: 'robot' | 'human', state: (typeof SESSION_STATES)[number]) => {
    const deadline = deadlineOf({ handler, origin: 'inferred' }, state, from, deadlines);
    return deadline === null ? null : (deadline.getTime() - from.getTime()) / 1000;
  };

  test.each([
    ['robot', 'active', 1800],
    ['human', 'active', 28_800],
    ['robot', 'pending', 86_400],
    ['human', 'pending', 86_400],
    ['robot', 'paused', 28_800],
    ['human', 'transferred', 86_400],
    ['human', 'completed', null],
    ['robot', 'cancelled', null],
    ['robot', 'timeout', null],
  ] as const)('a %s that is %s ends after %s s', (handler, state, expected) => {
    expect(seconds(handler, state)).toBe(expected);
  });

  test('every open state has one, no terminal state has', () => {
    for (const handler of ['robot', 'human'] as const)
      for (const state of SESSION_STATES) expect(seconds(handler, state) === null).toBe(isOver(state));
  });
});

describe('kinds', () => {
  test('ranks are one order without ties, and a robot is never above a person', () => {
    const byRank = SESSION_KINDS.toSorted((a, b) => KINDS[a].rank - KINDS[b].rank);
    expect(byRank.map((kind) => KINDS[kind].rank)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(byRank.map((kind) => `${kind} ${KINDS[kind].handler} ${KINDS[kind].level}`)).toEqual([
      'manual_urgent human 1',
      'manual_customer_service human 2',
      'manual_complaint human 2',
      'auto_bargain robot 3',
      'auto_customer_service robot 3',
      'auto_follow_up robot 4',
    ]);
  });
});
