// Every table of states and moves, with what leaves each state when nobody acts: a deadline, or the end of something else. No process
// starts while one of them has a dead end (reachability.ts).
import { ASSIGNMENT_MOVES } from './assignments/assignment.ts';
import { COLLABORATOR_MOVES } from './conversations/collaborator.ts';
import { PARTICIPANT_MOVES } from './conversations/participant.ts';
import { DELIVERY_MOVES } from './deliveries/lifecycle.ts';
import { IMAGE_MOVES, IMAGE_STATES, isOpenImage, WHEN_IMAGE_DUE } from './images/lifecycle.ts';
import type { Machine } from './reachability.ts';
import type { Turn } from './sessions/deadlines.ts';
import { whenDue } from './sessions/due.ts';
import { isOpen, isOver, MOVES, SESSION_STATES } from './sessions/lifecycle.ts';
import { TRANSFER_MOVES } from './transfers/transfer.ts';

export const MACHINES: readonly Machine[] = [
  sessionOf('a robot’s session', { handler: 'robot', origin: 'requested' }),
  sessionOf('a human session', { handler: 'human', origin: 'requested' }),
  sessionOf('a session outside', { handler: 'human', origin: 'outside' }),
  {
    name: 'an assignment',
    moves: ASSIGNMENT_MOVES,
    initial: ['offered', 'serving'],
    terminal: ['declined', 'expired', 'released'],
    whenDue: (state) => (state === 'offered' ? 'expired' : null),
    endsWith: { serving: { machine: 'a human session', to: 'released' } },
  },
  {
    name: 'a transfer',
    moves: TRANSFER_MOVES,
    initial: ['requested'],
    terminal: ['declined', 'expired', 'returned', 'cancelled'],
    mayRest: ['accepted'],
    whenDue: (state) => (state === 'requested' ? 'expired' : null),
  },
  {
    name: 'a collaborator',
    moves: COLLABORATOR_MOVES,
    initial: ['invited'],
    terminal: ['left', 'ended'],
    whenDue: () => null,
    endsWith: {
      invited: { machine: 'a human session', to: 'ended' },
      joined: { machine: 'a human session', to: 'ended' },
    },
  },
  {
    name: 'a participant',
    moves: PARTICIPANT_MOVES,
    initial: ['invited'],
    terminal: ['removed', 'left', 'ended'],
    whenDue: () => null,
    endsWith: {
      invited: { machine: 'a human session', to: 'ended' },
      joined: { machine: 'a human session', to: 'ended' },
    },
  },
  {
    name: 'a delivery',
    moves: DELIVERY_MOVES,
    initial: ['pending'],
    terminal: [],
    mayRest: ['delivered', 'skipped', 'failed', 'unknown'],
    // It expires; a worker that is lost gives it back.
    whenDue: (state) => (state === 'pending' ? 'failed' : 'pending'),
  },
  {
    name: 'an image task',
    moves: IMAGE_MOVES,
    initial: ['pending'],
    terminal: ['completed', 'cancelled'],
    mayRest: ['failed'],
    whenDue: (text) => {
      const state = IMAGE_STATES.find((known) => known === text);
      return state && isOpenImage(state) ? WHEN_IMAGE_DUE[state].to : null;
    },
  },
];

function sessionOf(name: string, turn: Turn): Machine {
  return {
    name,
    moves: MOVES,
    initial: ['pending', 'active'],
    terminal: SESSION_STATES.filter(isOver),
    whenDue: (text) => {
      const state = SESSION_STATES.find((known) => known === text);
      return state && isOpen(state) ? whenDue(turn, state).to : null;
    },
  };
}
