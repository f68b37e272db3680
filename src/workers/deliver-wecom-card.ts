// The card of an invitation in WeCom: sent once by the key of its task, changed once it is used or over, and its link sent to whoever
// clicks its button.
import { z } from 'zod';
import { invitationCard, invitationEnd, invitationTextCard } from '../domain/channels/wecom/card.ts';
import { findCardDelivery, readInvitationCard } from '../domain/channels/wecom/invitation-card.ts';
import {
  type InvitationNeeds,
  type Receivers,
  readInvitation,
  readInvited,
} from '../domain/channels/wecom/read-invitation.ts';
import { type Outcome, type Parcel, skipped } from '../domain/deliveries/parcel.ts';
import { settingsOf } from '../domain/endpoints/set-channel.ts';
import { INVITATIONS } from '../domain/members/invite-participant.ts';
import { unseal } from '../domain/seal.ts';
import { OutsideFailure } from '../integrations/outside-failure.ts';
import type { Kernel } from '../kernel.ts';
import type { Deliver } from './deliver.ts';
import { CHECK_SECONDS, pageFor, roomFor, tooLateToRepeat } from './wecom-sending.ts';

export const deliverCard: Deliver = async (kernel, outside, { delivery, endpoint }) => {
  const known = readInvitationCard(delivery.payload);
  if (!known) return OVER;
  const needs = await readInvitation(kernel.orm.em.fork(), known.participant, kernel.clock());
  if (!needs) return OVER;
  const url = linkFor(kernel, endpoint, needs, known.invitation);
  if (url === null) return NO_PAGE;
  const full = await roomForAll(kernel, endpoint, needs.to);
  if (full) return full;
  const card = invitationCard({ ...needs, url }, needs.language);
  const { msgid, responseCode } = await outside.wecomOf(endpoint).sendTemplateCard(needs.to, card);
  // Of a repeat there is no code; a click may have brought one meanwhile.
  const { participant, invitation } = known;
  const code = responseCode ?? known.responseCode;
  const keep = { participant, invitation, ...(code === undefined ? {} : { responseCode: code }) };
  return { kind: 'delivered', externalId: msgid === '' ? null : msgid, keep };
};

const OVER = skipped('not_invited', 'The invitation was used, withdrawn, or is too old.');
const NO_PAGE = skipped('no_page', 'The settings name no page that an invitation opens (pages.join).');

/** The button gives way to what became of the invitation. */
export const deliverCardEnd: Deliver = async (kernel, outside, { delivery, endpoint }) => {
  const em = kernel.orm.em.fork();
  const { participant: id } = About.parse(JSON.parse(delivery.payload ?? '{}'));
  const invited = await readInvited(em, id);
  const card = await findCardDelivery(em, endpoint.id, id);
  if (!invited || !card) return skipped('no_card', 'No card was sent.');
  const { responseCode } = readInvitationCard(card.payload) ?? {};
  if (responseCode === undefined) return skipped('no_code', 'WeCom gave no code by which the card could be changed.');
  const replaceName = invitationEnd(invited.state === 'joined' ? 'joined' : 'over', invited.language);
  try {
    await outside.wecomOf(endpoint).updateTemplateCard({ userIds: invited.to, responseCode, replaceName });
    return { kind: 'delivered' };
  } catch (error) {
    if (!(error instanceof OutsideFailure) || error.code !== 'code_spent') throw error;
    // Nobody but us uses the code: an earlier attempt of ours got through, or the change before this one has used it up.
    return delivery.attempts > 1 || delivery.doubt
      ? { kind: 'delivered', detail: 'by an earlier attempt' }
      : skipped(error.code, error.message);
  }
};

/** Of this effect and the next. */
const About = z.object({ participant: z.string(), to: z.string().default('') });

export const deliverCardLink: Deliver = async (kernel, outside, parcel) => {
  const { delivery, endpoint } = parcel;
  const em = kernel.orm.em.fork();
  const { participant, to } = About.parse(JSON.parse(delivery.payload ?? '{}'));
  const known = readInvitationCard((await findCardDelivery(em, endpoint.id, participant))?.payload ?? null);
  const needs = known && (await readInvitation(em, participant, kernel.clock()));
  if (!known || !needs) return OVER;
  const url = linkFor(kernel, endpoint, needs, known.invitation);
  if (url === null) return NO_PAGE;
  if (tooLateToRepeat(parcel, kernel.clock()))
    return { kind: 'unresolved', detail: 'WeCom may have sent it, and would send it twice by now.' };
  const full = await roomFor(kernel, endpoint, to);
  if (full) return full;
  const card = invitationTextCard({ ...needs, url }, needs.language);
  const check = { duplicateCheckSeconds: CHECK_SECONDS };
  const { msgid } = await outside.wecomOf(endpoint).sendTextCard([to], card, check);
  return { kind: 'delivered', externalId: msgid };
};

/** null: the settings name no page. */
function linkFor(
  { config }: Kernel,
  endpoint: Parcel['endpoint'],
  { conversationId: conversation }: InvitationNeeds,
  sealed: string,
): string | null {
  const { join } = settingsOf(endpoint, 'wecom').pages;
  if (join === null) return null;
  return pageFor(join, { invitation: unseal(sealed, INVITATIONS, config.BATON_SECRET), conversation });
}

/** Of a department nobody knows how many they are. */
async function roomForAll(kernel: Kernel, endpoint: Parcel['endpoint'], to: Receivers): Promise<Outcome | null> {
  if ('party' in to) return null;
  for (const userId of to) {
    const full = await roomFor(kernel, endpoint, userId);
    if (full) return full;
  }
  return null;
}
