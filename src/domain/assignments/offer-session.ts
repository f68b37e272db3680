// A session that waits is offered to one agent, who holds a seat for it until the offer's deadline. One offer for a session at a
// time: the database sees to that.
import type { Act } from '../act.ts';
import type { Agent } from '../agents/agent.ts';
import { Contact } from '../contacts/contact.ts';
import type { Conversation } from '../conversations/conversation.ts';
import { record } from '../events/record.ts';
import { subjectOf } from '../sessions/move-session.ts';
import type { Session } from '../sessions/session.ts';
import { findOpenTransferTo } from '../transfers/accept-transfer.ts';
import type { Assignment } from './assignment.ts';
import { createAssignment, findSeat } from './seats.ts';

export type Offer = { readonly decisionId: string; readonly explanation: string; readonly deadlineAt: Date };

/** @param agent locked. @throws DomainError agent_offline, agent_full */
export async function offerSession(
  act: Act,
  conversation: Conversation,
  session: Session,
  agent: Agent,
  { decisionId, explanation, deadlineAt }: Offer,
): Promise<Assignment> {
  const seat = await findSeat(act, agent);
  session.settle();
  const sitting = { state: 'offered', seat, deadlineAt, decisionId } as const;
  const assignment = await createAssignment(act, conversation, session, agent, sitting);
  const contact = await act.em.findOneOrFail(Contact, { id: conversation.contactId });
  const transfer = await findOpenTransferTo(act, session.id);
  record(
    act,
    'assignment.offered',
    { ...subjectOf(conversation), agentId: agent.id },
    {
      conversationId: conversation.id,
      contactId: conversation.contactId,
      assignmentId: assignment.id,
      sessionId: session.id,
      agentId: agent.id,
      seat,
      deadlineAt: deadlineAt.toISOString(),
      decisionId,
      explanation,
      contactName: contact.name,
      transferId: transfer?.id ?? null,
    },
  );
  return assignment;
}
