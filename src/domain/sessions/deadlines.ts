// Until when a session may stay as it is. Every open state has a deadline; each activity moves it.
import type { Handler } from './kinds.ts';
import { isOver, type SessionState } from './lifecycle.ts';

export type Deadlines = {
  readonly robotActive: number;
  readonly humanActive: number;
  readonly robotPending: number;
  readonly humanPending: number;
  readonly paused: number;
  readonly transferred: number;
  readonly outside: number;
};

/** Whose turn it is: a person outside tells nobody when they are done, so their turn is short. */
export type Turn = { readonly handler: Handler; readonly origin: string };

/** @returns null for terminal states, which nothing ends any more. @param deadlines seconds, from the account's settings. */
export function deadlineOf(turn: Turn, state: SessionState, from: Date, deadlines: Deadlines): Date | null {
  if (isOver(state)) return null;
  return new Date(from.getTime() + 1000 * secondsOf(turn, state, deadlines));
}

function secondsOf({ handler, origin }: Turn, state: SessionState, deadlines: Deadlines): number {
  if (state === 'paused') return deadlines.paused;
  if (state === 'transferred') return deadlines.transferred;
  if (state === 'pending') return handler === 'robot' ? deadlines.robotPending : deadlines.humanPending;
  if (origin === 'outside') return deadlines.outside;
  return handler === 'robot' ? deadlines.robotActive : deadlines.humanActive;
}
