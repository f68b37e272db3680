// A worker is killed with -9 at each act of a picture's line: before it is written, after it is committed, and between the answer of
// the mail server and the note of it. Whatever the moment, the contact gets one result a round and one mail, and nothing stays behind.
import { afterAll, describe, expect, test } from 'vitest';
import type { ActPoint } from '../../src/act.ts';
import { startWorkers, type Workers } from '../../src/workers/start.ts';
import { startProcess } from '../support/processes.ts';
import { Studio } from '../support/studio.ts';
import type { Json } from '../support/world.ts';

/** The acts of a worker on this line, in order: each step is begun and ended in an act of its own. */
const ACTS = [
  'the fetch begins',
  'the original is kept',
  'the analysis begins',
  'the analysis is written',
  'the work begins',
  'the first result is delivered',
  'the change is stored',
  'the change is heard',
  'the remark is stored',
  'the remark is heard',
  'the work begins anew',
  'the second result is delivered',
  'the address is stored',
  'the address is heard',
  'the mail begins',
  'the mail is about to go out',
  'the mail is noted',
] as const;

type Fault = { readonly act: string; readonly point: ActPoint; readonly time: number };

const FAULTS: readonly Fault[] = ACTS.flatMap((act, index) => [
  { act, point: 'committed' as const, time: index + 1 },
  // Before the commit: the mail was sent by then, and its note is lost; the others simply did not happen.
  ...(act.includes('deliver') || act.includes('noted') ? [{ act, point: 'numbered' as const, time: index + 1 }] : []),
]);

const studios: Studio[] = [];
for (const _ of FAULTS) studios.push(await Studio.open({ workers: 0 }));
const healthy: Workers[] = [];
afterAll(() => Promise.all(healthy.map((workers) => workers.stop())));

describe.concurrent('a worker that is killed while a picture is worked on', () => {
  test.for(FAULTS.map((fault, index) => ({ ...fault, index })))(
    '$act, killed when it is $point: one result a round, one mail, and nothing is stuck',
    async ({ point, time, index }) => {
      const studio = studios[index];
      if (!studio) throw new Error('a fault without a studio');
      const worker = await startProcess('worker-with-fault', studio.world.config, {
        FAULT_POINT: point,
        FAULT_TIME: String(time),
      });
      const relief = worker.exit.then((exit) => {
        healthy.push(startWorkers(studio.world.kernel));
        return exit;
      });
      const task = await play(studio);
      expect(await relief, worker.lines.join('\n')).toEqual({ code: null, signal: 'SIGKILL' });
      await studio.world.quiet(60);
      await expectOnce(studio, task.id);
    },
  );
}, 180_000);

const PATIENCE = 90;

async function play(studio: Studio): Promise<Json> {
  const { world } = studio;
  const account = await world.account({ firstHandler: 'robot' });
  const { id } = await studio.request(account, 'wang');
  await studio.reaches(id, ({ quote }) => quote !== null, PATIENCE);
  await studio.pay(id, 'order-1');
  await studio.becomes(id, 'awaiting_confirm', PATIENCE);
  await says(studio, account, 'The colour is wrong, please change it');
  await studio.becomes(id, 'revision', PATIENCE);
  await says(studio, account, 'Make the sky bluer');
  await studio.reaches(id, ({ state, round }) => state === 'awaiting_confirm' && round === 2, PATIENCE);
  await says(studio, account, 'Good, send it to wang@example.com');
  await studio.reaches(id, ({ state, mail }) => state === 'completed' || mail === 'unknown', PATIENCE);
  // Nobody knows whether it arrived: the contact was asked, and says so.
  if ((await studio.task(id)).mail === 'unknown') await says(studio, account, 'received, thank you');
  return studio.becomes(id, 'completed', PATIENCE);
}

/** Accepted; whoever works on it may be killed meanwhile. */
async function says({ world }: Studio, account: string, content: string): Promise<void> {
  const sentAt = new Date(world.kernel.clock().getTime() + 1).toISOString();
  await world.must('POST', '/v1/batches', { messages: [world.message(account, 'wang', { content, sentAt })] });
}

async function expectOnce({ world, smtp }: Studio, id: string): Promise<void> {
  const results = await world.sql("select external_id from message where type = 'image' order by id");
  expect(results.map(({ external_id }) => external_id)).toEqual([`baton:image:${id}:1`, `baton:image:${id}:2`]);
  expect(smtp.mails).toHaveLength(1);
  expect(await world.sql("select id from image_attempt where state = 'begun'")).toEqual([]);
  expect(await world.sql("select kind, error from job where state in ('running', 'failed')")).toEqual([]);
  expect(await world.broken()).toEqual([]);
}
