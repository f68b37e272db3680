// The states of a session and the only moves between them. docs/sessions.md draws this table, and a test compares both.

export const MOVES = {
  pending: ['active', 'cancelled', 'timeout'],
  active: ['paused', 'transferred', 'completed', 'cancelled', 'timeout'],
  paused: ['active', 'transferred', 'completed', 'cancelled', 'timeout'],
  transferred: ['completed', 'cancelled', 'timeout'],
  completed: [],
  cancelled: [],
  timeout: [],
} as const satisfies Record<string, readonly string[]>;

export type SessionState = keyof typeof MOVES;
export const SESSION_STATES = Object.keys(MOVES) as SessionState[]; // the keys are the union itself
export const OPEN_STATES = ['pending', 'active', 'paused', 'transferred'] as const satisfies readonly SessionState[];

export function canMove(from: SessionState, to: SessionState): boolean {
  const targets: readonly SessionState[] = MOVES[from];
  return targets.includes(to);
}

export type OpenState = (typeof OPEN_STATES)[number];

export function isOpen(state: SessionState): state is OpenState {
  return !isOver(state);
}

/** Terminal states absorb: nothing moves out of them. */
export function isOver(state: SessionState): boolean {
  return MOVES[state].length === 0;
}
