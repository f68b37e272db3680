// What operators see of deliveries at a glance: how many have not arrived, by endpoint's kind and state, and how many circuits are open.
import type { EntityManager } from '@mikro-orm/mysql';

type Counted = { readonly kind: string; readonly count: number };
export type DeliveryCount = {
  readonly waiting: readonly (Counted & { readonly state: string })[];
  readonly circuits: readonly Counted[];
};

export async function countDeliveries(em: EntityManager, now: Date): Promise<DeliveryCount> {
  const waiting: (Counted & { state: string })[] = await em.execute(
    `select n.kind, d.state, count(*) as count from delivery d join endpoint n on n.id = d.endpoint_id
     where d.state in ('pending', 'sending', 'failed', 'unknown') and n.removed_at is null group by n.kind, d.state`,
  );
  const circuits: Counted[] = await em.execute(
    'select n.kind, count(*) as count from circuit c join endpoint n on n.id = c.endpoint_id where c.open_until > ? and n.removed_at is null group by n.kind',
    [now],
  );
  return { waiting, circuits };
}
