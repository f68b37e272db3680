// The ends of a job: done with a result, refused or failed with an error, or set back to be tried again.
import type { Act } from '../act.ts';
import { DomainError } from '../errors.ts';
import { record } from '../events/record.ts';
import { updateRows } from '../rows.ts';
import type { JobKind } from './catalogue.ts';

/** In the act that did the work: both commit, or neither. Few statements and one event, however many jobs the act did. */
export async function finishJobs(act: Act, kind: JobKind, results: ReadonlyMap<string, unknown>): Promise<void> {
  if (results.size === 0) return;
  const jobs = [...results.keys()];
  const rows = jobs.map((id) => ({
    id,
    state: 'done',
    result: JSON.stringify(results.get(id)),
    error: null,
    lease: null,
    leased_until: null,
    finished_at: act.now,
  }));
  await updateRows(act.em, 'job', rows);
  record(act, 'job.done', {}, { kind, jobs });
}

/** After the last attempt, or at once when the work itself was refused. It can be retried by hand. Nothing happens when it is done by now. */
export async function failJob(act: Act, id: string, kind: JobKind, error: string): Promise<void> {
  const changed = await act.em.execute<{ affectedRows: number }>(
    "update job set state = 'failed', lease = null, leased_until = null, error = ?, attempts = attempts + 1, finished_at = ? where id = ? and state in ('accepted', 'running')",
    [error.slice(0, 2000), act.now, id],
    'run',
  );
  if (changed.affectedRows === 1) record(act, 'job.failed', {}, { jobId: id, kind, error: error.slice(0, 500) });
}

/** Notes that an attempt failed for a passing reason, and when the next is due. */
export async function postponeJob(act: Act, id: string, error: string, dueAt: Date): Promise<void> {
  await act.em.execute(
    "update job set state = 'accepted', lease = null, leased_until = null, attempts = attempts + 1, error = ?, due_at = ? where id = ? and state in ('accepted', 'running')",
    [error.slice(0, 2000), dueAt, id],
    'run',
  );
}

/** @throws DomainError job_not_failed */
export async function retryJob(act: Act, id: string): Promise<void> {
  const changed = await act.em.execute<{ affectedRows: number }>(
    "update job set state = 'accepted', error = null, finished_at = null, due_at = ? where id = ? and state = 'failed'",
    [act.now, id],
    'run',
  );
  if (changed.affectedRows === 0)
    throw new DomainError(
      'job_not_failed',
      'Only a job that failed can be retried; this one is waiting, at work or done.',
    );
}
