// A delivery as callers see it: what it does, where, and what became of it; never what it carries.
import type { EntityManager } from '@mikro-orm/mysql';
import { z } from 'zod';
import type { Delivery } from '../domain/deliveries/delivery.ts';
import { ATTEMPT_OUTCOMES, DeliveryAttempt } from '../domain/deliveries/delivery-attempt.ts';
import { DELIVERY_STATES } from '../domain/deliveries/lifecycle.ts';
import { Endpoint } from '../domain/endpoints/endpoint.ts';
import { ENDPOINT_KINDS } from '../domain/endpoints/kinds.ts';
import type { Answer } from './idempotency.ts';
import { Id, Time } from './shapes.ts';

/** Numbers of deliveries are exact in JavaScript up to 15 digits. */
export const DeliveryId = z
  .string()
  .regex(/^[1-9]\d{0,14}$/)
  .transform(Number)
  .meta({ example: '4711' });

export const DeliveryView = z
  .object({
    id: z.string(),
    accountId: Id,
    endpoint: z.object({ id: Id, kind: z.enum(ENDPOINT_KINDS), name: z.string() }),
    conversationId: Id.nullable(),
    lane: z.string().meta({ description: 'Deliveries of one lane of an endpoint arrive one after the other.' }),
    effect: z.string().meta({ description: 'What is done there, in a word.' }),
    eventId: Id.nullable(),
    state: z.enum(DELIVERY_STATES),
    doubt: z.boolean().meta({ description: 'An earlier attempt may have been carried out.' }),
    attemptCount: z.int().meta({ description: 'Those that count, since it was made or sent again by hand.' }),
    dueAt: Time,
    expiresAt: Time,
    externalId: z.string().nullable().meta({ description: 'What the other side calls it.' }),
    code: z.string().nullable(),
    detail: z.string().nullable(),
    createdAt: Time,
    endedAt: Time.nullable(),
  })
  .meta({ id: 'Delivery' });

const AttemptView = z
  .object({
    number: z.int(),
    outcome: z.enum(ATTEMPT_OUTCOMES).meta({ description: 'begun: it is under way, or its worker was lost.' }),
    status: z.int().nullable().meta({ description: 'Of HTTP, where there was one.' }),
    code: z.string().nullable(),
    detail: z.string().nullable(),
    beganAt: Time,
    endedAt: Time.nullable(),
  })
  .meta({ id: 'DeliveryAttempt' });

export const DeliveryDetail = DeliveryView.extend({ attempts: z.array(AttemptView) }).meta({ id: 'DeliveryDetail' });

export async function viewDeliveries(em: EntityManager, deliveries: readonly Delivery[]) {
  const ids = [...new Set(deliveries.map(({ endpointId }) => endpointId))];
  const endpoints = await em.find(Endpoint, { id: { $in: ids } }, { disableIdentityMap: true });
  const byId = new Map(endpoints.map(({ id, kind, name }) => [id, { id, kind, name }]));
  // Where its endpoint was removed in this moment, it is gone too.
  return deliveries.flatMap((delivery) => {
    const endpoint = byId.get(delivery.endpointId);
    return endpoint ? [viewDelivery(delivery, endpoint)] : [];
  });
}

type ShownEndpoint = z.input<typeof DeliveryView>['endpoint'];

export function viewDelivery(delivery: Delivery, { id, kind, name }: ShownEndpoint) {
  const { accountId, conversationId, lane, effect, eventId, state, doubt, attempts, externalId, code, detail } =
    delivery;
  return {
    id: String(delivery.id),
    accountId,
    endpoint: { id, kind, name },
    ...{ conversationId, lane, effect, eventId, state, doubt, attemptCount: attempts },
    dueAt: delivery.dueAt.toISOString(),
    expiresAt: delivery.expiresAt.toISOString(),
    ...{ externalId, code, detail },
    createdAt: delivery.createdAt.toISOString(),
    endedAt: delivery.endedAt?.toISOString() ?? null,
  };
}

export async function viewAttempts(em: EntityManager, deliveryId: number) {
  const attempts = await em.find(DeliveryAttempt, { deliveryId }, { orderBy: { number: 'asc' } });
  return attempts.map(({ number, outcome, status, code, detail, beganAt, endedAt }) => ({
    ...{ number, outcome, status, code, detail },
    beganAt: beganAt.toISOString(),
    endedAt: endedAt?.toISOString() ?? null,
  }));
}

/** Of one that is to be sent: where to look what came of it. */
export const DeliveryPlanned = z
  .object({ delivery: z.string(), state: z.enum(DELIVERY_STATES), href: z.string() })
  .meta({ id: 'DeliveryPlanned' });

export function viewPlanned({ id, state }: Delivery): Answer {
  const href = `/v1/deliveries/${id}`;
  return { status: 202, body: { delivery: String(id), state, href }, headers: { Location: href } };
}
