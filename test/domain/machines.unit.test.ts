// No table of states has a dead end; and a table that has one is reported, with the state.
import { describe, expect, test } from 'vitest';
import { MACHINES } from '../../src/domain/machines.ts';
import { findDeadEnds, type Machine } from '../../src/domain/reachability.ts';

test.each(MACHINES.map((machine) => [machine.name, machine] as const))('%s has no dead end', (name) => {
  expect(findDeadEnds(MACHINES).filter((sentence) => sentence.startsWith(`${name}:`))).toEqual([]);
});

test('every session, assignment, transfer, member, delivery and image task is among them', () => {
  expect(MACHINES.map(({ name }) => name)).toEqual([
    'a robot’s session',
    'a human session',
    'a session outside',
    'an assignment',
    'a transfer',
    'a collaborator',
    'a participant',
    'a delivery',
    'an image task',
  ]);
});

const LAMP: Machine = {
  name: 'a lamp',
  moves: { off: ['on'], on: ['off', 'broken'], broken: [] },
  initial: ['off'],
  terminal: ['broken'],
  whenDue: (state) => (state === 'off' ? 'on' : 'off'),
};

describe('a broken table is reported', () => {
  const broken: readonly (readonly [string, Partial<Machine>, string])[] = [
    [
      'a state that time does not end',
      { whenDue: () => null },
      'a lamp: off is not left by time, nor with anything else',
    ],
    [
      'a deadline whose outcome is no move',
      { whenDue: () => 'broken' },
      'a lamp: off is not left by time, nor with anything else',
    ],
    ['a state that nothing leads to', { initial: ['broken'] }, 'a lamp: nothing leads to off'],
    [
      'a move to nowhere',
      { moves: { ...LAMP.moves, off: ['on', 'stolen'] } },
      'a lamp: off leads to stolen, which is no state',
    ],
    ['an end that leads on', { terminal: ['broken', 'on'] }, 'a lamp: on is an end, and yet leads on'],
    [
      'an end with something that nobody knows',
      { endsWith: { on: { machine: 'a house', to: 'off' } } },
      'a lamp: on ends with a house, which nobody knows',
    ],
  ];

  test.each(broken)('%s', (_, change, sentence) => {
    expect(findDeadEnds([LAMP])).toEqual([]);
    expect(findDeadEnds([{ ...LAMP, ...change }])).toContain(sentence);
  });

  test.each(MACHINES.map((machine) => [machine.name, machine] as const))('%s without its exits', (name, machine) => {
    const { endsWith: _, ...rest } = machine;
    const open = Object.keys(machine.moves).filter(
      (state) => !machine.terminal.includes(state) && !machine.mayRest?.includes(state),
    );
    expect(findDeadEnds([{ ...rest, whenDue: () => null }])).toEqual(
      open.map((state) => `${name}: ${state} is not left by time, nor with anything else`),
    );
  });

  test('what may rest but can be moved on is no dead end', () => {
    expect(findDeadEnds([{ ...LAMP, mayRest: ['off', 'on'], whenDue: () => null }])).toEqual([]);
  });
});
