// A colleague who was called in comes: from then on they read and reply, under their own name.

import type { Act } from '../act.ts';
import { Agent } from '../agents/agent.ts';
import { findCollaborator } from '../assignments/collaboration.ts';
import type { Collaborator } from '../conversations/collaborator.ts';
import { collaboratorData, subjectOf } from '../conversations/end-members.ts';
import { DomainError } from '../errors.ts';
import { record } from '../events/record.ts';
import { announce } from './announce.ts';
import { lockServed } from './serving.ts';

/** @throws DomainError conversation_not_found, not_serving, already_owner, already_collaborating; not_a_member without an invitation. */
export async function joinCollaborator(act: Act, conversationId: string, agentId: string): Promise<Collaborator> {
  const served = await lockServed(act, conversationId);
  if (agentId === served.holderId) throw new DomainError('already_owner', 'You serve this conversation already.');
  const collaborator = await findCollaborator(act.em, conversationId, agentId);
  if (!collaborator)
    throw new DomainError('not_a_member', 'You were not called in; whoever serves the conversation can do that.', {
      holderId: served.holderId,
    });
  if (collaborator.state === 'joined')
    throw new DomainError('already_collaborating', 'You help in this conversation already.');
  const { name } = await act.em.findOneOrFail(Agent, { id: agentId });
  collaborator.moveTo('joined', act.now);
  const data = collaboratorData(served.conversation, collaborator, name);
  record(act, 'collaborator.joined', subjectOf(served.conversation, collaborator), data);
  await announce(act, served, 'joined', collaborator, { name });
  return collaborator;
}
