// A client of Baton's sockets, for browsers and Node: it holds a place in each stream, notices what is missing, reads it
// again, and hands on each event once and in order. It renews its token, and comes back by itself after every cut, unless a
// newer connection of the same person has taken over.
import { type Answer, Connection, type ConnectionOptions } from './connection.ts';
import { type Frame, type Head, type Page, StreamCursor, type Wanted } from './stream-cursor.ts';

export type Places = Readonly<Record<string, { epoch: string; seq: number }>>;

export type ClientOptions = ConnectionOptions & {
  /** Each event of each stream, once and in order. Must not throw. */
  readonly onEvent: (event: Frame) => void;
  /** The place in this stream is of no use any more: load the present state; events go on from now. */
  readonly onReset?: (stream: string) => void;
  /** Where to go on, from an earlier client's `places`; streams without a place begin at their present head. */
  readonly places?: Places;
  /** How long a missing frame may still come by itself, in milliseconds. */
  readonly gapMs?: number;
};

const RETRY_MS = 500;
/** Refusals that say nothing about the stream: it is asked for again. */
const PASSING: readonly unknown[] = ['database_unavailable', 'too_many_questions'];

type Following = {
  readonly cursor: StreamCursor;
  timer: ReturnType<typeof setTimeout> | undefined;
  syncing: boolean;
  again: boolean;
};

export class BatonClient {
  readonly #options: ClientOptions;
  readonly #connection: Connection;
  readonly #following = new Map<string, Following>();
  readonly #subscribed = new Set<string>();

  constructor(options: ClientOptions) {
    this.#options = options;
    for (const [stream, place] of Object.entries(options.places ?? {})) this.#follow(stream, place);
    this.#connection = new Connection(options);
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
    if (this.#connection.isConnected) void this.#join(stream);
  }

  unsubscribe(stream: string): void {
    this.#subscribed.delete(stream);
    clearTimeout(this.#following.get(stream)?.timer);
    this.#following.delete(stream);
    if (this.#connection.isConnected) void this.#ask('stream.unsubscribe', { stream });
  }

  /** Cuts the transport, as a bad network would; it comes back by itself. */
  cut(): void {
    this.#connection.cut();
  }

  close(): void {
    for (const { timer } of this.#following.values()) clearTimeout(timer);
    this.#connection.close();
  }

  #listen(): void {
    const connection = this.#connection;
    connection.on('connect', () => {
      for (const stream of this.#subscribed) void this.#join(stream);
    });
    connection.on('event', (frame: Frame) => this.#receive(frame));
    connection.on('stream.ready', ({ streams }: { streams: Head[] }) => {
      for (const head of streams) this.#reach(head);
    });
    connection.on('stream.head', (head: Head) => this.#reach(head));
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

  /** Asked again until the server answers; a stream that it refuses is not followed. */
  async #join(stream: string): Promise<void> {
    const answer = await this.#connection.ask<Head>('stream.subscribe', { stream });
    if (answer?.ok) return this.#reach(answer);
    const refused = answer !== null && !PASSING.includes(answer.code);
    if (refused) this.unsubscribe(stream);
    else setTimeout(() => this.#joinAgain(stream), RETRY_MS);
  }

  #joinAgain(stream: string): void {
    if (this.#subscribed.has(stream) && this.#connection.isConnected) void this.#join(stream);
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
    while (following.again && this.#connection.isConnected) {
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
  async #ask<T extends object>(event: string, question: object): Promise<T | null> {
    const answer: Answer<T> | null = await this.#connection.ask<T>(event, question);
    if (answer?.code === 'stream_trimmed') this.#reset(answer as unknown as Head); // this refusal says where the stream stands
    return answer?.ok ? answer : null;
  }
}
