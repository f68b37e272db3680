// A conversation of Chatwoot as an answer or a webhook shows it at one moment. Its status is read from here, whatever the event was
// called: a change of status may come as `conversation_updated` alone.
import { z } from 'zod';
import {
  Attributes,
  CHATWOOT_PRIORITIES,
  CHATWOOT_STATUSES,
  type ChatwootContact,
  type ChatwootPriority,
  type ChatwootStatus,
  ContactPiece,
  Id,
  Moment,
  type Person,
  PersonPiece,
} from './payload.ts';

export type InboxKind = 'web_widget' | 'api' | 'whatsapp' | 'telegram' | 'email' | 'other';

export type Snapshot = {
  /** Chatwoot's display id: the number in its addresses, unique in one account of theirs. */
  readonly id: number;
  readonly inboxId: number;
  readonly status: ChatwootStatus;
  /** A person; a robot that the conversation is assigned to is nobody here. */
  readonly assignee: Person | null;
  readonly team: Person | null;
  readonly contactId: number | null;
  readonly contactName: string | null;
  /** null: it was not said. */
  readonly labels: readonly string[] | null;
  readonly priority: ChatwootPriority | null;
  /** Tells which of two is the later one, where Chatwoot says it. */
  readonly updatedAt: Date | null;
  /** As Chatwoot names it, such as `Channel::WebWidget`. */
  readonly channel: string | null;
};

export const ConversationPiece = z.object({
  id: Id,
  inbox_id: Id,
  status: z.enum(CHATWOOT_STATUSES),
  channel: z.string().nullish().catch(null),
  labels: z.array(z.string()).nullish().catch(null),
  priority: z.enum(CHATWOOT_PRIORITIES).nullish().catch(null),
  updated_at: Moment.nullish().catch(null),
  custom_attributes: Attributes,
  contact_inbox: z
    .object({ contact_id: Id.nullish().catch(null) })
    .nullish()
    .catch(null),
  meta: z
    .object({
      channel: z.string().nullish().catch(null),
      sender: ContactPiece.nullish().catch(null),
      assignee: PersonPiece,
      assignee_type: z.string().nullish().catch(null),
      team: PersonPiece,
    })
    .nullish()
    .catch(null),
});
export type ConversationPiece = z.output<typeof ConversationPiece>;

export function snapshotOf(piece: ConversationPiece): Snapshot {
  const { meta } = piece;
  const channel = piece.channel ?? meta?.channel ?? null;
  const isPerson = meta?.assignee_type !== 'AgentBot';
  return {
    id: piece.id,
    inboxId: piece.inbox_id,
    status: piece.status,
    assignee: isPerson ? (meta?.assignee ?? null) : null,
    team: meta?.team ?? null,
    contactId: meta?.sender?.id ?? piece.contact_inbox?.contact_id ?? null,
    contactName: meta?.sender?.name ?? null,
    labels: piece.labels ?? null,
    priority: piece.priority ?? null,
    updatedAt: piece.updated_at ?? null,
    channel,
  };
}

export function contactIn({ meta }: ConversationPiece): ChatwootContact | null {
  return meta?.sender ?? null;
}

const KINDS: Readonly<Record<string, InboxKind>> = {
  'Channel::WebWidget': 'web_widget',
  'Channel::Api': 'api',
  'Channel::Whatsapp': 'whatsapp',
  'Channel::Telegram': 'telegram',
  'Channel::Email': 'email',
};

export function inboxKindOf(channel: string | null): InboxKind {
  return channel !== null && Object.hasOwn(KINDS, channel) ? (KINDS[channel] ?? 'other') : 'other';
}
