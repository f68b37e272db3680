// What becomes of a session whose deadline has come, and who is told what. One line for each handler and open state.
import type { Turn } from './deadlines.ts';
import type { Handler } from './kinds.ts';
import type { OpenState } from './lifecycle.ts';

export type Due = {
  readonly to: 'timeout' | 'completed';
  /** Why, in the operation log. */
  readonly reason: string;
  /** What the contact is told; null: nothing, they lose nobody. */
  readonly phrase: 'timedOut' | 'nobodyCame' | null;
};

const DUE: Readonly<Record<Turn['handler'], Readonly<Record<OpenState, Due>>>> = {
  robot: {
    pending: { to: 'timeout', reason: 'the floor did not fall free in time', phrase: null },
    active: { to: 'timeout', reason: 'the robot and the contact said nothing for too long', phrase: null },
    paused: { to: 'timeout', reason: 'the pause was too long', phrase: null },
    transferred: { to: 'timeout', reason: 'the session that took over is over', phrase: null },
  },
  human: {
    pending: { to: 'timeout', reason: 'no agent came in time', phrase: 'nobodyCame' },
    active: { to: 'timeout', reason: 'the agent and the contact said nothing for too long', phrase: 'timedOut' },
    paused: { to: 'timeout', reason: 'the pause was too long', phrase: 'timedOut' },
    transferred: { to: 'timeout', reason: 'the session that took over is over', phrase: null },
  },
};

/** A person outside who says nothing more has simply gone: their turn is complete, and the floor is handed on. */
const OUTSIDE: Due = { to: 'completed', reason: 'the person outside said nothing more', phrase: null };

/** @param speaks who else has the floor: the conversation goes on with them, so nobody is told that it is closed. */
export function whenDue({ handler, origin }: Turn, state: OpenState, speaks: Handler | null = null): Due {
  const due = origin === 'outside' && state === 'active' ? OUTSIDE : DUE[handler][state];
  return due.phrase === null || isTrue(due.phrase, speaks) ? due : { ...due, phrase: null };
}

/** While an agent speaks it is not true that nobody came; while anybody does, the conversation is not closed. */
function isTrue(phrase: NonNullable<Due['phrase']>, speaks: Handler | null): boolean {
  return phrase === 'nobodyCame' ? speaks !== 'human' : speaks === null;
}
