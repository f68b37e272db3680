// The API answers in time, whatever the database does.
import { withDeadline } from '../deadline.ts';
import { HttpProblem } from './problems.ts';

/** @throws HttpProblem 503 when the work is not done in so many seconds. */
export function inTime<T>(work: Promise<T>, seconds: number): Promise<T> {
  return withDeadline(work, seconds, databaseIsLate);
}

function databaseIsLate(): HttpProblem {
  const detail =
    'The database did not answer in time; whether the change was made is not known. Try again, with the same Idempotency-Key.';
  return new HttpProblem(503, 'database_unavailable', detail);
}
