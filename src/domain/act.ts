// What a deed is given: one open transaction, the time, who acts, and the two lists that leave with the commit.
// src/act.ts opens and closes it; deeds only use it. Nothing here may be kept beyond the deed.
import type { EntityManager } from '@mikro-orm/mysql';
import type { Actor } from './actor.ts';
import type { RecordedEvent } from './events/recorded-event.ts';
import type { PlannedJob } from './jobs/planned-job.ts';

export type Act = {
  readonly em: EntityManager;
  readonly now: Date;
  readonly actor: Actor;
  readonly recorded: RecordedEvent[];
  readonly planned: PlannedJob[];
};
