// Deliveries that are over leave, with the log of their attempts: those that came to a good end sooner than those that people may still
// want to look at, settle or send again.
import type { EntityManager } from '@mikro-orm/mysql';
import type { DeliveryState } from './lifecycle.ts';

export const GOOD_ENDS: readonly DeliveryState[] = ['delivered', 'skipped'];
export const BAD_ENDS: readonly DeliveryState[] = ['failed', 'unknown'];

/** Removes deliveries that ended so before that, at most `limit`. @returns how many. */
export async function removeEndedDeliveries(
  em: EntityManager,
  ends: readonly DeliveryState[],
  endedBefore: Date,
  limit: number,
): Promise<number> {
  const { affectedRows } = await em.execute<{ affectedRows: number }>(
    'delete from delivery where state in (?) and ended_at < ? limit ?',
    [[...ends], endedBefore, limit],
    'run',
  );
  return affectedRows;
}
