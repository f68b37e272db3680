// Which state of WeCom's customer service stands for which status of our desk, and which moves WeCom allows.
import type { DeskStatus } from '../../conversations/desk-status.ts';

/** `service_state`. */
export const KF_STATES = { fresh: 0, robot: 1, pool: 2, servicer: 3, ended: 4 } as const;
export type KfState = (typeof KF_STATES)[keyof typeof KF_STATES];

/** The only moves (service_state/trans). */
export const KF_MOVES: Readonly<Record<KfState, readonly KfState[]>> = {
  0: [1, 2, 3, 4],
  1: [1, 2, 3, 4],
  2: [2, 3, 4],
  3: [3, 4],
  4: [],
};

/** What the desk shows for a state of theirs. */
export function deskStatusOf(state: KfState): DeskStatus {
  return DESK[state];
}

const DESK: Readonly<Record<KfState, DeskStatus>> = {
  0: 'queued',
  1: 'ai_handling',
  2: 'queued',
  3: 'serving',
  4: 'resolved',
};

/**
 * The state that WeCom is to be moved to, or null where it is to be left alone.
 * @param answers where our people answer. `here`: at our desk, over the interface, which WeCom allows in the states 0 and 1 only, so
 * the conversation stays with "the robot" until it ends. `wecom`: in WeCom's own client, by its pool and its servicers.
 */
export function kfStateFor(status: DeskStatus, from: KfState, answers: 'here' | 'wecom'): KfState | null {
  const to = answers === 'here' ? (status === 'resolved' ? KF_STATES.ended : KF_STATES.robot) : THERE[status];
  return to !== null && to !== from && KF_MOVES[from].includes(to) ? to : null;
}

const THERE: Readonly<Record<DeskStatus, KfState | null>> = {
  ai_handling: KF_STATES.robot,
  queued: KF_STATES.pool,
  serving: KF_STATES.servicer,
  waiting: null,
  resolved: KF_STATES.ended,
};
