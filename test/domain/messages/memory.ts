// The sessions of one conversation, kept in memory by the same laws as the database's: what the properties of grouping run on,
// thousands of times.
import { attach, type Situation, waitsSince } from '../../../src/domain/messages/attachment.ts';
import {
  canStayWhole,
  furtherReach,
  group,
  type Piece,
  reachOf,
  type Span,
} from '../../../src/domain/messages/grouping.ts';
import type { SessionKind } from '../../../src/domain/sessions/kinds.ts';
import { isOver, type SessionState } from '../../../src/domain/sessions/lifecycle.ts';
import type { Heard } from '../../../src/domain/sessions/session.ts';

export type Said = { readonly id: string; readonly at: number; readonly sender: 'contact' | 'robot' | 'human' };
export type Setting = Pick<Situation, 'now' | 'gap' | 'firstHandler'>;
type Kept = { id: string; kind: SessionKind; state: SessionState; said: readonly Said[] };

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

  ingest(batch: readonly Said[]): void {
    const known = new Set(this.#sessions.flatMap(({ said }) => said.map(({ id }) => id)));
    const fresh = [...new Map(batch.map((each) => [each.id, each])).values()].filter(({ id }) => !known.has(id));
    if (fresh.length === 0) return;
    const { gap } = this.#setting;
    const loose = fresh.map((each) => pieceOf(each, null));
    const near = this.#near(loose);
    const spans = near.map((session) => ({ ...spanOf(session), sessionId: session.id, key: '', said: session.said }));
    const parts = canStayWhole(spans, loose, gap)
      ? spans
      : near.flatMap(({ id, said }) => said.map((each) => pieceOf(each, id)));
    const waits = near.find(({ kind, state }) => state === 'pending' && kind === 'manual_customer_service')?.id ?? null;
    const openElsewhere = this.#sessions.some((session) => !isOver(session.state) && !near.includes(session));
    const situation = { ...this.#setting, settledUntil: Number.NEGATIVE_INFINITY, openElsewhere };
    const cuts = { gap, walls: [], waitingSession: waits, waitsSince: waitsSince(situation) };
    const groups = group([...parts, ...loose], cuts);
    const { attachments } = attach(groups, near, situation);
    const read = attachments.map(({ sessionId, kind, state, pieces }) => {
      this.#made += 1;
      return { id: sessionId ?? `session-${this.#made}`, kind, state, said: pieces.flatMap((piece) => piece.said) };
    });
    this.#sessions = [...this.#sessions.filter((session) => !near.includes(session)), ...read];
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

function pieceOf(said: Said, sessionId: string | null): Piece & { said: readonly Said[] } {
  return { from: said.at, to: said.at, key: said.id, heard: heardIn([said]), sessionId, said: [said] };
}

function spanOf({ said }: Kept): Span {
  const times = said.map(({ at }) => at);
  return { from: Math.min(...times), to: Math.max(...times), heard: heardIn(said) };
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
