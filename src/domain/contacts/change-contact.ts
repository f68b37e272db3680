// What somebody who knows better says of a contact: it replaces what messages told, until a message tells otherwise.
import { LockMode } from '@mikro-orm/mysql';
import type { Act } from '../act.ts';
import { DomainError } from '../errors.ts';
import { record } from '../events/record.ts';
import { Contact } from './contact.ts';
import type { Profile } from './profile.ts';

type Known = Pick<Contact, Exclude<keyof Profile, 'id'>>;
/** What is left out stays; null forgets. */
export type ContactChanges = { readonly [field in keyof Known]?: Known[field] | undefined };

/** @throws DomainError contact_not_found */
export async function changeContact(act: Act, id: string, changes: ContactChanges): Promise<Contact> {
  const contact = await act.em.findOne(Contact, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  if (!contact) throw new DomainError('contact_not_found', `There is no contact ${id}.`);
  const given = Object.fromEntries(
    Object.entries(changes).flatMap(([field, value]) => (value === undefined ? [] : [[field, value]])),
  );
  if (Object.keys(given).length === 0) return contact;
  act.em.assign(contact, { ...given, updatedAt: act.now });
  await act.em.flush();
  record(act, 'contact.changed', { accountId: contact.accountId, contactId: id }, { contactId: id, changes: given });
  return contact;
}
