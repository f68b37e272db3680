// The states of a delivery and the only moves between them. docs/deliveries.md draws this table, and a test compares both.

/**
 * `sending`: an attempt is under way. `skipped`: it was not wanted any more, or can not be done there. `failed`: given up; by hand it is
 * tried again. `unknown`: it may have arrived, and the other side can not be asked; an operator decides. `delivered` fails where the
 * other side says later that it did not arrive after all.
 */
export const DELIVERY_MOVES = {
  pending: ['sending', 'skipped', 'failed', 'delivered'],
  sending: ['delivered', 'pending', 'skipped', 'failed', 'unknown'],
  delivered: ['pending', 'failed'],
  skipped: ['pending'],
  failed: ['pending', 'delivered'],
  unknown: ['pending', 'delivered', 'failed'],
} as const satisfies Record<string, readonly string[]>;

export type DeliveryState = keyof typeof DELIVERY_MOVES;
export const DELIVERY_STATES = Object.keys(DELIVERY_MOVES) as DeliveryState[]; // the keys are the union itself

export function canMoveDelivery(from: DeliveryState, to: DeliveryState): boolean {
  const targets: readonly DeliveryState[] = DELIVERY_MOVES[from];
  return targets.includes(to);
}

export function isOnItsWay(state: DeliveryState): boolean {
  return state === 'pending' || state === 'sending';
}
