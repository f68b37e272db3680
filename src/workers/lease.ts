// Keeps the lease of a run that waits for the outside, and takes the work away when the lease is somebody else's or we are to stop.
import { LEASE_SECONDS, renewLease } from '../domain/jobs/lease-job.ts';
import type { Kernel } from '../kernel.ts';

/** The reason of an abort. */
export class LeaseLost extends Error {
  constructor() {
    super('another worker has this work by now');
    this.name = 'LeaseLost';
  }
}

export class Stopping extends Error {
  constructor() {
    super('the worker was told to stop');
    this.name = 'Stopping';
  }
}

/** @param work is given a signal that is aborted with LeaseLost, or with the reason of `stopping`. */
export async function underLease<T>(
  kernel: Kernel,
  jobId: string,
  lease: string,
  stopping: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const lost = new AbortController();
  let renewedAt = kernel.clock().getTime();
  const renew = async () => {
    const now = kernel.clock();
    const kept = await renewLease(kernel.orm.em.fork(), lease, jobId, now);
    if (!kept) return lost.abort(new LeaseLost());
    renewedAt = now.getTime();
  };
  const timer = setInterval(
    () => {
      void renew().catch(() => {
        // The database is away: nobody else can take the lease either, but once it is back somebody may.
        if (kernel.clock().getTime() - renewedAt > LEASE_SECONDS * 1000) lost.abort(new LeaseLost());
      });
    },
    (LEASE_SECONDS * 1000) / 3,
  );
  try {
    return await work(AbortSignal.any([lost.signal, stopping]));
  } finally {
    clearInterval(timer);
  }
}
