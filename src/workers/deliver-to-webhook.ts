// One event to one webhook: the envelope as streams tell it, signed with every secret that counts. The receiver knows it again by its id.

import { validSecrets } from '../domain/endpoints/create-webhook.ts';
import { readEvent } from '../domain/events/read-event.ts';
import type { Deliver } from './deliver.ts';

export const deliverToWebhook: Deliver = async (kernel, outside, { endpoint, delivery }) => {
  const id = delivery.eventId;
  const event = id === null ? null : await readEvent(kernel.orm.em.fork(), id);
  if (!event) return { kind: 'skipped', code: 'event_gone', detail: 'The event’s retention is over.' };
  const now = kernel.clock();
  const secrets = validSecrets(endpoint.secrets, now, kernel.config.BATON_SECRET);
  const message = { url: endpoint.url, id: event.id, at: now, secrets, body: JSON.stringify(event) };
  const { status } = await outside.sendWebhook(message);
  return { kind: 'delivered', status };
};
