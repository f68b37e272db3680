// Queue ingest-batch: the batch that was woken, together with those that wait behind it; then on until none waits. One act for
// many batches is what makes it fast; a batch that can not be stored must not hold up the others, so it ends up alone.
import { runAct } from '../act.ts';
import { type ClaimedJob, claimJob, claimMore } from '../domain/jobs/claim-jobs.ts';
import { Job } from '../domain/jobs/job.ts';
import { type BatchResult, ingestBatches } from '../domain/messages/ingest-batch.ts';
import type { Kernel } from '../kernel.ts';
import type { Wakeable } from '../queues.ts';
import { SYSTEM } from './perform.ts';

const BATCHES_AN_ACT = 30;
const MESSAGES_AN_ACT = 3000;
/** After so long a run ends and wakes the next one, so that a worker that is told to stop need not empty the ledger first. */
const TURN_MS = 2000;

export async function ingestBatch(kernel: Kernel, id: string): Promise<void> {
  const until = performance.now() + TURN_MS;
  while (performance.now() < until) {
    // What goes wrong here goes wrong again for the batch that causes it, when each is done alone.
    const count = await ingestTogether(kernel, id).catch((err) => {
      kernel.log.warn({ err, job: id }, 'batches could not be ingested together; each is done alone');
      return null;
    });
    if (count === 0) return;
    if (count === null) return ingestAlone(kernel, id);
  }
  await kernel.wake(await waitingBatches(kernel, 1));
}

/** @returns how many batches were ingested; 0 when nothing waits. */
async function ingestTogether(kernel: Kernel, id: string): Promise<number> {
  const results = await runAct(kernel, SYSTEM, async (act) => {
    const woken = await claimJob(act, id);
    const more = await claimMore(act, 'ingest-batch', BATCHES_AN_ACT, MESSAGES_AN_ACT);
    const batches = woken ? [woken, ...more.filter((job) => job.id !== id)] : more;
    return ingestBatches(act, batches);
  });
  count(kernel, results);
  return results.size;
}

/** Throws what went wrong with this very batch; the others are woken one by one, each to succeed or fail by itself. */
async function ingestAlone(kernel: Kernel, id: string): Promise<void> {
  const waiting = await waitingBatches(kernel, BATCHES_AN_ACT);
  await kernel.wake(waiting.filter((job) => job.id !== id));
  const results = await runAct(kernel, SYSTEM, async (act) => ingestBatches(act, only(await claimJob(act, id))));
  count(kernel, results);
}

/** Those that nobody has begun, oldest first. */
async function waitingBatches(kernel: Kernel, limit: number): Promise<Wakeable[]> {
  const untried = { kind: 'ingest-batch', state: 'accepted', attempts: 0 } as const;
  const jobs = await kernel.orm.em.fork().find(Job, untried, { fields: ['id'], orderBy: { id: 'asc' }, limit });
  return jobs.map(({ id }) => ({ id, kind: 'ingest-batch' }));
}

function only(job: ClaimedJob | null): ClaimedJob[] {
  return job ? [job] : [];
}

function count(kernel: Kernel, results: ReadonlyMap<string, BatchResult>): void {
  for (const { stored, duplicates, refused } of results.values()) {
    kernel.metrics.ingested.inc({ outcome: 'stored' }, stored);
    kernel.metrics.ingested.inc({ outcome: 'duplicate' }, duplicates);
    kernel.metrics.ingested.inc({ outcome: 'refused' }, refused.length);
  }
}
