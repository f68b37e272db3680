// One bounded turn of a handler in a conversation. `activeIn` is the floor: the conversation's id while active, else null;
// its unique key makes the database refuse a second active session.
import { defineEntity, type OptionalProps, p } from '@mikro-orm/mysql';
import { DomainError } from '../errors.ts';
import { type Deadlines, deadlineOf } from './deadlines.ts';
import { type Handler, handlerOf, SESSION_KINDS } from './kinds.ts';
import { canMove, isOver, MOVES, SESSION_STATES, type SessionState } from './lifecycle.ts';

/** How it came: read out of messages; the same, then acted on by somebody; by an agent's accept; by request; by speech outside. */
export const ORIGINS = ['inferred', 'confirmed', 'accepted', 'requested', 'outside'] as const;
export type Origin = (typeof ORIGINS)[number];
export type Heard = 'robot' | 'human';

/** Of the column; characters. */
const REASON_LENGTH = 500;

const SessionSchema = defineEntity({
  name: 'Session',
  tableName: 'session',
  properties: {
    id: p.string().primary(),
    accountId: p.string(),
    conversationId: p.string(),
    kind: p.enum(SESSION_KINDS),
    level: p.integer(),
    state: p.enum(SESSION_STATES),
    origin: p.enum(ORIGINS),
    heard: p.enum(['robot', 'human'] as const).strictNullable(),
    /** Of an inferred one: its first message is marked, and nothing before it belongs to it. */
    beginsTopic: p.boolean(),
    activeIn: p.string().strictNullable(),
    robotSlot: p.integer().strictNullable(),
    activeSince: p.datetime(3).strictNullable(),
    onHold: p.boolean(),
    task: p.text().strictNullable(),
    needs: p.text().strictNullable(),
    predecessorId: p.string().strictNullable(),
    successorId: p.string().strictNullable(),
    mergedInto: p.string().strictNullable(),
    reason: p.string().strictNullable(),
    firstAt: p.datetime(3),
    lastAt: p.datetime(3),
    deadlineAt: p.datetime(3).strictNullable(),
    openedAt: p.datetime(3),
    endedAt: p.datetime(3).strictNullable(),
  },
});

export class Session extends SessionSchema.class {
  declare [OptionalProps]?: 'handler' | 'isSettled';

  get handler(): Handler {
    return handlerOf(this.kind);
  }

  /** The only way to another state. @throws DomainError illegal_move, with what is possible from here. */
  moveTo(to: SessionState, now: Date, deadlines: Deadlines, reason: string | null): void {
    if (!canMove(this.state, to)) {
      const possible = MOVES[this.state].join(', ') || 'nothing: it is over';
      throw new DomainError(
        'illegal_move',
        `A session that is ${this.state} can not become ${to}; possible: ${possible}.`,
        { sessionId: this.id, state: this.state },
      );
    }
    this.state = to;
    this.reason = reason?.slice(0, REASON_LENGTH).toWellFormed() ?? null;
    this.activeIn = to === 'active' ? this.conversationId : null;
    this.activeSince = to === 'active' ? now : null;
    this.robotSlot = null;
    this.onHold = false;
    this.deadlineAt = deadlineOf(this, to, now, deadlines);
    this.endedAt = isOver(to) ? now : null;
    if (isOver(to) && this.isSettled && now > this.lastAt) this.lastAt = now;
  }

  /** Somebody acted on it, so no later message changes what it is. Otherwise it is our reading of messages, and may be read anew. */
  get isSettled(): boolean {
    return this.origin !== 'inferred';
  }

  /** A pause by wish, or for a transfer: it ends only when somebody asks. */
  hold(): void {
    this.onHold = this.state === 'paused';
  }

  /** An inferred session that somebody acts on is settled from then on. */
  settle(): void {
    if (this.origin === 'inferred') this.origin = 'confirmed';
  }

  /** An agent of ours serves it from now on: a turn of a person outside is theirs, and lasts as long as any. */
  servedFrom(now: Date, deadlines: Deadlines): void {
    if (this.origin === 'outside') this.origin = 'accepted';
    this.deadlineAt = deadlineOf(this, this.state, now, deadlines);
  }

  /** A person outside has it: nobody tells when they are done. */
  takenOutside(): void {
    this.origin = 'outside';
  }

  /** Somebody said something in it: the span grows and the deadline moves on. */
  heardAt(at: Date, now: Date, deadlines: Deadlines): void {
    if (at > this.lastAt) this.lastAt = at;
    if (at < this.firstAt) this.firstAt = at;
    if (this.state !== 'transferred') this.deadlineAt = deadlineOf(this, this.state, now, deadlines);
  }
}
SessionSchema.setClass(Session);
