// Whether all that was begun has been done: the ledger, and what is on its way to systems outside and back.
import type { Kernel } from '../../src/kernel.ts';
import { waitUntil } from './api.ts';

const QUIET_SECONDS = 120;
const DELIVERED_SECONDS = 20;

/** Until no work is left in the ledger, but for alarms that are told later together, and deliveries that are tried again later. */
export function quiet(kernel: Kernel): Promise<void> {
  const waits = "state = 'running' or state = 'accepted' and (kind not in ('alarm', 'delivery') or due_at <= ?)";
  const open = `select count(*) as count from job where ${waits}`;
  return waitUntil(
    async () => (await count(kernel, open, [kernel.clock()])) === 0,
    QUIET_SECONDS,
    'work is left in the ledger',
  );
}

/** What a system outside does by itself when it is told something, and how much it was told. */
export type Active = { readonly requests: readonly unknown[]; readonly idle?: () => Promise<void> };

/** Until nothing is on its way any more, neither there nor back, nor what follows from it. */
export async function settled(kernel: Kernel, { requests, idle }: Active): Promise<void> {
  let before = -1;
  while (before !== requests.length) {
    before = requests.length;
    await idle?.();
    await quiet(kernel);
    await deliveriesEnd(kernel);
  }
}

/** What is then still on its way has failed, and waits to be tried again. */
export async function deliveriesEnd(kernel: Kernel): Promise<void> {
  const isOver = async () => (await count(kernel, `${DELIVERIES} ('pending', 'sending')`)) === 0;
  await waitUntil(isOver, DELIVERED_SECONDS, 'deliveries are left').catch(() => undefined);
}

const DELIVERIES = 'select count(*) as count from delivery where state in';

/** `hooks`: what systems outside told us, each once. */
export async function countOutside(
  kernel: Kernel,
): Promise<{ readonly deliveries: number; readonly deliveriesOpen: number; readonly hooks: number }> {
  const hooks =
    "select count(*) as count from job where kind = 'inbound' and idempotency_key is not null and json_contains_path(payload, 'one', '$.hook')";
  return {
    deliveries: await count(kernel, `${DELIVERIES} ('delivered')`),
    deliveriesOpen: await count(kernel, `${DELIVERIES} ('pending', 'sending', 'failed', 'unknown')`),
    hooks: await count(kernel, hooks),
  };
}

export async function count(kernel: Kernel, sql: string, values: readonly Date[] = []): Promise<number> {
  const [row]: { count: number }[] = await kernel.orm.em.fork().execute(sql, [...values]);
  return Number(row?.count ?? 0);
}
