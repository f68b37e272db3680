// What a deed is given: one open transaction, the time, who acts, and the two lists that leave with the commit.
// src/act.ts opens and closes it; deeds only use it. Nothing here may be kept beyond the deed.
import type { EntityManager } from '@mikro-orm/mysql';
import type { RecordedEvent } from './events/record.ts';
import type { PlannedJob } from './jobs/plan-job.ts';

export type ActorType = 'agent' | 'contact' | 'key' | 'system';
export type Actor = { readonly type: ActorType; readonly id: string };

export type Act = {
  readonly em: EntityManager;
  readonly now: Date;
  readonly actor: Actor;
  readonly recorded: RecordedEvent[];
  readonly planned: PlannedJob[];
};
