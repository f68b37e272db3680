// Chance that is the same every time, and numbers that are spread more evenly than chance spreads them.
export type Pair = readonly [number, number];

/** Mulberry32: 0 to 1. */
export function makeChance(seed: number): () => number {
  let state = seed * 0x9e3779b1;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** The R2 sequence (Roberts 2018) from a place by chance. */
export function makeEven(any: () => number): () => Pair {
  let [x, y] = [any(), any()];
  return () => {
    [x, y] = [(x + 0.7548776662) % 1, (y + 0.5698402909) % 1];
    return [x, y];
  };
}
