// Taking a seat, for an offer or to serve, and freeing it. The agent's row is locked, so that one agent's seats are taken one
// after the other; the unique key (agent, seat) is what no caller can forget.
import type { Act } from '../act.ts';
import type { Agent } from '../agents/agent.ts';
import { freeSeat } from '../agents/capacity.ts';
import { whyAbsent } from '../agents/presence.ts';
import type { Conversation } from '../conversations/conversation.ts';
import { DomainError } from '../errors.ts';
import { record } from '../events/record.ts';
import { newId } from '../ids.ts';
import { planJob } from '../jobs/plan-job.ts';
import { subjectOf } from '../sessions/move-session.ts';
import type { Session } from '../sessions/session.ts';
import { Assignment } from './assignment.ts';

/** @param agent locked. @throws DomainError agent_offline, agent_full */
export async function findSeat(act: Act, agent: Agent): Promise<number> {
  const absent = whyAbsent(agent);
  const { id: agentId, name, availability, reachable, capacity } = agent;
  if (absent)
    throw new DomainError('agent_offline', `${name} can not take a conversation now: ${absent}.`, {
      agentId,
      availability,
      reachable,
    });
  const seat = await lowestFreeSeat(act, agent);
  if (seat === null)
    throw new DomainError(
      'agent_full',
      `All ${capacity} seats of ${name} are taken; a conversation must be resolved or handed on first.`,
      { agentId, capacity },
    );
  return seat;
}

export async function lowestFreeSeat(act: Act, agent: Agent): Promise<number | null> {
  await act.em.flush();
  const taken = await act.em.find(Assignment, { agentId: agent.id, seat: { $ne: null } });
  return freeSeat(agent.capacity, new Set(taken.flatMap(({ seat }) => seat ?? [])));
}

type Sitting =
  | { readonly state: 'serving'; readonly seat: number }
  | { readonly state: 'offered'; readonly seat: number; readonly deadlineAt: Date; readonly decisionId: string }
  | { readonly state: 'declined'; readonly reason: string | null };

/** Writes the assignment down. The session must be in the database by now. */
export async function createAssignment(
  act: Act,
  conversation: Conversation,
  session: Session,
  agent: Agent,
  sitting: Sitting,
): Promise<Assignment> {
  const offered = sitting.state === 'offered' ? sitting : null;
  const assignment = act.em.create(Assignment, {
    id: newId(),
    accountId: conversation.accountId,
    conversationId: conversation.id,
    sessionId: session.id,
    agentId: agent.id,
    state: sitting.state,
    seat: sitting.state === 'declined' ? null : sitting.seat,
    serves: sitting.state === 'serving' ? session.id : null,
    offeredFor: offered ? session.id : null,
    deadlineAt: offered?.deadlineAt ?? null,
    decisionId: offered?.decisionId ?? null,
    servedAt: sitting.state === 'serving' ? act.now : null,
    reason: sitting.state === 'declined' ? sitting.reason : null,
    createdAt: act.now,
    endedAt: sitting.state === 'declined' ? act.now : null,
  });
  await act.em.flush();
  return assignment;
}

const EVENT_OF = {
  declined: 'assignment.declined',
  expired: 'assignment.expired',
  released: 'assignment.released',
} as const;

/** Ends an assignment: the seat is free, and whoever waits for this agent is looked for. */
export function freeSeatOf(
  act: Act,
  conversation: Conversation,
  assignment: Assignment,
  to: keyof typeof EVENT_OF,
  reason: string | null,
): void {
  assignment.moveTo(to, act.now, reason);
  tellEnd(act, conversation, assignment, to);
  planJob(act, 'route-conversation', conversation.accountId, { agentId: assignment.agentId });
}

export function tellEnd(
  act: Act,
  conversation: Conversation,
  { id: assignmentId, sessionId, agentId, reason }: Assignment,
  to: keyof typeof EVENT_OF,
): void {
  const data = { conversationId: conversation.id, contactId: conversation.contactId, assignmentId, sessionId, agentId };
  record(act, EVENT_OF[to], { ...subjectOf(conversation), agentId }, { ...data, reason });
}

/** The assignment of a session that holds a seat: serving, or offered. */
export function openAssignmentOf(act: Act, sessionId: string): Promise<Assignment | null> {
  return act.em.findOne(Assignment, { sessionId, seat: { $ne: null } });
}
