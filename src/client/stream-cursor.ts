// A place in one stream, and the law of following it: each event once, in order, whatever is lost, repeated or overtaken.
// Pure: it is told frames, pages and heads, and says what to hand on and what to ask for.

export type Frame = {
  readonly stream: string;
  readonly epoch: string;
  readonly seq: number;
  readonly type: string;
  readonly data: unknown;
  readonly [field: string]: unknown;
};
export type Head = { readonly stream: string; readonly epoch: string; readonly head: number; readonly floor?: number };
export type Page = Head & { readonly events: readonly Frame[]; readonly more: boolean };

/** What is to be read next: everything after `after`, up to `upto` where what comes then is at hand already. */
export type Wanted = { readonly after: number; readonly upto?: number };

const BUFFER_LIMIT = 500;

export class StreamCursor {
  readonly stream: string;
  #epoch: string | null;
  #seq: number;
  readonly #ahead = new Map<number, Frame>();

  /** @param place where the reader stands; null: at whatever head is told first, without history. */
  constructor(stream: string, place: { epoch: string; seq: number } | null) {
    this.stream = stream;
    this.#epoch = place?.epoch ?? null;
    this.#seq = place?.seq ?? 0;
  }

  get place(): { epoch: string; seq: number } | null {
    return this.#epoch === null ? null : { epoch: this.#epoch, seq: this.#seq };
  }

  /** True when frames wait for one that is missing. */
  get hasGap(): boolean {
    return this.#epoch !== null && this.#ahead.size > 0;
  }

  /** The stream was begun anew (a backup was restored), or history was removed: the reader must load the present state. */
  isForeign(epoch: string): boolean {
    return this.#epoch !== null && this.#epoch !== epoch;
  }

  /** A frame came. @returns what can be handed on now, in order: nothing for one that is known or that comes too early. */
  receive(frame: Frame): Frame[] {
    // The next one finds room even in a full buffer: it is what empties it.
    const hasRoom = this.#ahead.size < BUFFER_LIMIT || frame.seq === this.#seq + 1;
    if (frame.seq > this.#seq && hasRoom) this.#ahead.set(frame.seq, frame);
    // Without a place a frame says nothing of what came before it; the first head will.
    return this.#epoch === null ? [] : this.#drain();
  }

  /** A page that was asked for. @returns what can be handed on, and whether more must be asked for at once. */
  receivePage(page: Page): { events: Frame[]; more: boolean } {
    this.#epoch ??= page.epoch;
    const events = page.events.flatMap((event) => this.receive(event));
    const progressed = page.events.length > 0;
    return { events, more: page.more || (this.hasGap && progressed) || (progressed && page.head > this.#seq) };
  }

  /** A head was told; a reader without a place starts there. @returns what can be handed on, and whether something must be read. */
  reach(head: Head): { events: Frame[]; behind: boolean } {
    if (this.#epoch === null) {
      this.#epoch = head.epoch;
      this.#seq = head.head;
    }
    return { events: this.#drain(), behind: head.head > this.#seq };
  }

  /** What is missing before the first frame that is at hand. */
  wanted(): Wanted {
    const first = Math.min(...this.#ahead.keys());
    return Number.isFinite(first) ? { after: this.#seq, upto: first - 1 } : { after: this.#seq };
  }

  #drain(): Frame[] {
    const ready: Frame[] = [];
    for (let next = this.#ahead.get(this.#seq + 1); next; next = this.#ahead.get(this.#seq + 1)) {
      this.#ahead.delete(next.seq);
      this.#seq = next.seq;
      ready.push(next);
    }
    for (const seq of this.#ahead.keys()) if (seq <= this.#seq) this.#ahead.delete(seq);
    return ready;
  }
}
