// What a platform shows us may be what we have just done there ourselves: then it is no news, and no deed follows from it.
import type { EntityManager } from '@mikro-orm/mysql';
import { Delivery } from '../deliveries/delivery.ts';
import { Event } from '../events/event.ts';

/** Between our clock and theirs. */
const TOLERANCE_MS = 5000;

type Where = { readonly endpointId: string; readonly conversationId: string };

/** The events of those of our deliveries that were being made at that time; null where one has none. Empty: it was not us. */
export async function ownDoings(
  em: EntityManager,
  { endpointId, conversationId }: Where,
  effects: readonly string[],
  at: Date,
): Promise<{ readonly effect: string; readonly data: unknown }[]> {
  const around = [new Date(at.getTime() + TOLERANCE_MS), new Date(at.getTime() - TOLERANCE_MS)];
  const rows: { effect: string; event_id: string | null }[] = await em.execute(
    `select distinct d.effect, d.event_id from delivery d join delivery_attempt a on a.delivery_id = d.id
     where d.conversation_id = ? and d.endpoint_id = ? and d.effect in (?) and a.began_at <= ? and (a.ended_at is null or a.ended_at >= ?)`,
    [conversationId, endpointId, [...effects], ...around],
  );
  const ids = rows.flatMap(({ event_id }) => event_id ?? []);
  const events = ids.length === 0 ? [] : await em.find(Event, { id: { $in: ids } }, { disableIdentityMap: true });
  const data = new Map(events.map((event) => [event.id, JSON.parse(event.data)]));
  return rows.map(({ effect, event_id }) => ({ effect, data: event_id === null ? null : data.get(event_id) }));
}

/** One is being made, or was tried and is to be tried again: how things are there is ours to say, and not yet said. */
export async function isUnderWay(em: EntityManager, where: Where, effect: string): Promise<boolean> {
  const tried = { state: 'pending', attempts: { $gt: 0 } } as const;
  return (await em.count(Delivery, { ...where, effect, $or: [{ state: 'sending' }, tried] })) > 0;
}
