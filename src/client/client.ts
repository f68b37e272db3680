// A client of Baton's sockets, for browsers and Node: it holds a place in each stream, notices what is missing, reads it
// again, and hands on each event once and in order. It renews its token, and comes back by itself after every cut, unless a
// newer connection of the same person has taken over.
import { io, type Socket } from 'socket.io-client';
import { type Frame, type Head, type Page, StreamCursor, type Wanted } from './stream-cursor.ts';

export type Places = Readonly<Record<string, { epoch: string; seq: number }>>;

export type ClientOptions = {
  readonly url: string;
  readonly namespace: '/agent' | '/contact';
  /** Gives a fresh token; called at each connect and before a token ends. */
  readonly token: () => Promise<string>;
  /** Each event of each stream, once and in order. Must not throw. */
  readonly onEvent: (event: Frame) => void;
  /** The place in this stream is of no use any more: load the present state; events go on from now. */
  readonly onReset?: (stream: string) => void;
  readonly onState?: (state: 'connected' | 'disconnected' | 'superseded') => void;
  /** Where to go on, from an earlier client's `places`; streams without a place begin at their present head. */
  readonly places?: Places;
  /** How long a missing frame may still come by itself, in milliseconds. */
  readonly gapMs?: number;
};

const ANSWER_MS = 5_000;
const RETRY_MS = 500;

type Following = {
  readonly cursor: StreamCursor;
  timer: ReturnType<typeof setTimeout> | undefined;
  syncing: boolean;
  again: boolean;
};

export class BatonClient {
  readonly #options: ClientOptions;
  readonly #socket: Socket;
  readonly #following = new Map<string, Following>();
  readonly #subscribed = new Set<string>();
  #closed = false;

  constructor(options: ClientOptions) {
    this.#options = options;
    for (const [stream, place] of Object.entries(options.places ?? {})) this.#follow(stream, place);
    this.#socket = io(`${options.url}${options.namespace}`, {
      transports: ['websocket'],
      forceNew: true,
      reconnectionDelay: 200,
      reconnectionDelayMax: 5_000,
      auth: (give) => {
        options.token().then(
          (token) => give({ token }),
          () => give({}),
        );
      },
    });
    this.#listen();
  }

  /** Where it stands in each stream, to go on from later. */
  get places(): Places {
    const known = [...this.#following].flatMap(([stream, { cursor }]) =>
      cursor.place ? [[stream, cursor.place] as const] : [],
    );
    return Object.fromEntries(known);
  }

  /** Follows one more stream, from a place or from now on; it stays followed through every reconnect. */
  subscribe(stream: string, place?: { epoch: string; seq: number }): void {
    this.#subscribed.add(stream);
    this.#follow(stream, place ?? null);
    if (this.#socket.connected) void this.#join(stream);
  }

  unsubscribe(stream: string): void {
    this.#subscribed.delete(stream);
    clearTimeout(this.#following.get(stream)?.timer);
    this.#following.delete(stream);
    if (this.#socket.connected) void this.#ask('stream.unsubscribe', { stream });
  }

  /** Cuts the transport, as a bad network would; it comes back by itself. */
  cut(): void {
    this.#socket.io.engine?.close();
  }

  close(): void {
    this.#closed = true;
    for (const { timer } of this.#following.values()) clearTimeout(timer);
    this.#socket.disconnect();
  }

  #listen(): void {
    const socket = this.#socket;
    socket.on('connect', () => {
      this.#options.onState?.('connected');
      for (const stream of this.#subscribed) void this.#join(stream);
    });
    socket.on('disconnect', (reason) => {
      this.#options.onState?.('disconnected');
      // The server ends sockets whose token is over; only a superseded one stays away.
      if (reason === 'io server disconnect' && !this.#closed) setTimeout(() => this.#comeBack(), RETRY_MS);
    });
    socket.on('connect_error', () => {
      if (!socket.active && !this.#closed) setTimeout(() => this.#comeBack(), RETRY_MS);
    });
    socket.on('connection.superseded', () => {
      this.#closed = true;
      this.#options.onState?.('superseded');
    });
    socket.on('connection.expiring', async () => {
      const token = await this.#options.token().catch(() => null);
      if (token !== null) await this.#ask('token.refresh', { token });
    });
    socket.on('event', (frame: Frame) => this.#receive(frame));
    socket.on('stream.ready', ({ streams }: { streams: Head[] }) => {
      for (const head of streams) this.#reach(head);
    });
    socket.on('stream.head', (head: Head) => this.#reach(head));
  }

  #comeBack(): void {
    if (!this.#closed && !this.#socket.connected) this.#socket.connect();
  }

  #follow(stream: string, place: { epoch: string; seq: number } | null): Following {
    const known = this.#following.get(stream);
    if (known) return known;
    const following: Following = {
      cursor: new StreamCursor(stream, place),
      timer: undefined,
      syncing: false,
      again: false,
    };
    this.#following.set(stream, following);
    return following;
  }

  async #join(stream: string): Promise<void> {
    const head = await this.#ask<Head>('stream.subscribe', { stream });
    if (head) this.#reach(head);
  }

  #reach(head: Head): void {
    const { cursor } = this.#follow(head.stream, null);
    if (cursor.isForeign(head.epoch) || (cursor.place && cursor.place.seq < (head.floor ?? 0)))
      return this.#reset(head);
    const { events, behind } = cursor.reach(head);
    this.#handOn(events);
    if (behind) void this.#sync(head.stream);
  }

  #receive(frame: Frame): void {
    const following = this.#follow(frame.stream, null);
    const { cursor } = following;
    if (cursor.isForeign(frame.epoch))
      return this.#reset({ stream: frame.stream, epoch: frame.epoch, head: frame.seq });
    this.#handOn(cursor.receive(frame));
    if (cursor.hasGap && following.timer === undefined) {
      following.timer = setTimeout(() => {
        following.timer = undefined;
        if (cursor.hasGap) void this.#sync(frame.stream);
      }, this.#options.gapMs ?? 150);
    }
  }

  /** Reads on until nothing is missing; one reading for each stream at a time. */
  async #sync(stream: string): Promise<void> {
    const following = this.#following.get(stream);
    if (!following) return;
    following.again = true;
    if (following.syncing) return;
    following.syncing = true;
    while (following.again && this.#socket.connected) {
      following.again = false;
      await this.#readOn(following);
    }
    following.syncing = false;
  }

  async #readOn({ cursor }: Following): Promise<void> {
    for (let wanted: Wanted | null = cursor.wanted(); wanted; ) {
      const page = await this.#ask<Page>('stream.sync', { stream: cursor.stream, ...wanted });
      if (!page) return;
      if (cursor.isForeign(page.epoch)) return this.#reset(page);
      const { events, more } = cursor.receivePage(page);
      this.#handOn(events);
      wanted = more ? cursor.wanted() : null;
    }
  }

  #reset(head: Head): void {
    clearTimeout(this.#following.get(head.stream)?.timer);
    this.#following.delete(head.stream);
    this.#follow(head.stream, { epoch: head.epoch, seq: head.head });
    this.#options.onReset?.(head.stream);
  }

  #handOn(events: readonly Frame[]): void {
    for (const event of events) this.#options.onEvent(event);
  }

  /** @returns null when the server refuses, or does not answer in time: the next head or gap asks again. */
  async #ask<T>(event: string, question: object): Promise<T | null> {
    try {
      const answer = await this.#socket.timeout(ANSWER_MS).emitWithAck(event, question);
      if (answer.code === 'stream_trimmed') this.#reset(answer);
      return answer.ok ? answer : null;
    } catch {
      return null;
    }
  }
}
