// What new messages say of their contacts: what is said replaces what was known, what is left out stays.
import type { Act } from '../act.ts';
import { updateRows } from '../rows.ts';
import { Contact } from './contact.ts';
import type { Profile } from './profile.ts';

/** @param profiles by external id. Most say nothing, or nothing new, and then nothing is written. */
export async function updateProfiles(
  act: Act,
  accountId: string,
  profiles: ReadonlyMap<string, Profile>,
): Promise<void> {
  const told = [...profiles.values()].filter((profile) => Object.keys(profile).length > 1);
  if (told.length === 0) return;
  const contacts = await act.em.find(
    Contact,
    { accountId, externalId: { $in: told.map(({ id }) => id) } },
    { disableIdentityMap: true },
  );
  const rows = contacts.flatMap((contact) => {
    const [before, after] = [rowOf(contact, {}), rowOf(contact, profiles.get(contact.externalId) ?? {})];
    return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ ...after, updated_at: act.now }];
  });
  await updateRows(act.em, 'contact', rows);
}

function rowOf(contact: Contact, said: Partial<Profile>) {
  return {
    id: contact.id,
    kind: said.kind ?? contact.kind,
    name: said.name ?? contact.name,
    department: said.department ?? contact.department,
    position: said.position ?? contact.position,
    level: said.level ?? contact.level,
    vip: said.vip ?? contact.vip,
  };
}
