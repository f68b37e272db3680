// A participant goes, or is taken out by the agent who serves: they hear of that, and of nothing after it.

import type { Act } from '../act.ts';
import { participantData, subjectOf } from '../conversations/end-members.ts';
import { Participant } from '../conversations/participant.ts';
import { DomainError } from '../errors.ts';
import { dismissGuest } from '../events/guests.ts';
import { record } from '../events/record.ts';
import { announce } from './announce.ts';
import { onlyHolder } from './invite-participant.ts';
import { lockPlace, lockServed, type Place } from './serving.ts';

/**
 * Of somebody who has not come yet: the link is withdrawn.
 * @throws DomainError conversation_not_found, participant_not_found, not_serving, only_owner, not_participating
 */
export async function removeParticipant(
  act: Act,
  conversationId: string,
  participantId: string,
  agentId: string,
): Promise<Participant> {
  const served = await lockServed(act, conversationId);
  onlyHolder(served, agentId);
  return end(act, served, participantId, 'removed', `removed by ${served.holderName}`);
}

/** @throws DomainError conversation_not_found, participant_not_found, not_participating */
export async function leaveParticipant(act: Act, conversationId: string, participantId: string): Promise<Participant> {
  return end(act, await lockPlace(act, conversationId), participantId, 'left', null);
}

async function end(
  act: Act,
  place: Place,
  participantId: string,
  to: 'removed' | 'left',
  reason: string | null,
): Promise<Participant> {
  const { conversation } = place;
  const participant = await act.em.findOne(Participant, { id: participantId, conversationId: conversation.id });
  if (!participant) throw new DomainError('participant_not_found', `There is no participant ${participantId}.`);
  if (!participant.isOpen) throw notParticipating(participant);
  participant.moveTo(to, act.now);
  await act.em.flush();
  await dismissGuest(act, `conversation:${conversation.id}`, participant.id);
  const data = { ...participantData(conversation, participant), reason };
  record(act, `participant.${to}`, subjectOf(conversation), data);
  await announce(act, place, to, participant, { name: participant.name });
  return participant;
}

export function notParticipating({ name, state }: Participant): DomainError {
  return new DomainError('not_participating', `${name} does not take part any more: ${state}.`, { state });
}
