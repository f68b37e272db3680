// The platform's fetch for makers of pictures, whose libraries read a whole answer into memory: an answer ends at a size, and is
// never followed elsewhere, since the key would go along.
import { OutsideFailure } from '../outside-failure.ts';

/** A picture of 30 MB in base64, with room for what stands round it. */
export const LONGEST_ANSWER = 48_000_000;

/** @throws OutsideFailure, while the answer is fetched or read; libraries may wrap it (see `failureInside`). */
export function makeBoundedFetch(maxBytes: number): typeof fetch {
  return async (input, init) => {
    const answer = await fetch(input, { ...init, redirect: 'manual' });
    if (answer.status >= 300 && answer.status < 400) {
      throw new OutsideFailure('permanent', 'redirected', 'The provider redirects; its base URL is not the right one.');
    }
    if (answer.body === null) return answer;
    const { status, statusText, headers } = answer;
    return new Response(answer.body.pipeThrough(makeLimit(maxBytes)), { status, statusText, headers });
  };
}

function makeLimit(maxBytes: number): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
  let bytes = 0;
  return new TransformStream({
    transform: (chunk, controller) => {
      bytes += chunk.length;
      if (bytes <= maxBytes) return controller.enqueue(chunk);
      controller.error(new OutsideFailure('retryable', 'bad_answer', `The answer is larger than ${maxBytes} bytes.`));
    },
  });
}

/** The failure that was thrown here, out of whatever a library made of it; null: it was another. */
export function failureInside(error: unknown): OutsideFailure | null {
  if (error instanceof OutsideFailure) return error;
  return error instanceof Error && error.cause !== undefined ? failureInside(error.cause) : null;
}
