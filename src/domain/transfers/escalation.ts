// What becomes of a transfer that nobody takes: back, or one level up and offered again, as often as the account allows; then
// operators are called and it stays first in the queue.

export type Refused = {
  readonly onTimeout: 'return' | 'escalate';
  /** Escalations so far. */
  readonly hops: number;
  readonly maxHops: number;
  /** Of the session that waits: 1 is the highest. */
  readonly level: number;
};

export type Consequence =
  | { readonly kind: 'return' }
  | { readonly kind: 'escalate'; readonly hops: number; readonly level: number }
  | { readonly kind: 'alarm'; readonly hops: number; readonly level: number };

/** `alarm`: the last escalation, after which it waits as long as its session may. */
export function consequenceOf({ onTimeout, hops, maxHops, level }: Refused): Consequence {
  if (onTimeout === 'return' || hops >= maxHops) return { kind: 'return' };
  const higher = Math.max(1, level - 1);
  return hops + 1 < maxHops
    ? { kind: 'escalate', hops: hops + 1, level: higher }
    : { kind: 'alarm', hops: hops + 1, level: 1 };
}

/** Operators were called: whoever declines from here on, it stays in the queue until its time is over. */
export function isAlarmed(
  { hops }: Pick<Refused, 'hops'>,
  { onTimeout, maxHops }: Pick<Refused, 'onTimeout' | 'maxHops'>,
): boolean {
  return onTimeout === 'escalate' && hops >= maxHops;
}
