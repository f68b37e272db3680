// backlog: what work that waits costs in Redis, for each job that is woken alone and for each batch that is posted while no worker
// runs; and whether a worker's memory stays flat while it stores hundreds of thousands of messages.

import { newId } from '../src/domain/ids.ts';
import type { JobKind } from '../src/domain/jobs/catalogue.ts';
import type { Bench, Scale } from './bench.ts';
import { CLIENTS, makeBatches, newAccount, postBatches, seedConversations } from './chat.ts';
import { allDone, type Installation, type Process, withInstallation } from './installation.ts';
import { type Figure, figureOf, median } from './measurement.ts';

const JOBS = 5_000;
const BYTES_A_JOB = 1024;
const KNOWN = 5_000;
const PIECES = 40;

export const backlog: Bench = {
  name: 'backlog',
  says: 'Redis memory for each waiting job, at most 1 KB; memory of a worker at the end of many messages against the beginning',
  run: (services, scale) =>
    withInstallation(services, { workers: 0 }, async (installation) => [
      await wokenJobs(installation, scale),
      await postedBatches(installation, scale),
      await workerMemory(installation, scale),
    ]),
};

/** The same bytes a job, measured again and again on top of what waits already. */
async function wokenJobs({ kernel }: Installation, { rounds, divisor }: Scale): Promise<Figure> {
  const count = Math.round(JOBS / divisor);
  const kind: JobKind = 'route-conversation';
  const ours = await repeated(rounds, async () => {
    const jobs = Array.from({ length: count }, () => ({ id: newId(), kind }));
    return bytesFor(kernel, count, () => kernel.wake(jobs));
  });
  await kernel.queues[kind].obliterate({ force: true });
  const named = { name: 'backlog', unit: 'bytes a job', n: count, target: { atMost: 1 } };
  return figureOf(named, { ours, limit: ours.map(() => BYTES_A_JOB) });
}

/** Requests that arrive together share a wake, so that a batch costs less than a job. */
async function postedBatches(installation: Installation, { rounds, divisor }: Scale): Promise<Figure> {
  const account = await newAccount(installation, 'robot');
  const count = Math.round(JOBS / 5 / divisor);
  const ours = await repeated(rounds, () => {
    const bodies = makeBatches(account, count, 10, 3, KNOWN);
    return bytesFor(installation.kernel, count, () => postBatches(installation, bodies, CLIENTS));
  });
  const named = { name: 'backlog-posted', unit: 'bytes a batch', n: count, target: { atMost: 1 } };
  return figureOf(named, { ours, limit: ours.map(() => BYTES_A_JOB) });
}

async function repeated(rounds: number, work: () => Promise<number>): Promise<number[]> {
  const figures: number[] = [];
  for (let round = 0; round <= rounds; round += 1) figures.push(await work());
  return figures.slice(1);
}

async function bytesFor({ producer }: Installation['kernel'], count: number, work: () => Promise<unknown>) {
  const used = async () => Number(/^used_memory:(\d+)/m.exec(await producer.info('memory'))?.[1]);
  const before = await used();
  await work();
  return ((await used()) - before) / count;
}

/** Sampled after each fortieth of the messages; the first quarter is warming up, the second is compared with the last. */
async function workerMemory(installation: Installation, { soakedMessages }: Scale): Promise<Figure> {
  const worker = await installation.startWorker();
  const account = await newAccount(installation, 'robot');
  await seedConversations(installation, account, KNOWN);
  const samples: number[] = [];
  const batches = Math.max(1, Math.round(soakedMessages / PIECES / 100));
  for (let piece = 0; piece < PIECES; piece += 1) {
    await postBatches(installation, makeBatches(account, batches, 100, 20, KNOWN), CLIENTS);
    await allDone(installation);
    samples.push(await residentMegabytes(installation, worker));
  }
  const quarter = PIECES / 4;
  const named = { name: 'backlog-memory', unit: 'MB of a worker', n: soakedMessages, target: { atMost: 1.15 } };
  return figureOf(named, {
    ours: [median(samples.slice(-quarter))],
    limit: [median(samples.slice(quarter, 2 * quarter))],
  });
}

async function residentMegabytes({ client }: Installation, { url }: Process): Promise<number> {
  const metrics = await client.elsewhere(`${url}/metrics`);
  return Number(/^baton_process_resident_memory_bytes\S* (\S+)/m.exec(metrics)?.[1]) / 2 ** 20;
}
