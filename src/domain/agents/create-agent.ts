// Agents, and the accounts that they are allowed on.

import type { EntityManager } from '@mikro-orm/mysql';
import { LockMode } from '@mikro-orm/mysql';
import { Account } from '../accounts/account.ts';
import type { Act } from '../act.ts';
import { DomainError } from '../errors.ts';
import { newId } from '../ids.ts';
import { planJob } from '../jobs/plan-job.ts';
import { insertRows } from '../rows.ts';
import { Agent } from './agent.ts';

export type NewAgent = {
  readonly externalId: string;
  readonly name: string;
  readonly capacity: number;
  readonly skills: readonly string[];
  readonly teams: readonly string[];
  readonly alwaysReachable: boolean;
  readonly accounts: readonly string[];
};

/** A new agent is offline until they say otherwise. @throws DomainError agent_exists, account_not_found */
export async function createAgent(act: Act, { accounts, ...wanted }: NewAgent): Promise<Agent> {
  const known = await act.em.findOne(Agent, { externalId: wanted.externalId });
  if (known)
    throw new DomainError('agent_exists', `There is an agent ${wanted.externalId} already.`, { agentId: known.id });
  const state = {
    availability: 'offline' as const,
    reachable: false,
    generation: 0,
    missedOffers: 0,
    createdAt: act.now,
    updatedAt: act.now,
  };
  const agent = act.em.create(Agent, { id: newId(), ...wanted, ...state });
  await act.em.flush();
  await allowOnAccounts(act, agent.id, accounts);
  return agent;
}

/** Changes what is given, and whoever they could serve now is looked for. A lower capacity takes no seat away: seats above it end with their sessions. */
export async function changeAgent(
  act: Act,
  id: string,
  { accounts, ...changes }: { [field in keyof NewAgent]?: NewAgent[field] | undefined },
): Promise<Agent> {
  const agent = await lockAgent(act, id);
  const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
  act.em.assign(agent, { ...given, updatedAt: act.now });
  await act.em.flush();
  if (accounts) await allowOnAccounts(act, id, accounts);
  planJob(act, 'route-conversation', null, { agentId: id });
  return agent;
}

/** @throws DomainError agent_not_found */
export async function lockAgent(act: Act, id: string): Promise<Agent> {
  const agent = await act.em.findOne(Agent, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  if (!agent) throw new DomainError('agent_not_found', `There is no agent ${id}.`);
  return agent;
}

export async function accountsOfAgent(em: EntityManager, agentId: string): Promise<string[]> {
  const rows: { account_id: string }[] = await em.execute(
    'select account_id from agent_account where agent_id = ? order by account_id',
    [agentId],
  );
  return rows.map((row) => row.account_id);
}

async function allowOnAccounts(act: Act, agentId: string, accounts: readonly string[]): Promise<void> {
  const found = await act.em.count(Account, { id: { $in: [...accounts] } });
  if (found < new Set(accounts).size)
    throw new DomainError('account_not_found', 'One of these accounts does not exist.');
  await act.em.execute('delete from agent_account where agent_id = ?', [agentId], 'run');
  await insertRows(
    act.em,
    'agent_account',
    [...new Set(accounts)].map((account_id) => ({ agent_id: agentId, account_id })),
  );
}
