// A Chatwoot on loopback: one account with one inbox, its people, an agent bot, and its webhooks. It keeps what it is told, tells what
// happens, and breaks on order. By Chatwoot's public sources; no real one was asked.
import type { ServerResponse } from 'node:http';
import { ChatwootHooks, type Delivered } from './chatwoot-hooks.ts';
import { answerTo, type Reply } from './chatwoot-routes.ts';
import {
  AGENTS,
  BOT,
  ChatwootState,
  type Conversation,
  type Message,
  type Sender,
  type Status,
} from './chatwoot-state.ts';
import { ACCOUNT, directionOf } from './chatwoot-views.ts';
import { giveJson, type LocalServer, type Recorded, startLocalServer } from './local-server.ts';

/** @property isDone the work is done before it goes wrong. */
export type Failure =
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly body?: unknown;
      readonly headers?: Record<string, string>;
      readonly isDone?: boolean;
    }
  /** A page of whatever stands before it. */
  | { readonly kind: 'page'; readonly status: number; readonly isDone?: boolean }
  | { readonly kind: 'hang'; readonly isDone?: boolean }
  | { readonly kind: 'cut'; readonly isDone?: boolean };

export type ChatwootChoices = {
  /** Milliseconds. */
  readonly now?: () => number;
  readonly channel?: string;
  readonly hasBot?: boolean;
  readonly userIsAgent?: boolean;
  readonly keepsAttributes?: boolean;
  readonly keepsSourceId?: boolean;
  readonly signsHooks?: boolean;
  readonly hookRetries?: number;
  readonly hookTimeoutMs?: number;
};

export type ShownMessage = {
  readonly id: number;
  readonly direction: 'incoming' | 'outgoing' | 'activity' | 'template';
  readonly content: string | null;
  readonly contentType: string;
  readonly contentAttributes: Readonly<Record<string, unknown>>;
  readonly isPrivate: boolean;
  readonly sender: Sender | null;
};
export type Setting = {
  readonly status?: Status;
  /** An agent's id. */
  readonly assignee?: number | null;
  readonly labels?: string[];
  readonly priority?: string | null;
};
export type Written = { readonly conversation: number; readonly message: number; readonly contact: number };

export type ChatwootServer = Pick<LocalServer<null>, 'url' | 'host' | 'requests' | 'heard'> & {
  readonly accountId: number;
  readonly botToken: string;
  readonly userToken: string;
  readonly botId: number;
  readonly webhookSecret: string;
  /** A contact by name; their conversation is begun where there is none. */
  readonly contactWrites: (contact: string, text: string, choices?: { conversation?: number }) => Written;
  /** Chooses an option or fills in a form: `{submitted_values: […]}` or `{submitted_email: '…'}`. */
  readonly contactAnswers: (message: number, attributes: Record<string, unknown>) => void;
  /** @param agent 1 (林晓), 2 (Meng) or 9 (Admin). */
  readonly agentWrites: (conversation: number, agent: number, text: string, choices?: { private?: boolean }) => Written;
  readonly agentSets: (conversation: number, setting: Setting, agent?: number) => void;
  readonly conversation: (id: number) => Readonly<Omit<Conversation, 'messages'>>;
  /** All of them, private notes and activities too. */
  readonly messagesOf: (conversation: number) => readonly ShownMessage[];
  /** The texts that reach the contact from our side. */
  readonly shownToContact: (conversation: number) => readonly string[];
  readonly hookTo: (url: string, choices?: { asBot?: boolean }) => void;
  readonly delivered: readonly Delivered[];
  /** All webhooks, and what follows from them, are delivered or given up. */
  readonly idle: () => Promise<void>;
  readonly repeatLast: () => Promise<void>;
  /** The next webhook arrives twice. */
  readonly doubleNext: () => void;
  /** The next so many arrive in the wrong order. */
  readonly shuffleNext: (count: number) => void;
  /** From now on a change of status is told as `conversation_updated` alone. */
  readonly hideStatusChanges: (hide: boolean) => void;
  /** For the next request whose `METHOD /path` holds this; several stand in line. */
  readonly fail: (part: string, failure: Failure) => void;
  readonly close: () => Promise<void>;
};

const BOT_TOKEN = 'bot-token-canary';
const USER_TOKEN = 'user-token-canary';
const SECRET = 'webhook-secret-canary';

export async function startChatwoot(choices: ChatwootChoices = {}): Promise<ChatwootServer> {
  const { now = Date.now, channel = 'Channel::WebWidget', hasBot = true } = choices;
  let hidesStatus = false;
  const failures: { readonly part: string; readonly failure: Failure }[] = [];
  const hooks = new ChatwootHooks({
    secret: SECRET,
    timeoutMs: choices.hookTimeoutMs ?? 5000,
    signs: choices.signsHooks ?? true,
    retries: choices.hookRetries ?? 0,
    now,
  });
  const state = new ChatwootState({ now, channel, hasBot, hidesStatusChanges: () => hidesStatus }, (happening) =>
    hooks.tell(state, happening),
  );
  const options = {
    botToken: BOT_TOKEN,
    userToken: USER_TOKEN,
    bot: BOT,
    user: agent(9),
    userIsAgent: choices.userIsAgent ?? false,
    keepsAttributes: choices.keepsAttributes ?? true,
    keepsSourceId: choices.keepsSourceId ?? true,
  };
  const server = await startLocalServer<null>(null, (_none, request, response) => {
    const failure = nextFor(failures, request);
    if (!failure) return give(response, answerTo(state, request, options));
    if (failure.isDone) answerTo(state, request, options);
    breakOff(response, failure);
  });

  function find(id: number): Conversation {
    const found = state.conversations.find((each) => each.id === id);
    if (!found) throw new Error(`There is no conversation ${id}.`);
    return found;
  }

  return {
    url: server.url,
    host: server.host,
    requests: server.requests,
    heard: server.heard,
    accountId: ACCOUNT.id,
    botToken: BOT_TOKEN,
    userToken: USER_TOKEN,
    botId: BOT.id,
    webhookSecret: SECRET,
    contactWrites: (name, text, { conversation: id } = {}) => {
      const contact = state.contactOf(name);
      const conversation = id === undefined ? state.conversationWith(contact) : find(id);
      const sender: Sender = { type: 'contact', id: contact.id, name };
      const message = state.add(conversation, { type: 0, content: text, sender });
      return { conversation: conversation.id, message: message.id, contact: contact.id };
    },
    contactAnswers: (id, attributes) => {
      const message = state.conversations.flatMap(({ messages }) => messages).find((each) => each.id === id);
      if (!message) throw new Error(`There is no message ${id}.`);
      state.answer(message, attributes);
    },
    agentWrites: (id, by, text, { private: isPrivate = false } = {}) => {
      const conversation = find(id);
      const message = state.add(conversation, { type: 1, content: text, sender: agent(by), isPrivate });
      return { conversation: id, message: message.id, contact: conversation.contactId };
    },
    agentSets: (id, { assignee, ...rest }, by = 1) =>
      state.change(find(id), { ...rest, ...(assignee !== undefined && { assigneeId: assignee }) }, agent(by).name),
    conversation: (id) => structuredClone(find(id)),
    messagesOf: (id) => find(id).messages.map(shown),
    shownToContact: (id) =>
      find(id).messages.flatMap((message) => (reaches(message, channel) ? [message.content ?? ''] : [])),
    hookTo: (url, { asBot = false } = {}) => void hooks.hooks.push({ url, isBot: asBot }),
    delivered: hooks.delivered,
    idle: () => hooks.idle(),
    repeatLast: () => hooks.repeatLast(state),
    doubleNext: () => hooks.double(),
    shuffleNext: (count) => hooks.shuffle(count),
    hideStatusChanges: (hide) => {
      hidesStatus = hide;
    },
    fail: (part, failure) => void failures.push({ part, failure }),
    close: async () => {
      await hooks.close();
      await server.close();
    },
  };
}

function agent(id: number): Sender {
  const found = AGENTS.find((each) => each.id === id);
  if (!found) throw new Error(`There is no agent ${id}.`);
  return found;
}

function nextFor(failures: { readonly part: string; readonly failure: Failure }[], request: Recorded): Failure | null {
  const place = failures.findIndex(({ part }) => `${request.method} ${request.path}`.includes(part));
  return place === -1 ? null : (failures.splice(place, 1)[0]?.failure ?? null);
}

function give(response: ServerResponse, { status, body }: Reply): void {
  if (body === undefined) return void response.writeHead(status).end();
  giveJson(response, status, body);
}

function breakOff(response: ServerResponse, failure: Failure): void {
  if (failure.kind === 'hang') return;
  if (failure.kind === 'cut') return void response.destroy();
  if (failure.kind === 'page')
    return void response.writeHead(failure.status, { 'content-type': 'text/html' }).end('<h1>Somebody before it</h1>');
  giveJson(response, failure.status, failure.body ?? { error: 'It failed.' }, failure.headers);
}

function shown(message: Message): ShownMessage {
  const { id, content, contentType, attributes, isPrivate, sender } = message;
  return {
    id,
    direction: directionOf(message),
    content,
    contentType,
    contentAttributes: attributes,
    isPrivate,
    sender,
  };
}

/** To a channel outside, what has a source id is taken for that channel's own, and never sent. */
function reaches({ type, isPrivate, sourceId }: Message, channel: string): boolean {
  if (isPrivate || (type !== 1 && type !== 3)) return false;
  return sourceId === null || channel === 'Channel::WebWidget' || channel === 'Channel::Api';
}
