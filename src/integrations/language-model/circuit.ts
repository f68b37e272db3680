// Spares callers the wait for somebody who is not there: after five failures in a row nobody is asked for half a minute; then one
// caller is let through to see, and the others only if that went well.
import {
  type CircuitBreakerPolicy,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhen,
  isBrokenCircuitError,
} from 'cockatiel';
import { OutsideFailure } from '../outside-failure.ts';

const FAILURES = 5;
const PAUSE_MS = 30_000;

export type Circuit = <T>(work: () => Promise<T>) => Promise<T>;

/** @throws OutsideFailure retryable `circuit_open`; else what the work throws. */
export function makeCircuit(): Circuit {
  const policy: CircuitBreakerPolicy = circuitBreaker(
    handleWhen((error) => isAgainst(error, policy.state)),
    { halfOpenAfter: PAUSE_MS, breaker: new ConsecutiveBreaker(FAILURES) },
  );
  return async (work) => {
    // The library would let the others wait for the one that sees, however long that takes.
    if (policy.state === CircuitState.HalfOpen) throw isOpen();
    try {
      return await policy.execute(work);
    } catch (error) {
      throw isBrokenCircuitError(error) ? isOpen() : error;
    }
  };
}

/** An answer that was not understood, or a refusal, is one all the same; otherwise whoever writes strange things could open it for all. */
function isAgainst(error: unknown, state: CircuitState): boolean {
  if (!(error instanceof OutsideFailure)) return false;
  // Whoever gave up while seeing has not seen that all is well.
  if (error.code === 'aborted') return state === CircuitState.HalfOpen;
  return error.code !== 'not_understood' && ['retryable', 'rate_limited', 'auth'].includes(error.kind);
}

function isOpen(): OutsideFailure {
  return new OutsideFailure(
    'retryable',
    'circuit_open',
    'The language model failed often; it is left alone for a while.',
  );
}
