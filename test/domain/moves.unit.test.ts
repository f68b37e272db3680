// The tables of moves are what moveTo lets through, cell by cell: every state to every other, for each thing that has states.
import { describe, expect, test } from 'vitest';
import { ImageSettings } from '../../src/domain/accounts/image-settings.ts';
import { Settings } from '../../src/domain/accounts/settings.ts';
import { ASSIGNMENT_MOVES, Assignment } from '../../src/domain/assignments/assignment.ts';
import { COLLABORATOR_MOVES, Collaborator } from '../../src/domain/conversations/collaborator.ts';
import { PARTICIPANT_MOVES, Participant } from '../../src/domain/conversations/participant.ts';
import { Delivery } from '../../src/domain/deliveries/delivery.ts';
import { DELIVERY_MOVES } from '../../src/domain/deliveries/lifecycle.ts';
import { DomainError } from '../../src/domain/errors.ts';
import { ImageAttempt } from '../../src/domain/images/image-attempt.ts';
import { ImageTask } from '../../src/domain/images/image-task.ts';
import { IMAGE_MOVES } from '../../src/domain/images/lifecycle.ts';
import { ATTEMPT_STATES } from '../../src/domain/images/steps.ts';
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
  ['a delivery', Delivery.prototype, DELIVERY_MOVES, [NOW], 'illegal_move'],
  ['an image task', ImageTask.prototype, IMAGE_MOVES, [NOW, ImageSettings.parse({}), null], 'illegal_move'],
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

  test('nothing leads out of its ends; of a delivery, all but those on their way rest until somebody sends them again', () => {
    const ends = states.filter((state) => moves[state]?.length === 0);
    if (moves !== DELIVERY_MOVES) return expect(ends.length).toBeGreaterThan(0);
    expect(ends).toEqual([]);
    expect(states.filter((state) => moves[state]?.includes('sending'))).toEqual(['pending']);
  });
});

/** The design's table, and the one move that was added to it (docs/decisions/0020): a revision that is taken back. */
const DESIGNED: Moves = {
  pending: ['processing', 'failed', 'cancelled'],
  processing: ['awaiting_confirm', 'failed'],
  awaiting_confirm: ['revision', 'completed', 'failed', 'cancelled'],
  revision: ['processing', 'failed', 'cancelled'],
  failed: ['processing', 'cancelled'],
  completed: [],
  cancelled: [],
};

test('an image task moves as it was designed, but that a revision can be taken back', () => {
  const sorted = (moves: Moves) => Object.fromEntries(Object.entries(moves).map(([from, to]) => [from, to.toSorted()]));
  const added = { ...DESIGNED, revision: [...(DESIGNED.revision ?? []), 'awaiting_confirm'] };
  expect(sorted(IMAGE_MOVES)).toEqual(sorted(added));
});

test.each(ATTEMPT_STATES.flatMap((from) => ATTEMPT_STATES.map((to) => [from, to] as const)))(
  'an attempt ends once: from %s to %s',
  (from, to) => {
    if (to === 'begun') return;
    const attempt: ImageAttempt = Object.assign(Object.create(ImageAttempt.prototype), { state: from, endedAt: null });
    if (from === 'begun') {
      attempt.moveTo(to, NOW, 'word', 'a sentence');
      expect(attempt).toMatchObject({ state: to, code: 'word', detail: 'a sentence', endedAt: NOW });
      return;
    }
    expect(() => attempt.moveTo(to, NOW)).toThrow(`an attempt that is ${from} can not become ${to}`);
    expect(attempt).toMatchObject({ state: from, endedAt: null });
  },
);
