// An agent on a seat for a session. The seat is unique per agent and null once the assignment is over: over-filling an agent
// is a unique-key violation. `serves` is the session while serving: one serving agent a session; `offeredFor` while offered: one offer.
import { defineEntity, type OptionalProps, p } from '@mikro-orm/mysql';
import { DomainError } from '../errors.ts';

/** The only moves; an offer is answered or expires, serving ends by release. */
export const ASSIGNMENT_MOVES = {
  offered: ['serving', 'declined', 'expired', 'released'],
  serving: ['released'],
  declined: [],
  expired: [],
  released: [],
} as const satisfies Record<string, readonly string[]>;

export type AssignmentState = keyof typeof ASSIGNMENT_MOVES;
const STATES = Object.keys(ASSIGNMENT_MOVES) as AssignmentState[]; // the keys are the union itself

const AssignmentSchema = defineEntity({
  name: 'Assignment',
  tableName: 'assignment',
  properties: {
    id: p.string().primary(),
    accountId: p.string(),
    conversationId: p.string(),
    sessionId: p.string(),
    agentId: p.string(),
    state: p.enum(STATES),
    seat: p.integer().strictNullable(),
    serves: p.string().strictNullable(),
    offeredFor: p.string().strictNullable(),
    decisionId: p.string().strictNullable(),
    deadlineAt: p.datetime(3).strictNullable(),
    servedAt: p.datetime(3).strictNullable(),
    reason: p.string().strictNullable(),
    createdAt: p.datetime(3),
    endedAt: p.datetime(3).strictNullable(),
  },
});

export class Assignment extends AssignmentSchema.class {
  declare [OptionalProps]?: 'isOpen';

  /** It holds a seat. */
  get isOpen(): boolean {
    return this.state === 'offered' || this.state === 'serving';
  }

  /** The only way to another state; whatever ends it frees the seat. @throws DomainError illegal_move */
  moveTo(to: AssignmentState, now: Date, reason: string | null): void {
    const possible: readonly string[] = ASSIGNMENT_MOVES[this.state];
    if (!possible.includes(to)) {
      throw new DomainError(
        'illegal_move',
        `An assignment that is ${this.state} can not become ${to}; possible: ${possible.join(', ') || 'nothing: it is over'}.`,
        { assignmentId: this.id, state: this.state },
      );
    }
    this.state = to;
    this.reason = reason;
    this.serves = to === 'serving' ? this.sessionId : null;
    this.offeredFor = null;
    this.deadlineAt = null;
    if (to === 'serving') {
      this.servedAt = now;
      return;
    }
    this.seat = null;
    this.endedAt = now;
  }
}
AssignmentSchema.setClass(Assignment);
