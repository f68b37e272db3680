// Work as an act plans it, before its row is written.
import type { HeldKind, JobKind } from './catalogue.ts';

export type PlannedJob = {
  readonly id: string;
  readonly kind: JobKind | HeldKind;
  readonly accountId: string | null;
  readonly payload: string;
  /** Not before; else at once. */
  readonly dueAt?: Date;
};
