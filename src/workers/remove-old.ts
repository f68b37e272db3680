// Rows whose retention is over leave, a few at a time, so that no table grows for ever and none is locked for long.
import { runAct } from '../act.ts';
import { BAD_ENDS, GOOD_ENDS, removeEndedDeliveries } from '../domain/deliveries/remove-ended.ts';
import { clearRemoved } from '../domain/endpoints/remove-endpoint.ts';
import { trimStreams } from '../domain/events/trim-streams.ts';
import { removeFinishedJobs } from '../domain/jobs/find-stale-jobs.ts';
import type { Kernel } from '../kernel.ts';
import { SYSTEM } from './perform.ts';

const AT_ONCE = 500;
/** How long one look goes on removing. */
const REMOVAL_MS = 2_000;
const DAY_MS = 86_400_000;
const ANSWER_DAYS = 2;

type Attempt = (kernel: Kernel, part: (kernel: Kernel) => Promise<number>) => Promise<number>;

const PARTS = [removeEvents, removeJobs, removeArrived, removeGivenUp, removeEndpoints, removeAnswers, removeDecisions];

/** Round after round while there is more than one takes, so that the tables do not grow for ever; each table has its turn in each. */
export async function removeOld(kernel: Kernel, attempt: Attempt): Promise<number> {
  const until = performance.now() + REMOVAL_MS;
  let removed = 0;
  let full = true;
  while (full && performance.now() < until) {
    full = false;
    for (const part of PARTS) {
      const count = await attempt(kernel, part);
      removed += count;
      full ||= count === AT_ONCE;
    }
  }
  return removed;
}

function removeEvents(kernel: Kernel): Promise<number> {
  const limit = before(kernel, kernel.config.EVENT_RETENTION_DAYS * DAY_MS);
  return runAct(kernel, SYSTEM, (act) => trimStreams(act, limit, AT_ONCE));
}

function removeJobs(kernel: Kernel): Promise<number> {
  const limit = before(kernel, kernel.config.JOB_RETENTION_DAYS * DAY_MS);
  return removeFinishedJobs(kernel.orm.em.fork(), limit, AT_ONCE);
}

function removeArrived(kernel: Kernel): Promise<number> {
  const limit = before(kernel, kernel.config.JOB_RETENTION_DAYS * DAY_MS);
  return removeEndedDeliveries(kernel.orm.em.fork(), GOOD_ENDS, limit, AT_ONCE);
}

/** As long as the events that they would tell again. */
function removeGivenUp(kernel: Kernel): Promise<number> {
  const limit = before(kernel, kernel.config.EVENT_RETENTION_DAYS * DAY_MS);
  return removeEndedDeliveries(kernel.orm.em.fork(), BAD_ENDS, limit, AT_ONCE);
}

function removeEndpoints(kernel: Kernel): Promise<number> {
  return clearRemoved(kernel.orm.em.fork(), AT_ONCE);
}

async function removeAnswers(kernel: Kernel): Promise<number> {
  const sql = 'delete from idempotent_answer where created_at < ? limit ?';
  const limit = before(kernel, ANSWER_DAYS * DAY_MS);
  const { affectedRows } = await kernel.orm.em.fork().execute<{ affectedRows: number }>(sql, [limit, AT_ONCE], 'run');
  return affectedRows;
}

/** As long as the events that tell of them. */
async function removeDecisions(kernel: Kernel): Promise<number> {
  const sql = 'delete from route_decision where decided_at < ? limit ?';
  const limit = before(kernel, kernel.config.EVENT_RETENTION_DAYS * DAY_MS);
  const { affectedRows } = await kernel.orm.em.fork().execute<{ affectedRows: number }>(sql, [limit, AT_ONCE], 'run');
  return affectedRows;
}

function before(kernel: Kernel, milliseconds: number): Date {
  return new Date(kernel.clock().getTime() - milliseconds);
}
