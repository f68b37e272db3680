// One good request for each route, and what must exist for it: what the generated tests of the contract are made from. A route
// without an example here fails them.
import type { Route } from '../../src/api/route.ts';
import { ROUTES } from '../../src/api/routes.ts';
import { newId } from '../../src/domain/ids.ts';
import type { Studio } from '../support/studio.ts';
import type { World } from '../support/world.ts';

/** Everything of one account that has an id. */
export type Things = {
  readonly account: string;
  readonly agent: { readonly id: string; readonly token: string };
  readonly contact: { readonly id: string; readonly token: string };
  readonly conversation: string;
  readonly session: string;
  readonly message: string;
  /** A conversation that the agent serves, with a colleague who could help, a participant, and a link for one more. */
  readonly served: string;
  readonly colleague: string;
  readonly guest: { readonly id: string; readonly token: string };
  readonly invitation: string;
  /** A robot's session that is handed to the agent by name, and the offer that they have for it. */
  readonly transfer: string;
  readonly offer: string;
  readonly handedOn: string;
  /** Where a picture lies, and two tasks: one is fetched and waits for upstream to look at it, one has failed. */
  readonly picture: string;
  readonly image: string;
  readonly failedImage: string;
  /** A webhook and both channels, which are told nothing, and a delivery of which nobody knows whether it arrived. */
  readonly webhook: string;
  readonly delivery: string;
  readonly job: string;
  readonly apiKey: string;
  /** A key for this account alone, with every scope. */
  readonly key: string;
};

export type Example = { readonly path: string; readonly body?: Readonly<Record<string, unknown>> };

export async function makeThings(studio: Studio, scopes: readonly string[]): Promise<Things> {
  const { world } = studio;
  const account = await world.account({ firstHandler: 'robot', images: { analyser: 'upstream' } });
  const agent = await world.agent([account]);
  const receipt = await world.must('POST', '/v1/batches', { account, messages: [world.message(account, 'wang')] });
  await world.quiet();
  const { id: conversation, contact, sessions } = await world.conversation(account, 'wang');
  const { data: messages } = await world.must('GET', `/v1/conversations/${conversation}/messages`);
  const members = await makeMembers(world, account, agent);
  const handing = await makeTransfer(world, account, agent);
  const images = await makeImages(studio, account);
  const outside = await makeEndpoints(world, account);
  const { id: apiKey, key } = await world.must('POST', '/v1/api-keys', { name: 'one', scopes, accounts: [account] });
  return {
    account,
    agent,
    contact: { id: contact.id, token: await world.token('contact', contact.id) },
    conversation,
    session: sessions[0].id,
    message: messages[0].id,
    ...members,
    ...handing,
    ...images,
    ...outside,
    job: receipt.id,
    apiKey,
    key,
  };
}

async function makeTransfer(world: World, account: string, { id: toAgentId }: Things['agent']) {
  const { session } = await world.must('POST', '/v1/sessions', { account, contact: 'zhao', kind: 'auto_bargain' });
  const handing = { reason: 'asks for a person', toAgentId };
  const { id: transfer } = await world.must('POST', `/v1/sessions/${session.id}/transfers`, handing);
  await world.quiet();
  const [offer] = await world.sql("select id from assignment where agent_id = ? and state = 'offered'", [toAgentId]);
  return { transfer, offer: offer.id, handedOn: session.id };
}

async function makeImages(studio: Studio, account: string) {
  const { world, host } = studio;
  const picture = await studio.picture(account);
  const { id: image } = await studio.request(account, 'qian', { image: picture });
  const { id: failedImage } = await studio.request(account, 'wu', { image: `${host.url}/nothing.jpg` });
  await studio.becomes(failedImage, 'failed');
  await world.quiet();
  return { picture, image, failedImage };
}

async function makeMembers(world: World, account: string, agent: Things['agent']) {
  await world.ingest([world.message(account, 'host')]);
  const { id: served } = await world.conversation(account, 'host');
  const path = `/v1/conversations/${served}`;
  await world.must('POST', `${path}/accept`, undefined, { key: agent.token });
  const ask = (name: string) =>
    world.must('POST', `${path}/participants`, { ...GUEST, externalId: newId(), name }, { key: agent.token });
  const { participant, invitation: used } = await ask('Sun');
  const { token } = await world.must('POST', `${path}/participants/join`, { invitation: used }, { key: null });
  const { invitation } = await ask('Qian');
  const { id: colleague } = await world.agent([account]);
  return { served, colleague, guest: { id: participant.id, token }, invitation };
}

async function makeEndpoints(world: World, account: string) {
  const { id: webhook } = await world.must('POST', '/v1/webhooks', { account, ...WEBHOOK });
  await world.must('PATCH', `/v1/webhooks/${webhook}`, { enabled: false });
  await world.must('PUT', `/v1/accounts/${account}/channels/chatwoot`, CHATWOOT);
  await world.must('PUT', `/v1/accounts/${account}/channels/wecom`, WECOM);
  const key = newId();
  await world.sql(
    `insert into delivery (endpoint_id, account_id, lane, effect, effect_key, state, doubt, attempts, due_at, expires_at, created_at, ended_at)
     values (?, ?, 'lane', 'webhook', ?, 'unknown', true, 1, now(3), now(3) + interval 1 day, now(3), now(3))`,
    [webhook, account, key],
  );
  const [delivery] = await world.sql('select id from delivery where effect_key = ?', [key]);
  await world.sql(
    `insert into delivery_attempt (delivery_id, number, lease, outcome, began_at, ended_at) values (?, 1, ?, 'unknown', now(3), now(3))`,
    [delivery.id, key],
  );
  return { webhook, delivery: String(delivery.id) };
}

const WEBHOOK = { url: 'https://hooks.example.com/baton', events: ['transfer.returned'] };
const CHATWOOT = {
  url: 'https://chat.example.com',
  settings: { account: 7 },
  secrets: { botToken: 'bot-token' },
  enabled: false,
};
const WECOM = {
  settings: { corpId: 'ww1', agentId: 1 },
  secrets: { secret: 'app-secret', token: 'Token1', aesKey: 'a'.repeat(43) },
  enabled: false,
};

const GUEST = { kind: 'employee', historyMode: 'none' } as const;

export function nameOf({ method, path }: Pick<Route, 'method' | 'path'>): string {
  return `${method.toUpperCase()} ${path}`;
}

/** A request that fits the route's shapes; `things` say whom it is about. */
export function exampleOf(route: Route, things: Things): Example {
  const example = EXAMPLES[nameOf(route)]?.(things);
  if (!example) throw new Error(`no example for ${nameOf(route)}`);
  return example;
}

const EXAMPLES: Readonly<Record<string, (things: Things) => Example>> = {
  'POST /v1/batches': ({ account }) => ({ path: '/v1/batches', body: { account, messages: [{}] } }),
  'GET /v1/jobs/:id': ({ job }) => ({ path: `/v1/jobs/${job}` }),
  'POST /v1/jobs/:id/retry': ({ job }) => ({ path: `/v1/jobs/${job}/retry` }),
  'GET /v1/conversations': ({ account }) => ({ path: `/v1/conversations?account=${account}` }),
  'GET /v1/conversations/:id': ({ conversation }) => ({ path: `/v1/conversations/${conversation}` }),
  'PATCH /v1/conversations/:id': ({ conversation }) => ({
    path: `/v1/conversations/${conversation}`,
    body: { pinned: true, urgency: 3, reason: 'a regular', labels: { add: ['refund'] } },
  }),
  'GET /v1/conversations/:id/events': ({ conversation }) => ({ path: `/v1/conversations/${conversation}/events` }),
  'GET /v1/sessions/:id/events': ({ session }) => ({ path: `/v1/sessions/${session}/events` }),
  'PATCH /v1/messages/:id': ({ message }) => ({ path: `/v1/messages/${message}`, body: { status: 'read' } }),
  'GET /v1/agents/:id/conversations': ({ agent }) => ({ path: `/v1/agents/${agent.id}/conversations` }),
  'PATCH /v1/contacts/:id': ({ contact }) => ({ path: `/v1/contacts/${contact.id}`, body: { vip: true } }),
  'GET /v1/contacts/:id/presence': ({ contact }) => ({ path: `/v1/contacts/${contact.id}/presence` }),
  'POST /v1/conversations/:id/accept': ({ conversation }) => ({ path: `/v1/conversations/${conversation}/accept` }),
  'POST /v1/conversations/:id/resolve': ({ conversation }) => ({
    path: `/v1/conversations/${conversation}/resolve`,
    body: { note: 'done' },
  }),
  'GET /v1/conversations/:id/messages': ({ conversation }) => ({ path: `/v1/conversations/${conversation}/messages` }),
  'POST /v1/conversations/:id/messages': ({ conversation, session }) => ({
    path: `/v1/conversations/${conversation}/messages`,
    body: { sessionId: session, epoch: 1, content: 'hello' },
  }),
  'GET /v1/conversations/:id/collaborators': ({ served }) => ({ path: `/v1/conversations/${served}/collaborators` }),
  'POST /v1/conversations/:id/collaborators/:agent': ({ served, colleague }) => ({
    path: `/v1/conversations/${served}/collaborators/${colleague}`,
    body: { reason: 'knows more' },
  }),
  'DELETE /v1/conversations/:id/collaborators/:agent': ({ served, colleague }) => ({
    path: `/v1/conversations/${served}/collaborators/${colleague}`,
  }),
  'GET /v1/conversations/:id/participants': ({ served }) => ({ path: `/v1/conversations/${served}/participants` }),
  'POST /v1/conversations/:id/participants': ({ served }) => ({
    path: `/v1/conversations/${served}/participants`,
    body: { ...GUEST, externalId: newId(), name: 'Finance' },
  }),
  'POST /v1/conversations/:id/participants/join': ({ served, invitation }) => ({
    path: `/v1/conversations/${served}/participants/join`,
    body: { invitation },
  }),
  'POST /v1/conversations/:id/participants/:participant/tokens': ({ served, guest }) => ({
    path: `/v1/conversations/${served}/participants/${guest.id}/tokens`,
  }),
  'DELETE /v1/conversations/:id/participants/:participant': ({ served, guest }) => ({
    path: `/v1/conversations/${served}/participants/${guest.id}`,
  }),
  'POST /v1/sessions': ({ account }) => ({
    path: '/v1/sessions',
    body: { account, contact: 'wang', kind: 'auto_bargain' },
  }),
  'GET /v1/sessions/:id': ({ session }) => ({ path: `/v1/sessions/${session}` }),
  'POST /v1/sessions/:id/pause': ({ session }) => ({ path: `/v1/sessions/${session}/pause`, body: { reason: 'wait' } }),
  'POST /v1/sessions/:id/resume': ({ session }) => ({
    path: `/v1/sessions/${session}/resume`,
    body: { onConflict: 'queue' },
  }),
  'POST /v1/sessions/:id/complete': ({ session }) => ({
    path: `/v1/sessions/${session}/complete`,
    body: { reason: 'done' },
  }),
  'POST /v1/sessions/:id/cancel': ({ session }) => ({
    path: `/v1/sessions/${session}/cancel`,
    body: { reason: 'no need' },
  }),
  'POST /v1/sessions/:id/reclaim': ({ session }) => ({ path: `/v1/sessions/${session}/reclaim`, body: { epoch: 1 } }),
  'GET /v1/arbitration': () => ({ path: '/v1/arbitration' }),
  'POST /v1/sessions/:id/transfers': ({ session }) => ({
    path: `/v1/sessions/${session}/transfers`,
    body: { reason: 'asks for a person' },
  }),
  'GET /v1/transfers/:id': ({ transfer }) => ({ path: `/v1/transfers/${transfer}` }),
  'POST /v1/transfers/:id/accept': ({ transfer }) => ({ path: `/v1/transfers/${transfer}/accept` }),
  'POST /v1/transfers/:id/decline': ({ transfer }) => ({
    path: `/v1/transfers/${transfer}/decline`,
    body: { reason: 'busy' },
  }),
  'POST /v1/transfers/:id/return': ({ transfer }) => ({
    path: `/v1/transfers/${transfer}/return`,
    body: { note: 'not needed' },
  }),
  'POST /v1/assignments/:id/accept': ({ offer }) => ({ path: `/v1/assignments/${offer}/accept` }),
  'POST /v1/assignments/:id/decline': ({ offer }) => ({
    path: `/v1/assignments/${offer}/decline`,
    body: { reason: 'busy' },
  }),
  'POST /v1/timeout-checks': () => ({ path: '/v1/timeout-checks' }),
  'GET /v1/conversations/:id/route': ({ conversation }) => ({ path: `/v1/conversations/${conversation}/route` }),
  'POST /v1/conversations/:id/route': ({ conversation }) => ({ path: `/v1/conversations/${conversation}/route` }),
  'POST /v1/routing/preview': ({ account }) => ({ path: '/v1/routing/preview', body: { account, waitedSeconds: 60 } }),
  'POST /v1/routing/simulate': ({ account }) => ({
    path: '/v1/routing/simulate',
    body: { account, arrivals: [{ at: 0, handleSeconds: 60 }], policy: { mode: 'direct' } },
  }),
  'POST /v1/agents': ({ account }) => ({
    path: '/v1/agents',
    body: { externalId: newId(), name: 'Li', accounts: [account] },
  }),
  'GET /v1/agents': ({ account }) => ({ path: `/v1/agents?account=${account}` }),
  'GET /v1/agents/:id': ({ agent }) => ({ path: `/v1/agents/${agent.id}` }),
  'PATCH /v1/agents/:id': ({ agent }) => ({ path: `/v1/agents/${agent.id}`, body: { name: 'Li' } }),
  'PUT /v1/agents/:id/presence': ({ agent }) => ({
    path: `/v1/agents/${agent.id}/presence`,
    body: { availability: 'away' },
  }),
  'POST /v1/agents/:id/tokens': ({ agent }) => ({ path: `/v1/agents/${agent.id}/tokens` }),
  'POST /v1/accounts': () => ({
    path: '/v1/accounts',
    body: { platform: 'web', externalId: newId(), name: 'Shop', settings: {} },
  }),
  'GET /v1/accounts': () => ({ path: '/v1/accounts' }),
  'GET /v1/accounts/:id': ({ account }) => ({ path: `/v1/accounts/${account}` }),
  'PATCH /v1/accounts/:id': ({ account }) => ({ path: `/v1/accounts/${account}`, body: { name: 'Other' } }),
  'POST /v1/contacts': ({ account }) => ({ path: '/v1/contacts', body: { account, contact: { id: 'wang' } } }),
  'GET /v1/contacts': ({ account }) => ({ path: `/v1/contacts?account=${account}&externalId=wang` }),
  'GET /v1/contacts/:id': ({ contact }) => ({ path: `/v1/contacts/${contact.id}` }),
  'POST /v1/contacts/:id/tokens': ({ contact }) => ({ path: `/v1/contacts/${contact.id}/tokens` }),
  'POST /v1/image-tasks': ({ account, picture }) => ({
    path: '/v1/image-tasks',
    body: { account, contact: 'zhou', image: picture, operation: 'resize', words: 'as 4:3, please', ratio: '4:3' },
  }),
  'GET /v1/image-tasks': ({ account }) => ({ path: `/v1/image-tasks?account=${account}&state=pending` }),
  'GET /v1/image-tasks/:id': ({ image }) => ({ path: `/v1/image-tasks/${image}` }),
  'POST /v1/image-tasks/:id/analysis': ({ image }) => ({
    path: `/v1/image-tasks/${image}/analysis`,
    body: { complexity: 'normal', prompt: 'sharper', ratio: '4:3', subject: 'a house' },
  }),
  'POST /v1/image-tasks/:id/payment': ({ image }) => ({
    path: `/v1/image-tasks/${image}/payment`,
    body: { orderId: newId(), amount: 12.5, currency: 'CNY' },
  }),
  'POST /v1/image-tasks/:id/result': ({ image, picture }) => ({
    path: `/v1/image-tasks/${image}/result`,
    body: { image: picture },
  }),
  'POST /v1/image-tasks/:id/reply': ({ image }) => ({
    path: `/v1/image-tasks/${image}/reply`,
    body: { text: 'please make it sharper', id: newId() },
  }),
  'POST /v1/image-tasks/:id/retry': ({ failedImage }) => ({
    path: `/v1/image-tasks/${failedImage}/retry`,
    body: { reason: 'the file is there now' },
  }),
  'POST /v1/image-tasks/:id/cancel': ({ image }) => ({
    path: `/v1/image-tasks/${image}/cancel`,
    body: { reason: 'no need' },
  }),
  'POST /v1/payments': ({ account }) => ({
    path: '/v1/payments',
    body: { account, contact: 'qian', orderId: newId(), amount: 12.5, currency: 'CNY' },
  }),
  'GET /v1/contacts/:id/image-profile': ({ contact }) => ({ path: `/v1/contacts/${contact.id}/image-profile` }),
  'POST /v1/webhooks': ({ account }) => ({ path: '/v1/webhooks', body: { account, ...WEBHOOK } }),
  'GET /v1/webhooks': ({ account }) => ({ path: `/v1/webhooks?account=${account}` }),
  'GET /v1/webhooks/:id': ({ webhook }) => ({ path: `/v1/webhooks/${webhook}` }),
  'PATCH /v1/webhooks/:id': ({ webhook }) => ({ path: `/v1/webhooks/${webhook}`, body: { name: 'Robot' } }),
  'DELETE /v1/webhooks/:id': ({ webhook }) => ({ path: `/v1/webhooks/${webhook}` }),
  'POST /v1/webhooks/:id/secret': ({ webhook }) => ({ path: `/v1/webhooks/${webhook}/secret` }),
  'POST /v1/webhooks/:id/test': ({ webhook }) => ({ path: `/v1/webhooks/${webhook}/test` }),
  'GET /v1/webhooks/:id/deliveries': ({ webhook }) => ({ path: `/v1/webhooks/${webhook}/deliveries?state=failed` }),
  'POST /v1/webhooks/:id/redeliver': ({ webhook }) => ({
    path: `/v1/webhooks/${webhook}/redeliver`,
    body: { since: '2026-01-31T08:00:00Z' },
  }),
  'GET /v1/accounts/:id/channels': ({ account }) => ({ path: `/v1/accounts/${account}/channels` }),
  'PUT /v1/accounts/:id/channels/chatwoot': ({ account }) => ({
    path: `/v1/accounts/${account}/channels/chatwoot`,
    body: CHATWOOT,
  }),
  'PUT /v1/accounts/:id/channels/wecom': ({ account }) => ({
    path: `/v1/accounts/${account}/channels/wecom`,
    body: WECOM,
  }),
  'DELETE /v1/accounts/:id/channels/:channel': ({ account }) => ({ path: `/v1/accounts/${account}/channels/wecom` }),
  'POST /v1/accounts/:id/channels/chatwoot/imports': ({ account }) => ({
    path: `/v1/accounts/${account}/channels/chatwoot/imports`,
    body: { conversation: 41 },
  }),
  'GET /v1/deliveries': ({ account }) => ({ path: `/v1/deliveries?account=${account}` }),
  'GET /v1/deliveries/:id': ({ delivery }) => ({ path: `/v1/deliveries/${delivery}` }),
  'POST /v1/deliveries/:id/redeliver': ({ delivery }) => ({ path: `/v1/deliveries/${delivery}/redeliver` }),
  'POST /v1/deliveries/:id/settle': ({ delivery }) => ({
    path: `/v1/deliveries/${delivery}/settle`,
    body: { outcome: 'delivered', note: 'seen there' },
  }),
  'POST /v1/api-keys': ({ account }) => ({
    path: '/v1/api-keys',
    body: { name: 'key', scopes: ['jobs:read'], accounts: [account] },
  }),
  'DELETE /v1/api-keys/:id': ({ apiKey }) => ({ path: `/v1/api-keys/${apiKey}` }),
  'GET /v1/streams/:stream/events': ({ conversation }) => ({ path: `/v1/streams/conversation:${conversation}/events` }),
};

/** What every refusal looks like, whatever was asked; throws what is wrong with it. */
export function checkProblem({ status, body, headers }: { status: number; body: unknown; headers: Headers }): void {
  const wrong = [
    ...(status >= 400 && status < 500 ? [] : [`status ${status}`]),
    ...(headers.get('content-type')?.startsWith('application/problem+json') ? [] : ['content type']),
    ...(headers.get('x-request-id') ? [] : ['no X-Request-Id']),
    ...(Reflect.get(Object(body), 'status') === status ? [] : ['status in body']),
    ...['type', 'title', 'detail', 'code', 'requestId'].filter((field) => !hasText(body, field)),
    ...(/\n\s+at |node_modules|\.ts:\d|select |insert into/.test(JSON.stringify(body)) ? ['tells of our inside'] : []),
  ];
  if (wrong.length > 0) throw new Error(`no good problem (${wrong.join(', ')}): ${JSON.stringify(body)}`);
}

function hasText(body: unknown, field: string): boolean {
  const value: unknown = Reflect.get(Object(body), field);
  return typeof value === 'string' && value !== '';
}

/** The rows that a request could leave behind. */
export async function rowsOf(world: World): Promise<unknown> {
  const tables = ['account', 'agent', 'agent_account', 'api_key', 'contact', 'conversation', 'session', 'message'];
  const more = [
    'transfer',
    'route_decision',
    'conversation_label',
    'collaborator',
    'participant',
    'assignment',
    'job',
    'event',
    'stream_entry',
    'idempotent_answer',
    'image_task',
    'image_attempt',
    'image_reply',
    'image_profile',
    'payment',
    'stored_file',
    'alarm',
    'endpoint',
    'delivery',
    'delivery_attempt',
    'conversation_link',
  ];
  return world.sql(
    `select ${[...tables, ...more].map((table) => `(select count(*) from ${table}) as ${table}`).join(', ')}`,
  );
}

export const routesWith = (what: 'body' | 'query' | 'params'): readonly Route[] =>
  ROUTES.filter((route) => route[what] !== undefined);
