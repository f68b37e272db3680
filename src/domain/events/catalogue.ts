// Every event: its name, its payload, and the streams it goes to with the fields that each may see.
// Types, AsyncAPI and docs/events.md all come from this table. Contacts read `conversation` and `contact` too (see FOLLOWERS in
// streams.ts): reasons, levels, origins and whatever else is the desk's own is not shown there.
import { z } from 'zod';
import type { StreamKind } from './streams.ts';

const id = z.string().length(26);
const time = z.iso.datetime();
const sender = z.enum(['contact', 'robot', 'human', 'system']);
const status = z.enum(['queued', 'waiting', 'ai_handling', 'serving', 'resolved']);
const availability = z.enum(['online', 'busy', 'away', 'offline']);
const kind = z.string();
const conversation = { conversationId: id, contactId: id };
const session = { ...conversation, sessionId: id, kind, reason: z.string().nullable() };
const sessionShown = ['conversationId', 'contactId', 'sessionId', 'kind'] as const;
const sessionMove = { data: z.object(session), streams: { conversation: sessionShown } } as const;

type Entry = {
  readonly says: string;
  readonly data: z.ZodObject;
  /** Which streams it goes to; where a list is given, only those fields are shown there. */
  readonly streams: Partial<Record<StreamKind, 'all' | readonly string[]>>;
};

export const EVENTS = {
  'conversation.created': {
    says: 'A contact and an account speak for the first time.',
    data: z.object({ ...conversation, contactName: z.string().nullable(), status, createdAt: time }),
    streams: {
      board: 'all',
      conversation: ['conversationId', 'status', 'createdAt'],
      contact: ['conversationId', 'createdAt'],
    },
  },
  'conversation.status_changed': {
    says: 'The status that the desk shows has changed.',
    data: z.object({ ...conversation, from: status, to: status, epoch: z.int(), reason: z.string().nullable() }),
    streams: {
      board: 'all',
      conversation: ['conversationId', 'from', 'to', 'epoch'],
      contact: ['conversationId', 'from', 'to'],
    },
  },
  'conversation.queued': {
    says: 'The conversation waits for a person: who could take it now, and why nobody has it yet.',
    data: z.object({
      ...conversation,
      sessionId: id,
      contactName: z.string().nullable(),
      waitingSince: time,
      eligibleAgents: z.int(),
      explanation: z.string(),
    }),
    streams: { board: 'all' },
  },
  'conversation.assigned': {
    says: 'An agent holds the conversation.',
    data: z.object({
      ...conversation,
      sessionId: id,
      agentId: id,
      agentName: z.string(),
      previousAgentId: id.nullable(),
    }),
    streams: {
      board: 'all',
      conversation: ['conversationId', 'contactId', 'sessionId', 'agentId', 'agentName'],
      agent: 'all',
      contact: ['conversationId', 'agentName'],
    },
  },
  'conversation.resolved': {
    says: 'No session of the conversation is open any more, by decision of who holds it.',
    data: z.object({ ...conversation, agentId: id.nullable(), note: z.string().nullable(), sessions: z.array(id) }),
    streams: { board: 'all', conversation: ['conversationId'], agent: 'all', contact: ['conversationId'] },
  },
  'conversation.messages_moved': {
    says: 'A late message changed how messages are grouped: sessions that ingest had inferred were merged or cut anew.',
    data: z.object({ ...conversation, moved: z.array(z.object({ from: id, into: id })) }),
    streams: { conversation: 'all' },
  },
  'session.opened': {
    says: 'A session was opened, waiting, active, or already over when its messages lie in the past.',
    data: z.object({ ...session, state: z.string(), level: z.int(), origin: z.string(), firstAt: time, lastAt: time }),
    streams: { conversation: [...sessionShown, 'state', 'firstAt', 'lastAt'] },
  },
  'session.activated': {
    says: 'The session took the floor.',
    data: z.object({ ...session, epoch: z.int() }),
    streams: { conversation: [...sessionShown, 'epoch'] },
  },
  'session.paused': { says: 'The session lost the floor and may come back.', ...sessionMove },
  'session.completed': { says: 'The session is over.', ...sessionMove },
  'session.cancelled': { says: 'The session ended before its work was done.', ...sessionMove },
  'assignment.accepted': {
    says: 'An agent took a seat for a session.',
    data: z.object({ ...conversation, assignmentId: id, sessionId: id, agentId: id, seat: z.int() }),
    streams: { agent: 'all', board: ['conversationId', 'sessionId', 'agentId'] },
  },
  'assignment.released': {
    says: 'The seat is free again.',
    data: z.object({ ...conversation, assignmentId: id, sessionId: id, agentId: id, reason: z.string().nullable() }),
    streams: { agent: 'all', board: ['conversationId', 'sessionId', 'agentId', 'reason'] },
  },
  'message.created': {
    says: 'Somebody said something in a conversation that is open here.',
    data: z.object({
      ...conversation,
      messageId: z.string(),
      externalId: z.string(),
      sessionId: id,
      sender,
      senderId: z.string().nullable(),
      senderName: z.string().nullable(),
      type: z.string(),
      content: z.unknown(),
      sentAt: time,
    }),
    streams: { conversation: 'all', board: ['conversationId', 'sender', 'senderName', 'type', 'sentAt'] },
  },
  'note.created': {
    says: 'An agent wrote a private note; contacts never see it.',
    data: z.object({
      ...conversation,
      messageId: z.string(),
      sessionId: id,
      senderId: z.string().nullable(),
      senderName: z.string().nullable(),
      content: z.unknown(),
      sentAt: time,
    }),
    streams: { notes: 'all' },
  },
  'messages.ingested': {
    says: 'Messages that were said elsewhere were written down; read them with GET …/messages.',
    data: z.object({
      ...conversation,
      count: z.int(),
      sessions: z.array(id),
      firstAt: time,
      lastAt: time,
      last: z.object({ sender, type: z.string(), preview: z.string() }),
    }),
    streams: { conversation: 'all' },
  },
  'board.activity': {
    says: 'Conversations of the account got new messages; one event for all that one act brought.',
    data: z.object({ conversations: z.array(z.object({ conversationId: id, count: z.int(), lastAt: time })) }),
    streams: { board: 'all' },
  },
  'agent.presence_changed': {
    says: 'What an agent declares, or whether a connection reaches them, has changed.',
    data: z.object({ agentId: id, name: z.string(), availability, reachable: z.boolean() }),
    streams: { agent: 'all', board: 'all' },
  },
  'contact.presence_changed': {
    says: 'The contact is connected, or is no longer.',
    data: z.object({ ...conversation, reachable: z.boolean() }),
    streams: { board: 'all' },
  },
  'job.done': {
    says: 'Queued work has been done; all jobs that one act did.',
    data: z.object({ kind: z.string(), jobs: z.array(id) }),
    streams: { ops: 'all' },
  },
  'job.failed': {
    says: 'Queued work was refused, or failed at every attempt; it can be retried.',
    data: z.object({ jobId: id, kind: z.string(), error: z.string() }),
    streams: { ops: 'all' },
  },
} as const satisfies Record<string, Entry>;

export type EventType = keyof typeof EVENTS;
export type EventData<T extends EventType> = z.input<(typeof EVENTS)[T]['data']>;

/** The part of an event's data that a stream of this kind may show. */
export function shownData(
  type: EventType,
  kind: StreamKind,
  data: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const entry: Entry = EVENTS[type];
  const fields = entry.streams[kind];
  if (fields === undefined || fields === 'all') return data;
  return Object.fromEntries(fields.filter((field) => field in data).map((field) => [field, data[field]]));
}

export function streamKindsOf(type: EventType): readonly StreamKind[] {
  const entry: Entry = EVENTS[type];
  return Object.keys(entry.streams) as StreamKind[]; // the keys are typed where the table is written
}
