// Every event: its name, its payload, and the streams it goes to with the fields that each may see.
// Types, AsyncAPI and docs/events.md all come from this table. Contacts read `conversation` and `contact` too (see FOLLOWERS in
// streams.ts): reasons, levels, origins and whatever else is the desk's own is not shown there. Long, since it is one table.
import { z } from 'zod';
import { IMAGE_EVENTS } from './image-events.ts';
import type { StreamKind } from './streams.ts';

const id = z.string().length(26);
const time = z.iso.datetime();
const sender = z.enum(['contact', 'robot', 'human', 'system']);
const status = z.enum(['queued', 'waiting', 'ai_handling', 'serving', 'resolved']);
const availability = z.enum(['online', 'busy', 'away', 'offline']);
const kind = z.string();
const conversation = { conversationId: id, contactId: id };
const session = { ...conversation, sessionId: id, kind, reason: z.string().nullable(), epoch: z.int() };
const sessionShown = ['conversationId', 'contactId', 'sessionId', 'kind'] as const;
const sessionMove = { data: z.object(session), streams: { conversation: sessionShown, session: 'all' } } as const;
const assignment = { ...conversation, assignmentId: id, sessionId: id, agentId: id };
const assignmentEnd = {
  data: z.object({ ...assignment, reason: z.string().nullable() }),
  streams: { agent: 'all', board: ['conversationId', 'sessionId', 'agentId', 'reason'] },
} as const;
const transfer = { ...conversation, transferId: id, fromSessionId: id, toSessionId: id, toAgentId: id.nullable() };
const transferShown = ['conversationId'] as const;
const transferStreams = { board: 'all', agent: 'all', session: 'all', conversation: transferShown } as const;
const collaborator = { ...conversation, sessionId: id, agentId: id, agentName: z.string() };
const memberStreams = { conversation: 'all', board: 'all' } as const;
const participant = {
  ...conversation,
  sessionId: id,
  participantId: id,
  kind: z.enum(['employee', 'department']),
  name: z.string(),
  avatar: z.string().nullable(),
};
const participantShown = ['conversationId', 'participantId', 'kind', 'name', 'avatar'] as const;

/** Who holds the floor is for robots and systems, which read it from their webhooks. */
const MESSAGE_SHOWN = [
  ...['conversationId', 'contactId', 'messageId', 'externalId', 'sessionId', 'sender', 'senderId', 'senderName'],
  ...['type', 'content', 'sentAt'],
];
const INGESTED_SHOWN = ['conversationId', 'contactId', 'count', 'sessions', 'firstAt', 'lastAt', 'last'];

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
    says: 'A late message, or a topic that was found, changed how messages are grouped: sessions that ingest had inferred were merged or cut anew.',
    data: z.object({ ...conversation, moved: z.array(z.object({ from: id, into: id })) }),
    streams: { conversation: 'all' },
  },
  'session.opened': {
    says: 'A session was opened, waiting, active, or already over when its messages lie in the past.',
    data: z.object({ ...session, state: z.string(), level: z.int(), origin: z.string(), firstAt: time, lastAt: time }),
    streams: { conversation: [...sessionShown, 'state', 'firstAt', 'lastAt'], session: 'all' },
  },
  'session.activated': {
    says: 'The session took the floor.',
    data: z.object(session),
    streams: { conversation: [...sessionShown, 'epoch'], session: 'all' },
  },
  'session.resumed': {
    says: 'The session has the floor again after a pause.',
    data: z.object(session),
    streams: { conversation: [...sessionShown, 'epoch'], session: 'all' },
  },
  'session.paused': { says: 'The session lost the floor and may come back.', ...sessionMove },
  'session.transferred': {
    says: 'Another session took over its work; it ends when that one does.',
    data: z.object({ ...session, successorId: id }),
    streams: { conversation: sessionShown, session: 'all' },
  },
  'session.completed': { says: 'The session is over.', ...sessionMove },
  'session.cancelled': { says: 'The session ended before its work was done.', ...sessionMove },
  'session.timed_out': { says: 'The session ended because its time was over.', ...sessionMove },
  'session.conflicted': {
    says: 'Two wanted to speak: which rule decided, and why.',
    data: z.object({
      ...conversation,
      sessionId: id,
      kind,
      incumbentId: id.nullable(),
      rule: z.string(),
      outcome: z.enum(['active', 'pending', 'overlapped']),
      explanation: z.string(),
      reason: z.string().nullable(),
    }),
    streams: { board: 'all', session: 'all' },
  },
  'assignment.accepted': {
    says: 'An agent took a seat for a session.',
    data: z.object({ ...assignment, seat: z.int() }),
    streams: { agent: 'all', board: ['conversationId', 'sessionId', 'agentId'] },
  },
  'assignment.offered': {
    says: 'The conversation is offered to an agent, who holds a seat for it until the deadline.',
    data: z.object({
      ...assignment,
      seat: z.int(),
      deadlineAt: time,
      decisionId: id,
      explanation: z.string(),
      contactName: z.string().nullable(),
      transferId: id.nullable(),
    }),
    streams: { agent: 'all', board: ['conversationId', 'sessionId', 'agentId', 'deadlineAt', 'explanation'] },
  },
  'assignment.declined': { says: 'The agent does not take it; somebody else is looked for.', ...assignmentEnd },
  'assignment.expired': { says: 'The offer was not answered in time.', ...assignmentEnd },
  'assignment.released': { says: 'The seat is free again.', ...assignmentEnd },
  'transfer.requested': {
    says: 'A session shall go to another holder; its bundle is frozen.',
    data: z.object({
      ...transfer,
      requestedBy: z.string(),
      reason: z.string(),
      urgency: z.int(),
      advice: z.string().nullable(),
      deadlineAt: time,
    }),
    streams: transferStreams,
  },
  'transfer.accepted': {
    says: 'The owner changed: here, once.',
    data: z.object({ ...transfer, agentId: id.nullable(), agentName: z.string().nullable() }),
    streams: transferStreams,
  },
  'transfer.declined': {
    says: 'Nobody who was asked takes it; what becomes of it is the account’s setting.',
    data: z.object({ ...transfer, reason: z.string().nullable() }),
    streams: transferStreams,
  },
  'transfer.expired': {
    says: 'Nobody took it in time; it went back.',
    data: z.object({ ...transfer, reason: z.string().nullable() }),
    streams: transferStreams,
  },
  'transfer.escalated': {
    says: 'Nobody took it in time; it is offered again, one level higher.',
    data: z.object({ ...transfer, hops: z.int(), level: z.int(), deadlineAt: time }),
    streams: transferStreams,
  },
  'transfer.returned': {
    says: 'The work went back: before anybody took it, or by hand with a bundle of what happened.',
    data: z.object({ ...transfer, note: z.string().nullable(), newSessionId: id.nullable() }),
    streams: transferStreams,
  },
  'transfer.cancelled': {
    says: 'What was to be transferred ended before anybody took it.',
    data: z.object({ ...transfer, reason: z.string().nullable() }),
    streams: transferStreams,
  },
  'conversation.flags_changed': {
    says: 'Pin, to-do, raised hand, need to intervene or emotion was set; only what changed is told.',
    data: z.object({
      ...conversation,
      pinned: z.boolean().optional(),
      todo: z.boolean().optional(),
      handRaised: z.boolean().optional(),
      needIntervene: z.boolean().optional(),
      emotion: z.string().optional(),
    }),
    streams: { board: 'all' },
  },
  'conversation.priority_changed': {
    says: 'The urgency was set.',
    data: z.object({ ...conversation, from: z.int(), to: z.int(), reason: z.string().nullable() }),
    streams: { board: 'all' },
  },
  'conversation.labels_changed': {
    says: 'Labels were added or removed; what others added stays.',
    data: z.object({ ...conversation, added: z.array(z.string()), removed: z.array(z.string()) }),
    streams: { board: 'all' },
  },
  'collaborator.invited': {
    says: 'An agent is asked to help without holding the session.',
    data: z.object({ ...collaborator, invitedBy: id, reason: z.string().nullable() }),
    streams: { ...memberStreams, conversation: ['conversationId', 'agentName'], agent: 'all' },
  },
  'collaborator.joined': {
    says: 'The agent helps.',
    data: z.object(collaborator),
    streams: { ...memberStreams, conversation: ['conversationId', 'agentName'], agent: 'all' },
  },
  'collaborator.left': {
    says: 'The agent helps no more.',
    data: z.object({ ...collaborator, reason: z.string().nullable() }),
    streams: { ...memberStreams, conversation: ['conversationId', 'agentName'], agent: 'all' },
  },
  'participant.invited': {
    says: 'Somebody from outside is asked into the conversation.',
    data: z.object({ ...participant, invitedBy: id, historyMode: z.enum(['recent10', 'all', 'none']) }),
    streams: { conversation: participantShown, board: 'all' },
  },
  'participant.joined': {
    says: 'They came, by the signed link.',
    data: z.object(participant),
    streams: { conversation: participantShown, board: 'all' },
  },
  'participant.removed': {
    says: 'They were taken out; they hear nothing from here on.',
    data: z.object({ ...participant, reason: z.string().nullable() }),
    streams: { conversation: participantShown, board: 'all' },
  },
  'participant.left': {
    says: 'They went by themselves, or with the end of the session.',
    data: z.object({ ...participant, reason: z.string().nullable() }),
    streams: { conversation: participantShown, board: 'all' },
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
      epoch: z.int(),
      floorSessionId: id.nullable(),
    }),
    streams: {
      conversation: MESSAGE_SHOWN,
      board: ['conversationId', 'sender', 'senderName', 'type', 'sentAt'],
    },
  },
  'message.understood': {
    says: 'What was read in the contact’s words: which rule, or the language model, by which words, and how sure it is.',
    data: z.object({
      ...conversation,
      sessionId: id,
      externalId: z.string(),
      verdicts: z.array(
        z.object({
          intent: z.string(),
          rule: z.string(),
          words: z.string(),
          from: z.int(),
          to: z.int(),
          confidence: z.number(),
          by: z.enum(['rule', 'model']),
        }),
      ),
    }),
    streams: { session: 'all', board: 'all' },
  },
  'message.status_changed': {
    says: 'Messages were delivered, read, recalled or deleted. Read and delivered: every one up to this that was not yet.',
    data: z.object({
      ...conversation,
      messageId: z.string(),
      status: z.enum(['delivered', 'read', 'recalled', 'deleted']),
      count: z.int(),
      by: z.enum(['contact', 'agent', 'participant', 'upstream']),
    }),
    streams: { conversation: 'all', board: ['conversationId', 'messageId', 'status'] },
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
  'note.withdrawn': {
    says: 'A private note was recalled or deleted.',
    data: z.object({
      ...conversation,
      messageId: z.string(),
      status: z.enum(['recalled', 'deleted']),
      by: z.enum(['contact', 'agent', 'participant', 'upstream']),
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
      epoch: z.int(),
      floorSessionId: id.nullable(),
    }),
    streams: { conversation: INGESTED_SHOWN },
  },
  'board.activity': {
    says: 'Conversations of the account got new messages; one event for all that one act brought.',
    data: z.object({ conversations: z.array(z.object({ conversationId: id, count: z.int(), lastAt: time })) }),
    streams: { board: 'all' },
  },
  ...IMAGE_EVENTS,
  'agent.presence_changed': {
    says: 'What an agent declares, or whether a connection reaches them, has changed.',
    data: z.object({ agentId: id, name: z.string(), availability, reachable: z.boolean() }),
    streams: { agent: 'all', board: 'all' },
  },
  'contact.changed': {
    says: 'What is known of a contact was changed by hand; only what changed is told.',
    data: z.object({ contactId: id, changes: z.record(z.string(), z.union([z.string(), z.boolean(), z.null()])) }),
    streams: { board: 'all' },
  },
  'contact.presence_changed': {
    says: 'The contact is connected, or is no longer.',
    data: z.object({ ...conversation, reachable: z.boolean() }),
    streams: { board: 'all' },
  },
  'webhook.test': {
    says: 'Somebody tries a webhook out; it is told to that one alone, whatever its filter.',
    data: z.object({ webhookId: id, note: z.string() }),
    streams: { board: 'all' },
  },
  'ops.alert_raised': {
    says: 'An operator should look at this.',
    data: z.object({ code: z.string(), detail: z.string(), accountId: id.nullable(), conversationId: id.nullable() }),
    streams: { ops: 'all' },
  },
  'ops.alert_cleared': {
    says: 'What an operator was called for is over.',
    data: z.object({ code: z.string(), detail: z.string(), accountId: id.nullable(), conversationId: id.nullable() }),
    streams: { ops: 'all' },
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
