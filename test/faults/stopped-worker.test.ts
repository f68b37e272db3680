// A worker is stopped, as a machine that swaps or a debugger does it, and goes on when others have long done its work.
import { afterAll, describe, expect, test } from 'vitest';
import type { ActPoint } from '../../src/act.ts';
import { startWorkers, type Workers } from '../../src/workers/start.ts';
import { expectExactlyOnce, makeLoad, postLoad } from '../support/load.ts';
import { startProcess } from '../support/processes.ts';
import { withoutSweep } from '../support/without-sweep.ts';
import { until, World } from '../support/world.ts';

/** A stalled job is run by another after at most this; see src/workers/perform.ts. */
const STALLED_SECONDS = 30;
const POINTS: readonly ActPoint[] = ['begun', 'applied', 'committed'];

const worlds: World[] = [];
for (const _ of POINTS) worlds.push(await World.open({ workers: 0 }));
const others: Workers[] = [];
afterAll(() => Promise.all(others.map((workers) => workers.stop())));

describe.concurrent('a worker that is stopped in an act, and goes on after another has run its job', () => {
  test.for(POINTS.map((point, index) => ({ point, index })))(
    '$point: everything is done once',
    async ({ point, index }) => {
      const world = worlds[index];
      if (!world) throw new Error('a point without a world');
      const load = await makeLoad(world, 20, 2, [20]);
      const zombie = await withoutSweep(world, async () => {
        const fault = { FAULT_POINT: point, FAULT_SIGNAL: 'SIGSTOP' };
        const stopped = await startProcess('worker-with-fault', world.config, fault);
        await postLoad(world, load, [world.url], 1);
        await until(async () => (await activeJobs(world)) > 0, 5, 'the job was not taken');
        return stopped;
      });
      others.push(startWorkers(world.kernel));
      await until(async () => (await activeJobs(world)) === 0, STALLED_SECONDS, 'nobody else ran the job');
      zombie.send('SIGCONT');
      await world.quiet(STALLED_SECONDS);
      expect(zombie.isRunning()).toBe(true);
      await expectExactlyOnce(world, load);

      const next = await makeLoad(world, 20, 2, [5]);
      await postLoad(world, next, [world.url], 1);
      await world.quiet();
      zombie.send('SIGTERM');
      expect(await zombie.exit).toEqual({ code: 0, signal: null });
      await expectExactlyOnce(world, next);
    },
  );
}, 120_000);

function activeJobs(world: World): Promise<number> {
  return world.kernel.queues['ingest-batch'].getActiveCount();
}
