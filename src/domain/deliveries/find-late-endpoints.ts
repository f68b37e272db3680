// What the sweep looks for among deliveries: endpoints that have some to be sent, or whose worker was lost, and nobody comes.
import type { EntityManager } from '@mikro-orm/mysql';
import type { Act } from '../act.ts';
import { planDelivering } from './plan-deliveries.ts';

type Late = { readonly id: string; readonly accountId: string };

/** @param dueBefore what has been due since then was missed. */
export function findLateEndpoints(em: EntityManager, now: Date, dueBefore: Date): Promise<Late[]> {
  return em.execute(
    `select n.id, n.account_id as accountId from endpoint n left join circuit c on c.endpoint_id = n.id
     where n.state = 'enabled' and (c.open_until is null or c.open_until < ?)
       and (exists (select 1 from delivery d where d.endpoint_id = n.id and d.state = 'pending' and d.due_at < ?)
         or exists (select 1 from delivery d where d.endpoint_id = n.id and d.state = 'sending' and d.leased_until < ?))`,
    [dueBefore, dueBefore, now],
  );
}

export function comeFor(act: Act, late: Late): void {
  planDelivering(act, late);
}
