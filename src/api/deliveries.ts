// Deliveries: what an account's endpoints were told and are still to be told, with every attempt; sent again by hand, or settled by
// somebody who has looked at the other side.
import type { EntityManager } from '@mikro-orm/mysql';
import { z } from 'zod';
import { Delivery } from '../domain/deliveries/delivery.ts';
import { DELIVERY_STATES } from '../domain/deliveries/lifecycle.ts';
import { redeliver, redeliverSince, settleDelivery } from '../domain/deliveries/redeliver.ts';
import { DomainError } from '../domain/errors.ts';
import { findAccountFor } from './access.ts';
import {
  DeliveryDetail,
  DeliveryId,
  DeliveryPlanned,
  DeliveryView,
  viewAttempts,
  viewDeliveries,
  viewDelivery,
  viewPlanned,
} from './delivery-view.ts';
import { findDeliveryFor, findEndpointFor, findWebhookFor } from './endpoint-access.ts';
import { pageOfIds } from './id-page.ts';
import { route } from './route.ts';
import { ById, Cursor, Id, Limit, pageOf, Remark, Time } from './shapes.ts';

const ByNumber = z.strictObject({ id: DeliveryId });
const State = z.enum(DELIVERY_STATES).optional();
const READERS = { key: 'endpoints:read' } as const;
const WRITERS = { key: 'endpoints:write' } as const;

export const getDeliveries = route({
  method: 'get',
  path: '/v1/deliveries',
  summary: 'What the endpoints of an account were told and are to be told, the newest first.',
  door: READERS,
  query: z.strictObject({
    account: Id,
    endpoint: Id.optional(),
    conversation: Id.optional(),
    state: State,
    limit: Limit,
    cursor: Cursor,
  }),
  answers: { 200: { says: 'One page.', schema: pageOf(DeliveryView) } },
  handle: async ({ context: { kernel }, principal, query }) => {
    const em = kernel.orm.em.fork();
    const { account, endpoint, conversation, state } = query;
    await findAccountFor(em, principal, account);
    const wanted = { account_id: account, endpoint_id: endpoint, conversation_id: conversation, state };
    return { status: 200, body: await pageOfDeliveries(em, wanted, query, kernel.config.BATON_SECRET) };
  },
});

export const getWebhookDeliveries = route({
  method: 'get',
  path: '/v1/webhooks/:id/deliveries',
  summary: 'What one webhook was told and is to be told, the newest first.',
  door: READERS,
  params: ById,
  query: z.strictObject({ state: State, limit: Limit, cursor: Cursor }),
  answers: { 200: { says: 'One page.', schema: pageOf(DeliveryView) } },
  handle: async ({ context: { kernel }, principal, params, query }) => {
    const em = kernel.orm.em.fork();
    const { id } = await findWebhookFor(em, principal, params.id);
    const wanted = { endpoint_id: id, state: query.state };
    return { status: 200, body: await pageOfDeliveries(em, wanted, query, kernel.config.BATON_SECRET) };
  },
});

type Wanted = Readonly<Partial<Record<'account_id' | 'endpoint_id' | 'conversation_id' | 'state', string | undefined>>>;

/** Those of an endpoint that was removed are on their way out. */
const OF_PRESENT = 'endpoint_id not in (select id from endpoint where removed_at is not null)';

async function pageOfDeliveries(
  em: EntityManager,
  wanted: Wanted,
  wish: Parameters<typeof pageOfIds>[2],
  secret: string,
) {
  const set = Object.entries(wanted).filter(([, value]) => value !== undefined);
  const where = [...set.map(([column]) => `${column} = ?`), OF_PRESENT].join(' and ');
  const rows = { table: 'delivery', where, values: set.map(([, value]) => value), order: 'newest first' } as const;
  const { ids, page } = await pageOfIds<number>(em, rows, wish, secret);
  const deliveries = await em.find(Delivery, { id: { $in: ids } }, { orderBy: { id: 'desc' } });
  return { data: await viewDeliveries(em, deliveries), page };
}

export const getDelivery = route({
  method: 'get',
  path: '/v1/deliveries/:id',
  summary: 'One delivery, with every attempt at it. What it carries is not shown.',
  door: READERS,
  params: ByNumber,
  answers: { 200: { says: 'The delivery.', schema: DeliveryDetail } },
  handle: async ({ context: { kernel }, principal, params }) => {
    const em = kernel.orm.em.fork();
    const delivery = await findDeliveryFor(em, principal, params.id);
    const endpoint = await findEndpointFor(em, principal, delivery.endpointId);
    return {
      status: 200,
      body: { ...viewDelivery(delivery, endpoint), attempts: await viewAttempts(em, delivery.id) },
    };
  },
});

export const postRedeliver = route({
  method: 'post',
  path: '/v1/deliveries/:id/redeliver',
  summary:
    'Send a delivery again, under the same id. What is on its way stays as it is; what may have arrived may arrive twice.',
  door: WRITERS,
  params: ByNumber,
  answers: { 202: { says: 'It will be sent.', schema: DeliveryPlanned } },
  handle: ({ principal, params, change }) =>
    change(async (act) => {
      await findDeliveryFor(act.em, principal, params.id);
      return viewPlanned(await redeliver(act, params.id));
    }),
});

export const postSettle = route({
  method: 'post',
  path: '/v1/deliveries/:id/settle',
  summary: 'Say what became of a delivery that nobody knows of (state `unknown`), after a look at the other side.',
  door: WRITERS,
  params: ByNumber,
  body: z.strictObject({ outcome: z.enum(['delivered', 'failed']), note: Remark.optional() }),
  answers: { 200: { says: 'The delivery, as it is now.', schema: DeliveryView } },
  handle: ({ principal, params, body, change }) =>
    change(async (act) => {
      const { endpointId } = await findDeliveryFor(act.em, principal, params.id);
      const endpoint = await findEndpointFor(act.em, principal, endpointId);
      const delivery = await settleDelivery(act, params.id, body.outcome, body.note ?? null);
      return { status: 200, body: viewDelivery(delivery, endpoint) };
    }),
});

export const postWebhookRedeliver = route({
  method: 'post',
  path: '/v1/webhooks/:id/redeliver',
  summary:
    'Send again what was written down since a time and given up, the oldest first and at most 1,000 a request, or one delivery that is named.',
  door: WRITERS,
  params: ById,
  body: z.union([z.strictObject({ since: Time }), z.strictObject({ delivery: DeliveryId })]),
  answers: {
    202: { says: 'So many will be sent.', schema: z.object({ redelivered: z.int() }).meta({ id: 'Redelivered' }) },
  },
  handle: ({ principal, params, body, change }) =>
    change(async (act) => {
      const { id } = await findWebhookFor(act.em, principal, params.id);
      if ('since' in body)
        return { status: 202, body: { redelivered: await redeliverSince(act, id, new Date(body.since)) } };
      const delivery = await findDeliveryFor(act.em, principal, body.delivery);
      if (delivery.endpointId !== id) throw new DomainError('delivery_not_found', 'There is no such delivery.');
      await redeliver(act, delivery.id);
      return { status: 202, body: { redelivered: 1 } };
    }),
});
