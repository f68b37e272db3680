// The ledger's gauges, read from the database when somebody asks for metrics.
import { withDeadline } from './deadline.ts';
import { countLedger } from './domain/jobs/find-stale-jobs.ts';
import { utc } from './domain/rows.ts';
import type { Kernel } from './kernel.ts';

const PATIENCE_SECONDS = 1;

/** The text for Prometheus. Where the database is away or hangs, the gauges of the ledger are left out. */
export async function renderMetrics(kernel: Kernel): Promise<string> {
  const { ledger, ledgerAge, registry } = kernel.metrics;
  ledger.reset();
  ledgerAge.reset();
  const counting = countLedger(kernel.orm.em.fork());
  const counts = await withDeadline(counting, PATIENCE_SECONDS, () => new Error('late')).catch(() => []);
  for (const { kind, state, count, oldest } of counts) {
    ledger.set({ kind, state }, Number(count));
    if (state === 'accepted' && oldest)
      ledgerAge.set({ kind }, (kernel.clock().getTime() - utc(oldest).getTime()) / 1000);
  }
  return registry.metrics();
}
