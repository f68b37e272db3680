// sweep: 100,000 robot sessions whose deadlines have come are timed out by a worker process, from the POST of a check to its job
// done, each with its desk, its events, its streams and its frames; against one UPDATE of the same rows, nobody told.
import type { RowDataPacket } from 'mysql2/promise';
import type { Bench } from './bench.ts';
import { newAccount } from './chat.ts';
import { endInOneStatement, makeDue, seedRobots } from './due-rows.ts';
import { allDone, type Installation, mustHold, withInstallation } from './installation.ts';
import { figureOf, interleave, timed } from './measurement.ts';

const SESSIONS = 100_000;
/** Each is a hundred thousand things long. */
const MOST_ROUNDS = 3;

export const sweep: Bench = {
  name: 'sweep',
  says: '100,000 due robot sessions ended by a worker process; limit: one UPDATE of the same rows',
  // No check by the scheduler meanwhile: the measured one ends them all. The invariants are asked over all rows, which takes a while.
  run: (services, { rounds, divisor }) =>
    withInstallation(
      services,
      { env: { SWEEP_SECONDS: '86400', DATABASE_SILENCE_SECONDS: '600' } },
      async (installation) => {
        const count = Math.round(SESSIONS / divisor);
        const account = await newAccount(installation, 'robot');
        const { database } = installation;
        await allDone(installation);
        await database.query('create table bare_session like session');
        let round = 0;
        const ours = async () => {
          round += 1;
          await seedRobots(database, account, round, count);
          await makeDue(database, 'session');
          return (1000 * (await timed(() => check(installation)))) / (await endedOf(installation, round, count));
        };
        const limit = async () => {
          await database.query('truncate bare_session');
          await copyUnended(installation, account, count);
          await makeDue(database, 'bare_session');
          return (1000 * (await timed(() => endInOneStatement(database, 'bare_session')))) / count;
        };
        const measured = await interleave(Math.min(rounds, MOST_ROUNDS), ours, limit);
        await mustHold(installation);
        return [figureOf({ name: 'sweep', unit: 'µs a session', n: count, target: { atMost: 20 } }, measured)];
      },
    ),
};

async function check(installation: Installation): Promise<void> {
  await installation.client.must('POST', '/v1/timeout-checks', {});
  await allDone(installation);
}

/**
 * Nothing is left out, and nothing done twice.
 * @returns the round's own, all of which ended, each told once, on every stream that should hear of it.
 */
async function endedOf({ database }: Installation, round: number, count: number): Promise<number> {
  const all = round * count;
  const [[row]] = await database.query<RowDataPacket[]>(
    `select (select count(*) from session where state = 'timeout') as ended, (select count(*) from conversation where status = 'resolved') as resolved,
      (select count(*) from event where type = 'session.timed_out') as told, (select count(*) from event where type = 'conversation.status_changed') as shown,
      (select sum(head) from stream where name not like 'ops%') as numbered, (select count(*) from stream_entry where stream not like 'ops%') as entries`,
  );
  const once = [row?.ended, row?.resolved, row?.told, row?.shown].every((found) => found === all);
  if (!once || Number(row?.numbered) !== row?.entries)
    throw new Error(`of ${all} sessions that were due: ${JSON.stringify(row)}`);
  return count;
}

/** Rows as the worker found them: those of a round that has ended, set back. */
async function copyUnended({ database }: Installation, account: string, count: number): Promise<void> {
  await database.query('insert into bare_session select * from session where account_id = ? limit ?', [account, count]);
  await database.query(
    "update bare_session set state = 'active', reason = null, active_in = conversation_id, ended_at = null, deadline_at = '2099-01-01'",
  );
}
