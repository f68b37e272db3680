// Contacts: their profile as messages told it or somebody corrected it, whether they are there, and tokens in their name.
import { z } from 'zod';
import { readPresence } from '../domain/connections/read-presence.ts';
import { changeContact } from '../domain/contacts/change-contact.ts';
import { Contact } from '../domain/contacts/contact.ts';
import { ExternalId, Profile } from '../domain/contacts/profile.ts';
import { updateProfiles } from '../domain/contacts/update-profiles.ts';
import { findLastSeen } from '../domain/conversations/connect-contact.ts';
import { openConversations } from '../domain/conversations/open-conversations.ts';
import { findAccountFor, findContactFor } from './access.ts';
import { TokenView } from './agents.ts';
import { route } from './route.ts';
import { ById, ContactView, Id, Time } from './shapes.ts';

const PresenceView = z
  .object({
    reachable: z.boolean(),
    connections: z
      .int()
      .meta({ description: 'Open sockets; a reload leaves the contact reachable with none for a moment.' }),
    lastSeenAt: Time.nullable().meta({
      description: 'When the last connection was given up; null while there is one, and for who never had one.',
    }),
  })
  .meta({ id: 'Presence' });

export const postContact = route({
  method: 'post',
  path: '/v1/contacts',
  summary:
    'Make a contact known before the first message, or bring the profile up to date; their conversation is there from then on.',
  door: { key: 'contacts:write' },
  body: z.strictObject({ account: Id, contact: Profile }),
  answers: {
    200: {
      says: 'The contact and their conversation.',
      schema: z.object({ contact: ContactView, conversationId: Id }),
    },
  },
  handle: ({ principal, body, change }) =>
    change(async (act) => {
      await findAccountFor(act.em, principal, body.account);
      const parties = await openConversations(act, body.account, new Map([[body.contact.id, body.contact]]));
      await updateProfiles(act, body.account, new Map([[body.contact.id, body.contact]]));
      const party = parties.get(body.contact.id);
      const contact = await act.em.findOneOrFail(Contact, { id: party?.contactId ?? '' });
      return { status: 200, body: { contact: viewContact(contact), conversationId: party?.conversationId } };
    }),
});

export const getContacts = route({
  method: 'get',
  path: '/v1/contacts',
  summary: 'Find a contact by the id that the platform gave; no row or one.',
  door: { key: 'contacts:read', agent: true },
  query: z.strictObject({ account: Id, externalId: ExternalId }),
  answers: { 200: { says: 'The contact, when there is one.', schema: z.object({ data: z.array(ContactView) }) } },
  handle: async ({ context, principal, query }) => {
    const em = context.kernel.orm.em.fork();
    await findAccountFor(em, principal, query.account);
    const found = await em.find(Contact, { accountId: query.account, externalId: query.externalId });
    return { status: 200, body: { data: found.map(viewContact) } };
  },
});

export const getContact = route({
  method: 'get',
  path: '/v1/contacts/:id',
  summary: 'One contact.',
  door: { key: 'contacts:read', agent: true },
  params: ById,
  answers: { 200: { says: 'The contact.', schema: ContactView } },
  handle: async ({ context, principal, params }) => ({
    status: 200,
    body: viewContact(await findContactFor(context.kernel.orm.em.fork(), principal, params.id)),
  }),
});

const profile = Profile.shape;

export const patchContact = route({
  method: 'patch',
  path: '/v1/contacts/:id',
  summary: 'Change what is known of a contact: what is left out stays, null forgets. Later messages may say otherwise.',
  door: { key: 'contacts:write' },
  params: ById,
  body: z.strictObject({
    kind: profile.kind,
    name: profile.name.nullable(),
    department: profile.department.nullable(),
    position: profile.position.nullable(),
    level: profile.level.nullable(),
    vip: profile.vip,
  }),
  answers: { 200: { says: 'The contact.', schema: ContactView } },
  handle: ({ principal, params, body, change }) =>
    change(async (act) => {
      await findContactFor(act.em, principal, params.id);
      return { status: 200, body: viewContact(await changeContact(act, params.id, body)) };
    }),
});

export const getContactPresence = route({
  method: 'get',
  path: '/v1/contacts/:id/presence',
  summary: 'Is this person online? Over all their tabs, whichever server each is connected to.',
  door: { key: 'contacts:read', agent: true },
  params: ById,
  answers: { 200: { says: 'Whether a notice reaches them here, or had better go elsewhere.', schema: PresenceView } },
  handle: async ({ context, principal, params }) => {
    const em = context.kernel.orm.em.fork();
    const contact = await findContactFor(em, principal, params.id);
    const reached = await readPresence(em, { type: 'contact', id: params.id }, context.kernel.clock());
    const { reachable, connections, leftAt } = reached;
    const lastSeenAt = reachable ? null : (leftAt ?? (await findLastSeen(em, contact)));
    return { status: 200, body: { reachable, connections, lastSeenAt } };
  },
});

export const postContactToken = route({
  method: 'post',
  path: '/v1/contacts/:id/tokens',
  summary: 'Mint a short-lived token for a contact, for the page on which they write.',
  door: { key: 'tokens:write' },
  params: ById,
  answers: { 201: { says: 'The token.', schema: TokenView } },
  handle: ({ context, principal, params, change }) =>
    change(async (act) => {
      await findContactFor(act.em, principal, params.id);
      const { token, expiresAt } = await context.auth.mintToken({ type: 'contact', id: params.id });
      return { status: 201, body: { token, expiresAt: expiresAt.toISOString() } };
    }),
});

export function viewContact({
  id,
  accountId,
  externalId,
  kind,
  name,
  department,
  position,
  level,
  vip,
  reachable,
}: Contact) {
  return { id, accountId, externalId, kind, name, department, position, level, vip, reachable };
}
