// A session ends: whoever was called in to help, and whoever was asked in from outside, goes with it; open invitations are void.
import type { Act } from '../act.ts';
import { Agent } from '../agents/agent.ts';
import { dismissGuest } from '../events/guests.ts';
import { record } from '../events/record.ts';
import { Collaborator } from './collaborator.ts';
import type { Conversation } from './conversation.ts';
import { Participant } from './participant.ts';

const REASON = 'the session ended';

/** Ends every open collaborator and participant of a session of the locked conversation; where there are none, nothing happens. */
export async function endMembers(act: Act, conversation: Conversation, sessionId: string): Promise<void> {
  await endCollaborators(act, conversation, sessionId);
  await endParticipants(act, conversation, sessionId);
}

async function endCollaborators(act: Act, conversation: Conversation, sessionId: string): Promise<void> {
  const collaborators = await act.em.find(
    Collaborator,
    { sessionId, openAgent: { $ne: null } },
    { orderBy: { id: 'asc' } },
  );
  if (collaborators.length === 0) return;
  const agents = await act.em.find(Agent, { id: { $in: collaborators.map(({ agentId }) => agentId) } });
  const names = new Map(agents.map(({ id, name }) => [id, name]));
  for (const collaborator of collaborators) {
    collaborator.moveTo('ended', act.now);
    record(act, 'collaborator.left', subjectOf(conversation, collaborator), {
      ...collaboratorData(conversation, collaborator, names.get(collaborator.agentId) ?? ''),
      reason: REASON,
    });
  }
}

async function endParticipants(act: Act, conversation: Conversation, sessionId: string): Promise<void> {
  const participants = await act.em.find(Participant, { sessionId, openAs: { $ne: null } }, { orderBy: { id: 'asc' } });
  for (const participant of participants) {
    participant.moveTo('ended', act.now);
    await dismissGuest(act, `conversation:${conversation.id}`, participant.id);
    const data = { ...participantData(conversation, participant), reason: REASON };
    record(act, 'participant.left', subjectOf(conversation), data);
  }
}

/** Whose streams hear of it: the conversation's, the board's, and those of the agent who is called in. */
export function subjectOf(conversation: Conversation, collaborator?: Collaborator) {
  const { id: conversationId, accountId, contactId } = conversation;
  return { conversationId, accountId, contactId, ...(collaborator ? { agentId: collaborator.agentId } : {}) };
}

export function collaboratorData(conversation: Conversation, { sessionId, agentId }: Collaborator, agentName: string) {
  return { conversationId: conversation.id, contactId: conversation.contactId, sessionId, agentId, agentName };
}

export function participantData(conversation: Conversation, { id, sessionId, kind, name, avatar }: Participant) {
  const { id: conversationId, contactId } = conversation;
  return { conversationId, contactId, sessionId, participantId: id, kind, name, avatar };
}
