// How Chatwoot delivers its webhooks: in the background, signed, with five seconds of patience. What an agent bot does not take while a
// conversation is pending opens it for people. It doubles and shuffles them on order.
import { createHmac, randomUUID } from 'node:crypto';
import type { ChatwootState, Conversation, Happening } from './chatwoot-state.ts';
import { hookMessage, pushConversation } from './chatwoot-views.ts';

export type Hook = { readonly url: string; readonly isBot: boolean };
export type Delivered = {
  /** `X-Chatwoot-Delivery`. */
  readonly id: string;
  readonly event: string;
  readonly url: string;
  readonly body: string;
  /** null: there was no answer in time. */
  readonly status: number | null;
};
export type HookOptions = {
  readonly secret: string;
  readonly timeoutMs: number;
  /** Servers before 4.13 sign nothing. */
  readonly signs: boolean;
  /** Attempts after the first, at once. Older servers make none. */
  readonly retries: number;
  readonly now: () => number;
};

type Parcel = { readonly id: string; readonly event: string; readonly hook: Hook; readonly body: string };

const ACCOUNT_EVENTS = [
  'message_created',
  'message_updated',
  'conversation_created',
  'conversation_updated',
  'conversation_status_changed',
];
const BOT_EVENTS = ['message_created', 'message_updated', 'conversation_opened', 'conversation_resolved'];

export class ChatwootHooks {
  readonly hooks: Hook[] = [];
  readonly delivered: Delivered[] = [];
  readonly #options: HookOptions;
  /** One after the other for each hook, so that order is lost only on order. */
  readonly #ways = new Map<Hook, Promise<void>>();
  readonly #held: Parcel[] = [];
  #holds = 0;
  #last: Parcel | null = null;
  #doubles = 0;
  readonly #closing = new AbortController();

  constructor(options: HookOptions) {
    this.#options = options;
  }

  tell(state: ChatwootState, happening: Happening): void {
    for (const hook of this.hooks) {
      if (!(hook.isBot ? BOT_EVENTS : ACCOUNT_EVENTS).includes(happening.event)) continue;
      const body = JSON.stringify(payloadOf(state, happening));
      this.#post(state, { id: randomUUID(), event: happening.event, hook, body });
    }
  }

  /** The next so many arrive in the wrong order, once there are so many. */
  shuffle(count: number): void {
    this.#holds = count;
  }

  /** The next one arrives twice, under the same id. */
  double(): void {
    this.#doubles += 1;
  }

  async repeatLast(state: ChatwootState): Promise<void> {
    if (this.#last) this.#send(state, this.#last);
    await this.idle();
  }

  /** Settles when nothing is under way, nor what follows from it. */
  async idle(): Promise<void> {
    let ways: Promise<void>[];
    do {
      ways = [...this.#ways.values()];
      await Promise.all(ways);
    } while (ways.some((way) => ![...this.#ways.values()].includes(way)));
  }

  /** Gives up what is under way, and tells nobody any more. */
  async close(): Promise<void> {
    this.hooks.length = 0;
    this.#closing.abort();
    await this.idle();
  }

  #post(state: ChatwootState, parcel: Parcel): void {
    if (this.#holds === 0) return this.#sendAll(state, parcel);
    this.#held.unshift(parcel);
    if (this.#held.length < this.#holds) return;
    this.#holds = 0;
    for (const held of this.#held.splice(0)) this.#sendAll(state, held);
  }

  #sendAll(state: ChatwootState, parcel: Parcel): void {
    this.#send(state, parcel);
    if (this.#doubles === 0) return;
    this.#doubles -= 1;
    this.#send(state, parcel);
  }

  #send(state: ChatwootState, parcel: Parcel): void {
    this.#last = parcel;
    const before = this.#ways.get(parcel.hook) ?? Promise.resolve();
    this.#ways.set(
      parcel.hook,
      before.then(() => this.#deliver(state, parcel)),
    );
  }

  async #deliver(state: ChatwootState, parcel: Parcel): Promise<void> {
    const { id, event, hook, body } = parcel;
    let status: number | null = null;
    for (let attempt = 0; attempt <= this.#options.retries; attempt += 1) {
      status = await this.#attempt(parcel);
      this.delivered.push({ id, event, url: hook.url, body, status });
      if (status !== null && status < 500) break;
    }
    if (hook.isBot && event.startsWith('message_') && (status === null || status >= 300)) openForPeople(state, body);
  }

  async #attempt({ id, hook, body }: Parcel): Promise<number | null> {
    const { secret, timeoutMs, signs, now } = this.#options;
    const timestamp = String(Math.floor(now() / 1000));
    const digest = createHmac('sha256', secret).update(`${timestamp}.${body}`, 'utf8').digest('hex');
    const signature = { 'x-chatwoot-signature': `sha256=${digest}`, 'x-chatwoot-timestamp': timestamp };
    const headers = { 'content-type': 'application/json', 'x-chatwoot-delivery': id, ...(signs && signature) };
    try {
      const signal = AbortSignal.any([AbortSignal.timeout(timeoutMs), this.#closing.signal]);
      const response = await fetch(hook.url, { method: 'POST', body, headers, signal, redirect: 'manual' });
      await response.arrayBuffer();
      return response.status;
    } catch {
      return null;
    }
  }
}

function payloadOf(state: ChatwootState, happening: Happening): object {
  if ('message' in happening) return { ...hookMessage(state, happening.message), event: happening.event };
  const { conversation, changes, event } = happening;
  const changed =
    changes &&
    Object.entries(changes).map(([name, [before, after]]) => ({
      [name]: { previous_value: before, current_value: after },
    }));
  const tellsChanges = event === 'conversation_status_changed' || event === 'conversation_updated';
  return { ...pushConversation(state, conversation), event, ...(tellsChanges && { changed_attributes: changed }) };
}

function openForPeople(state: ChatwootState, body: string): void {
  const { conversation: told }: { conversation: { id: number } } = JSON.parse(body);
  const conversation: Conversation | undefined = state.conversations.find(({ id }) => id === told.id);
  if (conversation?.status === 'pending') state.change(conversation, { status: 'open' }, 'an error of the agent bot');
}
