// A request that a session go to another holder, with its bundle. `openFrom` and `openTo` are its two sessions while it is open:
// their unique keys let a session be handed on by one transfer at a time, and to one.
import { defineEntity, type OptionalProps, p } from '@mikro-orm/mysql';
import { DomainError } from '../errors.ts';

/** The only moves. `returned` from accepted: the work was handed back by whoever had taken it. */
export const TRANSFER_MOVES = {
  requested: ['accepted', 'declined', 'expired', 'returned', 'cancelled'],
  accepted: ['returned'],
  declined: [],
  expired: [],
  returned: [],
  cancelled: [],
} as const satisfies Record<string, readonly string[]>;

export type TransferState = keyof typeof TRANSFER_MOVES;
export const TRANSFER_STATES = Object.keys(TRANSFER_MOVES) as TransferState[]; // the keys are the union itself

const TransferSchema = defineEntity({
  name: 'Transfer',
  tableName: 'transfer',
  properties: {
    id: p.string().primary(),
    accountId: p.string(),
    conversationId: p.string(),
    fromSessionId: p.string(),
    toSessionId: p.string(),
    toAgentId: p.string().strictNullable(),
    state: p.enum(TRANSFER_STATES),
    openFrom: p.string().strictNullable(),
    openTo: p.string().strictNullable(),
    requestedBy: p.string(),
    reason: p.string(),
    cause: p.text().strictNullable(),
    urgency: p.integer(),
    advice: p.string().strictNullable(),
    hops: p.integer(),
    chain: p.integer(),
    bundle: p.text(),
    returnBundle: p.text().strictNullable(),
    answer: p.string().strictNullable(),
    wasOnHold: p.boolean(),
    askedSince: p.datetime(3),
    deadlineAt: p.datetime(3).strictNullable(),
    createdAt: p.datetime(3),
    endedAt: p.datetime(3).strictNullable(),
  },
});

export class Transfer extends TransferSchema.class {
  declare [OptionalProps]?: 'isOpen';

  get isOpen(): boolean {
    return this.state === 'requested';
  }

  /** Whether the session that waits was opened for this transfer; else it waited before, and goes on when this one is over. */
  opened({ predecessorId, openedAt }: { readonly predecessorId: string | null; readonly openedAt: Date }): boolean {
    return predecessorId === this.fromSessionId && openedAt.getTime() === this.createdAt.getTime();
  }

  /** The only way to another state. @throws DomainError transfer_closed, with what became of it. */
  moveTo(to: TransferState, now: Date, answer: string | null): void {
    const possible: readonly string[] = TRANSFER_MOVES[this.state];
    if (!possible.includes(to)) {
      const still = possible.join(', ') || 'nothing: it is over';
      throw new DomainError(
        'transfer_closed',
        `This transfer is ${this.state} and can not become ${to}; possible: ${still}.`,
        { transferId: this.id, state: this.state, answer: this.answer },
      );
    }
    this.state = to;
    this.answer = answer;
    this.openFrom = null;
    this.openTo = null;
    this.deadlineAt = null;
    this.endedAt = now;
  }
}
TransferSchema.setClass(Transfer);
