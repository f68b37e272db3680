// An agent begins to serve a session: seat, floor, transfer and the contact's notice, in one act. Every way to an agent ends here:
// accepting from the queue, an offer, a transfer, direct assignment.

import type { Account } from '../accounts/account.ts';
import { phraseFor } from '../accounts/settings.ts';
import type { Act } from '../act.ts';
import type { Agent } from '../agents/agent.ts';
import type { Conversation } from '../conversations/conversation.ts';
import { collaboratorData } from '../conversations/end-members.ts';
import { record } from '../events/record.ts';
import { ownId } from '../messages/incoming.ts';
import { postMessage } from '../messages/post-message.ts';
import { activateSession, leaveFloor, openSessionsOf, subjectOf } from '../sessions/move-session.ts';
import { planNextRobots } from '../sessions/robot-slots.ts';
import type { Session } from '../sessions/session.ts';
import { settleDesk } from '../sessions/settle-desk.ts';
import { acceptTransfer, findOpenTransferTo } from '../transfers/accept-transfer.ts';
import { Assignment } from './assignment.ts';
import { checkNotBarred } from './barring.ts';
import { findCollaborator } from './collaboration.ts';
import { createAssignment, findSeat, freeSeatOf } from './seats.ts';

/**
 * @param session human, in the locked conversation: pending, paused without an agent, or active without one.
 * @param agent locked. @param offer of this very agent, when they were offered it; else a free seat is taken.
 * @throws DomainError agent_offline, agent_full, floor_taken
 */
export async function serveSession(
  act: Act,
  account: Account,
  conversation: Conversation,
  session: Session,
  agent: Agent,
  offer: Assignment | null,
): Promise<Assignment> {
  const seat = offer ? null : await findSeat(act, agent);
  await checkNotBarred(act, conversation, session);
  const settings = account.fullSettings;
  const reason = `${agent.name} accepted${session.reason === null ? '' : `: ${session.reason}`}`.slice(0, 500);
  session.settle();
  const previous = await makeWay(act, account, conversation, session, agent);
  await act.em.flush();
  if (session.state !== 'active') activateSession(act, conversation, session, settings, reason);
  session.servedFrom(act.now, settings.deadlines);
  session.heard ??= 'human';
  await act.em.flush();
  const assignment =
    offer ?? (await createAssignment(act, conversation, session, agent, { state: 'serving', seat: seat ?? 0 }));
  if (offer) offer.moveTo('serving', act.now, null);
  agent.missedOffers = 0;
  await helpNoMore(act, conversation, agent);
  tellServing(act, conversation, session, agent, assignment, previous);
  await planNextRobots(act, conversation.accountId, settings);
  await settleDesk(act, conversation, reason);
  const content = phraseFor(settings, 'agentJoined', { agent: agent.name });
  const notice = { externalId: ownId('joined', assignment.id), type: 'system', content, private: false } as const;
  await postMessage(act, account, conversation, session, { sender: 'system', id: null, name: null }, notice);
  return assignment;
}

/**
 * Whoever holds the floor leaves it: transferred when this is what they waited for, else paused. An offer to somebody else is withdrawn.
 * @returns the agent who served before, when it is a transfer between agents.
 */
async function makeWay(
  act: Act,
  account: Account,
  conversation: Conversation,
  session: Session,
  agent: Agent,
): Promise<string | null> {
  const settings = account.fullSettings;
  const offers = await act.em.find(Assignment, { offeredFor: session.id, agentId: { $ne: agent.id } });
  for (const offer of offers) freeSeatOf(act, conversation, offer, 'released', `${agent.name} took it`);
  const transfer = await findOpenTransferTo(act, session.id);
  const before = transfer ? await act.em.findOne(Assignment, { serves: transfer.fromSessionId }) : null;
  if (transfer) await acceptTransfer(act, conversation, settings, transfer, agent);
  if (before) freeSeatOf(act, conversation, before, 'released', `handed on to ${agent.name}`);
  for (const other of await openSessionsOf(act, conversation.id)) {
    if (other.state !== 'active' || other === session) continue;
    other.settle();
    leaveFloor(act, conversation, other, 'paused', settings, `${agent.name} took over`);
  }
  return before?.agentId ?? null;
}

/** Who holds it is no collaborator any more. */
async function helpNoMore(act: Act, conversation: Conversation, agent: Agent): Promise<void> {
  const collaborator = await findCollaborator(act.em, conversation.id, agent.id);
  if (!collaborator) return;
  collaborator.moveTo('left', act.now);
  const data = { ...collaboratorData(conversation, collaborator, agent.name), reason: 'serves it now' };
  record(act, 'collaborator.left', { ...subjectOf(conversation), agentId: agent.id }, data);
}

function tellServing(
  act: Act,
  conversation: Conversation,
  session: Session,
  agent: Agent,
  assignment: Assignment,
  previousAgentId: string | null,
): void {
  const subject = { ...subjectOf(conversation), agentId: agent.id };
  const ids = {
    conversationId: conversation.id,
    contactId: conversation.contactId,
    sessionId: session.id,
    agentId: agent.id,
  };
  const { id: assignmentId, seat } = assignment;
  record(act, 'assignment.accepted', subject, { ...ids, assignmentId, seat: seat ?? 0 });
  record(act, 'conversation.assigned', subject, { ...ids, agentName: agent.name, previousAgentId });
}
