// The card by which somebody was asked in, as its delivery keeps it: whom it asks, the sealed link, and the code that changes it once.
import type { EntityManager } from '@mikro-orm/mysql';
import { z } from 'zod';
import { Delivery } from '../../deliveries/delivery.ts';

const Card = z.object({ participant: z.string(), invitation: z.string(), responseCode: z.string().optional() });
export type InvitationCard = z.output<typeof Card>;

/** null: it is not known any more, as once it was skipped. */
export function readInvitationCard(payload: string | null): InvitationCard | null {
  return payload === null ? null : (Card.safeParse(JSON.parse(payload)).data ?? null);
}

/** By the key that members/invite-participant.ts gives it. */
export function findCardDelivery(
  em: EntityManager,
  endpointId: string,
  participantId: string,
): Promise<Delivery | null> {
  return em.findOne(Delivery, { effectKey: `${endpointId}:card:${participantId}` });
}
