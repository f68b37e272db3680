// An endpoint is removed for good: from now on nobody finds it, nothing is sent to it and nothing is written down for it. What it was
// still to be told, the log of what it was told and, of a channel, whose conversation there is whose here leave by and by, since that may
// be a million rows. Whatever of it is on its way just now ends as it ends, and nobody notes it.
import type { EntityManager } from '@mikro-orm/mysql';
import type { Act } from '../act.ts';
import { lockEndpoint } from './find-endpoints.ts';

/** @throws DomainError endpoint_not_found, also to the second of two at once. */
export async function removeEndpoint(act: Act, id: string): Promise<void> {
  const endpoint = await lockEndpoint(act, id);
  endpoint.remove(act.now);
  await act.em.flush();
}

/** Attempts go with their deliveries. */
const MASSES = ['delivery', 'conversation_link'] as const;

/**
 * What removed endpoints have left behind leaves, and then they themselves: at most `limit` rows in all, each statement for itself.
 * @returns how many.
 */
export async function clearRemoved(em: EntityManager, limit: number): Promise<number> {
  const sql = 'select id from endpoint where removed_at is not null order by removed_at limit ?';
  const removed: { id: string }[] = await em.execute(sql, [limit]);
  let left = limit;
  for (const { id } of removed) {
    for (const table of MASSES) if (left > 0) left -= await clearSome(em, table, id, left);
    if (left === 0) break;
    // With the little that is not there in masses, and with what an act that began before it was removed has written since.
    await em.execute('delete from endpoint where id = ?', [id], 'run');
    left -= 1;
  }
  return limit - left;
}

async function clearSome(
  em: EntityManager,
  table: (typeof MASSES)[number],
  endpointId: string,
  limit: number,
): Promise<number> {
  const sql = `delete from ${table} where endpoint_id = ? limit ?`;
  const { affectedRows } = await em.execute<{ affectedRows: number }>(sql, [endpointId, limit], 'run');
  return affectedRows;
}
