// The sessions of one conversation, kept in memory by the same laws as the database's: what the properties of grouping run on,
// thousands of times.
import {
  attach,
  leavesOpen,
  mayBeCut,
  type Reading,
  type Situation,
  waitsSince,
} from '../../../src/domain/messages/attachment.ts';
import {
  canStayWhole,
  furtherReach,
  group,
  type Piece,
  reachOf,
  type Span,
  takenApart,
} from '../../../src/domain/messages/grouping.ts';
import type { SessionKind } from '../../../src/domain/sessions/kinds.ts';
import { isOver, type SessionState } from '../../../src/domain/sessions/lifecycle.ts';
import type { Heard } from '../../../src/domain/sessions/session.ts';

export type Said = {
  readonly id: string;
  readonly at: number;
  readonly sender: 'contact' | 'robot' | 'human';
  /** A mark: it begins a new topic. */
  readonly mark?: boolean;
};
export type Setting = Pick<Situation, 'now' | 'gap' | 'firstHandler'>;
type Kept = {
  readonly id: string;
  readonly kind: SessionKind;
  readonly state: SessionState;
  readonly beginsTopic: boolean;
  readonly said: readonly Said[];
};
type Part = Piece & { readonly said: readonly Said[] };

export class Memory {
  readonly #setting: Setting;
  #sessions: readonly Kept[] = [];
  #made = 0;

  constructor(setting: Setting) {
    this.#setting = setting;
  }

  /** What was read out of the messages so far, in an order that does not depend on how they came. */
  get reading(): readonly string[] {
    return this.#sessions.map(({ kind, state, said }) => `${kind} ${state}: ${idsOf(said)}`).sort();
  }

  /** The messages of each session that waits for a person or speaks with one, by its id. */
  get withPeople(): ReadonlyMap<string, readonly string[]> {
    const own = this.#sessions.filter(({ kind, state }) => kind === 'manual_customer_service' && !isOver(state));
    return new Map(own.map(({ id, said }) => [id, said.map((each) => each.id)]));
  }

  ingest(batch: readonly Said[]): void {
    const known = new Set(this.#sessions.flatMap(({ said }) => said.map(({ id }) => id)));
    const fresh = [...new Map(batch.map((each) => [each.id, each])).values()].filter(({ id }) => !known.has(id));
    if (fresh.length === 0) return;
    const loose = fresh.map((each) => pieceOf(each, null));
    const near = this.#near(loose);
    const whole = near.map(wholeOf);
    const parts = canStayWhole(whole, loose, this.#setting.gap) ? whole : near.flatMap(partsOf);
    this.#keep(near, this.#read(near, [...parts, ...loose]));
  }

  /** @returns the ids of those that were marked: what may not be, or is marked already, is left alone. */
  mark(ids: readonly string[]): readonly string[] {
    const isNew = ({ id, mark }: Said) => !mark && ids.includes(id);
    const chosen = this.#sessions.filter((session) => mayBeCut(session) && session.said.some(isNew));
    if (chosen.length === 0) return [];
    const near = this.#near(chosen.map(spanOf));
    const isChosen = ({ sessionId }: Piece) => chosen.some(({ id }) => id === sessionId);
    const apart = new Set(takenApart(near.map(wholeOf), isChosen).map(({ sessionId }) => sessionId));
    const marked = near.map((session) => {
      if (!chosen.includes(session)) return session;
      return { ...session, said: session.said.map((each) => (isNew(each) ? { ...each, mark: true } : each)) };
    });
    const parts = marked.flatMap((session) => (apart.has(session.id) ? partsOf(session) : [wholeOf(session)]));
    const reading = this.#read(near, parts);
    if (!leavesOpen(reading, near)) return [];
    this.#keep(near, reading);
    return chosen.flatMap(({ said }) => said.filter(isNew).map(({ id }) => id));
  }

  #read(near: readonly Kept[], parts: readonly Part[]): Reading<Part> {
    const waits = near.find(({ kind, state }) => state === 'pending' && kind === 'manual_customer_service')?.id ?? null;
    const openElsewhere = this.#sessions.some((session) => !isOver(session.state) && !near.includes(session));
    const situation = { ...this.#setting, settledUntil: Number.NEGATIVE_INFINITY, openElsewhere };
    const cuts = { gap: this.#setting.gap, walls: [], waitingSession: waits, waitsSince: waitsSince(situation) };
    return attach(group(parts, cuts), near, situation);
  }

  #keep(near: readonly Kept[], { attachments }: Reading<Part>): void {
    const kept = attachments.map(({ sessionId, kind, state, beginsTopic, pieces }) => {
      this.#made += 1;
      const said = pieces.flatMap((piece) => piece.said);
      return { id: sessionId ?? `session-${this.#made}`, kind, state, beginsTopic, said };
    });
    this.#sessions = [...this.#sessions.filter((session) => !near.includes(session)), ...kept];
  }

  /** As the database is asked: what is open or reaches into the span, and then one further. */
  #near(loose: readonly Span[]): Kept[] {
    const { from, to } = reachOf(loose, this.#setting);
    const reaching = this.#sessions.filter((session) => !isOver(session.state) || spanOf(session).to >= from);
    const touched = reaching.filter((session) => spanOf(session).from <= to);
    const end = Math.max(to, furtherReach(touched.map(spanOf), loose, this.#setting));
    return reaching.filter((session) => spanOf(session).from <= end);
  }
}

function pieceOf(said: Said, sessionId: string | null): Part {
  const { at, id, mark } = said;
  return { from: at, to: at, key: id, heard: heardIn([said]), sessionId, beginsTopic: mark ?? false, said: [said] };
}

function partsOf({ id, said }: Kept): Part[] {
  return said.map((each) => pieceOf(each, id));
}

function wholeOf(session: Kept): Part {
  return { ...spanOf(session), sessionId: session.id, key: '', said: session.said };
}

function spanOf({ said, beginsTopic }: Kept): Span {
  const times = said.map(({ at }) => at);
  return { from: Math.min(...times), to: Math.max(...times), heard: heardIn(said), beginsTopic };
}

function heardIn(said: readonly Said[]): Heard | null {
  const sender = said.find((each) => each.sender !== 'contact')?.sender;
  return sender === 'robot' || sender === 'human' ? sender : null;
}

function idsOf(said: readonly Said[]): string {
  return said
    .map(({ id }) => id)
    .sort()
    .join(' ');
}
