// What a platform shows us may be what we have just done there ourselves: then it is no news, and no deed follows from it.
import type { EntityManager } from '@mikro-orm/mysql';
import { Delivery } from '../../deliveries/delivery.ts';
import { Event } from '../../events/event.ts';

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
  const data = await dataOf(
    em,
    rows.map(({ event_id }) => event_id),
  );
  return rows.map(({ effect, event_id }) => ({ effect, data: data(event_id) }));
}

export type UnderWay = {
  readonly isBeingMade: boolean;
  /** Of its event; null: there is none. */
  readonly data: unknown;
};

/** Those of that effect that are being made, or were tried and are to be tried again: they may have been carried out by now. */
export async function findUnderWay(em: EntityManager, where: Where, effect: string): Promise<UnderWay[]> {
  const tried = { state: 'pending', attempts: { $gt: 0 } } as const;
  const found = await em.find(Delivery, { ...where, effect, $or: [{ state: 'sending' }, tried] });
  const data = await dataOf(
    em,
    found.map(({ eventId }) => eventId),
  );
  return found.map(({ state, eventId }) => ({ isBeingMade: state === 'sending', data: data(eventId) }));
}

async function dataOf(em: EntityManager, of: readonly (string | null)[]): Promise<(eventId: string | null) => unknown> {
  const ids = of.flatMap((id) => id ?? []);
  const events = ids.length === 0 ? [] : await em.find(Event, { id: { $in: ids } }, { disableIdentityMap: true });
  const known = new Map<string, unknown>(events.map((event) => [event.id, JSON.parse(event.data)]));
  return (id) => (id === null ? null : known.get(id));
}
