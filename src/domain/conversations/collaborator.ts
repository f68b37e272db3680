// An agent called in to help, who holds no seat and not the session. `openAgent` is the agent while asked or helping, else null: its
// unique key makes the database refuse a second invitation of the same agent to the same conversation.
import { defineEntity, type OptionalProps, p } from '@mikro-orm/mysql';
import { DomainError } from '../errors.ts';

/** The only moves; `ended` is the end of the session that they help in. */
export const COLLABORATOR_MOVES = {
  invited: ['joined', 'left', 'ended'],
  joined: ['left', 'ended'],
  left: [],
  ended: [],
} as const satisfies Record<string, readonly string[]>;

export type CollaboratorState = keyof typeof COLLABORATOR_MOVES;
const STATES = Object.keys(COLLABORATOR_MOVES) as CollaboratorState[]; // the keys are the union itself

const CollaboratorSchema = defineEntity({
  name: 'Collaborator',
  tableName: 'collaborator',
  properties: {
    id: p.string().primary(),
    accountId: p.string(),
    conversationId: p.string(),
    sessionId: p.string(),
    agentId: p.string(),
    state: p.enum(STATES),
    openAgent: p.string().strictNullable(),
    invitedBy: p.string(),
    reason: p.string().strictNullable(),
    createdAt: p.datetime(3),
    joinedAt: p.datetime(3).strictNullable(),
    endedAt: p.datetime(3).strictNullable(),
  },
});

export class Collaborator extends CollaboratorSchema.class {
  declare [OptionalProps]?: 'isOpen';

  /** Asked, or helping. */
  get isOpen(): boolean {
    return this.openAgent !== null;
  }

  /** The only way to another state. @throws DomainError illegal_move */
  moveTo(to: CollaboratorState, now: Date): void {
    const possible: readonly string[] = COLLABORATOR_MOVES[this.state];
    if (!possible.includes(to)) {
      throw new DomainError(
        'illegal_move',
        `A collaborator who is ${this.state} can not become ${to}; possible: ${possible.join(', ') || 'nothing: it is over'}.`,
        { collaboratorId: this.id, state: this.state },
      );
    }
    this.state = to;
    if (to === 'joined') {
      this.joinedAt = now;
      return;
    }
    this.openAgent = null;
    this.endedAt = now;
  }
}
CollaboratorSchema.setClass(Collaborator);
