// A bound on how much is done at the same time: whoever comes when all places are taken waits for the next free one.

export type InTurn = <T>(work: () => Promise<T>) => Promise<T>;

export class TooManyWait extends Error {
  constructor() {
    super('too many wait for their turn');
    this.name = 'TooManyWait';
  }
}

/** Turns come in the order of coming. @throws (the turns) TooManyWait to who would be one more than `mostWaiting`. */
export function makeTurns(places: number, mostWaiting = Number.POSITIVE_INFINITY): InTurn {
  let free = places;
  const waiting: (() => void)[] = [];
  const leave = () => {
    const next = waiting.shift();
    // From hand to hand, so that nobody who comes in between takes the place as well.
    if (next) next();
    else free += 1;
  };
  return async (work) => {
    if (free > 0) free -= 1;
    else if (waiting.length >= mostWaiting) throw new TooManyWait();
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      leave();
    }
  };
}
