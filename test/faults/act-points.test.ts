// A worker is killed at each labelled point of an act. Whatever the point, the database is as it was before the act or as it is
// after it, and another worker brings the work to its one end.
import { afterAll, describe, expect, test } from 'vitest';
import type { ActPoint } from '../../src/act.ts';
import { startWorkers, type Workers } from '../../src/workers/start.ts';
import { expectExactlyOnce, type Load, makeLoad, postLoad } from '../support/load.ts';
import { startProcess } from '../support/processes.ts';
import { withoutSweep } from '../support/without-sweep.ts';
import { World } from '../support/world.ts';

/** The first arrival is the act that stores the batch; the third belongs to the routing, or to the look for more batches. */
const FAULTS: readonly { point: ActPoint; time: number; stored: boolean }[] = [
  { point: 'begun', time: 1, stored: false },
  { point: 'applied', time: 1, stored: false },
  { point: 'numbered', time: 1, stored: false },
  { point: 'committed', time: 1, stored: true },
  { point: 'published', time: 1, stored: true },
  { point: 'begun', time: 3, stored: true },
  { point: 'applied', time: 3, stored: true },
  { point: 'numbered', time: 3, stored: true },
  { point: 'committed', time: 3, stored: true },
  { point: 'published', time: 3, stored: true },
];
const CONTACTS = 3;
const MESSAGES = 30;

const worlds: World[] = [];
for (const _ of FAULTS) worlds.push(await World.open({ workers: 0 }));
const healthy: Workers[] = [];
afterAll(() => Promise.all(healthy.map((workers) => workers.stop())));

describe.concurrent('a worker that is killed at a point of an act', () => {
  test.for(FAULTS.map((fault, index) => ({ ...fault, index })))(
    '$point, arrival $time: all or nothing is stored, and in the end everything once',
    async ({ point, time, stored, index }) => {
      const world = worlds[index];
      if (!world) throw new Error('a fault without a world');
      const load = await makeLoad(world, MESSAGES, CONTACTS, [MESSAGES]);
      await withoutSweep(world, async () => {
        const worker = await startProcess('worker-with-fault', world.config, {
          FAULT_POINT: point,
          FAULT_TIME: String(time),
        });
        await postLoad(world, load, [world.url], 1);
        expect(await worker.exit, worker.lines.join('\n')).toEqual({ code: null, signal: 'SIGKILL' });
      });
      await expectAllOrNothing(world, load, stored);
      expect(await world.broken()).toEqual([]);

      healthy.push(startWorkers(world.kernel));
      await world.quiet(30);
      await expectExactlyOnce(world, load);
    },
  );
}, 120_000);

async function expectAllOrNothing(world: World, load: Load, stored: boolean): Promise<void> {
  const [{ messages }] = await world.sql('select count(*) as messages from message where account_id = ?', [
    load.account,
  ]);
  expect(messages).toBe(stored ? MESSAGES : 0);
  const [{ batches }] = await world.sql(
    "select count(*) as batches from job where kind = 'ingest-batch' and state = 'done'",
  );
  expect(batches).toBe(stored ? 1 : 0);
  const [{ planned, routed }] = await world.sql(
    "select count(*) as planned, coalesce(sum(state = 'done'), 0) as routed from job where kind = 'route-conversation'",
  );
  expect(planned).toBe(stored ? CONTACTS : 0);
  const [{ told }] = await world.sql("select count(*) as told from event where type = 'conversation.queued'");
  expect(told).toBe(Number(routed));
}
