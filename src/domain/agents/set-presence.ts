// The two halves of an agent's presence: declared by the agent, and reached by connections.
import type { Act } from '../act.ts';
import type { NewConnection } from '../connections/lease-connection.ts';
import { forgetExpired, isConnected, openConnection } from '../connections/lease-connection.ts';
import { record } from '../events/record.ts';
import { planJob } from '../jobs/plan-job.ts';
import type { Agent } from './agent.ts';
import { accountsOfAgent, lockAgent } from './create-agent.ts';
import type { Availability } from './presence.ts';

/** What the agent declares. Saying the same again changes nothing and tells nobody. */
export async function setPresence(act: Act, agentId: string, availability: Availability): Promise<Agent> {
  const agent = await lockAgent(act, agentId);
  if (agent.availability === availability) return agent;
  agent.availability = availability;
  agent.missedOffers = 0;
  await tellPresence(act, agent);
  return agent;
}

/** An offer was not answered. So many in a row, and the agent is set away: they are not there, whatever they declared. */
export async function missOffer(act: Act, agentId: string, most: number): Promise<void> {
  const agent = await lockAgent(act, agentId);
  agent.missedOffers += 1;
  if (agent.missedOffers < most || agent.availability !== 'online') return;
  agent.availability = 'away';
  agent.missedOffers = 0;
  await tellPresence(act, agent);
}

/**
 * A socket of the agent opened.
 * @param replace ends the older connections.
 * @returns its generation: the higher one wins wherever two connections meet.
 */
export async function connectAgent(
  act: Act,
  agentId: string,
  opened: Omit<NewConnection, 'generation'>,
  replace: boolean,
): Promise<number> {
  const agent = await lockAgent(act, agentId);
  agent.generation += 1;
  await openConnection(act, { type: 'agent', id: agentId }, { ...opened, generation: agent.generation }, replace);
  if (!agent.reachable) {
    agent.reachable = true;
    await tellPresence(act, agent);
  }
  await act.em.flush();
  return agent.generation;
}

/** Leases of the agent ran out: no longer reachable, unless another connection holds. */
export async function settleAgent(act: Act, agentId: string): Promise<void> {
  const agent = await lockAgent(act, agentId);
  const owner = { type: 'agent', id: agentId } as const;
  await forgetExpired(act, owner);
  if (!agent.reachable || (await isConnected(act.em, owner, act.now))) return;
  agent.reachable = false;
  await tellPresence(act, agent);
}

/** Whoever waits for this agent is looked for; where they are gone, what was offered to them goes to others. */
async function tellPresence(act: Act, agent: Agent): Promise<void> {
  agent.updatedAt = act.now;
  await act.em.flush();
  planJob(act, 'route-conversation', null, { agentId: agent.id });
  const { id: agentId, name, availability, reachable } = agent;
  const data = { agentId, name, availability, reachable };
  const accounts = await accountsOfAgent(act.em, agentId);
  for (const [index, accountId] of accounts.entries()) {
    record(act, 'agent.presence_changed', index === 0 ? { accountId, agentId } : { accountId }, data);
  }
  if (accounts.length === 0) record(act, 'agent.presence_changed', { agentId }, data);
}
