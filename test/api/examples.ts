// One good request for each route, and what must exist for it: what the generated tests of the contract are made from. A route
// without an example here fails them.
import type { Route } from '../../src/api/route.ts';
import { ROUTES } from '../../src/api/routes.ts';
import { newId } from '../../src/domain/ids.ts';
import type { World } from '../support/world.ts';

/** Everything of one account that has an id. */
export type Things = {
  readonly account: string;
  readonly agent: { readonly id: string; readonly token: string };
  readonly contact: { readonly id: string; readonly token: string };
  readonly conversation: string;
  readonly session: string;
  readonly job: string;
  readonly apiKey: string;
  /** A key for this account alone, with every scope. */
  readonly key: string;
};

export type Example = { readonly path: string; readonly body?: Readonly<Record<string, unknown>> };

export async function makeThings(world: World, scopes: readonly string[]): Promise<Things> {
  const account = await world.account({ firstHandler: 'robot' });
  const agent = await world.agent([account]);
  const receipt = await world.must('POST', '/v1/batches', { account, messages: [world.message(account, 'wang')] });
  await world.quiet();
  const { id: conversation, contact, sessions } = await world.conversation(account, 'wang');
  const { id: apiKey, key } = await world.must('POST', '/v1/api-keys', { name: 'one', scopes, accounts: [account] });
  return {
    account,
    agent,
    contact: { id: contact.id, token: await world.token('contact', contact.id) },
    conversation,
    session: sessions[0].id,
    job: receipt.id,
    apiKey,
    key,
  };
}

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
  const more = ['assignment', 'job', 'event', 'stream_entry', 'idempotent_answer'];
  return world.sql(
    `select ${[...tables, ...more].map((table) => `(select count(*) from ${table}) as ${table}`).join(', ')}`,
  );
}

export const routesWith = (what: 'body' | 'query' | 'params'): readonly Route[] =>
  ROUTES.filter((route) => route[what] !== undefined);
