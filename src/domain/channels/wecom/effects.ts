// What WeCom is told of an event: what is said goes to the contact, cards of invitations follow what becomes of them, a conversation of
// customer service ends there when it ends here, and whoever is not connected gets a notice.
import { Account } from '../../accounts/account.ts';
import type { Act } from '../../act.ts';
import type { Wanted } from '../../deliveries/plan-deliveries.ts';
import type { Endpoint } from '../../endpoints/endpoint.ts';
import type { WecomSettings } from '../../endpoints/endpoint-settings.ts';
import { settingsOf } from '../../endpoints/set-channel.ts';
import type { EventType } from '../../events/catalogue.ts';
import type { RecordedEvent } from '../../events/recorded-event.ts';
import { cardLane } from '../../members/invite-participant.ts';
import { ConversationLink } from '../conversation-link.ts';
import { isOwnWord } from '../told-message.ts';
import { wecomNotices } from './notices.ts';
import { planFace } from './plan-look-up.ts';
import { partsOf } from './words.ts';

export const WECOM_EFFECTS = ['message', 'notice', 'card', 'card_end', 'card_link', 'kf_state'] as const;
export type WecomEffect = (typeof WECOM_EFFECTS)[number];

export async function wecomEffects(act: Act, endpoint: Endpoint, all: readonly RecordedEvent[]): Promise<Wanted[]> {
  const settings = settingsOf(endpoint, 'wecom');
  const events = all.filter(({ type, conversationId }) => EFFECTS[type] !== undefined && conversationId !== null);
  if (events.length === 0) return [];
  const served = await findServed(act, endpoint, settings, events);
  const place = { act, endpoint, settings, served };
  const wanted: Wanted[] = [];
  for (const event of events) wanted.push(...((await EFFECTS[event.type]?.(place, event)) ?? []));
  return [...wanted, ...(await wecomNotices(act, endpoint, settings, events, served))];
}

type Place = {
  readonly act: Act;
  readonly endpoint: Endpoint;
  readonly settings: WecomSettings;
  /** The conversations whose contact is a customer of customer service. */
  readonly served: ReadonlySet<string>;
};
type Effects = (place: Place, event: RecordedEvent) => Promise<Wanted[]> | Wanted[];

const EFFECTS: Partial<Record<EventType, Effects>> = {
  'message.created': messages,
  'messages.ingested': () => [],
  'conversation.status_changed': states,
  'participant.invited': faces,
  'participant.joined': cardEnds,
  'participant.removed': cardEnds,
  'participant.left': cardEnds,
};

async function findServed(
  act: Act,
  { id: endpointId }: Endpoint,
  { customerService }: WecomSettings,
  events: readonly RecordedEvent[],
): Promise<ReadonlySet<string>> {
  if (customerService.length === 0) return new Set();
  const conversations = [...new Set(events.map(({ conversationId }) => conversationId ?? ''))];
  const where = { endpointId, conversationId: { $in: conversations }, inbox: { $ne: null } };
  const links = await act.em.find(ConversationLink, where, { disableIdentityMap: true });
  return new Set(links.map(({ conversationId }) => conversationId));
}

/**
 * Each part is a delivery of its own: one that went through is never sent again since one behind it did not. Customers of customer
 * service have no other place to read, so that they are sent everything unless nobody is.
 */
async function messages({ act, endpoint, settings, served }: Place, event: RecordedEvent): Promise<Wanted[]> {
  const { id: eventId, conversationId, data } = event;
  const isSent = settings.send === 'always' || (settings.send === 'away' && served.has(conversationId ?? ''));
  if (!isSent || isOwnWord(data)) return [];
  const account = await act.em.findOneOrFail(Account, { id: endpoint.accountId });
  return partsOf(data, account.fullSettings.language).map((_, part) => ({
    endpoint,
    conversationId,
    lane: conversationId ?? endpoint.accountId,
    effect: 'message',
    key: part === 0 ? `${eventId}:message` : `${eventId}:message:${part}`,
    eventId,
    payload: { part },
  }));
}

/** Before that it stays where it is: our answers are taken while "the robot" has it. */
function states({ endpoint, served }: Place, { id, conversationId, data }: RecordedEvent): Wanted[] {
  if (data.to !== 'resolved' || conversationId === null || !served.has(conversationId)) return [];
  return [{ endpoint, conversationId, lane: conversationId, effect: 'kf_state', key: `${id}:kf_state`, eventId: id }];
}

/** Whoever was asked in is looked up: the desk shows their picture where the directory gives it. */
async function faces({ act, endpoint }: Place, { data }: RecordedEvent): Promise<Wanted[]> {
  if (data.kind === 'employee' && data.avatar === null) await planFace(act, endpoint, String(data.participantId));
  return [];
}

function cardEnds({ endpoint }: Place, { id, conversationId, data }: RecordedEvent): Wanted[] {
  const participant = String(data.participantId);
  const key = `${id}:card_end`;
  return [
    {
      endpoint,
      conversationId,
      lane: cardLane(participant),
      effect: 'card_end',
      key,
      eventId: id,
      payload: { participant },
    },
  ];
}
