// The channels of an account, where its conversations live: connected, changed, switched off and removed; and what was said there
// before is read into Baton.
import { z } from 'zod';
import type { Act } from '../domain/act.ts';
import { beginAnew } from '../domain/deliveries/begin-anew.ts';
import { switchEndpoint } from '../domain/endpoints/change-webhook.ts';
import { Endpoint } from '../domain/endpoints/endpoint.ts';
import { ChatwootSettings, WecomSettings } from '../domain/endpoints/endpoint-settings.ts';
import { CHANNELS, type Channel } from '../domain/endpoints/kinds.ts';
import { removeEndpoint } from '../domain/endpoints/remove-endpoint.ts';
import { setChannel, type WantedChannel } from '../domain/endpoints/set-channel.ts';
import { planAsked } from '../domain/jobs/plan-job.ts';
import { findAccountFor } from './access.ts';
import { ChannelView, ChatwootView, secretNames, viewChannel, WecomView } from './channel-view.ts';
import { findChannelFor } from './endpoint-access.ts';
import { OutsideUrl } from './endpoint-view.ts';
import type { Answer } from './idempotency.ts';
import { HttpProblem } from './problems.ts';
import { type Call, route } from './route.ts';
import { ById, Id } from './shapes.ts';

export const getChannels = route({
  method: 'get',
  path: '/v1/accounts/:id/channels',
  summary: 'The channels that an account is connected to. No secret is shown, only whether it is set.',
  door: { key: 'endpoints:read' },
  params: ById,
  answers: { 200: { says: 'All of them.', schema: z.object({ data: z.array(ChannelView) }) } },
  handle: async ({ context: { kernel }, principal, params }) => {
    const em = kernel.orm.em.fork();
    const { id: accountId } = await findAccountFor(em, principal, params.id);
    const found = await em.find(Endpoint, { accountId, kind: { $in: [...CHANNELS] } }, { orderBy: { channel: 'asc' } });
    const views = found.map((endpoint) => viewChannel(em, endpoint, kernel.clock(), kernel.config));
    return { status: 200, body: { data: await Promise.all(views) } };
  },
});

/** What each must look like is told by what it is set to: secrets that are left out are judged together with the new ones. */
function secretsFor(channel: Channel) {
  const one = z.string().max(500).nullable().optional();
  return z
    .strictObject(Object.fromEntries(secretNames(channel).map((name) => [name, one])))
    .default({})
    .meta({
      description:
        'What is left out stays, unless `url` has another origin: then each is given again. Null forgets one.',
    });
}

/** Without a query: paths of their API are put behind it. */
const Base = OutsideUrl.refine((text) => !/[?#]/.test(text), 'must have no query and no fragment');
const Enabled = z.boolean().default(true);

/** A channel is told what is said, wherever its address is. */
const CONNECTORS = {
  key: 'endpoints:write',
  also: { scope: 'streams:read', because: 'a channel is told what streams tell' },
} as const;

export const putChatwoot = route({
  method: 'put',
  path: '/v1/accounts/:id/channels/chatwoot',
  summary:
    'Connect an account to Chatwoot, or change the connection: the whole document but for secrets that are left out.',
  door: CONNECTORS,
  params: ById,
  body: z.strictObject({ url: Base, settings: ChatwootSettings, secrets: secretsFor('chatwoot'), enabled: Enabled }),
  answers: {
    201: { says: 'The channel; register `hook` there.', schema: ChatwootView },
    200: { says: 'The channel, as it is now.', schema: ChatwootView },
  },
  handle: (call) => put(call, 'chatwoot', call.body),
});

export const putWecom = route({
  method: 'put',
  path: '/v1/accounts/:id/channels/wecom',
  summary:
    'Connect an account to an app of WeCom, or change the connection: the whole document but for secrets that are left out.',
  door: CONNECTORS,
  params: ById,
  body: z.strictObject({
    url: Base.default('https://qyapi.weixin.qq.com'),
    settings: WecomSettings,
    secrets: secretsFor('wecom'),
    enabled: Enabled,
  }),
  answers: {
    201: { says: 'The channel; register `hook` there.', schema: WecomView },
    200: { says: 'The channel, as it is now.', schema: WecomView },
  },
  handle: (call) => put(call, 'wecom', call.body),
});

type Put = Pick<Call<{ id: string }>, 'context' | 'principal' | 'params' | 'change'>;

function put<C extends Channel>(
  { context: { kernel }, principal, params, change }: Put,
  channel: C,
  wanted: WantedChannel<C> & { readonly enabled: boolean },
): Promise<Answer> {
  return change(async (act) => {
    const { id: accountId } = await findAccountFor(act.em, principal, params.id);
    const { endpoint, isNew } = await set(act, accountId, channel, wanted, kernel.config.BATON_SECRET);
    switchEndpoint(endpoint, wanted.enabled, act.now);
    await act.em.flush();
    await beginAnew(act, endpoint);
    const body = await viewChannel(act.em, endpoint, act.now, kernel.config);
    return { status: isNew ? 201 : 200, body };
  });
}

/** @throws HttpProblem 400 with the secret that is missing or can not be one. */
async function set<C extends Channel>(
  act: Act,
  accountId: string,
  channel: C,
  wanted: WantedChannel<C>,
  secret: string,
): ReturnType<typeof setChannel<C>> {
  try {
    return await setChannel(act, accountId, channel, wanted, secret);
  } catch (error) {
    throw error instanceof z.ZodError ? badSecrets(error) : error;
  }
}

function badSecrets({ issues }: z.ZodError): HttpProblem {
  const errors = issues.map(({ path, code, message: detail }) => ({
    pointer: `/secrets/${path.join('/')}`,
    code,
    detail,
  }));
  const [first] = errors;
  return new HttpProblem(400, 'bad_body', `The body does not fit: ${first?.pointer} ${first?.detail}.`, { errors });
}

export const deleteChannel = route({
  method: 'delete',
  path: '/v1/accounts/:id/channels/:channel',
  summary:
    'Disconnect an account from a channel. What it was still to be told goes with it, and so does whose conversation there is whose here.',
  door: { key: 'endpoints:write' },
  params: z.strictObject({ id: Id, channel: z.enum(CHANNELS) }),
  answers: { 204: { says: 'It is disconnected.' } },
  handle: ({ principal, params, change }) =>
    change(async (act) => {
      const { id } = await findChannelFor(act.em, principal, params.id, params.channel);
      await removeEndpoint(act, id);
      return { status: 204 };
    }),
});

export const postChatwootImport = route({
  method: 'post',
  path: '/v1/accounts/:id/channels/chatwoot/imports',
  summary:
    'Read what was said in a conversation of Chatwoot before, page by page, until its beginning. What is known already is not stored twice.',
  door: { key: 'endpoints:write' },
  params: ById,
  body: z.strictObject({ conversation: z.int().min(1).max(2_147_483_647) }),
  answers: {
    202: {
      says: 'It will be read; what came of it is at Location.',
      schema: z.object({ id: Id, kind: z.literal('inbound'), state: z.literal('accepted'), href: z.string() }),
    },
  },
  handle: ({ principal, params, body, change }) =>
    change(async (act) => {
      const { id: endpointId, accountId } = await findChannelFor(act.em, principal, params.id, 'chatwoot');
      const history = { conversation: String(body.conversation), before: null };
      const askedBy = `${principal.type}:${principal.id}`;
      const { id } = planAsked(act, 'inbound', accountId, { endpointId, history }, askedBy);
      const href = `/v1/jobs/${id}`;
      return { status: 202, body: { id, kind: 'inbound', state: 'accepted', href }, headers: { Location: href } };
    }),
});
