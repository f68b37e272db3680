// One effect to WeCom. What has a key there, or sets a state, is simply done again where it may have been done before; what a member is
// sent as plain text has none, and nobody can be asked whether it arrived.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { noticeCard } from '../domain/channels/wecom/card.ts';
import type { WecomEffect } from '../domain/channels/wecom/effects.ts';
import { kfStateFor } from '../domain/channels/wecom/kf-states.ts';
import { readNotice } from '../domain/channels/wecom/read-notice.ts';
import { type Receiver, readLanguage, readReceiver, readStatus } from '../domain/channels/wecom/read-receiver.ts';
import { cutToBytes, onOneLine, TEXT_BYTES } from '../domain/channels/wecom/text.ts';
import { partsOf } from '../domain/channels/wecom/words.ts';
import { type Outcome, skipped } from '../domain/deliveries/parcel.ts';
import { settingsOf } from '../domain/endpoints/set-channel.ts';
import { readEvent } from '../domain/events/read-event.ts';
import { OutsideFailure } from '../integrations/outside-failure.ts';
import { spendFor } from '../integrations/rate-limits.ts';
import { TO_CUSTOMER } from '../integrations/wecom/limits.ts';
import type { Deliver } from './deliver.ts';
import { deliverCard, deliverCardEnd, deliverCardLink } from './deliver-wecom-card.ts';
import { CHECK_SECONDS, pageFor, roomFor, tooLateToRepeat } from './wecom-sending.ts';

/** What needs a secret that is not set is left out, and the rest of the channel goes on. */
export const deliverToWecom: Deliver = async (kernel, outside, parcel) => {
  const deliver = DELIVER[parcel.delivery.effect as WecomEffect]; // planned by channels/wecom/effects.ts
  return deliver(kernel, outside, parcel).catch((error: unknown) => {
    if (error instanceof OutsideFailure && error.code === 'no_kf_secret') return skipped(error.code, error.message);
    throw error;
  });
};

const deliverMessage: Deliver = async (kernel, outside, parcel) => {
  const { delivery, endpoint } = parcel;
  const em = kernel.orm.em.fork();
  const event = delivery.eventId === null ? null : await readEvent(em, delivery.eventId);
  const receiver = await readReceiver(em, endpoint.id, delivery.conversationId ?? '');
  if (!receiver)
    return skipped('not_in_wecom', 'The contact is neither an employee nor a customer of customer service.');
  const { part } = Part.parse(JSON.parse(delivery.payload ?? '{}'));
  const text = event ? partsOf(event.data, await readLanguage(em, endpoint.accountId))[part] : undefined;
  if (text === undefined) return skipped('withdrawn', 'The words were taken back, or are not kept any more.');
  return receiver.kind === 'customer'
    ? toCustomer(kernel, outside, parcel, receiver, text)
    : toMember(kernel, outside, parcel, receiver.userId, text);
};

/** Of a message that was cut into several. */
const Part = z.object({ part: z.int().default(0) });

type To<R extends unknown[]> = (...args: [...Parameters<Deliver>, ...R]) => Promise<Outcome>;
type Customer = Extract<Receiver, { readonly kind: 'customer' }>;

/** Under an id of ours, by which WeCom knows it again. What it has no room for is not kept for later: it would answer something else. */
const toCustomer: To<[Customer, string]> = async (kernel, outside, { delivery, endpoint }, place, text) => {
  const { openKfid, externalUserid, heardAt } = place;
  if (delivery.attempts === 1 && !delivery.doubt) {
    const key = `kf:${openKfid}:${externalUserid}:${heardAt?.getTime() ?? 0}`;
    const wait = await spendFor(kernel.producer, kernel.config.REDIS_PREFIX, key, TO_CUSTOMER);
    if (wait !== null)
      throw new OutsideFailure('refused', 'kf_limit', 'A customer gets five messages until they write again.');
  }
  // By hand it is sent anew: what it was called before is part of what it is called then.
  const own = `${endpoint.id}:${delivery.id}:${delivery.externalId ?? ''}`;
  const msgid = createHash('sha256').update(own).digest('hex').slice(0, 32);
  await outside.wecomOf(endpoint).kfSend({ openKfid, externalUserid, msgid, text });
  return { kind: 'delivered', externalId: msgid };
};

const toMember: To<[string, string]> = async (kernel, outside, { delivery, endpoint }, userId, text) => {
  if (delivery.doubt) return { kind: 'unresolved', detail: 'WeCom may have sent it, and can not be asked.' };
  const full = await roomFor(kernel, endpoint, userId);
  if (full) return full;
  const { msgid } = await outside.wecomOf(endpoint).sendText([userId], text);
  return { kind: 'delivered', externalId: msgid };
};

/** As a card that opens your page; without one as a line of text. */
const deliverNotice: Deliver = async (kernel, outside, parcel) => {
  const { delivery, endpoint } = parcel;
  const needs = await readNotice(kernel.orm.em.fork(), parcel, kernel.clock());
  if (needs.kind === 'skipped') return needs;
  const { userId, language, ...said } = needs;
  const { pages } = settingsOf(endpoint, 'wecom');
  const wecom = outside.wecomOf(endpoint);
  if (pages.conversation === null && tooLateToRepeat(parcel, kernel.clock()))
    return { kind: 'unresolved', detail: 'WeCom may have sent it, and would send it twice by now.' };
  const full = await roomFor(kernel, endpoint, userId);
  if (full) return full;
  if (pages.conversation === null) {
    const line = cutToBytes(`${onOneLine(said.sender)}: ${onOneLine(said.preview)}`, TEXT_BYTES);
    const { msgid } = await wecom.sendText([userId], line, { duplicateCheckSeconds: CHECK_SECONDS });
    return { kind: 'delivered', externalId: msgid };
  }
  const url = pageFor(pages.conversation, { conversation: delivery.conversationId ?? '' });
  const card = noticeCard({ id: `${endpoint.id}-${delivery.id}`, ...said, url }, language);
  const { msgid } = await wecom.sendTemplateCard([userId], card);
  return { kind: 'delivered', externalId: msgid === '' ? null : msgid };
};

/** A conversation that goes on again by now stays. */
const deliverState: Deliver = async (kernel, outside, { delivery, endpoint }) => {
  const em = kernel.orm.em.fork();
  const id = delivery.conversationId ?? '';
  const place = await readReceiver(em, endpoint.id, id);
  if (place?.kind !== 'customer') return skipped('not_in_wecom', 'The contact is no customer of customer service.');
  const status = await readStatus(em, id);
  if (status !== 'resolved') return skipped('not_wanted', 'The conversation goes on again.');
  const wecom = outside.wecomOf(endpoint);
  const { state } = await wecom.kfState(place);
  const wanted = kfStateFor(status, state, 'here');
  if (wanted === null) return skipped('is_so', 'It is so there already.');
  await wecom.kfTransfer({ ...place, state: wanted });
  return { kind: 'delivered' };
};

const DELIVER: Readonly<Record<WecomEffect, Deliver>> = {
  message: deliverMessage,
  notice: deliverNotice,
  card: deliverCard,
  card_end: deliverCardEnd,
  card_link: deliverCardLink,
  kf_state: deliverState,
};
