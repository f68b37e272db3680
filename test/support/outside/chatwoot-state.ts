// What a Chatwoot account holds, and what becomes of it: contacts, conversations, messages, and the events that each change gives off,
// in the order in which the real one gives them. It knows nothing of HTTP.

export type Status = 'open' | 'pending' | 'resolved' | 'snoozed';
export type Sender = { readonly type: 'contact' | 'user' | 'agent_bot'; readonly id: number; readonly name: string };
export type Contact = {
  readonly id: number;
  name: string;
  email: string | null;
  phone_number: string | null;
  identifier: string | null;
  custom_attributes: Record<string, unknown>;
};
export type Message = {
  readonly id: number;
  readonly conversationId: number;
  /** 0 incoming, 1 outgoing, 2 activity, 3 template. */
  readonly type: 0 | 1 | 2 | 3;
  readonly content: string | null;
  readonly contentType: string;
  attributes: Record<string, unknown>;
  readonly isPrivate: boolean;
  readonly sender: Sender | null;
  readonly sourceId: string | null;
  /** Kept by nobody: only who creates it is told. */
  readonly echoId: string | null;
  readonly createdAt: number;
};
export type Conversation = {
  /** The display id. */
  readonly id: number;
  readonly inboxId: number;
  readonly contactId: number;
  status: Status;
  assigneeId: number | null;
  teamId: number | null;
  labels: string[];
  priority: string | null;
  customAttributes: Record<string, unknown>;
  snoozedUntil: number | null;
  readonly createdAt: number;
  updatedAt: number;
  readonly messages: Message[];
};
export type Changes = Readonly<Record<string, readonly [before: unknown, after: unknown]>>;
export type Happening =
  | { readonly event: 'message_created' | 'message_updated'; readonly message: Message }
  | { readonly event: string; readonly conversation: Conversation; readonly changes: Changes | null };

export type StateOptions = {
  readonly now: () => number;
  readonly channel: string;
  /** Whether an agent bot is connected to the inbox. */
  readonly hasBot: boolean;
  /** A change of status is told by `conversation_updated` alone, as where an assignment goes with it. */
  readonly hidesStatusChanges: () => boolean;
};

export const AGENTS: readonly Sender[] = [
  { type: 'user', id: 1, name: '林晓' },
  { type: 'user', id: 2, name: 'Meng' },
  { type: 'user', id: 9, name: 'Admin' },
];
export const TEAMS = [
  { id: 1, name: '售后' },
  { id: 2, name: 'sales' },
] as const;
export const BOT: Sender = { type: 'agent_bot', id: 5, name: 'Baton' };
export const INBOX = { id: 3, name: 'Shop' } as const;

export class ChatwootState {
  readonly contacts: Contact[] = [];
  readonly conversations: Conversation[] = [];
  readonly options: StateOptions;
  readonly #tell: (happening: Happening) => void;
  #lastMessage = 1000;

  constructor(options: StateOptions, tell: (happening: Happening) => void) {
    this.options = options;
    this.#tell = tell;
  }

  contactOf(name: string): Contact {
    const known = this.contacts.find((contact) => contact.name === name);
    if (known) return known;
    const id = 70 + this.contacts.length;
    const contact = { id, name, email: null, phone_number: null, identifier: null, custom_attributes: {} };
    this.contacts.push(contact);
    return contact;
  }

  conversationWith({ id: contactId }: Contact): Conversation {
    const known = this.conversations.findLast((conversation) => conversation.contactId === contactId);
    if (known) return known;
    const now = this.options.now();
    const conversation: Conversation = {
      id: 1 + this.conversations.length,
      inboxId: INBOX.id,
      contactId,
      status: this.options.hasBot ? 'pending' : 'open',
      assigneeId: null,
      teamId: null,
      labels: [],
      priority: null,
      customAttributes: {},
      snoozedUntil: null,
      createdAt: now,
      updatedAt: now,
      messages: [],
    };
    this.conversations.push(conversation);
    this.#tell({ event: 'conversation_created', conversation, changes: null });
    return conversation;
  }

  add(conversation: Conversation, fields: Partial<Message> & Pick<Message, 'type' | 'content' | 'sender'>): Message {
    this.#lastMessage += 1;
    const message: Message = {
      id: this.#lastMessage,
      conversationId: conversation.id,
      contentType: 'text',
      attributes: {},
      isPrivate: false,
      sourceId: null,
      echoId: null,
      createdAt: this.options.now(),
      ...fields,
    };
    conversation.messages.push(message);
    conversation.updatedAt = message.createdAt;
    if (message.type === 0) this.#reopen(conversation);
    if (message.type !== 2) this.#tell({ event: 'message_created', message });
    return message;
  }

  /** What a contact chose or filled in. */
  answer(message: Message, attributes: Record<string, unknown>): void {
    message.attributes = { ...message.attributes, ...attributes };
    const conversation = this.conversations.find(({ id }) => id === message.conversationId);
    if (conversation) conversation.updatedAt = this.options.now();
    this.#tell({ event: 'message_updated', message });
  }

  /** Whatever changes at once is told at once; what stays as it is tells nothing. */
  change(conversation: Conversation, wanted: Partial<Conversation>, by: string): void {
    const changes: Record<string, [unknown, unknown]> = {};
    for (const [field, name] of Object.entries(COLUMNS)) {
      const before = Reflect.get(conversation, field);
      const after = field in wanted ? Reflect.get(wanted, field) : before;
      if (JSON.stringify(before) !== JSON.stringify(after)) changes[name] = [before, after];
    }
    Object.assign(conversation, wanted);
    if (conversation.status !== 'snoozed') conversation.snoozedUntil = null;
    if (Object.keys(changes).length === 0) return;
    conversation.updatedAt = this.options.now();
    if (changes.status) this.#tellStatus(conversation, changes);
    for (const name of ['status', 'assignee_id'].filter((column) => changes[column]))
      this.add(conversation, { type: 2, content: `${name} was changed by ${by}`, sender: null });
    this.#tell({ event: 'conversation_updated', conversation, changes });
  }

  #tellStatus(conversation: Conversation, changes: Changes): void {
    const { status } = conversation;
    if (status === 'open' || status === 'resolved')
      this.#tell({ event: status === 'open' ? 'conversation_opened' : 'conversation_resolved', conversation, changes });
    if (!this.options.hidesStatusChanges()) this.#tell({ event: 'conversation_status_changed', conversation, changes });
  }

  /** A contact’s word wakes it: from snooze for people, from the end for the bot, where there is one. */
  #reopen(conversation: Conversation): void {
    if (conversation.status === 'snoozed') return this.change(conversation, { status: 'open' }, 'System');
    if (conversation.status !== 'resolved') return;
    this.change(conversation, { status: this.options.hasBot ? 'pending' : 'open' }, 'System');
  }
}

const COLUMNS = {
  status: 'status',
  assigneeId: 'assignee_id',
  teamId: 'team_id',
  labels: 'label_list',
  priority: 'priority',
  customAttributes: 'custom_attributes',
  snoozedUntil: 'snoozed_until',
} as const;
