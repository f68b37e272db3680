// Who is called in to help where: what speaking asks, and what members are invited by.
import type { EntityManager } from '@mikro-orm/mysql';
import { Collaborator } from '../conversations/collaborator.ts';
import { findHeir } from '../sessions/heir.ts';

/** The agent's open invitation or help in this conversation. */
export function findCollaborator(
  em: EntityManager,
  conversationId: string,
  agentId: string,
): Promise<Collaborator | null> {
  return em.findOne(Collaborator, { conversationId, openAgent: agentId });
}

/** Whether the agent has joined, and the session is the one that they help in, or goes on with its work. */
export async function helpsIn(
  em: EntityManager,
  conversationId: string,
  sessionId: string,
  agentId: string,
): Promise<boolean> {
  const collaborator = await findCollaborator(em, conversationId, agentId);
  if (collaborator?.state !== 'joined') return false;
  return (await findHeir(em, collaborator.sessionId))?.id === sessionId;
}
