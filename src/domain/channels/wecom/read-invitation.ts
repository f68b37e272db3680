// What the card of an invitation says, and whom it goes to, as it is just before it is sent.
import type { EntityManager } from '@mikro-orm/mysql';
import { Account } from '../../accounts/account.ts';
import type { Language } from '../../accounts/settings.ts';
import { Agent } from '../../agents/agent.ts';
import { Participant } from '../../conversations/participant.ts';
import type { Invitation } from './card.ts';
import { readContact, readLanguage } from './read-receiver.ts';

export type InvitationNeeds = Omit<Invitation, 'url'> & {
  readonly conversationId: string;
  readonly to: Receivers;
  readonly language: Language;
};

/** Members by their ids, or a department. */
export type Receivers = readonly string[] | { readonly party: string };

/** null: it can not be used any more. */
export async function readInvitation(em: EntityManager, id: string, now: Date): Promise<InvitationNeeds | null> {
  const participant = await em.findOne(Participant, { id, state: 'invited', invitationUntil: { $gt: now } });
  if (!participant) return null;
  const { accountId, conversationId, invitedBy } = participant;
  const account = await em.findOneOrFail(Account, { id: accountId });
  const agent = await em.findOne(Agent, { id: invitedBy });
  const contact = await readContact(em, conversationId);
  return {
    participantId: id,
    conversationId,
    to: receiversOf(participant),
    desk: account.name,
    inviter: agent?.name ?? account.name,
    contact: contact?.name ?? null,
    language: account.fullSettings.language,
  };
}

function receiversOf({ kind, externalId }: Pick<Participant, 'kind' | 'externalId'>): Receivers {
  return kind === 'department' ? { party: externalId } : [externalId];
}

export type Invited = Pick<InvitationNeeds, 'to' | 'language'> & Pick<Participant, 'state'>;

/** Whatever became of it. */
export async function readInvited(em: EntityManager, id: string): Promise<Invited | null> {
  const participant = await em.findOne(Participant, { id });
  if (!participant) return null;
  const { state, accountId } = participant;
  return { state, to: receiversOf(participant), language: await readLanguage(em, accountId) };
}
