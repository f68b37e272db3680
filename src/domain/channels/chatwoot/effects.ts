// What Chatwoot is told of an event, and in which order. Handing to people has an order of its own: the note first, so that whoever
// opens the conversation knows why, then labels, priority and team, and last that it is open, which is what calls them.
import type { Wanted } from '../../deliveries/plan-deliveries.ts';
import type { Endpoint } from '../../endpoints/endpoint.ts';
import type { ChatwootSettings } from '../../endpoints/endpoint-settings.ts';
import { settingsOf } from '../../endpoints/set-channel.ts';
import type { EventType } from '../../events/catalogue.ts';
import type { RecordedEvent } from '../../events/recorded-event.ts';
import { isOwnWord } from '../told-message.ts';

export const CHATWOOT_EFFECTS = [
  'handoff_note',
  'labels',
  'handoff_label',
  'priority',
  'team',
  'assignee',
  'status',
  'message',
  'note',
  'ending',
  'contact',
] as const;
export type ChatwootEffect = (typeof CHATWOOT_EFFECTS)[number];

const EFFECTS: Partial<Record<EventType, readonly ChatwootEffect[]>> = {
  'message.created': ['message'],
  'note.created': ['note'],
  'transfer.requested': ['handoff_note', 'handoff_label', 'priority', 'team'],
  'conversation.status_changed': ['status'],
  'conversation.assigned': ['assignee'],
  'conversation.priority_changed': ['priority'],
  'conversation.labels_changed': ['labels'],
  'session.completed': ['ending'],
  'session.cancelled': ['ending'],
  'session.timed_out': ['ending'],
  'contact.changed': ['contact'],
};

/** Each says something of its own; the others set a state, and the last one of an act counts. */
const SAYINGS: readonly ChatwootEffect[] = ['message', 'note', 'handoff_note', 'labels', 'contact'];

/** @param events of the endpoint's account, in the order in which they were recorded. */
export function chatwootEffects(endpoint: Endpoint, events: readonly RecordedEvent[]): Wanted[] {
  const settings = settingsOf(endpoint, 'chatwoot');
  const steps = events.flatMap((event) => stepsOf(event, settings));
  const byLane = Map.groupBy(steps, ({ event }) => laneOf(event) ?? endpoint.accountId);
  return [...byLane.values()].flatMap((own) => inOrder(onceEach(own)).map((step) => wantedOf(endpoint, step)));
}

type Step = { readonly event: RecordedEvent; readonly effect: ChatwootEffect };

function stepsOf(event: RecordedEvent, { team, handoffLabel }: ChatwootSettings): Step[] {
  // What contacts say came from there, or from where Chatwoot does not speak for us.
  if (event.type === 'message.created' && isOwnWord(event.data)) return [];
  const effects = EFFECTS[event.type] ?? [];
  const isSet = { team: team !== null, handoff_label: handoffLabel !== null } as const;
  return effects
    .filter((effect) => (effect === 'team' || effect === 'handoff_label' ? isSet[effect] : true))
    .map((effect) => ({ event, effect }));
}

function onceEach(steps: readonly Step[]): Step[] {
  return steps.filter(
    ({ effect }, index) => SAYINGS.includes(effect) || !steps.slice(index + 1).some((later) => later.effect === effect),
  );
}

/** As it happened; where it goes to people, in the order that Chatwoot's people need. */
function inOrder(steps: readonly Step[]): Step[] {
  if (!steps.some(({ effect }) => effect === 'handoff_note')) return [...steps];
  return steps.toSorted((a, b) => CHATWOOT_EFFECTS.indexOf(a.effect) - CHATWOOT_EFFECTS.indexOf(b.effect));
}

function wantedOf(endpoint: Endpoint, { event, effect }: Step): Wanted {
  const { id, conversationId } = event;
  return {
    endpoint,
    conversationId,
    lane: laneOf(event) ?? endpoint.accountId,
    effect,
    key: `${id}:${effect}`,
    eventId: id,
  };
}

/** What is said of a contact is of no conversation. */
function laneOf({ conversationId, data: { contactId } }: RecordedEvent): string | null {
  if (conversationId !== null) return conversationId;
  return typeof contactId === 'string' ? contactId : null;
}
