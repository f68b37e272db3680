// How Chatwoot shows what it holds: to who asks over REST with numbers for kinds and unix times, to webhooks with words and ISO times
// at the top and again numbers below.
import {
  AGENTS,
  type ChatwootState,
  type Contact,
  type Conversation,
  INBOX,
  type Message,
  type Sender,
  TEAMS,
} from './chatwoot-state.ts';

export const ACCOUNT = { id: 2, name: 'Acme' } as const;
const TYPES = ['incoming', 'outgoing', 'activity', 'template'] as const;

export function directionOf({ type }: Message): (typeof TYPES)[number] {
  return TYPES[type];
}

/** @param isFresh in the answer to who created it. */
export function restMessage(message: Message, isFresh = false): object {
  return {
    id: message.id,
    content: message.content,
    inbox_id: INBOX.id,
    ...(isFresh && message.echoId !== null && { echo_id: message.echoId }),
    conversation_id: message.conversationId,
    message_type: message.type,
    content_type: message.contentType,
    status: 'sent',
    content_attributes: message.attributes,
    created_at: Math.floor(message.createdAt / 1000),
    private: message.isPrivate,
    source_id: message.sourceId,
    ...(message.sender && { sender: personOf(message.sender) }),
  };
}

export function restConversation(state: ChatwootState, conversation: Conversation): object {
  const { channel, ...shown } = pushConversation(state, conversation);
  return {
    ...shown,
    meta: { ...shown.meta, channel },
    account_id: ACCOUNT.id,
    uuid: `0b6e1f7c-0000-4000-8000-${String(conversation.id).padStart(12, '0')}`,
    muted: false,
  };
}

export function restContact(contact: Contact): object {
  return {
    ...contact,
    thumbnail: '',
    availability_status: 'offline',
    additional_attributes: {},
    contact_inboxes: [{ source_id: `source-${contact.id}`, inbox: INBOX }],
  };
}

export function agentView(id: number): object | null {
  const agent = AGENTS.find((each) => each.id === id);
  return agent ? { ...personOf(agent), account_id: ACCOUNT.id, role: 'agent', confirmed: true } : null;
}

export function hookMessage(state: ChatwootState, message: Message): object {
  const conversation = state.conversations.find(({ id }) => id === message.conversationId);
  return {
    account: ACCOUNT,
    additional_attributes: {},
    content_attributes: message.attributes,
    content_type: message.contentType,
    content: message.content,
    conversation: conversation && pushConversation(state, conversation),
    created_at: new Date(message.createdAt).toISOString(),
    id: message.id,
    inbox: INBOX,
    message_type: directionOf(message),
    private: message.isPrivate,
    sender: message.sender && personOf(message.sender),
    source_id: message.sourceId,
  };
}

export function pushConversation(state: ChatwootState, conversation: Conversation) {
  const contact = state.contacts.find(({ id }) => id === conversation.contactId);
  const last = conversation.messages.findLast(({ type, isPrivate }) => type !== 2 && !isPrivate);
  const seconds = (time: number) => Math.floor(time / 1000);
  return {
    additional_attributes: {},
    can_reply: true,
    channel: state.options.channel,
    contact_inbox: {
      id: 40 + conversation.contactId,
      contact_id: conversation.contactId,
      source_id: `source-${conversation.contactId}`,
      pubsub_token: 'pubsub-canary',
    },
    id: conversation.id,
    inbox_id: conversation.inboxId,
    messages: last ? [restMessage(last)] : [],
    labels: conversation.labels,
    meta: {
      sender: contact && { ...contact, thumbnail: '', type: 'contact', pubsub_token: 'pubsub-canary' },
      assignee: personOf(AGENTS.find(({ id }) => id === conversation.assigneeId) ?? null),
      assignee_type: conversation.assigneeId === null ? null : 'User',
      team: TEAMS.find(({ id }) => id === conversation.teamId) ?? null,
      hmac_verified: false,
    },
    status: conversation.status,
    custom_attributes: conversation.customAttributes,
    snoozed_until: conversation.snoozedUntil === null ? null : new Date(conversation.snoozedUntil).toISOString(),
    unread_count: 0,
    first_reply_created_at: null,
    priority: conversation.priority,
    waiting_since: 0,
    agent_last_seen_at: 0,
    contact_last_seen_at: 0,
    last_activity_at: seconds(conversation.updatedAt),
    timestamp: seconds(conversation.updatedAt),
    created_at: seconds(conversation.createdAt),
    updated_at: conversation.updatedAt / 1000,
  };
}

function personOf(sender: Sender | null): object | null {
  return sender && { id: sender.id, name: sender.name, type: sender.type, thumbnail: '' };
}
