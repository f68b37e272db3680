// A click on the card of an invitation: whoever was asked is sent the link; where it is too late, the card says so. Each click brings a
// new code by which the card can be changed once.
import type { Act } from '../../act.ts';
import { Participant } from '../../conversations/participant.ts';
import { lockCircuit } from '../../deliveries/circuit.ts';
import { planDeliveries } from '../../deliveries/plan-deliveries.ts';
import type { Endpoint } from '../../endpoints/endpoint.ts';
import { cardLane } from '../../members/invite-participant.ts';
import type { Taken } from '../inbound.ts';
import { JOIN_KEY, participantOf } from './card.ts';
import type { WecomHook } from './hook.ts';
import { findCardDelivery, readInvitationCard } from './invitation-card.ts';

type Click = Extract<WecomHook, { readonly kind: 'card_clicked' }>;

export async function takeCardClick(act: Act, endpoint: Endpoint, click: Click): Promise<Taken> {
  const id = click.eventKey === JOIN_KEY ? participantOf(click.taskId) : null;
  const participant = id && (await act.em.findOne(Participant, { id, accountId: endpoint.accountId }));
  if (!participant) return { took: 'nothing', why: 'a click on a card that is no invitation of ours' };
  if (!isAsked(participant, click.userId)) return { took: 'nothing', why: 'somebody else than who was asked clicked' };
  if (click.responseCode !== null) await keepCode(act, endpoint, participant.id, click.responseCode);
  const isOpen = participant.state === 'invited';
  await plan(act, endpoint, participant, isOpen ? 'card_link' : 'card_end', click);
  return { took: isOpen ? 'a click on an invitation' : 'a click on an invitation that is over' };
}

/** Of a department anybody who got its card. */
function isAsked({ kind, externalId }: Participant, userId: string): boolean {
  if (!/^[\w@.-]{1,64}$/.test(userId)) return false;
  return kind === 'department' || externalId.toLowerCase() === userId.toLowerCase();
}

async function keepCode(
  act: Act,
  { id: endpointId }: Endpoint,
  participantId: string,
  responseCode: string,
): Promise<void> {
  await lockCircuit(act, endpointId);
  const delivery = await findCardDelivery(act.em, endpointId, participantId);
  const card = delivery && readInvitationCard(delivery.payload);
  if (!delivery || !card) return;
  delivery.payload = JSON.stringify({ ...card, responseCode });
  await act.em.flush();
}

async function plan(
  act: Act,
  endpoint: Endpoint,
  { id: participant, conversationId }: Participant,
  effect: 'card_link' | 'card_end',
  { userId, at }: Click,
): Promise<void> {
  const key = `${effect}:${participant}:${userId.toLowerCase()}:${at.getTime()}`;
  const payload = { participant, to: userId };
  await planDeliveries(act, [
    { endpoint, conversationId, lane: cardLane(participant), effect, key, eventId: null, payload },
  ]);
}
