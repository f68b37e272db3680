// A session is done, or given up, by whoever works in it.
import type { Act } from '../act.ts';
import { endSession } from './end-session.ts';
import { checkServes, type Locked, lockSession } from './find-session.ts';

/** @param agentId who must serve it; null: upstream. @throws DomainError session_not_found, not_serving, illegal_move */
export async function completeSession(
  act: Act,
  sessionId: string,
  agentId: string | null,
  to: 'completed' | 'cancelled',
  reason: string,
): Promise<Locked> {
  const locked = await lockSession(act, sessionId);
  await checkServes(act, locked, agentId);
  await endSession(act, locked.account, locked.conversation, locked.session, to, reason);
  return locked;
}
