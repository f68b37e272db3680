// Somebody wants a session: the arbitration decides, and this does what it says. A robot by upstream's request; a person by
// upstream (then an agent is looked for) or by an agent, who takes it at once.

import type { Account } from '../accounts/account.ts';
import type { Needs } from '../accounts/settings.ts';
import type { Act } from '../act.ts';
import type { Agent } from '../agents/agent.ts';
import type { Conversation } from '../conversations/conversation.ts';
import { DomainError } from '../errors.ts';
import { planJob } from '../jobs/plan-job.ts';
import { type OnConflict, sentence, type Verdict } from '../sessions/arbitration.ts';
import { BEST_LEVEL, handlerOf, KINDS, LOWEST_LEVEL, type SessionKind } from '../sessions/kinds.ts';
import { openSession, openSessionsOf, type Task } from '../sessions/move-session.ts';
import { planNextRobots } from '../sessions/robot-slots.ts';
import type { Session } from '../sessions/session.ts';
import { settleDesk } from '../sessions/settle-desk.ts';
import { lockAgentOf, waitingFor } from './accept-conversation.ts';
import { Assignment } from './assignment.ts';
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
 * @throws DomainError bad_level, reason_missing, robots_only, floor_taken (with the holder and the rule), robots_full, agent_offline, agent_full
 */
export async function requestSession(
  act: Act,
  account: Account,
  conversation: Conversation,
  request: SessionRequest,
): Promise<Requested> {
  const level = levelOf(request);
  checkHandler(request);
  const agent = request.agentId === null ? null : await lockAgentOf(act, conversation, request.agentId);
  if (agent) await findSeat(act, agent); // refused before anything moves
  const open = await openSessionsOf(act, conversation.id);
  const waiting = agent ? await waitingFor(act, open, agent.id) : null;
  if (agent && waiting && waiting.level <= level) return takeWaiting(act, account, conversation, waiting, agent);
  return openNew(act, account, conversation, open, { ...request, level }, agent);
}

async function openNew(
  act: Act,
  account: Account,
  conversation: Conversation,
  open: readonly Session[],
  { kind, level, onConflict, reason, task, needs }: SessionRequest & { readonly level: number },
  agent: Agent | null,
): Promise<Requested> {
  const settings = account.fullSettings;
  const handler = handlerOf(kind);
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
  if (verdict.interrupts) await planNextRobots(act, conversation.accountId, settings);
  await settleDesk(act, conversation, verdict.explanation);
  return { session, verdict };
}

/** @throws DomainError bad_level, reason_missing */
function levelOf({ kind, level, reason }: SessionRequest): number {
  const best = BEST_LEVEL[handlerOf(kind)];
  const asked = level ?? KINDS[kind].level;
  if (asked === 1 && reason === null)
    throw new DomainError('reason_missing', 'A session of level 1 interrupts whoever speaks; give the reason for it.');
  if (asked >= best && asked <= LOWEST_LEVEL) return asked;
  throw new DomainError('bad_level', `A ${handlerOf(kind)} session may have a level from ${best} to ${LOWEST_LEVEL}.`, {
    best,
    lowest: LOWEST_LEVEL,
  });
}

/** @throws DomainError robots_only */
function checkHandler({ kind, agentId }: SessionRequest): void {
  if (agentId === null || handlerOf(kind) === 'human') return;
  throw new DomainError(
    'robots_only',
    `A session of the kind ${kind} is a robot’s; no agent takes it. Ask for a manual kind.`,
  );
}

/** Somebody is waited for already: the agent who comes is the one. */
async function takeWaiting(
  act: Act,
  account: Account,
  conversation: Conversation,
  session: Session,
  agent: Agent,
): Promise<Requested> {
  const offer = await act.em.findOne(Assignment, { offeredFor: session.id, agentId: agent.id });
  await serveSession(act, account, conversation, session, agent, offer);
  const explanation = sentence('0', `this session waited for a person, and ${agent.name} takes it`);
  return { session, verdict: { outcome: 'active', rule: '0', interrupts: false, explanation } };
}
