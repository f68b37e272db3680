// A colleague who was called in goes again, declines to come, or is sent away by whoever serves.

import type { Act } from '../act.ts';
import { Agent } from '../agents/agent.ts';
import { findCollaborator } from '../assignments/collaboration.ts';
import { findHolder } from '../assignments/holder.ts';
import type { Collaborator } from '../conversations/collaborator.ts';
import { collaboratorData, subjectOf } from '../conversations/end-members.ts';
import { DomainError } from '../errors.ts';
import { record } from '../events/record.ts';
import { announce } from './announce.ts';
import { lockPlace, type Place, servedNow } from './serving.ts';

/**
 * @param byAgentId the collaborator themselves, or the agent who serves.
 * @throws DomainError conversation_not_found, owner_cannot_leave, not_collaborating; for others than the collaborator also
 *   not_serving where nobody serves, and not_a_member when somebody else does
 */
export async function leaveCollaborator(
  act: Act,
  conversationId: string,
  agentId: string,
  byAgentId: string,
): Promise<Collaborator> {
  const place = await lockPlace(act, conversationId);
  const reason = byAgentId === agentId ? null : await reasonOf(act, place, byAgentId);
  if ((await findHolder(act.em, conversationId))?.agentId === agentId)
    throw new DomainError(
      'owner_cannot_leave',
      'Whoever serves can not leave: resolve the conversation, or hand it on.',
    );
  const collaborator = await findCollaborator(act.em, conversationId, agentId);
  if (!collaborator) throw new DomainError('not_collaborating', 'This agent does not help in this conversation.');
  const { name } = await act.em.findOneOrFail(Agent, { id: agentId });
  const hadJoined = collaborator.state === 'joined';
  collaborator.moveTo('left', act.now);
  const data = { ...collaboratorData(place.conversation, collaborator, name), reason };
  record(act, 'collaborator.left', subjectOf(place.conversation, collaborator), data);
  if (hadJoined) await announce(act, place, 'left', collaborator, { name });
  await act.em.flush();
  return collaborator;
}

/** @throws DomainError not_serving, not_a_member */
async function reasonOf(act: Act, place: Place, byAgentId: string): Promise<string> {
  const { holderId, holderName } = await servedNow(act, place);
  if (byAgentId === holderId) return `sent away by ${holderName}`;
  throw new DomainError(
    'not_a_member',
    'Only they themselves and whoever serves the conversation can end their help.',
    {
      holderId,
    },
  );
}
