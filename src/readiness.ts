// Whether this process lives, and whether it can work: /livez touches nothing, /readyz asks the database and Redis.
import type { Kernel } from './kernel.ts';

export type Readiness = { readonly ready: boolean; readonly checks: Readonly<Record<string, string>> };

const PATIENCE_MS = 1000;

/** @param own further checks of the process, `ok` or what is wrong. Redis being away is told, but work is still accepted. */
export async function readiness(kernel: Kernel, own: Readonly<Record<string, string>> = {}): Promise<Readiness> {
  const database = await outcome(kernel.orm.em.getConnection().execute('select 1'));
  const redis = kernel.producer.status === 'ready' ? await outcome(kernel.producer.ping()) : 'out of reach';
  const checks = { database, redis, ...own };
  return { ready: Object.values(checks).every((check) => check === 'ok'), checks };
}

async function outcome(work: Promise<unknown>): Promise<string> {
  const late = new Promise<string>((resolve) => setTimeout(() => resolve('no answer within 1 s'), PATIENCE_MS).unref());
  return Promise.race([
    late,
    work.then(
      () => 'ok',
      () => 'out of reach',
    ),
  ]);
}
