// A bound on how much is done at the same time: whoever comes when all places are taken waits for the next free one.

export type InTurn = <T>(work: () => Promise<T>) => Promise<T>;

export function makeTurns(places: number): InTurn {
  let taken = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (taken >= places) await new Promise<void>((resolve) => waiting.push(resolve));
    taken += 1;
    try {
      return await work();
    } finally {
      taken -= 1;
      waiting.shift()?.();
    }
  };
}
