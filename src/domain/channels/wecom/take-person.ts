// What WeCom's directory says of a member: their contact here learns it, and whoever was asked in without a picture gets theirs.
import type { Act } from '../../act.ts';
import { changeContact } from '../../contacts/change-contact.ts';
import { Contact } from '../../contacts/contact.ts';
import { Participant } from '../../conversations/participant.ts';
import type { Endpoint } from '../../endpoints/endpoint.ts';
import { shortened } from '../../messages/incoming.ts';
import type { Taken } from '../inbound.ts';

export type Person = {
  readonly name: string;
  readonly departments: readonly string[];
  readonly position: string | null;
  readonly avatar: string | null;
};

const LONGEST = 120;
const LONGEST_ADDRESS = 500;

export async function takePerson(act: Act, { accountId }: Endpoint, userId: string, person: Person): Promise<Taken> {
  const told = await tellContact(act, accountId, userId, person);
  const faces = await showFace(act, accountId, userId, person.avatar);
  return { took: 'a member of the directory', changed: told, faces };
}

/** @returns the fields that were otherwise. */
async function tellContact(
  act: Act,
  accountId: string,
  externalId: string,
  { name, departments, position }: Person,
): Promise<readonly string[]> {
  const contact = await act.em.findOne(Contact, { accountId, externalId, kind: 'employee' });
  if (!contact) return [];
  const said = { name, department: departments.join(' / '), position: position ?? '' };
  const changes = Object.fromEntries(
    Object.entries(said)
      .map(([field, text]) => [field, shortened(text.trim(), LONGEST)] as const)
      .filter(([field, text]) => text !== '' && text !== Reflect.get(contact, field)),
  );
  await changeContact(act, contact.id, changes);
  return Object.keys(changes);
}

/** @returns how many were given one. */
async function showFace(act: Act, accountId: string, externalId: string, avatar: string | null): Promise<number> {
  if (avatar === null || !/^https?:\/\//.test(avatar) || avatar.length > LONGEST_ADDRESS) return 0;
  const open = await act.em.find(Participant, { accountId, openAs: externalId, kind: 'employee', avatar: null });
  for (const participant of open) participant.avatar = avatar;
  await act.em.flush();
  return open.length;
}
