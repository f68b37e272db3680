// Somebody wants a session: the arbitration decides, and this does what it says. A robot by upstream's request; a person by
// upstream (then an agent is looked for) or by an agent, who takes it at once.

import type { Account } from '../accounts/account.ts';
import type { Needs } from '../accounts/settings.ts';
import type { Act } from '../act.ts';
import type { Conversation } from '../conversations/conversation.ts';
import { DomainError } from '../errors.ts';
import { planJob } from '../jobs/plan-job.ts';
import type { OnConflict, Verdict } from '../sessions/arbitration.ts';
import { BEST_LEVEL, handlerOf, KINDS, LOWEST_LEVEL, type SessionKind } from '../sessions/kinds.ts';
import { openSession, openSessionsOf, type Task } from '../sessions/move-session.ts';
import { planNextRobots } from '../sessions/robot-slots.ts';
import type { Session } from '../sessions/session.ts';
import { settleDesk } from '../sessions/settle-desk.ts';
import { lockAgentOf } from './accept-conversation.ts';
import { contestFloor, tellConflict } from './contest-floor.ts';
import { findSeat } from './seats.ts';
import { serveSession } from './serve-session.ts';

export type SessionRequest = {
  readonly kind: SessionKind;
  readonly level: number | null;
  readonly task: Task | null;
  readonly needs: Needs | null;
  readonly onConflict: OnConflict;
  readonly reason: string | null;
  /** The agent who takes a human session at once; null: one is looked for. */
  readonly agentId: string | null;
};

export type Requested = { readonly session: Session; readonly verdict: Verdict };

/**
 * @param conversation locked.
 * @throws DomainError bad_level, reason_missing, floor_taken (with the holder and the rule), robots_full, agent_offline, agent_full
 */
export async function requestSession(
  act: Act,
  account: Account,
  conversation: Conversation,
  request: SessionRequest,
): Promise<Requested> {
  const level = levelOf(request);
  const settings = account.fullSettings;
  const agent = request.agentId === null ? null : await lockAgentOf(act, conversation, request.agentId);
  if (agent) await findSeat(act, agent); // refused before anything moves
  const { kind, onConflict, reason, task, needs } = request;
  const handler = handlerOf(kind);
  const open = await openSessionsOf(act, conversation.id);
  const challenger = { kind, handler, level, onConflict, taken: agent !== null };
  const contested = await contestFloor(act, account, conversation, challenger, open, reason);
  const { verdict, incumbent, robotSlot } = contested;
  const session = openSession(act, conversation, settings, {
    kind,
    // An agent's session takes the floor with its seat, a moment later.
    state: contested.active && handler === 'robot' ? 'active' : 'pending',
    origin: 'requested',
    heard: handler,
    firstAt: act.now,
    lastAt: act.now,
    reason: reason ?? verdict.explanation.slice(0, 500),
    level,
    ...(task ? { task } : {}),
    ...(needs ? { needs } : {}),
    ...(incumbent && verdict.interrupts ? { predecessorId: incumbent.id } : {}),
    ...(robotSlot === null ? {} : { robotSlot }),
  });
  act.em.persist(session);
  await act.em.flush();
  tellConflict(act, conversation, session, contested, reason);
  if (agent && contested.active) await serveSession(act, account, conversation, session, agent, null);
  else if (handler === 'human')
    planJob(act, 'route-conversation', conversation.accountId, { conversationId: conversation.id });
  if (verdict.interrupts) await planNextRobots(act, conversation.accountId);
  await settleDesk(act, conversation, verdict.explanation);
  return { session, verdict };
}

/** @throws DomainError bad_level, reason_missing */
function levelOf({ kind, level, reason }: SessionRequest): number {
  if (KINDS[kind].level === 1 && reason === null)
    throw new DomainError('reason_missing', `A session of the kind ${kind} interrupts; give the reason for it.`);
  const best = BEST_LEVEL[handlerOf(kind)];
  if (level === null) return KINDS[kind].level;
  if (level >= best && level <= LOWEST_LEVEL) return level;
  throw new DomainError('bad_level', `A ${handlerOf(kind)} session may have a level from ${best} to ${LOWEST_LEVEL}.`, {
    best,
    lowest: LOWEST_LEVEL,
  });
}
