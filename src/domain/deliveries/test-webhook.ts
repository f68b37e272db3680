// A webhook is tried out: an event that is nobody else's goes the way that all events go.
import type { Act } from '../act.ts';
import type { Endpoint } from '../endpoints/endpoint.ts';
import { record } from '../events/record.ts';
import { Delivery } from './delivery.ts';
import { planDeliveries } from './plan-deliveries.ts';

const NOTE = 'Somebody wanted to see whether this arrives.';

/** In a lane of its own: what waits for an answer in another does not hold it up. */
export async function testWebhook(act: Act, endpoint: Endpoint): Promise<Delivery> {
  const { id: webhookId, accountId } = endpoint;
  const eventId = record(act, 'webhook.test', { accountId }, { webhookId, note: NOTE });
  const effect = { effect: 'webhook', key: eventId, eventId };
  await planDeliveries(act, [{ endpoint, conversationId: null, lane: `test:${webhookId}`, ...effect }]);
  return act.em.findOneOrFail(Delivery, { endpointId: webhookId, eventId });
}
