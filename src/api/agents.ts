// Agents: who they are, whether they are there, and tokens in their name. Whoever shares an account with an agent may see them;
// what is done to them or in their name is done to all of their accounts, so it takes all of these.
import type { EntityManager } from '@mikro-orm/mysql';
import { z } from 'zod';
import { Agent } from '../domain/agents/agent.ts';
import { accountsOfAgent, changeAgent, createAgent } from '../domain/agents/create-agent.ts';
import { AVAILABILITIES } from '../domain/agents/presence.ts';
import { setPresence } from '../domain/agents/set-presence.ts';
import { ExternalId } from '../domain/contacts/profile.ts';
import { DomainError } from '../domain/errors.ts';
import { findAccountFor, findAgentFor, findWholeAgentFor } from './access.ts';
import type { Principal } from './auth.ts';
import { neverEmpty, pageOfIds } from './id-page.ts';
import { route } from './route.ts';
import { ById, Cursor, Id, Limit, Name, pageOf, Time } from './shapes.ts';

const AgentView = z
  .object({
    id: Id,
    externalId: z.string(),
    name: z.string(),
    availability: z.enum(AVAILABILITIES),
    reachable: z.boolean(),
    alwaysReachable: z.boolean(),
    capacity: z.int(),
    skills: z.array(z.string()),
    teams: z.array(z.string()),
    accounts: z.array(Id),
  })
  .meta({ id: 'Agent' });

const Tags = z.array(z.string().regex(/^[a-z0-9_-]{1,40}$/)).max(50);

const fields = {
  name: Name,
  capacity: z.int().min(0).max(100),
  skills: Tags,
  teams: Tags,
  alwaysReachable: z.boolean(),
  accounts: z.array(Id).max(1000),
};

export const postAgent = route({
  method: 'post',
  path: '/v1/agents',
  summary: 'Create an agent; they are offline until they say otherwise.',
  door: { key: 'agents:write' },
  body: z.strictObject({
    ...fields,
    externalId: ExternalId,
    capacity: fields.capacity.default(5),
    skills: fields.skills.default([]),
    teams: fields.teams.default([]),
    alwaysReachable: fields.alwaysReachable.default(false),
  }),
  answers: { 201: { says: 'The agent.', schema: AgentView } },
  handle: ({ principal, body, change }) =>
    change(async (act) => {
      for (const account of body.accounts) await findAccountFor(act.em, principal, account);
      const agent = await createAgent(act, body);
      return { status: 201, body: viewAgent(agent, await accountsOfAgent(act.em, agent.id)) };
    }),
});

export const getAgents = route({
  method: 'get',
  path: '/v1/agents',
  summary: 'The agents who share an account with the caller, in the order of their creation.',
  door: { key: 'agents:read', agent: true },
  query: z.strictObject({ account: Id.optional(), limit: Limit, cursor: Cursor }),
  answers: { 200: { says: 'One page.', schema: pageOf(AgentView) } },
  handle: async ({ context, principal, query }) => {
    const em = context.kernel.orm.em.fork();
    if (query.account) await findAccountFor(em, principal, query.account);
    const rows = agentsOf(query.account ? [query.account] : principal.accounts);
    const { ids, page } = await pageOfIds(em, rows, query, context.kernel.config.BATON_SECRET);
    const agents = await em.find(Agent, { id: { $in: ids } }, { orderBy: { id: 'asc' } });
    const accounts = await accountsOfAgents(em, ids);
    const data = agents.map((agent) => viewAgent(agent, visible(principal, accounts.get(agent.id) ?? [])));
    return { status: 200, body: { data, page } };
  },
});

/** null: every agent, those without an account too. */
function agentsOf(accounts: readonly string[] | null) {
  if (accounts === null) return { table: 'agent', where: 'true', values: [] };
  const where = 'id in (select agent_id from agent_account where account_id in (?))';
  return { table: 'agent', where, values: [neverEmpty(accounts)] };
}

async function accountsOfAgents(em: EntityManager, ids: readonly string[]): Promise<Map<string, string[]>> {
  const rows: { agent_id: string; account_id: string }[] = await em.execute(
    'select agent_id, account_id from agent_account where agent_id in (?) order by agent_id, account_id',
    [neverEmpty(ids)],
  );
  const byAgent = Map.groupBy(rows, (row) => row.agent_id);
  return new Map([...byAgent].map(([id, own]) => [id, own.map((row) => row.account_id)]));
}

export const getAgent = route({
  method: 'get',
  path: '/v1/agents/:id',
  summary: 'One agent: declared availability, and whether a connection reaches them.',
  door: { key: 'agents:read', agent: true },
  params: ById,
  answers: { 200: { says: 'The agent.', schema: AgentView } },
  handle: async ({ context, principal, params }) => {
    const { agent, accounts } = await findAgentFor(context.kernel.orm.em.fork(), principal, params.id);
    return { status: 200, body: viewAgent(agent, visible(principal, accounts)) };
  },
});

export const patchAgent = route({
  method: 'patch',
  path: '/v1/agents/:id',
  summary: 'Change an agent. A lower capacity takes no conversation away.',
  door: { key: 'agents:write' },
  params: ById,
  body: z.strictObject(fields).partial(),
  answers: { 200: { says: 'The agent.', schema: AgentView } },
  handle: ({ principal, params, body, change }) =>
    change(async (act) => {
      await findWholeAgentFor(act.em, principal, params.id);
      for (const account of body.accounts ?? []) await findAccountFor(act.em, principal, account);
      const agent = await changeAgent(act, params.id, body);
      return { status: 200, body: viewAgent(agent, await accountsOfAgent(act.em, agent.id)) };
    }),
});

export const putPresence = route({
  method: 'put',
  path: '/v1/agents/:id/presence',
  summary: 'Declare availability. Agents declare their own.',
  door: { key: 'agents:write', agent: true },
  params: ById,
  body: z.strictObject({ availability: z.enum(AVAILABILITIES) }),
  answers: { 200: { says: 'The agent.', schema: AgentView } },
  handle: ({ principal, params, body, change }) =>
    change(async (act) => {
      const { accounts } = await findWholeAgentFor(act.em, principal, params.id);
      if (principal.type === 'agent' && principal.id !== params.id)
        throw new DomainError('scope_missing', 'Agents declare their own presence only.');
      const agent = await setPresence(act, params.id, body.availability);
      return { status: 200, body: viewAgent(agent, accounts) };
    }),
});

export const TokenView = z.object({ token: z.string(), expiresAt: Time }).meta({ id: 'Token' });

export const postAgentToken = route({
  method: 'post',
  path: '/v1/agents/:id/tokens',
  summary: 'Mint a short-lived token for an agent: for sockets and for calls in their name.',
  door: { key: 'tokens:write' },
  params: ById,
  answers: { 201: { says: 'The token.', schema: TokenView } },
  handle: ({ context, principal, params, change }) =>
    change(async (act) => {
      await findWholeAgentFor(act.em, principal, params.id);
      const { token, expiresAt } = await context.auth.mintToken({ type: 'agent', id: params.id });
      return { status: 201, body: { token, expiresAt: expiresAt.toISOString() } };
    }),
});

function visible(principal: Principal, accounts: readonly string[]): string[] {
  const own = principal.accounts;
  return own === null ? [...accounts] : accounts.filter((account) => own.includes(account));
}

function viewAgent(
  { id, externalId, name, availability, reachable, alwaysReachable, capacity, skills, teams }: Agent,
  accounts: readonly string[],
) {
  return { id, externalId, name, availability, reachable, alwaysReachable, capacity, skills, teams, accounts };
}
