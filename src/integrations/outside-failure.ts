// What goes wrong outside, in the few ways that matter to whoever asked: again later, never again, or nobody knows.

export const FAILURE_KINDS = ['retryable', 'rate_limited', 'refused', 'auth', 'permanent', 'unknown'] as const;
/**
 * `retryable`: it may go well next time. `rate_limited`: it will, after the pause that was named. `refused`: the party will not do
 * this very thing. `auth`: our key is wrong, an operator must look. `permanent`: our request is wrong. `unknown`: it may have been done.
 */
export type FailureKind = (typeof FAILURE_KINDS)[number];

/** @param code one word of ours or of the outside party, for people and for counting. Neither code nor message holds a secret. */
export class OutsideFailure extends Error {
  readonly kind: FailureKind;
  readonly code: string;
  /** Milliseconds until it may be asked again, where the party said so. */
  readonly retryAfterMs: number | null;

  constructor(
    kind: FailureKind,
    code: string,
    detail: string,
    options: { retryAfterMs?: number; cause?: unknown } = {},
  ) {
    super(detail, options.cause === undefined ? {} : { cause: options.cause });
    this.name = 'OutsideFailure';
    this.kind = kind;
    this.code = code;
    this.retryAfterMs = options.retryAfterMs ?? null;
  }
}
