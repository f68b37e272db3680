// Whether a message of Chatwoot is one of ours that comes back: by its mark, by its number, by the robot that wrote it. What we have said
// ourselves is never heard as something new.
import { Account } from '../../accounts/account.ts';
import type { Act } from '../../act.ts';
import { confirmDelivery } from '../../deliveries/confirm-delivery.ts';
import { Delivery } from '../../deliveries/delivery.ts';
import type { Endpoint } from '../../endpoints/endpoint.ts';
import { lockEndpoint } from '../../endpoints/find-endpoints.ts';
import { settingsOf } from '../../endpoints/set-channel.ts';
import { Event } from '../../events/event.ts';
import type { ConversationLink } from '../conversation-link.ts';
import { ToldMessage } from '../told-message.ts';
import { outgoingOf } from './content.ts';
import type { ChatwootMessage } from './message.ts';

/**
 * `unsure`: a message of ours with the same words is on its way just now, and this may be it. What carries our mark also tells that it
 * has arrived, where nobody knew.
 */
export async function whoseMessage(
  act: Act,
  endpoint: Endpoint,
  link: ConversationLink | null,
  message: ChatwootMessage,
): Promise<'ours' | 'theirs' | 'unsure'> {
  const delivery = deliveryOf(endpoint.id, message.mark);
  if (await isKnown(act, endpoint.id, message)) {
    await learnBot(act, endpoint, message);
    if (delivery !== null) await confirmDelivery(act, endpoint.id, delivery, String(message.messageId));
    return 'ours';
  }
  if (isByOurBot(endpoint, message)) return 'ours';
  return link !== null && isSaid(message) && (await mayBeOnItsWay(act, link, message)) ? 'unsure' : 'theirs';
}

/** The same, where nothing follows from it. */
export async function isOwn(act: Act, endpoint: Endpoint, message: ChatwootMessage): Promise<boolean> {
  return isByOurBot(endpoint, message) || (await isKnown(act, endpoint.id, message));
}

/** By its mark or its number: our robot there may have spoken for others before. */
export async function isKnown(act: Act, endpointId: string, message: ChatwootMessage): Promise<boolean> {
  if (deliveryOf(endpointId, message.mark) !== null) return true;
  return isSaid(message) && (await isDelivered(act, endpointId, message.messageId));
}

/** `<endpoint>.<delivery>`; null: none of this endpoint's. */
function deliveryOf(endpointId: string, mark: string | null): number | null {
  const [endpoint, delivery = ''] = mark?.split('.') ?? [];
  return endpoint === endpointId && /^\d{1,15}$/.test(delivery) ? Number(delivery) : null;
}

/** To the contact, by somebody on our side. */
function isSaid({ direction, isPrivate }: ChatwootMessage): boolean {
  return direction === 'outgoing' && !isPrivate;
}

async function isDelivered(act: Act, endpointId: string, messageId: number): Promise<boolean> {
  return (await act.em.count(Delivery, { endpointId, externalId: String(messageId) })) > 0;
}

function isByOurBot(endpoint: Endpoint, message: ChatwootMessage): boolean {
  const { bot } = settingsOf(endpoint, 'chatwoot');
  return isSaid(message) && bot !== null && message.sender?.type === 'agent_bot' && message.sender.id === bot;
}

/** Whoever brings what we have said is our robot there: from then on we know its number, if nobody has told us. */
async function learnBot(act: Act, { id, settings }: Endpoint, { sender }: ChatwootMessage): Promise<void> {
  if (sender?.type !== 'agent_bot' || sender.id === null) return;
  if (settingsOf({ settings }, 'chatwoot').bot !== null) return;
  const endpoint = await lockEndpoint(act, id);
  const now = settingsOf(endpoint, 'chatwoot');
  if (now.bot === null) endpoint.settings = JSON.stringify({ ...now, bot: sender.id });
  await act.em.flush();
}

/** Where Chatwoot keeps no marks, and our words go out in a person's name or by a robot that we do not know yet. */
async function mayBeOnItsWay(act: Act, link: ConversationLink, { content }: ChatwootMessage): Promise<boolean> {
  const { endpointId, conversationId, platform } = link;
  const onTheirWay = await act.em.find(Delivery, {
    endpointId,
    conversationId,
    effect: 'message',
    $or: [{ state: 'sending' }, { state: 'pending', doubt: true }],
  });
  if (onTheirWay.length === 0) return false;
  const events = await act.em.find(Event, { id: { $in: onTheirWay.flatMap(({ eventId }) => eventId ?? []) } });
  const account = await act.em.findOneOrFail(Account, { id: onTheirWay[0]?.accountId ?? '' });
  const { language } = account.fullSettings;
  return events.some(({ data }) => {
    const outgoing = outgoingOf(ToldMessage.parse(JSON.parse(data)), platform, language);
    return outgoing?.content.trim() === content.trim();
  });
}
