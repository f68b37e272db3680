// How much work a picture is: by what was measured of it, in points for each thing that makes it harder.
import type { Complexity } from './requirements.ts';

export type Measures = {
  /** Pixels of the shorter side. */
  readonly shortSide: number;
  /** Share of pixels with an edge, at a width of 512; 0-1. */
  readonly edges: number;
  /** Bits for each grey pixel, 0-8. */
  readonly entropy: number;
  /** Standard deviation of the grain, 0-255. */
  readonly grain: number;
  /** 0 (crisp) to 1. */
  readonly blur: number;
  /** Different colours that matter, of 4096. */
  readonly colours: number;
  /** The border has one even colour, so that the subject stands by itself. */
  readonly isPlain: boolean;
};

type Point = { readonly name: string; readonly counts: (measures: Measures) => boolean };

/** One point each. The bounds were set by eye on the example pictures. */
export const DIFFICULTIES: readonly Point[] = [
  { name: 'much to see', counts: ({ edges }) => edges > 0.08 },
  { name: 'crowded', counts: ({ edges }) => edges > 0.2 },
  { name: 'no plain background', counts: ({ isPlain }) => !isPlain },
  { name: 'many shades', counts: ({ entropy }) => entropy > 7.5 },
  { name: 'many colours', counts: ({ colours }) => colours > 220 },
  { name: 'noisy', counts: ({ grain }) => grain > 6.5 },
  { name: 'blurred', counts: ({ blur }) => blur > 0.55 },
  { name: 'small', counts: ({ shortSide }) => shortSide < 400 },
];

/** From how many points on. */
const LEVELS: readonly (readonly [number, Complexity])[] = [
  [5, 'hard'],
  [3, 'complex'],
  [1, 'normal'],
];

export function complexityOf(measures: Measures): Complexity {
  const points = DIFFICULTIES.filter(({ counts }) => counts(measures)).length;
  return LEVELS.find(([least]) => points >= least)?.[1] ?? 'simple';
}
