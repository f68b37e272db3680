// Who gets a notice of what was just said, since they are not connected: one for each person and conversation in a while. Those who
// speak in a conversation hold its lock, so that two who speak at once see each other's notices.
import type { Act } from '../../act.ts';
import { Assignment } from '../../assignments/assignment.ts';
import { findConnected } from '../../connections/lease-connection.ts';
import { Participant } from '../../conversations/participant.ts';
import type { Wanted } from '../../deliveries/plan-deliveries.ts';
import type { Endpoint } from '../../endpoints/endpoint.ts';
import type { WecomSettings } from '../../endpoints/endpoint-settings.ts';
import type { RecordedEvent } from '../../events/recorded-event.ts';
import { isOwnWord } from '../told-message.ts';

/** Whom a notice is for. */
export type Reader = { readonly type: 'contact' | 'participant' | 'agent'; readonly id: string };

type Notice = { readonly reader: Reader; readonly event: RecordedEvent };

/** @param served conversations whose contact gets every message. */
export async function wecomNotices(
  act: Act,
  endpoint: Endpoint,
  settings: WecomSettings,
  events: readonly RecordedEvent[],
  served: ReadonlySet<string>,
): Promise<Wanted[]> {
  const spoken = events.filter(isSpoken);
  if (spoken.length === 0) return [];
  const notices = [
    ...contactsOf(settings, spoken, served),
    ...(await participantsOf(act, settings, spoken)),
    ...(await agentsOf(act, settings, spoken)),
  ];
  // Of several words in one act the last ones are told.
  const last = new Map(notices.map((notice) => [`${notice.reader.id}:${notice.event.conversationId}`, notice]));
  const absent = await onlyAbsent(act, [...last.values()]);
  const due = await onlyDue(act, endpoint, settings, absent);
  return due.map(({ reader, event: { id: eventId, conversationId } }) => ({
    endpoint,
    conversationId,
    lane: laneOf(reader),
    effect: 'notice',
    key: `${reader.id}:${eventId}:notice`,
    eventId,
    payload: { reader },
  }));
}

/** A notice waits for no message that can not be sent, nor the other way. */
function laneOf({ id }: Reader): string {
  return `notice:${id}`;
}

/** What is older was read in as history: it calls nobody back. */
const FRESH_MS = 1_800_000;

/** What Baton itself says calls nobody back either. */
function isSpoken({ type, data, happenedAt }: RecordedEvent): boolean {
  if (writerOf(data) === 'system') return false;
  if (type !== 'messages.ingested') return type === 'message.created';
  return happenedAt.getTime() - new Date(String(data.lastAt)).getTime() <= FRESH_MS;
}

function writerOf(data: RecordedEvent['data']): unknown {
  const { sender, last } = data;
  return typeof last === 'object' && last !== null ? Reflect.get(last, 'sender') : sender;
}

function contactsOf({ send }: WecomSettings, spoken: readonly RecordedEvent[], served: ReadonlySet<string>): Notice[] {
  if (send !== 'away') return [];
  return spoken
    .filter(
      ({ type, data, conversationId }) =>
        type === 'message.created' && !isOwnWord(data) && !served.has(conversationId ?? ''),
    )
    .map((event) => ({ reader: { type: 'contact', id: String(event.data.contactId) }, event }));
}

async function participantsOf(
  act: Act,
  { notices }: WecomSettings,
  spoken: readonly RecordedEvent[],
): Promise<Notice[]> {
  if (!notices.participants) return [];
  const where = { conversationId: { $in: conversationsOf(spoken) }, state: 'joined', kind: 'employee' } as const;
  const joined = await act.em.find(Participant, where, { disableIdentityMap: true });
  return spoken.flatMap((event) =>
    joined
      .filter(({ id, conversationId }) => conversationId === event.conversationId && id !== event.data.senderId)
      .map(({ id }): Notice => ({ reader: { type: 'participant', id }, event })),
  );
}

async function agentsOf(act: Act, { notices }: WecomSettings, spoken: readonly RecordedEvent[]): Promise<Notice[]> {
  const heard = notices.agents ? spoken.filter(({ data }) => writerOf(data) === 'contact') : [];
  if (heard.length === 0) return [];
  const where = { conversationId: { $in: conversationsOf(heard) }, serves: { $ne: null } };
  const serving = await act.em.find(Assignment, where, { disableIdentityMap: true });
  return heard.flatMap((event) =>
    serving
      .filter(({ conversationId }) => conversationId === event.conversationId)
      .map(({ agentId }): Notice => ({ reader: { type: 'agent', id: agentId }, event })),
  );
}

function conversationsOf(events: readonly RecordedEvent[]): string[] {
  return [...new Set(events.map(({ conversationId }) => conversationId ?? ''))];
}

async function onlyAbsent(act: Act, notices: readonly Notice[]): Promise<Notice[]> {
  const absent: Notice[] = [];
  for (const [type, own] of Map.groupBy(notices, ({ reader }) => reader.type)) {
    const ids = own.map(({ reader }) => reader.id);
    const there = await findConnected(act.em, type, ids, act.now);
    absent.push(...own.filter(({ reader }) => !there.has(reader.id)));
  }
  return absent;
}

/** One that was not sent after all, since its reader was back, does not count. */
async function onlyDue(
  act: Act,
  { id: endpointId }: Endpoint,
  { noticeEvery }: WecomSettings,
  notices: readonly Notice[],
): Promise<Notice[]> {
  if (notices.length === 0) return [];
  const since = new Date(act.now.getTime() - noticeEvery * 1000);
  const told: { lane: string; conversationId: string }[] = await act.em.execute(
    `select lane, conversation_id as conversationId from delivery
     where endpoint_id = ? and lane in (?) and effect = 'notice' and state <> 'skipped' and created_at > ?`,
    [endpointId, notices.map(({ reader }) => laneOf(reader)), since],
  );
  const known = new Set(told.map(({ lane, conversationId }) => `${lane} ${conversationId}`));
  return notices.filter(({ reader, event }) => !known.has(`${laneOf(reader)} ${event.conversationId}`));
}
