// Workers are killed at random while work comes in, as an out-of-memory killer would.
import { setInterval as ticks } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { makeChance } from '../support/chance.ts';
import { expectExactlyOnce, makeLoad, postLoad } from '../support/load.ts';
import { type RunningProcess, startProcess } from '../support/processes.ts';
import { World } from '../support/world.ts';

const MESSAGES = 10_000;
const CONTACTS = 200;
const SIZES = [1, 10, 200, 3, 50, 400, 25];
const SEED = 20261120;
const RECOVERY_SECONDS = 25;

const world = await World.open({ workers: 0 });

test('a random worker is killed again and again during 10,000 messages: all are stored once, and the work of the last one killed is done within 25 s', async () => {
  const load = await makeLoad(world, MESSAGES, CONTACTS, SIZES);
  const workers = await Promise.all([startWorker(), startWorker(), startWorker()]);
  const posting = postLoad(world, load, [world.url], 12_000 / load.batches.length);
  const kills = await killAtRandom(workers, makeChance(SEED), posting);
  const lastKill = world.kernel.clock();
  await world.quiet(RECOVERY_SECONDS);

  const [{ last }] = await world.sql('select max(finished_at) as last from job');
  const recovery = (Date.parse(`${last}Z`) - lastKill.getTime()) / 1000;
  console.info(
    `F1 (seed ${SEED}): ${kills} kills, ${load.batches.length} batches, recovered ${recovery.toFixed(1)} s after the last kill`,
  );
  expect(kills).toBeGreaterThan(5);
  await expectExactlyOnce(world, load);
}, 120_000);

function startWorker(): Promise<RunningProcess> {
  return startProcess('worker', world.config);
}

/** Every 0.5-1 s kills one and starts another in its place, until the work has come in; the last kill is after that. */
async function killAtRandom(
  workers: RunningProcess[],
  chance: () => number,
  posting: Promise<unknown>,
): Promise<number> {
  const starts: Promise<void>[] = [];
  let over = false;
  let kills = 0;
  void posting.finally(() => {
    over = true;
  });
  for await (const _ of ticks(500)) {
    if (chance() < 1 / 3) continue;
    const [victim] = workers.splice(Math.floor(chance() * workers.length), 1);
    if (!victim) continue;
    await victim.kill();
    kills += 1;
    if (over) break;
    starts.push(startWorker().then((worker) => void workers.push(worker)));
  }
  await Promise.all(starts);
  return kills;
}
