// What an effect in Chatwoot needs to be made: where the contact is there, what has happened, and how things stand here now. Nothing
// is locked, and nothing is changed.
import type { EntityManager } from '@mikro-orm/mysql';
import { Account } from '../../accounts/account.ts';
import type { Language } from '../../accounts/settings.ts';
import { Conversation } from '../../conversations/conversation.ts';
import { Delivery } from '../../deliveries/delivery.ts';
import type { Parcel } from '../../deliveries/parcel.ts';
import type { ChatwootSettings } from '../../endpoints/endpoint-settings.ts';
import { settingsOf } from '../../endpoints/set-channel.ts';
import { Event } from '../../events/event.ts';
import { Session } from '../../sessions/session.ts';
import { Bundle } from '../../transfers/bundle.ts';
import { Transfer } from '../../transfers/transfer.ts';
import { type ConversationLink, findLinks } from '../conversation-link.ts';

export type ChatwootScene = {
  readonly parcel: Parcel;
  readonly settings: ChatwootSettings;
  readonly language: Language;
  readonly conversation: Conversation;
  /** Where the contact is now. */
  readonly link: ConversationLink;
  /** That one, and where they were before. */
  readonly links: readonly ConversationLink[];
  /** Null: its retention is over, or nothing but the present state was ever to be told. */
  readonly event: { readonly type: string; readonly data: unknown } | null;
};

/** @returns null: the contact was never there. */
export async function readChatwootScene(em: EntityManager, parcel: Parcel): Promise<ChatwootScene | null> {
  const { endpoint, delivery } = parcel;
  const event = delivery.eventId === null ? null : await em.findOne(Event, { id: delivery.eventId });
  const data: unknown = event ? JSON.parse(event.data) : null;
  const conversation = await conversationOf(em, delivery.conversationId, data);
  if (!conversation) return null;
  const links = await findLinks(em, endpoint.id, conversation.id);
  const [link] = links;
  if (!link) return null;
  const account = await em.findOneOrFail(Account, { id: endpoint.accountId });
  const { language } = account.fullSettings;
  const settings = settingsOf(endpoint, 'chatwoot');
  return { parcel, settings, language, conversation, link, links, event: event && { type: event.type, data } };
}

/** What is said of a contact belongs to no conversation; a contact has one. */
function conversationOf(em: EntityManager, id: string | null, data: unknown): Promise<Conversation | null> {
  if (id !== null) return em.findOne(Conversation, { id });
  const contactId = typeof data === 'object' && data !== null ? Reflect.get(data, 'contactId') : undefined;
  return typeof contactId === 'string' ? em.findOne(Conversation, { contactId }) : Promise.resolve(null);
}

/** What the next holder of a transfer must know, frozen; null: there is no such transfer. */
export async function readBundle(em: EntityManager, transferId: string): Promise<Bundle | null> {
  const transfer = await em.findOne(Transfer, { id: transferId });
  return transfer && Bundle.parse(JSON.parse(transfer.bundle));
}

/** Whether an agent who snoozed it there has its session on hold here. */
export async function isAsleep(em: EntityManager, conversationId: string): Promise<boolean> {
  const paused = await em.find(Session, { conversationId, state: 'paused', onHold: true });
  return paused.some(({ handler }) => handler === 'human');
}

/** Between the first attempt and what may have been said shortly before, by another clock. */
const SHORTLY_MS = 60_000;

/** Messages of that conversation that are known to be other deliveries of ours. */
export async function readOtherMessages(
  em: EntityManager,
  { endpoint, delivery, firstAt }: Parcel,
  conversationId: string,
): Promise<number[]> {
  const others = await em.find(Delivery, {
    endpointId: endpoint.id,
    conversationId,
    id: { $ne: delivery.id },
    externalId: { $ne: null },
    endedAt: { $gte: new Date(firstAt.getTime() - SHORTLY_MS) },
  });
  return others.map(({ externalId }) => Number(externalId));
}
