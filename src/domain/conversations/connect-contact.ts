// A contact's sockets: the board sees whether the other side is there.
import { type EntityManager, LockMode } from '@mikro-orm/mysql';
import type { Act } from '../act.ts';
import { forgetExpired, isConnected, type NewConnection, openConnection } from '../connections/lease-connection.ts';
import { Contact } from '../contacts/contact.ts';
import { DomainError } from '../errors.ts';
import { record } from '../events/record.ts';
import { utc } from '../rows.ts';
import { Conversation } from './conversation.ts';

/** @returns the connection's generation; see connectAgent. @throws DomainError contact_not_found */
export async function connectContact(
  act: Act,
  contactId: string,
  opened: Omit<NewConnection, 'generation'>,
  replace: boolean,
): Promise<number> {
  const contact = await lockContact(act, contactId);
  contact.generation += 1;
  await openConnection(act, { type: 'contact', id: contactId }, { ...opened, generation: contact.generation }, replace);
  if (!contact.reachable) await setReachable(act, contact, true);
  await act.em.flush();
  return contact.generation;
}

/** Leases of the contact ran out: no longer there, unless another connection holds. */
export async function settleContact(act: Act, contactId: string): Promise<void> {
  const contact = await lockContact(act, contactId);
  const owner = { type: 'contact', id: contactId } as const;
  await forgetExpired(act, owner);
  if (contact.reachable && !(await isConnected(act.em, owner, act.now))) await setReachable(act, contact, false);
  await act.em.flush();
}

/**
 * When the contact was found to be away; null for who never connected. Read from what was told then, as long as events are kept.
 */
export async function findLastSeen(em: EntityManager, { id, generation }: Contact): Promise<Date | null> {
  if (generation === 0) return null;
  const [event]: { happened_at: string }[] = await em.execute(
    `select e.happened_at from conversation v join event e on e.conversation_id = v.id
     where v.contact_id = ? and e.type = 'contact.presence_changed' order by e.id desc limit 1`,
    [id],
  );
  return event ? utc(event.happened_at) : null;
}

async function lockContact(act: Act, id: string): Promise<Contact> {
  const contact = await act.em.findOne(Contact, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  if (!contact) throw new DomainError('contact_not_found', `There is no contact ${id}.`);
  return contact;
}

async function setReachable(act: Act, contact: Contact, reachable: boolean): Promise<void> {
  contact.reachable = reachable;
  const conversation = await act.em.findOne(Conversation, { contactId: contact.id });
  if (!conversation) return;
  const subject = { accountId: contact.accountId, conversationId: conversation.id, contactId: contact.id };
  record(act, 'contact.presence_changed', subject, {
    conversationId: conversation.id,
    contactId: contact.id,
    reachable,
  });
}
