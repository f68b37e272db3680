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
};

/** @returns null for terminal states, which nothing ends any more. @param deadlines seconds, from the account's settings. */
export function deadlineOf(handler: Handler, state: SessionState, from: Date, deadlines: Deadlines): Date | null {
  if (isOver(state)) return null;
  return new Date(from.getTime() + 1000 * secondsOf(handler, state, deadlines));
}

function secondsOf(handler: Handler, state: SessionState, deadlines: Deadlines): number {
  if (state === 'paused') return deadlines.paused;
  if (state === 'transferred') return deadlines.transferred;
  if (state === 'pending') return handler === 'robot' ? deadlines.robotPending : deadlines.humanPending;
  return handler === 'robot' ? deadlines.robotActive : deadlines.humanActive;
}
