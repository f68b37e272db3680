// The states of an image task and the only moves between them. docs/images.md draws this table, and a test compares both.
import type { ImageSettings } from '../accounts/image-settings.ts';

export const IMAGE_MOVES = {
  pending: ['processing', 'failed', 'cancelled'],
  processing: ['awaiting_confirm', 'failed'],
  awaiting_confirm: ['revision', 'completed', 'failed', 'cancelled'],
  revision: ['processing', 'awaiting_confirm', 'failed', 'cancelled'],
  failed: ['processing', 'cancelled'],
  completed: [],
  cancelled: [],
} as const satisfies Record<string, readonly string[]>;

export type ImageState = keyof typeof IMAGE_MOVES;
export const IMAGE_STATES = Object.keys(IMAGE_MOVES) as ImageState[]; // the keys are the union itself
/** A contact has at most one task in these. One that failed may be taken up again, and holds up no other. */
export const OPEN_IMAGE_STATES = [
  'pending',
  'processing',
  'awaiting_confirm',
  'revision',
] as const satisfies readonly ImageState[];
export type OpenImageState = (typeof OPEN_IMAGE_STATES)[number];

export function isOpenImage(state: ImageState): state is OpenImageState {
  return OPEN_IMAGE_STATES.some((open) => open === state);
}

export function canMoveImage(from: ImageState, to: ImageState): boolean {
  const targets: readonly ImageState[] = IMAGE_MOVES[from];
  return targets.includes(to);
}

/** What becomes of a task on which nothing moves. */
export const WHEN_IMAGE_DUE: Readonly<Record<OpenImageState, { readonly to: ImageState; readonly reason: string }>> = {
  pending: { to: 'cancelled', reason: 'it was not paid in time' },
  processing: { to: 'failed', reason: 'no result came in time' },
  awaiting_confirm: { to: 'cancelled', reason: 'the contact did not confirm in time' },
  revision: { to: 'cancelled', reason: 'the contact did not say in time what to change' },
};

/**
 * @param isPaid of a task that is pending or worked on: where work is not done by itself, somebody makes it by hand.
 * @returns null where nothing is waited for.
 */
export function imageDeadline(
  state: ImageState,
  now: Date,
  { deadlines, automatic }: ImageSettings,
  isPaid: boolean,
): Date | null {
  if (!isOpenImage(state)) return null;
  const isByHand = !automatic && isPaid && (state === 'pending' || state === 'processing');
  if (isByHand) return new Date(now.getTime() + deadlines.byHand * 1000);
  const seconds = {
    pending: deadlines.pending,
    processing: deadlines.processing,
    awaiting_confirm: deadlines.awaitingConfirm,
    revision: deadlines.revision,
  }[state];
  return new Date(now.getTime() + seconds * 1000);
}
