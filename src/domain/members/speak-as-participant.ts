// A participant says something, as the contact's side does; into the session that they were asked into, and never to open one.

import type { Act } from '../act.ts';
import { own } from '../assignments/speak.ts';
import { Participant } from '../conversations/participant.ts';
import { DomainError } from '../errors.ts';
import type { Message } from '../messages/message.ts';
import { findSaid, postMessage, type Said } from '../messages/post-message.ts';
import { findHeir } from '../sessions/heir.ts';
import { notParticipating } from './remove-participant.ts';
import { lockPlace } from './serving.ts';

/** @throws DomainError conversation_not_found, participant_not_found, not_participating, message_id_taken */
export async function speakAsParticipant(
  act: Act,
  conversationId: string,
  participantId: string,
  said: Said,
): Promise<Message> {
  const { conversation, account } = await lockPlace(act, conversationId);
  const participant = await act.em.findOne(Participant, { id: participantId, conversationId });
  if (!participant) throw new DomainError('participant_not_found', `There is no participant ${participantId}.`);
  const session = participant.state === 'joined' ? await findHeir(act.em, participant.sessionId) : null;
  if (!session) throw notParticipating(participant);
  const known = await findSaid(act, conversation, own(act, said));
  if (known) return known;
  const author = { sender: 'contact', id: participant.id, name: participant.name } as const;
  return postMessage(act, account, conversation, session, author, own(act, said));
}
