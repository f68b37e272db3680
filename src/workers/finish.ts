// How what was asked outside ends a job of the queue inbound: a deed, and the job's end in the same act.
import type { Act } from '../domain/act.ts';
import type { Taken } from '../domain/channels/inbound.ts';

/** @returns null when somebody else had the job by then, and nothing was done. */
export type Finish = (deed: (act: Act) => Promise<Taken>) => Promise<Taken | null>;
