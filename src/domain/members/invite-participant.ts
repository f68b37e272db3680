// The agent who serves asks somebody from outside into the conversation, by a link that is shown this once.
import { randomBytes } from 'node:crypto';
import type { Act } from '../act.ts';
import { participantData, subjectOf } from '../conversations/end-members.ts';
import { type HistoryMode, Participant, type ParticipantKind } from '../conversations/participant.ts';
import { planDeliveries } from '../deliveries/plan-deliveries.ts';
import { findChannel } from '../endpoints/find-endpoints.ts';
import { DomainError } from '../errors.ts';
import { record } from '../events/record.ts';
import { newId } from '../ids.ts';
import { seal } from '../seal.ts';
import { announce } from './announce.ts';
import { hashOf, signInvitation } from './invitation.ts';
import { lockServed, type Served } from './serving.ts';

export type Invited = {
  readonly kind: ParticipantKind;
  readonly externalId: string;
  readonly name: string;
  readonly avatar: string | null;
  readonly historyMode: HistoryMode;
};

/**
 * @param secret the installation's, which signs the link.
 * @throws DomainError conversation_not_found, not_serving, only_owner, already_participating, participants_full
 */
export async function inviteParticipant(
  act: Act,
  conversationId: string,
  agentId: string,
  wanted: Invited,
  secret: string,
): Promise<{ participant: Participant; invitation: string }> {
  const served = await lockServed(act, conversationId);
  onlyHolder(served, agentId);
  await makeRoom(act, served, wanted.externalId);
  await checkRoom(act, served);
  const id = newId();
  const invitation = signInvitation(id, randomBytes(24).toString('base64url'), secret);
  const participant = await createParticipant(act, served, id, wanted, invitation);
  tellInvited(act, served, participant);
  await sendCard(act, served, participant, seal(invitation, INVITATIONS, secret));
  await announce(act, served, 'invited', participant, { name: participant.name, agent: served.holderName });
  return { participant, invitation };
}

/** @throws DomainError only_owner */
export function onlyHolder({ holderId, holderName }: Served, agentId: string): void {
  if (agentId === holderId) return;
  throw new DomainError('only_owner', `Only ${holderName}, who serves this conversation, can do this.`, { holderId });
}

/** An invitation that was not used in time stands in nobody's way. @throws DomainError already_participating */
async function makeRoom(act: Act, { conversation }: Served, externalId: string): Promise<void> {
  const known = await act.em.findOne(Participant, { conversationId: conversation.id, openAs: externalId });
  if (!known) return;
  const { id: participantId, name, state, invitationUntil } = known;
  if (!invitationUntil || invitationUntil > act.now)
    throw new DomainError('already_participating', `${name} is ${state} already.`, { participantId, state });
  known.moveTo('ended', act.now);
  await act.em.flush();
  const data = { ...participantData(conversation, known), reason: 'the invitation was not used in time' };
  record(act, 'participant.left', subjectOf(conversation), data);
}

/** Of one conversation; each of them is pushed each of its events. */
const MOST_PARTICIPANTS = 100;

/** @throws DomainError participants_full */
async function checkRoom(act: Act, { conversation }: Served): Promise<void> {
  const count = await act.em.count(Participant, { conversationId: conversation.id, openAs: { $ne: null } });
  if (count < MOST_PARTICIPANTS) return;
  throw new DomainError(
    'participants_full',
    `A conversation has at most ${MOST_PARTICIPANTS} participants; remove somebody first.`,
    { most: MOST_PARTICIPANTS },
  );
}

async function createParticipant(
  act: Act,
  { conversation, account, sessionId, holderId }: Served,
  id: string,
  wanted: Invited,
  invitation: string,
): Promise<Participant> {
  const participant = act.em.create(Participant, {
    id,
    accountId: account.id,
    conversationId: conversation.id,
    sessionId,
    ...wanted,
    state: 'invited',
    openAs: wanted.externalId,
    invitedBy: holderId,
    invitationHash: hashOf(invitation),
    invitationUntil: new Date(act.now.getTime() + account.fullSettings.invitationsFor * 1000),
    historyFrom: null,
    historySince: null,
    historySinceId: null,
    eventsAfter: null,
    createdAt: act.now,
    joinedAt: null,
    endedAt: null,
  });
  await act.em.flush();
  return participant;
}

function tellInvited(act: Act, { conversation, holderId }: Served, participant: Participant): void {
  const { historyMode } = participant;
  const data = { ...participantData(conversation, participant), invitedBy: holderId, historyMode };
  record(act, 'participant.invited', subjectOf(conversation), data);
}

/** What the link in a card is sealed for: it is kept until the card is there. */
export const INVITATIONS = 'invitations';

/** By the account's WeCom, where there is one. */
async function sendCard(
  act: Act,
  { conversation: { id: conversationId }, account }: Served,
  { id }: Participant,
  invitation: string,
): Promise<void> {
  const endpoint = await findChannel(act.em, account.id, 'wecom');
  if (!endpoint) return;
  const payload = { participant: id, invitation };
  const card = {
    endpoint,
    conversationId,
    lane: cardLane(id),
    effect: 'card',
    key: `card:${id}`,
    eventId: null,
    payload,
  };
  await planDeliveries(act, [card]);
}

/** What becomes of an invitation is told after the invitation. */
export function cardLane(participantId: string): string {
  return `card:${participantId}`;
}
