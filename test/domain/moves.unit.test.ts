// The tables of moves are what moveTo lets through, cell by cell: every state to every other, for each thing that has states.
import { describe, expect, test } from 'vitest';
import { Settings } from '../../src/domain/accounts/settings.ts';
import { ASSIGNMENT_MOVES, Assignment } from '../../src/domain/assignments/assignment.ts';
import { COLLABORATOR_MOVES, Collaborator } from '../../src/domain/conversations/collaborator.ts';
import { PARTICIPANT_MOVES, Participant } from '../../src/domain/conversations/participant.ts';
import { DomainError } from '../../src/domain/errors.ts';
import { MOVES } from '../../src/domain/sessions/lifecycle.ts';
import { Session } from '../../src/domain/sessions/session.ts';
import { TRANSFER_MOVES, Transfer } from '../../src/domain/transfers/transfer.ts';

const NOW = new Date('2026-01-01T00:00:00Z');
const { deadlines } = Settings.parse({});
type Moves = Readonly<Record<string, readonly string[]>>;

/** A thing without a database: its class, and the fields that a move looks at. */
function thing(prototype: object, state: string): Record<string, unknown> {
  return Object.assign(Object.create(prototype), {
    id: 'x',
    sessionId: 's',
    conversationId: 'c',
    kind: 'auto_bargain',
    state,
    origin: 'requested',
    lastAt: NOW,
  });
}

const THINGS: readonly (readonly [string, object, Moves, readonly unknown[], string])[] = [
  ['a session', Session.prototype, MOVES, [NOW, deadlines, null], 'illegal_move'],
  ['an assignment', Assignment.prototype, ASSIGNMENT_MOVES, [NOW, null], 'illegal_move'],
  ['a transfer', Transfer.prototype, TRANSFER_MOVES, [NOW, null], 'transfer_closed'],
  ['a collaborator', Collaborator.prototype, COLLABORATOR_MOVES, [NOW], 'illegal_move'],
  ['a participant', Participant.prototype, PARTICIPANT_MOVES, [NOW], 'illegal_move'],
];

describe.each(THINGS)('%s', (_, prototype, moves, rest, code) => {
  const states = Object.keys(moves);
  test.each(states.flatMap((from) => states.map((to) => [from, to] as const)))('from %s to %s', (from, to) => {
    const one = thing(prototype, from);
    const { moveTo } = one;
    if (typeof moveTo !== 'function') throw new Error('it does not move');
    const move = () => moveTo.call(one, to, ...rest);
    if (moves[from]?.includes(to)) {
      move();
      expect(one.state).toBe(to);
      return;
    }
    expect(move).toThrow(DomainError);
    expect(move).toThrow(expect.objectContaining({ code }));
    expect(one.state).toBe(from);
  });

  test('nothing leads out of its ends', () => {
    expect(states.filter((state) => moves[state]?.length === 0).length).toBeGreaterThan(0);
  });
});
