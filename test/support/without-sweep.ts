// Holds the sweep off, as a worker does that is looking just now: while the work goes on, the acts of a worker are those of its
// jobs alone.
import type { World } from './world.ts';

export function withoutSweep<T>(world: World, work: () => Promise<T>): Promise<T> {
  const lock = `baton-sweep-${world.config.REDIS_PREFIX}`;
  return world.kernel.orm.em.fork().transactional(async (em) => {
    const [row]: { held: number }[] = await em.execute('select get_lock(?, 10) as held', [lock]);
    if (row?.held !== 1) throw new Error('the sweep could not be held off');
    try {
      return await work();
    } finally {
      await em.execute('select release_lock(?)', [lock]);
    }
  });
}
