// Shapes that several resources share.
import { z } from 'zod';
import { CONTACT_KINDS } from '../domain/contacts/kinds.ts';
import { WholeText } from '../domain/contacts/profile.ts';
import { EMOTIONS } from '../domain/conversations/desk-order.ts';
import { DESK_STATUSES } from '../domain/conversations/desk-status.ts';
import { ID_PATTERN } from '../domain/ids.ts';
import { Content, MESSAGE_TYPES, SENDERS } from '../domain/messages/incoming.ts';
import { MESSAGE_STATUSES } from '../domain/messages/message-status.ts';

export const Id = z
  .string()
  .regex(ID_PATTERN, 'must be an id of 26 characters')
  .meta({ example: '01JZ0000000000000000000000' });
export const Time = z.iso.datetime();
export const ById = z.strictObject({ id: Id });
export const Name = WholeText.trim().min(1).max(120);
/** A reason, a note: what somebody says about what they do. */
export const Remark = WholeText.trim().min(1).max(400);
/** A word on a conversation, as people see it: no spaces at its ends, one way of writing each accent. */
export const Label = WholeText.trim()
  .normalize()
  .min(1)
  .max(60)
  .regex(/^[^\p{Cc}\p{Zl}\p{Zp}]*$/u, 'must not hold control characters or line breaks');
export const YesOrNo = z.enum(['true', 'false']).transform((word) => word === 'true');
export const Limit = z.coerce.number().int().min(1).max(100).default(50);
export const Cursor = z.string().max(400).optional();

export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({
    data: z.array(item),
    page: z.object({ next: z.string().nullable(), prev: z.string().nullable() }),
  });
}

/** Where a stream stood before the data was read: a client goes on from there and misses nothing. */
export const AsOf = z.object({ stream: z.string(), epoch: z.string(), seq: z.int() });

export const ContactView = z
  .object({
    id: Id,
    accountId: Id,
    externalId: z.string(),
    kind: z.enum(CONTACT_KINDS),
    name: z.string().nullable(),
    department: z.string().nullable(),
    position: z.string().nullable(),
    level: z.string().nullable(),
    vip: z.boolean(),
    reachable: z.boolean(),
  })
  .meta({ id: 'Contact' });

export const SessionView = z
  .object({
    id: Id,
    kind: z.string(),
    handler: z.enum(['robot', 'human']),
    level: z.int(),
    state: z.string(),
    origin: z.string(),
    reason: z.string().nullable(),
    firstAt: Time,
    lastAt: Time,
    openedAt: Time,
    endedAt: Time.nullable(),
    deadlineAt: Time.nullable(),
    mergedInto: Id.nullable(),
    onHold: z.boolean(),
    predecessorId: Id.nullable(),
    successorId: Id.nullable(),
    task: z.unknown(),
  })
  .meta({ id: 'Session' });

/** Who has the floor. */
export const HolderView = z
  .object({
    sessionId: Id,
    kind: z.string(),
    handler: z.enum(['robot', 'human']),
    since: Time,
    agentId: Id.nullable(),
    agentName: z.string().nullable(),
  })
  .meta({ id: 'Holder' });

export const ConversationView = z
  .object({
    id: Id,
    accountId: Id,
    status: z.enum(DESK_STATUSES),
    epoch: z.int(),
    pinned: z.boolean(),
    todo: z.boolean(),
    urgency: z.int(),
    handRaised: z.boolean(),
    needIntervene: z.boolean(),
    emotion: z.enum(EMOTIONS),
    labels: z.array(z.string()),
    lastMessageAt: Time.nullable(),
    createdAt: Time,
    contact: ContactView,
    agent: z.object({ id: Id, name: z.string() }).nullable(),
  })
  .meta({ id: 'Conversation' });

export const MessageView = z
  .object({
    id: z.string(),
    externalId: z.string(),
    conversationId: Id,
    sessionId: Id,
    sender: z.enum(SENDERS),
    senderId: z.string().nullable(),
    senderName: z.string().nullable(),
    type: z.enum(MESSAGE_TYPES),
    content: Content.nullable().meta({ description: 'null once the message was recalled or deleted.' }),
    private: z.boolean(),
    status: z.enum(MESSAGE_STATUSES),
    statusAt: Time.nullable(),
    sentAt: Time,
  })
  .meta({ id: 'Message' });
