// Contacts and their conversations come into being at the first message, however many arrive at once: unique keys decide,
// and whoever comes second finds what the first one made.
import type { EntityManager } from '@mikro-orm/mysql';
import type { Act } from '../act.ts';
import type { Profile } from '../contacts/profile.ts';
import { record } from '../events/record.ts';
import { newId } from '../ids.ts';
import { insertRows } from '../rows.ts';
import { deskOrder, type Flags } from './desk-order.ts';

export type Party = { readonly conversationId: string; readonly contactId: string; readonly externalId: string };

const NEW_FLAGS: Flags = { pinned: false, urgency: 1, handRaised: false, needIntervene: false, emotion: 'neutral' };

/**
 * Finds or makes the conversation of each contact of one account. What is known of a contact stays as it is (update-profiles.ts).
 * @returns by the contact's external id.
 */
export async function openConversations(
  act: Act,
  accountId: string,
  profiles: ReadonlyMap<string, Profile>,
): Promise<Map<string, Party>> {
  const wanted = [...profiles.keys()].sort();
  const known = await findParties(act.em, accountId, wanted);
  const missing = wanted.filter((externalId) => !known.has(externalId));
  if (missing.length === 0) return known;
  await insertContacts(
    act,
    accountId,
    missing.flatMap((id) => profiles.get(id) ?? []),
  );
  await insertConversations(act, accountId, missing, profiles);
  return findParties(act.em, accountId, wanted);
}

async function findParties(
  em: EntityManager,
  accountId: string,
  externalIds: readonly string[],
): Promise<Map<string, Party>> {
  const rows: Party[] = await em.execute(
    `select v.id as conversationId, c.id as contactId, c.external_id as externalId
     from contact c join conversation v on v.contact_id = c.id where c.account_id = ? and c.external_id in (?)`,
    [accountId, externalIds],
  );
  return new Map(rows.map((row) => [row.externalId, row]));
}

async function insertContacts(act: Act, accountId: string, profiles: readonly Profile[]): Promise<void> {
  const rows = profiles.map((profile) => ({
    id: newId(),
    account_id: accountId,
    external_id: profile.id,
    kind: profile.kind ?? 'customer',
    name: profile.name ?? null,
    department: profile.department ?? null,
    position: profile.position ?? null,
    level: profile.level ?? null,
    vip: profile.vip ?? false,
    created_at: act.now,
    updated_at: act.now,
  }));
  await insertRows(act.em, 'contact', rows, 'on duplicate key update id = id');
}

async function insertConversations(
  act: Act,
  accountId: string,
  externalIds: readonly string[],
  profiles: ReadonlyMap<string, Profile>,
): Promise<void> {
  const contacts: { id: string; external_id: string }[] = await act.em.execute(
    'select id, external_id from contact where account_id = ? and external_id in (?) order by id',
    [accountId, externalIds],
  );
  const rows = contacts.map((contact) => ({
    id: newId(),
    account_id: accountId,
    contact_id: contact.id,
    status: 'resolved',
    desk_order: deskOrder(NEW_FLAGS, 'resolved', 0),
    created_at: act.now,
    updated_at: act.now,
  }));
  await insertRows(act.em, 'conversation', rows, 'on duplicate key update id = id');
  await recordCreated(
    act,
    accountId,
    rows,
    new Map(contacts.map(({ id, external_id }) => [id, profiles.get(external_id)?.name ?? null])),
  );
}

/** Of the rows that we tried to insert, ours are those that are there under our id. */
async function recordCreated(
  act: Act,
  accountId: string,
  tried: readonly { id: string; contact_id: string }[],
  names: ReadonlyMap<string, string | null>,
): Promise<void> {
  const ours: { id: string }[] = await act.em.execute('select id from conversation where id in (?)', [
    tried.map(({ id }) => id),
  ]);
  const made = new Set(ours.map(({ id }) => id));
  for (const { id: conversationId, contact_id: contactId } of tried.filter(({ id }) => made.has(id))) {
    const data = {
      conversationId,
      contactId,
      contactName: names.get(contactId) ?? null,
      status: 'resolved' as const,
      createdAt: act.now.toISOString(),
    };
    record(act, 'conversation.created', { accountId, conversationId, contactId }, data);
  }
}
