// What a webhook of Chatwoot says, in one of a few forms; nothing that arrives makes it throw. Account webhooks and those of an
// agent bot speak alike, and name their events differently.
import { z } from 'zod';
import { type Answer, answerIn } from './answer.ts';
import { type ChatwootMessage, MessagePiece, messageOf } from './message.ts';
import { type ChatwootContact, ContactPiece, Id } from './payload.ts';
import { ConversationPiece, contactIn, type Snapshot, snapshotOf } from './snapshot.ts';

type Place = {
  /** Chatwoot's account, where the webhook names it. */
  readonly accountId: number | null;
  readonly conversationId: number;
  readonly inboxId: number;
  readonly contact: ChatwootContact | null;
  readonly conversation: Snapshot;
};

export type ChatwootHook =
  | ({ readonly kind: 'message' } & Place & ChatwootMessage)
  | ({
      readonly kind: 'answered';
      readonly messageId: number;
      readonly contentType: string;
      /** As near as Chatwoot says; null: it does not. */
      readonly answeredAt: Date | null;
    } & Place &
      Answer)
  | {
      readonly kind: 'conversation';
      readonly accountId: number | null;
      readonly event: string;
      readonly conversation: Snapshot;
      readonly contact: ChatwootContact | null;
      /** The names of what changed; empty where Chatwoot does not say. */
      readonly changed: readonly string[];
    }
  | { readonly kind: 'ignored'; readonly event: string; readonly why: string }
  /** @property where a JSON pointer. */
  | { readonly kind: 'refused'; readonly why: string; readonly where: string };

export function readHook(body: unknown): ChatwootHook {
  const event = Event.safeParse(body);
  if (!event.success) return refusalOf(event.error);
  const name = event.data.event;
  if (name === 'message_created') return readMessage(body);
  if (name === 'message_updated') return readUpdate(body);
  if (CONVERSATION_EVENTS.includes(name)) return readConversation(name, body);
  return { kind: 'ignored', event: name.slice(0, 60), why: 'nothing follows from this event' };
}

/** The last two are those of an agent bot, which hears of no other change of status. */
const CONVERSATION_EVENTS: readonly string[] = [
  'conversation_created',
  'conversation_updated',
  'conversation_status_changed',
  'conversation_opened',
  'conversation_resolved',
];

const Event = z.object({ event: z.string().min(1) });
const Account = z.object({ id: Id }).nullish().catch(null);

const MessageHook = MessagePiece.extend({
  account: Account,
  conversation: ConversationPiece,
  inbox: z.object({ id: Id }).nullish().catch(null),
});
type MessageHook = z.output<typeof MessageHook>;

function readMessage(body: unknown): ChatwootHook {
  const read = MessageHook.safeParse(body);
  if (!read.success) return refusalOf(read.error);
  const message = messageOf(read.data);
  const writer = message.sender?.type === 'contact' ? ContactPiece.safeParse(senderIn(body)).data : undefined;
  const place = placeOf(read.data);
  return { kind: 'message', ...place, contact: fullest(place.contact, writer), ...message };
}

function readUpdate(body: unknown): ChatwootHook {
  const read = MessageHook.safeParse(body);
  if (!read.success) return refusalOf(read.error);
  const { messageId, contentType, contentAttributes } = messageOf(read.data);
  const ignored = (why: string): ChatwootHook => ({ kind: 'ignored', event: 'message_updated', why });
  if (contentAttributes.deleted === true) return ignored('the message was deleted');
  if (contentType === 'input_csat') return ignored('it is about a survey');
  const answer = answerIn(contentAttributes);
  if (answer === null) return ignored('nothing was answered by it');
  const place = placeOf(read.data);
  return { kind: 'answered', ...place, messageId, contentType, answeredAt: place.conversation.updatedAt, ...answer };
}

const ConversationHook = ConversationPiece.extend({
  account: Account,
  changed_attributes: z
    .union([z.array(z.record(z.string(), z.unknown())), z.record(z.string(), z.unknown())])
    .nullish(),
});

function readConversation(event: string, body: unknown): ChatwootHook {
  const read = ConversationHook.safeParse(body);
  if (!read.success) return refusalOf(read.error);
  const { account, changed_attributes: changes } = read.data;
  return {
    kind: 'conversation',
    accountId: account?.id ?? null,
    event,
    conversation: snapshotOf(read.data),
    contact: contactIn(read.data),
    changed: [changes ?? []].flat().flatMap((change) => Object.keys(change)),
  };
}

function placeOf({ account, conversation, inbox }: MessageHook): Place {
  const snapshot = snapshotOf(conversation);
  return {
    accountId: account?.id ?? null,
    conversationId: snapshot.id,
    inboxId: inbox?.id ?? snapshot.inboxId,
    contact: contactIn(conversation),
    conversation: snapshot,
  };
}

/** Older versions show a contact who writes by id and name alone, and in full with the conversation. */
function fullest(shown: ChatwootContact | null, writer: ChatwootContact | undefined): ChatwootContact | null {
  if (!writer) return shown;
  if (!shown || shown.id !== writer.id) return writer;
  return {
    id: writer.id,
    name: writer.name ?? shown.name,
    email: writer.email ?? shown.email,
    phone: writer.phone ?? shown.phone,
    identifier: writer.identifier ?? shown.identifier,
  };
}

function senderIn(body: unknown): unknown {
  return typeof body === 'object' && body !== null ? Reflect.get(body, 'sender') : undefined;
}

function refusalOf({ issues }: z.ZodError): ChatwootHook {
  const issue = issues[0];
  const where = ['', ...(issue?.path ?? []).map(String)].join('/');
  return { kind: 'refused', why: (issue?.message ?? 'does not fit').slice(0, 300), where };
}
