// How a figure comes about: ours and its limit are measured in turn, so that whatever else the machine does falls on both;
// each is the median of its rounds, and how far the rounds lie apart says whether the machine was too noisy to tell.
import { performance } from 'node:perf_hooks';

/** What is printed. `ratio` is ours divided by the limit or peer, of the figure that the target names. */
export type Figure = {
  readonly name: string;
  readonly ours: number;
  readonly limit: number;
  readonly ratio: number;
  readonly unit: string;
  /** Things measured in one round. */
  readonly n: number;
  readonly runs: number;
  /** The ratios of the rounds, from the lowest to the highest, without the two outermost where there are five or more. */
  readonly range: readonly [number, number];
  readonly target: Target | null;
};

/** `atLeast` and `atMost` bound the ratio, `oursAtMost` the figure itself, in its unit. */
export type Target = { readonly atLeast?: number; readonly atMost?: number; readonly oursAtMost?: number };

export type Rounds<T> = { readonly ours: readonly T[]; readonly limit: readonly T[] };

/** One pair of rounds to warm up, which does not count; then they take turns in who goes first. */
export async function interleave<T>(
  rounds: number,
  ours: () => Promise<T>,
  limit: () => Promise<T>,
): Promise<Rounds<T>> {
  const measured: { ours: T[]; limit: T[] } = { ours: [], limit: [] };
  await ours();
  await limit();
  for (let round = 0; round < rounds; round += 1) {
    if (round % 2 === 1) measured.limit.push(await limit());
    measured.ours.push(await ours());
    if (round % 2 === 0) measured.limit.push(await limit());
  }
  return measured;
}

export type Named = Pick<Figure, 'name' | 'unit' | 'n' | 'target'>;

export function figureOf(named: Named, { ours, limit }: Rounds<number>): Figure {
  const [typical, bound] = [median(ours), median(limit)];
  const ratios = ours.map((each, round) => each / (limit[round] ?? bound)).sort((a, b) => a - b);
  const inner = ratios.length >= 5 ? ratios.slice(1, -1) : ratios;
  const range = [inner[0] ?? 0, inner.at(-1) ?? 0] as const;
  return { ...named, ours: typical, limit: bound, ratio: typical / bound, runs: ours.length, range };
}

/** The rounds of latencies as rounds of one of their percentiles. */
export function percentiles({ ours, limit }: Rounds<readonly number[]>, share: number): Rounds<number> {
  return {
    ours: ours.map((latencies) => percentile(latencies, share)),
    limit: limit.map((latencies) => percentile(latencies, share)),
  };
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** Milliseconds that the work took. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

export async function perSecond(count: number, work: () => Promise<unknown>): Promise<number> {
  return (count * 1000) / (await timed(work));
}

/** Does the work for each item, `width` at a time, in order. */
export async function sideBySide<T>(
  width: number,
  items: readonly T[],
  work: (item: T, lane: number) => Promise<unknown>,
): Promise<void> {
  const left = items.values();
  const lane = async (number: number) => {
    for (const item of left) await work(item, number);
  };
  await Promise.all(Array.from({ length: width }, (_, number) => lane(number)));
}

export type Verdict = 'reached' | 'missed' | 'too noisy to tell' | '';
const NOISY = 0.25;

/** Too noisy: the rounds lie more than a quarter apart, and the target lies between them. */
export function verdictOf({ ours, ratio, range: [low, high], target }: Figure): Verdict {
  if (target === null) return '';
  const { atLeast = 0, atMost = Number.POSITIVE_INFINITY, oursAtMost = Number.POSITIVE_INFINITY } = target;
  const between = [atLeast, atMost].some((bound) => low < bound && bound < high);
  if (between && (high - low) / ratio > NOISY) return 'too noisy to tell';
  return ratio >= atLeast && ratio <= atMost && ours <= oursAtMost ? 'reached' : 'missed';
}
