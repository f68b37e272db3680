// Whether a message of Chatwoot is one of ours that comes back: by its mark, by its number, by the robot that wrote it. What we have said
// ourselves is never heard as something new.
import { Account } from '../accounts/account.ts';
import type { Act } from '../act.ts';
import { confirmDelivery } from '../deliveries/confirm-delivery.ts';
import { Delivery } from '../deliveries/delivery.ts';
import type { Endpoint } from '../endpoints/endpoint.ts';
import type { ChatwootSettings } from '../endpoints/endpoint-settings.ts';
import { Event } from '../events/event.ts';
import { contentFor } from './chatwoot-content.ts';
import type { ChatwootMessage } from './chatwoot-message.ts';
import type { ConversationLink } from './conversation-link.ts';
import { ToldMessage } from './told-message.ts';

/**
 * `unsure`: a message of ours with the same words is on its way just now, and this may be it. What carries our mark also tells that it
 * has arrived, where nobody knew.
 */
export async function whoseMessage(
  act: Act,
  endpoint: Endpoint,
  { bot }: ChatwootSettings,
  link: ConversationLink | null,
  message: ChatwootMessage,
): Promise<'ours' | 'theirs' | 'unsure'> {
  const { mark, messageId, direction, sender } = message;
  const marked = deliveryOf(endpoint.id, mark);
  if (marked !== null) {
    await confirmDelivery(act, endpoint.id, marked, String(messageId));
    return 'ours';
  }
  if (direction !== 'outgoing' || message.isPrivate) return 'theirs';
  if (await isDelivered(act, endpoint.id, messageId)) return 'ours';
  if (sender?.type === 'agent_bot' && (bot === null || sender.id === bot)) return 'ours';
  return link !== null && (await mayBeOnItsWay(act, link, message)) ? 'unsure' : 'theirs';
}

/** What was said before a webhook could tell: only what is known by its mark or its number. */
export async function isOwn(act: Act, endpointId: string, { mark, messageId }: ChatwootMessage): Promise<boolean> {
  return deliveryOf(endpointId, mark) !== null || (await isDelivered(act, endpointId, messageId));
}

/** `<endpoint>.<delivery>`; null: none of this endpoint's. */
function deliveryOf(endpointId: string, mark: string | null): number | null {
  const [endpoint, delivery = ''] = mark?.split('.') ?? [];
  return endpoint === endpointId && /^\d{1,15}$/.test(delivery) ? Number(delivery) : null;
}

async function isDelivered(act: Act, endpointId: string, messageId: number): Promise<boolean> {
  return (await act.em.count(Delivery, { endpointId, externalId: String(messageId) })) > 0;
}

/** Where Chatwoot keeps no marks, and our words go out in a person's name. */
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
    const said = ToldMessage.parse(JSON.parse(data));
    return (
      said.content !== undefined &&
      contentFor({ type: said.type, content: said.content }, platform, language).content.trim() === content.trim()
    );
  });
}
