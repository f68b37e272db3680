// Webhooks: the endpoints of an account that are told its events; made, changed, tried out and removed.
import { z } from 'zod';
import { beginAnew } from '../domain/deliveries/begin-anew.ts';
import { testWebhook } from '../domain/deliveries/test-webhook.ts';
import { changeWebhook } from '../domain/endpoints/change-webhook.ts';
import { createWebhook, rotateSecret } from '../domain/endpoints/create-webhook.ts';
import { Endpoint } from '../domain/endpoints/endpoint.ts';
import { EventFilter } from '../domain/endpoints/event-filter.ts';
import { removeEndpoint } from '../domain/endpoints/remove-endpoint.ts';
import { findAccountFor } from './access.ts';
import { DeliveryPlanned, viewPlanned } from './delivery-view.ts';
import { findWebhookFor } from './endpoint-access.ts';
import { OutsideUrl } from './endpoint-view.ts';
import { route } from './route.ts';
import { ById, Id, Name } from './shapes.ts';
import { viewWebhook, viewWebhooks, WebhookView, WebhookWithSecret } from './webhook-view.ts';

const MAKERS = {
  key: 'endpoints:write',
  also: { scope: 'streams:read', because: 'a webhook tells what streams tell' },
} as const;

const Events = EventFilter.meta({
  description:
    'Names of events, whole families (`session.*`), or `*`: all but private notes (`note.*`), which are told to those who name them. docs/events.md lists them.',
  example: ['session.*', 'message.created'],
});

export const postWebhook = route({
  method: 'post',
  path: '/v1/webhooks',
  summary:
    'A URL is told events of an account from now on, signed by Standard Webhooks. Its secret is shown this once.',
  door: MAKERS,
  body: z.strictObject({ account: Id, url: OutsideUrl, events: Events, name: Name.optional() }),
  answers: { 201: { says: 'The webhook, and its secret.', schema: WebhookWithSecret } },
  handle: ({ context: { kernel }, principal, body, change }) =>
    change(async (act) => {
      const { id: accountId } = await findAccountFor(act.em, principal, body.account);
      const { url, events, name = hostOf(url) } = body;
      const secret = kernel.config.BATON_SECRET;
      const { endpoint, shown } = await createWebhook(act, { accountId, name, url, events }, secret);
      return {
        status: 201,
        body: { ...(await viewWebhook(act.em, endpoint, act.now)), secret: shown },
        headers: { Location: `/v1/webhooks/${endpoint.id}` },
      };
    }),
});

const NAME_LENGTH = 120;

function hostOf(url: string): string {
  return new URL(url).host.slice(0, NAME_LENGTH);
}

export const getWebhooks = route({
  method: 'get',
  path: '/v1/webhooks',
  summary: 'The webhooks of an account, in the order in which they were made; an account has at most 20.',
  door: { key: 'endpoints:read' },
  query: z.strictObject({ account: Id }),
  answers: { 200: { says: 'All of them.', schema: z.object({ data: z.array(WebhookView) }) } },
  handle: async ({ context: { kernel }, principal, query }) => {
    const em = kernel.orm.em.fork();
    const { id: accountId } = await findAccountFor(em, principal, query.account);
    const endpoints = await em.find(Endpoint, { accountId, kind: 'webhook' }, { orderBy: { id: 'asc' } });
    return { status: 200, body: { data: await viewWebhooks(em, endpoints, kernel.clock()) } };
  },
});

export const getWebhook = route({
  method: 'get',
  path: '/v1/webhooks/:id',
  summary: 'One webhook, with how it has been doing.',
  door: { key: 'endpoints:read' },
  params: ById,
  answers: { 200: { says: 'The webhook.', schema: WebhookView } },
  handle: async ({ context: { kernel }, principal, params }) => {
    const em = kernel.orm.em.fork();
    const endpoint = await findWebhookFor(em, principal, params.id);
    return { status: 200, body: await viewWebhook(em, endpoint, kernel.clock()) };
  },
});

export const patchWebhook = route({
  method: 'patch',
  path: '/v1/webhooks/:id',
  summary:
    'Change a webhook. While it is disabled nothing new is written down for it. Enabled again, or with another URL, it is sent at once what was waiting.',
  door: MAKERS,
  params: ById,
  body: z.strictObject({
    url: OutsideUrl.optional(),
    events: Events.optional(),
    name: Name.optional(),
    enabled: z.boolean().optional(),
  }),
  answers: { 200: { says: 'The webhook, as it is now.', schema: WebhookView } },
  handle: ({ principal, params, body, change }) =>
    change(async (act) => {
      await findWebhookFor(act.em, principal, params.id);
      const { endpoint, isAnew } = await changeWebhook(act, params.id, body);
      if (isAnew) await beginAnew(act, endpoint);
      return { status: 200, body: await viewWebhook(act.em, endpoint, act.now) };
    }),
});

export const deleteWebhook = route({
  method: 'delete',
  path: '/v1/webhooks/:id',
  summary: 'Remove a webhook, with everything that it was still to be told and the log of its deliveries.',
  door: { key: 'endpoints:write' },
  params: ById,
  answers: { 204: { says: 'It is removed.' } },
  handle: ({ principal, params, change }) =>
    change(async (act) => {
      await findWebhookFor(act.em, principal, params.id);
      await removeEndpoint(act, params.id);
      return { status: 204 };
    }),
});

export const postWebhookSecret = route({
  method: 'post',
  path: '/v1/webhooks/:id/secret',
  summary:
    'A new secret, shown this once. For 24 hours the one before signs beside it, so that receivers can change over.',
  door: { key: 'endpoints:write' },
  params: ById,
  answers: { 201: { says: 'The webhook, and its new secret.', schema: WebhookWithSecret } },
  handle: ({ context: { kernel }, principal, params, change }) =>
    change(async (act) => {
      await findWebhookFor(act.em, principal, params.id);
      const { endpoint, shown } = await rotateSecret(act, params.id, kernel.config.BATON_SECRET);
      return { status: 201, body: { ...(await viewWebhook(act.em, endpoint, act.now)), secret: shown } };
    }),
});

export const postWebhookTest = route({
  method: 'post',
  path: '/v1/webhooks/:id/test',
  summary: 'Send a `webhook.test` event to this webhook alone, whatever its filter; what came of it is at Location.',
  door: { key: 'endpoints:write' },
  params: ById,
  answers: { 202: { says: 'It will be sent.', schema: DeliveryPlanned } },
  handle: ({ principal, params, change }) =>
    change(async (act) => {
      const endpoint = await findWebhookFor(act.em, principal, params.id);
      return viewPlanned(await testWebhook(act, endpoint));
    }),
});
