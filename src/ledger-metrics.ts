// The gauges of the ledger and of deliveries, read from the database when somebody asks for metrics.
import { withDeadline } from './deadline.ts';
import { countDeliveries } from './domain/deliveries/count-deliveries.ts';
import { countLedger } from './domain/jobs/find-stale-jobs.ts';
import { utc } from './domain/rows.ts';
import type { Kernel } from './kernel.ts';

const PATIENCE_SECONDS = 1;

/** The text for Prometheus. Where the database is away or hangs, the gauges of the ledger are left out. */
export async function renderMetrics(kernel: Kernel): Promise<string> {
  const { ledger, ledgerAge, deliveriesWaiting, circuits, registry } = kernel.metrics;
  for (const gauge of [ledger, ledgerAge, deliveriesWaiting, circuits]) gauge.reset();
  const counting = countLedger(kernel.orm.em.fork());
  const counts = await withDeadline(counting, PATIENCE_SECONDS, () => new Error('late')).catch(() => []);
  for (const { kind, state, count, oldest } of counts) {
    ledger.set({ kind, state }, Number(count));
    if (state === 'accepted' && oldest)
      ledgerAge.set({ kind }, (kernel.clock().getTime() - utc(oldest).getTime()) / 1000);
  }
  const counted = countDeliveries(kernel.orm.em.fork(), kernel.clock());
  const late = await withDeadline(counted, PATIENCE_SECONDS, () => new Error('late')).catch(() => null);
  for (const { kind, state, count } of late?.waiting ?? []) deliveriesWaiting.set({ kind, state }, Number(count));
  for (const { kind, count } of late?.circuits ?? []) circuits.set({ kind }, Number(count));
  return registry.metrics();
}
