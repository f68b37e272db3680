// Work as an act plans it, before its row is written.
import type { JobKind } from './catalogue.ts';

export type PlannedJob = {
  readonly id: string;
  readonly kind: JobKind;
  readonly accountId: string;
  readonly payload: string;
};
