// Who holds the floor of a conversation: what anyone is told who finds that they do not.
import type { EntityManager } from '@mikro-orm/mysql';
import { Agent } from '../agents/agent.ts';
import { Session } from '../sessions/session.ts';
import { Assignment } from './assignment.ts';

export type Holder = {
  readonly sessionId: string;
  readonly kind: string;
  readonly handler: 'robot' | 'human';
  /** When it got the floor. */
  readonly since: string;
  readonly agentId: string | null;
  readonly agentName: string | null;
};

/** The session on the floor and its agent; null when nobody holds it. */
export async function findHolder(em: EntityManager, conversationId: string): Promise<Holder | null> {
  const session = await em.findOne(Session, { activeIn: conversationId });
  if (!session) return null;
  const assignment = await em.findOne(Assignment, { serves: session.id });
  const agent = assignment ? await em.findOne(Agent, { id: assignment.agentId }) : null;
  const { id: sessionId, kind, handler, activeSince, openedAt } = session;
  return {
    sessionId,
    kind,
    handler,
    since: (activeSince ?? openedAt).toISOString(),
    agentId: agent?.id ?? null,
    agentName: agent?.name ?? null,
  };
}

/** The holder in words, for the sentence of a refusal. */
export function nameOf(holder: Holder | null): string {
  if (!holder) return 'nobody';
  return holder.agentName ?? (holder.handler === 'robot' ? `the robot (${holder.kind})` : 'a person outside');
}
