// A call outside ends when its time is over or its caller gives it up, and says which of both it was.
import { OutsideFailure } from './outside-failure.ts';

export type TimeLimit = { readonly timeoutMs: number; readonly signal?: AbortSignal | undefined };

/**
 * @param work must heed the signal that it is given.
 * @throws OutsideFailure `timeout` or `aborted`, both retryable; else what the work throws.
 */
export async function withinTime<T>(
  { timeoutMs, signal }: TimeLimit,
  work: (stop: AbortSignal) => Promise<T>,
): Promise<T> {
  if (signal?.aborted) throw givenUp();
  const stop = new AbortController();
  let isLate = false;
  const end = () => stop.abort();
  const timer = setTimeout(() => {
    isLate = true;
    end();
  }, timeoutMs);
  signal?.addEventListener('abort', end, { once: true });
  try {
    return await work(stop.signal);
  } catch (error) {
    if (signal?.aborted) throw givenUp();
    if (isLate) throw new OutsideFailure('retryable', 'timeout', `There was no answer within ${timeoutMs} ms.`);
    throw error;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', end);
  }
}

function givenUp(): OutsideFailure {
  return new OutsideFailure('retryable', 'aborted', 'The call was given up before there was an answer.');
}
