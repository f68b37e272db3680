// What becomes of a session whose time is over: it always ends, in a way that its state allows, and a contact is told only what is true.
import { describe, expect, test } from 'vitest';
import { whenDue } from '../../../src/domain/sessions/due.ts';
import { canMove, isOver, OPEN_STATES } from '../../../src/domain/sessions/lifecycle.ts';

const TURNS = [
  { handler: 'robot', origin: 'requested' },
  { handler: 'human', origin: 'requested' },
  { handler: 'human', origin: 'outside' },
] as const;

describe.each(TURNS)('a $handler session ($origin)', (turn) => {
  test.each(OPEN_STATES)('that is %s ends', (state) => {
    const { to, reason } = whenDue(turn, state);
    expect(isOver(to) && canMove(state, to)).toBe(true);
    expect(reason).not.toBe('');
  });
});

describe('the contact', () => {
  const [robot, person, outside] = TURNS;

  test.each([
    [person, 'pending', null, 'nobodyCame'],
    [person, 'pending', 'robot', 'nobodyCame'],
    [person, 'pending', 'human', null],
    [person, 'active', null, 'timedOut'],
    [person, 'paused', null, 'timedOut'],
    [person, 'paused', 'human', null],
    [person, 'paused', 'robot', null],
    [robot, 'active', null, null],
    [outside, 'active', null, null],
  ] as const)('%j, %s, while %s speaks: is told %s', (turn, state, speaks, phrase) => {
    expect(whenDue(turn, state, speaks).phrase).toBe(phrase);
  });
});
