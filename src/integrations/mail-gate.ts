// Holds the bytes of a message back until somebody let them go, and remembers whether any went: the border between "it was surely
// not sent" and "nobody knows".
import { Readable } from 'node:stream';

export type Gate = {
  /** The same message, of which nothing is read from outside before the gate was opened. */
  readonly guard: (message: Readable) => Readable;
  readonly hasFlowed: () => boolean;
  /** Lets nothing go any more. Waits for an opening that is under way. @throws what the opening threw. */
  readonly shut: () => Promise<void>;
};

/** @param open called once, when the first byte is asked for. */
export function makeGate(open: () => Promise<void>): Gate {
  let opening: Promise<void> | null = null;
  let isShut = false;
  let flowed = false;
  async function* held(message: Readable): AsyncGenerator<Buffer> {
    // A second try over another connection after bytes went over the first would deliver twice.
    if (opening) throw new Error('A message passes its gate once.');
    opening = open();
    // The library writes into the errors that it sees: what the opening threw is kept from it.
    await opening.catch(() => {
      throw new Error('The gate did not open.');
    });
    // To end here would send an empty message.
    if (isShut) throw new Error('The gate was shut before it was open.');
    flowed = true;
    yield* message;
  }
  return {
    guard: (message) => Readable.from(held(message), { objectMode: false }),
    hasFlowed: () => flowed,
    shut: async () => {
      isShut = true;
      await opening;
    },
  };
}
