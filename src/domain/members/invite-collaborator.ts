// An agent who serves, or helps already, calls in a colleague: no seat is taken, and the session stays whose it is.

import type { Act } from '../act.ts';
import { Agent } from '../agents/agent.ts';
import { accountsOfAgent } from '../agents/create-agent.ts';
import { whyAbsent } from '../agents/presence.ts';
import { findCollaborator, helpsIn } from '../assignments/collaboration.ts';
import { Collaborator } from '../conversations/collaborator.ts';
import { collaboratorData, subjectOf } from '../conversations/end-members.ts';
import { DomainError } from '../errors.ts';
import { record } from '../events/record.ts';
import { newId } from '../ids.ts';
import { lockServed, type Served } from './serving.ts';

/**
 * @param inviterId holds the session, or has joined it as a collaborator.
 * @throws DomainError conversation_not_found, not_serving, not_a_member, agent_not_found (also where the invitee is not allowed on
 *   the account), already_owner, already_collaborating, invitee_offline
 */
export async function inviteCollaborator(
  act: Act,
  conversationId: string,
  inviterId: string,
  agentId: string,
  reason: string | null,
): Promise<Collaborator> {
  const served = await lockServed(act, conversationId);
  await checkMember(act, served, inviterId);
  const invitee = await findInvitee(act, served, agentId);
  const collaborator = act.em.create(Collaborator, {
    id: newId(),
    accountId: served.account.id,
    conversationId,
    sessionId: served.sessionId,
    agentId,
    state: 'invited',
    openAgent: agentId,
    invitedBy: inviterId,
    reason,
    createdAt: act.now,
    joinedAt: null,
    endedAt: null,
  });
  await act.em.flush();
  record(act, 'collaborator.invited', subjectOf(served.conversation, collaborator), {
    ...collaboratorData(served.conversation, collaborator, invitee.name),
    invitedBy: inviterId,
    reason,
  });
  return collaborator;
}

async function checkMember(act: Act, { conversation, sessionId, holderId }: Served, agentId: string): Promise<void> {
  if (agentId === holderId || (await helpsIn(act.em, conversation.id, sessionId, agentId))) return;
  throw new DomainError('not_a_member', 'Only whoever serves this conversation, or helps in it, may call in others.', {
    holderId,
  });
}

async function findInvitee(act: Act, { conversation, holderId }: Served, agentId: string): Promise<Agent> {
  const agent = await act.em.findOne(Agent, { id: agentId });
  if (!agent || !(await accountsOfAgent(act.em, agentId)).includes(conversation.accountId))
    throw new DomainError('agent_not_found', `There is no agent ${agentId}.`);
  if (agentId === holderId) throw new DomainError('already_owner', `${agent.name} serves this conversation already.`);
  const open = await findCollaborator(act.em, conversation.id, agentId);
  if (open)
    throw new DomainError('already_collaborating', `${agent.name} is ${open.state} already.`, { state: open.state });
  const absent = whyAbsent(agent);
  if (absent)
    throw new DomainError('invitee_offline', `${agent.name} can not be called in now: ${absent}.`, { agentId });
  return agent;
}
