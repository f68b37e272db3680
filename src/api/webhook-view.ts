// A webhook as callers see it: never its secret.
import type { EntityManager } from '@mikro-orm/mysql';
import { z } from 'zod';
import type { Endpoint } from '../domain/endpoints/endpoint.ts';
import { CircuitView, viewCircuits } from './endpoint-view.ts';
import { Id, Time } from './shapes.ts';

export const WebhookView = z
  .object({
    id: Id,
    accountId: Id,
    name: z.string(),
    url: z.string(),
    events: z.array(z.string()),
    enabled: z.boolean(),
    reason: z.string().nullable().meta({ description: 'Why it is disabled.' }),
    circuit: CircuitView,
    createdAt: Time,
    updatedAt: Time,
  })
  .meta({ id: 'Webhook' });

/** The secret itself: told when it is made, and by nothing else. */
export const WebhookWithSecret = WebhookView.extend({
  secret: z.string().meta({ description: 'Shown this once.', example: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' }),
}).meta({ id: 'WebhookWithSecret' });

export async function viewWebhooks(em: EntityManager, endpoints: readonly Endpoint[], now: Date) {
  const ids = endpoints.map(({ id }) => id);
  const circuitOf = await viewCircuits(em, ids, now);
  return endpoints.map((endpoint) => viewOf(endpoint, circuitOf(endpoint.id)));
}

export async function viewWebhook(em: EntityManager, endpoint: Endpoint, now: Date) {
  const circuitOf = await viewCircuits(em, [endpoint.id], now);
  return viewOf(endpoint, circuitOf(endpoint.id));
}

function viewOf(endpoint: Endpoint, circuit: CircuitView) {
  const { id, accountId, name, url, events, state, reason, createdAt, updatedAt } = endpoint;
  return {
    id,
    accountId,
    name,
    url,
    events: z.array(z.string()).parse(JSON.parse(events ?? '[]')),
    enabled: state === 'enabled',
    reason,
    circuit,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}
