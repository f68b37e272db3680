// Pictures made on this machine, by arithmetic on pixels: no model, no network, the same result every time. Each is made in a
// thread of its own, so that the process goes on renewing its locks meanwhile.
import { Worker } from 'node:worker_threads';
import type { Operation } from '../../domain/images/operation.ts';
import type { Requirements } from '../../domain/images/requirements.ts';
import { type FailureKind, OutsideFailure } from '../outside-failure.ts';
import type { Made } from './embedded/made.ts';
import { givenUp, makeSeats } from './embedded/seats.ts';
import type { Picture, PictureProvider, PictureWish } from './provider.ts';

export type EmbeddedOptions = {
  /** Pictures that are made side by side; others wait. */
  readonly atOnce?: number;
  /** Of a thread's own heap; the pixels lie outside it. */
  readonly maxHeapMb?: number;
};
/** What the thread is told. Bytes arrive there as a plain Uint8Array. */
export type Order = {
  readonly operation: Operation;
  readonly original: Uint8Array<ArrayBuffer>;
  readonly requirements: Requirements;
};
export type Reply =
  | { readonly made: Made }
  | { readonly failure: { readonly kind: FailureKind; readonly code: string; readonly detail: string } };

export function makeEmbedded({ atOnce = 2, maxHeapMb = 1024 }: EmbeddedOptions = {}): PictureProvider {
  const seats = makeSeats(atOnce);
  return {
    name: 'embedded',
    make: async (wish, signal) => {
      const release = await seats.take(signal);
      return makeInThread(wish, signal, maxHeapMb, release);
    },
  };
}

/** The seat is given back when the thread has ended, not before: so the machine is not overrun by work that nobody waits for. */
function makeInThread(
  { operation, requirements, original }: PictureWish,
  signal: AbortSignal,
  maxHeapMb: number,
  release: () => void,
): Promise<Picture> {
  const order: Order = { operation, requirements, original: new Uint8Array(original) };
  const thread = new Worker(new URL('./embedded/thread.ts', import.meta.url), {
    workerData: order,
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: maxHeapMb },
  });
  return new Promise((resolve, reject) => {
    // It ends after the library's present step, which cannot be broken off: seconds for the largest pictures.
    const stop = () => {
      reject(givenUp());
      void thread.terminate();
    };
    signal.addEventListener('abort', stop, { once: true });
    thread.once('message', (reply: Reply) =>
      'made' in reply ? resolve(pictureOf(reply.made)) : reject(failureOf(reply.failure)),
    );
    thread.once('error', (cause) => reject(broken(cause)));
    thread.once('exit', (code) => {
      signal.removeEventListener('abort', stop);
      release();
      reject(broken(new Error(`the thread ended with ${code}`)));
    });
    if (signal.aborted) stop();
  });
}

/** Bytes come out of a thread as plain arrays. */
function pictureOf(made: Made): Picture {
  const bytes = (from: Uint8Array) => Buffer.from(from.buffer, from.byteOffset, from.byteLength);
  return { ...made, data: bytes(made.data), preview: made.preview && bytes(made.preview), model: null };
}

function failureOf({ kind, code, detail }: { kind: FailureKind; code: string; detail: string }): OutsideFailure {
  return new OutsideFailure(kind, code, detail);
}

/** The same picture would break again, unless memory was short: so it is tried again, a few times at most. */
function broken(cause: Error): OutsideFailure {
  return new OutsideFailure('retryable', 'thread_ended', `The picture could not be made here: ${cause.message}`, {
    cause,
  });
}
