// The database server itself is killed under load, and comes back as after a crash.
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { expectExactlyOnce, makeLoad, postLoad } from '../support/load.ts';
import { openPrivateMysql } from '../support/private-mysql.ts';
import { startProcess } from '../support/processes.ts';
import { until, World } from '../support/world.ts';

const OUTAGE_MS = 5_000;

const mysql = await openPrivateMysql();
const world = await World.open({ databaseUrl: mysql.url, workers: 0 });
const api = await startProcess('api', world.config);
const workers = [await startProcess('worker', world.config), await startProcess('worker', world.config)];

test('the database is killed for 5 s under load: workers wait without using up attempts, and afterwards all is stored once', async () => {
  const load = await makeLoad(world, 3000, 60, [5, 40, 1, 100]);
  const posting = postLoad(world, load, [api.url], 8000 / load.batches.length);
  await until(async () => (await countStored(load.account)) > 600, 10, 'the load did not begin');
  // Held for a moment, so that work waits for them when the database is gone.
  for (const worker of workers) worker.send('SIGSTOP');
  const accepted = "select id from job where state = 'accepted' limit 5";
  await until(async () => (await world.sql(accepted)).length === 5, 10, 'no work waits');
  await mysql.kill();
  const killedAt = Date.now();
  for (const worker of workers) worker.send('SIGCONT');
  await until(() => triedInVain() > 0, OUTAGE_MS / 1000, 'no worker tried');
  await pause(killedAt + OUTAGE_MS - Date.now()); // the length of the outage is what is tried
  await mysql.restart();
  const backAt = Date.now();
  const posted = await posting;
  await world.quiet(25);
  console.info('F13:', posted, `all done ${((Date.now() - backAt) / 1000).toFixed(1)} s after the database came back`);
  expect(posted.accepted).toBe(load.batches.length);
  expect(posted.refused).toBeGreaterThan(0);
  // Each worker runs at most four of each kind side by side, and each pauses for a second after it tried for up to two.
  expect(triedInVain()).toBeLessThan(workers.length * 2 * 4 * (OUTAGE_MS / 1000));
  expect(await world.sql('select max(attempts) as most from job')).toEqual([{ most: 0 }]);
  for (const process of [api, ...workers]) {
    expect(process.isRunning(), process.lines.slice(-5).join('\n')).toBe(true);
    expect(process.lines.filter((line) => /unhandled|uncaught/i.test(line))).toEqual([]);
  }
  await expectExactlyOnce(world, load);
}, 90_000);

function triedInVain(): number {
  return workers.flatMap(({ lines }) => lines.filter((line) => line.includes('database out of reach'))).length;
}

async function countStored(account: string): Promise<number> {
  const [{ count }] = await world.sql('select count(*) as count from message where account_id = ?', [account]);
  return count;
}
