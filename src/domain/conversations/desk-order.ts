// The order of the desk as one number, so that one index sorts a million rows.
//
// Lexicographic: pinned; urgency 5; hand raised; need intervene; urgency 4; emotion; urgency 3; status; newest message.
// Ten bits of rank above 43 bits of milliseconds (enough until the year 2248): 53 bits, an exact integer in JavaScript.
import type { DeskStatus } from './desk-status.ts';

export const EMOTIONS = ['neutral', 'angry', 'anxious', 'sad', 'happy'] as const;
export type Emotion = (typeof EMOTIONS)[number];

export type Flags = {
  readonly pinned: boolean;
  readonly urgency: number;
  readonly handRaised: boolean;
  readonly needIntervene: boolean;
  readonly emotion: Emotion;
};

const STATUS_RANK: Record<DeskStatus, number> = { queued: 4, waiting: 3, ai_handling: 2, serving: 1, resolved: 0 };
const TIME_RANGE = 2 ** 43;
const STATUS_RANGE = 8;
const UNPINNED_STEPS = 6;

/** The least number of a pinned conversation. */
export const FIRST_PINNED = 2 ** UNPINNED_STEPS * STATUS_RANGE * TIME_RANGE;

/** Higher comes first. @param lastMessageAt milliseconds since 1970, 0 where nothing was said yet. */
export function deskOrder(flags: Flags, status: DeskStatus, lastMessageAt: number): number {
  const steps = [
    flags.pinned,
    flags.urgency === 5,
    flags.handRaised,
    flags.needIntervene,
    flags.urgency === 4,
    flags.emotion !== 'neutral',
    flags.urgency === 3,
  ];
  const rank = steps.reduce((sum, holds) => sum * 2 + (holds ? 1 : 0), 0) * STATUS_RANGE + STATUS_RANK[status];
  return rank * TIME_RANGE + Math.min(Math.max(Math.trunc(lastMessageAt), 0), TIME_RANGE - 1);
}
