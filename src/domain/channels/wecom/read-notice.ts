// What a notice in WeCom says, and to whom, as it is just before it is sent: whoever is back by then needs none.
import type { EntityManager } from '@mikro-orm/mysql';
import { z } from 'zod';
import type { Language } from '../../accounts/settings.ts';
import { Agent } from '../../agents/agent.ts';
import { findConnected } from '../../connections/lease-connection.ts';
import { Contact } from '../../contacts/contact.ts';
import { Participant } from '../../conversations/participant.ts';
import { type Parcel, skipped } from '../../deliveries/parcel.ts';
import { readEvent } from '../../events/read-event.ts';
import type { Reader } from './notices.ts';
import { readContact, readLanguage } from './read-receiver.ts';
import { previewOf } from './words.ts';

export type NoticeNeeds = {
  readonly kind: 'wanted';
  readonly userId: string;
  readonly sender: string;
  readonly preview: string;
  readonly contact: string | null;
  readonly language: Language;
};

const Payload = z.object({
  reader: z.object({ type: z.enum(['contact', 'participant', 'agent']), id: z.string() }),
});

export async function readNotice(
  em: EntityManager,
  { delivery: { payload, eventId, conversationId }, endpoint: { accountId } }: Parcel,
  now: Date,
): Promise<NoticeNeeds | ReturnType<typeof skipped>> {
  const { data: known } = Payload.safeParse(JSON.parse(payload ?? 'null'));
  const event = eventId === null ? null : await readEvent(em, eventId);
  if (!known || !event || conversationId === null)
    return skipped('event_gone', 'What it is about is not kept any more.');
  const { reader } = known;
  const userId = await USER_IDS[reader.type](em, reader.id);
  if (userId === null) return skipped('not_there', 'Whom it was for does not take part any more.');
  const there = await findConnected(em, reader.type, [reader.id], now);
  if (there.has(reader.id)) return skipped('is_back', 'Whom it was for is connected again.');
  const language = await readLanguage(em, accountId);
  const told = previewOf(event.data, language);
  if (!told) return skipped('withdrawn', 'The words were taken back.');
  const name = nameOf(await readContact(em, conversationId));
  const contact = reader.type === 'contact' ? null : name;
  return { kind: 'wanted', userId, sender: told.sender ?? name, preview: told.preview, contact, language };
}

const USER_IDS: Readonly<Record<Reader['type'], (em: EntityManager, id: string) => Promise<string | null>>> = {
  contact: async (em, id) => {
    const contact = await em.findOne(Contact, { id, kind: 'employee' });
    return contact?.externalId ?? null;
  },
  participant: async (em, id) => {
    const participant = await em.findOne(Participant, { id, state: 'joined' });
    return participant?.externalId ?? null;
  },
  agent: async (em, id) => {
    const agent = await em.findOne(Agent, { id });
    return agent?.externalId ?? null;
  },
};

function nameOf(contact: Contact | null): string {
  return contact?.name ?? contact?.externalId ?? '';
}
