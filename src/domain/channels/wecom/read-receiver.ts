// Where in WeCom the contact of a conversation is reached, and in which language; read without a lock, just before the call.
import type { EntityManager } from '@mikro-orm/mysql';
import { Account } from '../../accounts/account.ts';
import type { Language } from '../../accounts/settings.ts';
import { Contact } from '../../contacts/contact.ts';
import { Conversation } from '../../conversations/conversation.ts';
import type { DeskStatus } from '../../conversations/desk-status.ts';
import { findLink } from '../conversation-link.ts';

export type Receiver =
  | {
      readonly kind: 'customer';
      readonly openKfid: string;
      readonly externalUserid: string;
      /** Their last word, since which WeCom counts what they are sent. */
      readonly heardAt: Date | null;
    }
  | { readonly kind: 'member'; readonly userId: string };

/** null: not by WeCom. A customer of ours may be called like a member, and is none. */
export async function readReceiver(
  em: EntityManager,
  endpointId: string,
  conversationId: string,
): Promise<Receiver | null> {
  const link = await findLink(em, endpointId, conversationId);
  if (link?.inbox) {
    const { inbox: openKfid, externalId: externalUserid, heardAt } = link;
    return { kind: 'customer', openKfid, externalUserid, heardAt };
  }
  const contact = await readContact(em, conversationId);
  return contact?.kind === 'employee' ? { kind: 'member', userId: contact.externalId } : null;
}

export async function readContact(em: EntityManager, conversationId: string): Promise<Contact | null> {
  const conversation = await em.findOne(Conversation, { id: conversationId });
  return conversation && em.findOne(Contact, { id: conversation.contactId });
}

export async function readLanguage(em: EntityManager, accountId: string): Promise<Language> {
  return (await em.findOneOrFail(Account, { id: accountId })).fullSettings.language;
}

export async function readStatus(em: EntityManager, conversationId: string): Promise<DeskStatus> {
  return (await em.findOneOrFail(Conversation, { id: conversationId })).status;
}
