// Where the work of a session goes on: in itself, or in whoever it was transferred to, however often.
import type { EntityManager } from '@mikro-orm/mysql';
import { isOver } from './lifecycle.ts';
import { Session } from './session.ts';

/** @returns null when it is over. */
export async function findHeir(em: EntityManager, sessionId: string): Promise<Session | null> {
  let session = await em.findOne(Session, { id: sessionId });
  while (session?.state === 'transferred' && session.successorId)
    session = await em.findOne(Session, { id: session.successorId });
  return session && !isOver(session.state) ? session : null;
}
