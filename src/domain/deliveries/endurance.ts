// How long and how often we try: the pauses between attempts at one delivery, until when it is wanted at all, and the circuit that keeps
// us from knocking at a door behind which nobody is.
import type { EndpointKind } from '../endpoints/kinds.ts';

/** Seconds to the next attempt, by how many there were; the last one from then on. Webhooks: as Standard Webhooks advises. */
export const PAUSES: Readonly<Record<EndpointKind, readonly number[]>> = {
  webhook: [5, 30, 120, 600, 1800, 3600, 7200, 14_400, 28_800],
  chatwoot: [2, 5, 15, 60, 180, 600],
  wecom: [2, 5, 15, 60, 180, 600],
};

/** Seconds after which nobody tries any more: robots and systems catch up after days, what is said to people grows stale. */
export const WANTED_FOR: Readonly<Record<EndpointKind, number>> = {
  webhook: 3 * 86_400,
  chatwoot: 86_400,
  wecom: 86_400,
};

/** Deliveries to one endpoint that are under way at the same time, each in another lane. */
export const AT_ONCE: Readonly<Record<EndpointKind, number>> = { webhook: 8, chatwoot: 4, wecom: 4 };

/** @param attempts that were made, at least one. @param chance 0-1: up to a fifth is taken off, so that many do not come back together. */
export function nextAttempt(kind: EndpointKind, attempts: number, now: Date, chance: number): Date {
  const pauses = PAUSES[kind];
  const seconds = pauses[Math.min(attempts, pauses.length) - 1] ?? 60;
  return new Date(now.getTime() + seconds * 1000 * (1 - chance / 5));
}

export function expiryOf(kind: EndpointKind, now: Date): Date {
  return new Date(now.getTime() + WANTED_FOR[kind] * 1000);
}

/** Until somebody looks whether it has arrived: what was cut may still be on its way. */
export const DOUBT_MS = 5_000;
/** A fault of ours that does not go away. */
export const FAULTS_AT_MOST = 10;
/** An endpoint that has asked for silence for so long is told to operators. */
export const PAUSED_TOO_LONG_MS = 3_600_000;

/** Failures in a row by which the circuit opens. */
export const OPENS_AFTER = 5;
const FIRST_PAUSE_MS = 10_000;
const LONGEST_PAUSE_MS = 300_000;
/** A webhook that has failed for so long is disabled. */
export const DISABLED_AFTER_MS = 5 * 86_400_000;

export type CircuitState = {
  readonly failures: number;
  readonly failingSince: Date | null;
  readonly openUntil: Date | null;
  readonly pauses: number;
};

export const CLOSED: CircuitState = { failures: 0, failingSince: null, openUntil: null, pauses: 0 };

/** `open`: nothing is sent. `probe`: one is sent, to see. */
export function standingOf({ openUntil }: CircuitState, now: Date): 'closed' | 'open' | 'probe' {
  if (openUntil === null) return 'closed';
  return openUntil > now ? 'open' : 'probe';
}

/**
 * Whether a delivery that failed is to be given up for its age: its time was over, and the endpoint has taken something else since. While
 * nothing gets through, it is not this one's fault, and it waits with the others.
 */
export function isOutlived(
  expiresAt: Date,
  { openUntil, succeededAt }: { readonly openUntil: Date | null; readonly succeededAt: Date | null },
): boolean {
  return openUntil === null && succeededAt !== null && succeededAt >= expiresAt;
}

/** @param isSure it will not go well before somebody acts, for instance since a key is wrong: the circuit opens at once. */
export function afterFailure(circuit: CircuitState, now: Date, isSure: boolean): CircuitState {
  const failures = circuit.failures + 1;
  const failingSince = circuit.failingSince ?? now;
  const opens = isSure || failures >= OPENS_AFTER;
  // Those that were under way when it opened must not make the pause longer.
  if (!opens || standingOf(circuit, now) === 'open') return { ...circuit, failures, failingSince };
  const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(circuit.pauses, 10));
  return { failures, failingSince, openUntil: new Date(now.getTime() + pause), pauses: circuit.pauses + 1 };
}
