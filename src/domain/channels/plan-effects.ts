// What has happened in an act is to be told outside: each event is looked at once, by every endpoint of its account. Called by the act
// itself before it commits, so that nothing that happened can miss its effect, and nothing that was rolled back has one.
import type { Act } from '../act.ts';
import { planDeliveries, type Wanted } from '../deliveries/plan-deliveries.ts';
import type { Endpoint } from '../endpoints/endpoint.ts';
import { isWanted } from '../endpoints/event-filter.ts';
import { findEnabled } from '../endpoints/find-endpoints.ts';
import type { EndpointKind } from '../endpoints/kinds.ts';
import type { RecordedEvent } from '../events/recorded-event.ts';
import { chatwootEffects } from './chatwoot/effects.ts';
import { onlyLinked } from './only-linked.ts';
import { wecomEffects } from './wecom/effects.ts';

export async function planEffects(act: Act): Promise<void> {
  const accounts = new Set(act.recorded.flatMap(({ accountId }) => accountId ?? []));
  const endpoints = await findEnabled(act.em, [...accounts]);
  const wanted: Wanted[] = [];
  for (const endpoint of endpoints) {
    const own = act.recorded.filter(({ accountId }) => accountId === endpoint.accountId);
    wanted.push(...(await EFFECTS[endpoint.kind](act, endpoint, own)));
  }
  await planDeliveries(act, wanted);
}

type Effects = (act: Act, endpoint: Endpoint, events: readonly RecordedEvent[]) => Promise<Wanted[]> | Wanted[];

const EFFECTS: Readonly<Record<EndpointKind, Effects>> = {
  webhook: (_act, endpoint, events) => webhookEffects(endpoint, events),
  chatwoot: (act, endpoint, events) => onlyLinked(act, endpoint, chatwootEffects(endpoint, events)),
  wecom: wecomEffects,
};

/** In order for each conversation; of what is of none, no order is promised. */
function webhookEffects(endpoint: Endpoint, events: readonly RecordedEvent[]): Wanted[] {
  const filter: string[] = JSON.parse(endpoint.events ?? '[]');
  return events
    .filter(({ type }) => isWanted(filter, type))
    .map(({ id, conversationId }) => ({
      endpoint,
      conversationId,
      lane: conversationId ?? endpoint.accountId,
      effect: 'webhook',
      key: id,
      eventId: id,
    }));
}
