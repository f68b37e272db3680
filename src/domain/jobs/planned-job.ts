// Work as an act plans it, before its row is written.
import type { JobKind } from './catalogue.ts';

export type PlannedJob = {
  readonly id: string;
  readonly kind: JobKind;
  readonly accountId: string | null;
  readonly payload: string;
  /** Of a batch: its messages. */
  readonly size?: number;
  /** Not before; else at once. */
  readonly dueAt?: Date;
  /** Who asked, and by which key of theirs: the same twice is refused by a unique key. */
  readonly once?: { readonly principal: string; readonly key: string };
  /** Who asked for it over the API: they see what becomes of it, and so does whoever may touch its account. */
  readonly askedBy?: string;
};
