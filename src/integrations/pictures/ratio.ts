// Ratios of width to height: which one is wanted, and which of those that a maker offers comes nearest.
import type { Requirements } from '../../domain/images/requirements.ts';

/** Width to height; null: that of the original. A size in pixels is the most exact wish, so it goes first. */
export function wantedRatio({ size, ratio, analysis }: Requirements): number | null {
  if (size !== null) return size.width / size.height;
  const named = ratio ?? analysis?.ratio ?? null;
  return named === null ? null : ratioOf(named);
}

/** Of "4:3" or "1536x1024". */
export function ratioOf(text: string): number {
  const [width, height] = text.split(/[:x]/).map(Number);
  return (width ?? 1) / (height ?? 1);
}

/** Nearest by proportion: 1:2 is as far from 1:1 as 2:1 is. */
export function nearestRatio<T extends string>(offered: readonly [T, ...T[]], wanted: number): T {
  const distance = (text: T) => Math.abs(Math.log(ratioOf(text) / wanted));
  return offered.reduce((best, next) => (distance(next) < distance(best) ? next : best));
}
