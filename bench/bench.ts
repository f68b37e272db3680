// What a bench is, and how much it does: enough for a figure, or just enough to see that it works.
import type { Services } from '../scripts/services.mjs';
import type { Figure } from './measurement.ts';
import type { Quality } from './quality.ts';

/** One scale for all benches: `full` measures in about a quarter of an hour for all of them, `quick` only shows that they work. */
export type Scale = {
  readonly rounds: number;
  /** By how much the numbers of things in a round are divided. */
  readonly divisor: number;
  /** Conversations of the largest desk. */
  readonly largestDesk: number;
  /** Messages that a worker stores while its memory is watched. */
  readonly soakedMessages: number;
};

export const FULL: Scale = { rounds: 5, divisor: 1, largestDesk: 1_000_000, soakedMessages: 200_000 };
export const QUICK: Scale = { rounds: 1, divisor: 20, largestDesk: 10_000, soakedMessages: 4_000 };

export type Bench = {
  readonly name: string;
  /** What is compared with what. */
  readonly says: string;
  readonly run: (services: Services, scale: Scale) => Promise<Figure[]>;
};

/** What needs no server. */
export type OfflineBench = {
  readonly name: string;
  readonly says: string;
  /** @param isTold prints for people, beside what it returns, what makes the figures plain. */
  readonly run: (scale: Scale, isTold: boolean) => Promise<(Figure | Quality)[]>;
};
