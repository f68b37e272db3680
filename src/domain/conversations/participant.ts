// A person or a department from outside, asked into a session that an agent serves. `openAs` is their external id while asked or
// taking part, else null: its unique key makes the database refuse to ask the same one twice. What may be read begins at the join.
import { defineEntity, type OptionalProps, p } from '@mikro-orm/mysql';
import { DomainError } from '../errors.ts';

/** The only moves; `ended`: with the session that they were asked into, or since the link was not used in time. */
export const PARTICIPANT_MOVES = {
  invited: ['joined', 'removed', 'ended'],
  joined: ['removed', 'left', 'ended'],
  removed: [],
  left: [],
  ended: [],
} as const satisfies Record<string, readonly string[]>;

export type ParticipantState = keyof typeof PARTICIPANT_MOVES;
const STATES = Object.keys(PARTICIPANT_MOVES) as ParticipantState[]; // the keys are the union itself

export const PARTICIPANT_KINDS = ['employee', 'department'] as const;
export type ParticipantKind = (typeof PARTICIPANT_KINDS)[number];
/** How much of what was said before they came they may read: the ten newest public messages, everything, or nothing. */
export const HISTORY_MODES = ['recent10', 'all', 'none'] as const;
export type HistoryMode = (typeof HISTORY_MODES)[number];

const ParticipantSchema = defineEntity({
  name: 'Participant',
  tableName: 'participant',
  properties: {
    id: p.string().primary(),
    accountId: p.string(),
    conversationId: p.string(),
    sessionId: p.string(),
    kind: p.enum(PARTICIPANT_KINDS),
    externalId: p.string(),
    name: p.string(),
    avatar: p.string().strictNullable(),
    historyMode: p.enum(HISTORY_MODES),
    state: p.enum(STATES),
    openAs: p.string().strictNullable(),
    invitedBy: p.string(),
    invitationHash: p.string().strictNullable(),
    invitationUntil: p.datetime(3).strictNullable(),
    historyFrom: p.bigint('number').strictNullable(),
    historySince: p.datetime(3).strictNullable(),
    historySinceId: p.bigint('number').strictNullable(),
    eventsAfter: p.bigint('number').strictNullable(),
    createdAt: p.datetime(3),
    joinedAt: p.datetime(3).strictNullable(),
    endedAt: p.datetime(3).strictNullable(),
  },
});

export class Participant extends ParticipantSchema.class {
  declare [OptionalProps]?: 'isOpen';

  /** Asked, or taking part. */
  get isOpen(): boolean {
    return this.openAs !== null;
  }

  /** The only way to another state; the link is used up by the first. @throws DomainError illegal_move */
  moveTo(to: ParticipantState, now: Date): void {
    const possible: readonly string[] = PARTICIPANT_MOVES[this.state];
    if (!possible.includes(to)) {
      throw new DomainError(
        'illegal_move',
        `A participant who is ${this.state} can not become ${to}; possible: ${possible.join(', ') || 'nothing: it is over'}.`,
        { participantId: this.id, state: this.state },
      );
    }
    this.state = to;
    this.invitationHash = null;
    this.invitationUntil = null;
    if (to === 'joined') {
      this.joinedAt = now;
      return;
    }
    this.openAs = null;
    this.endedAt = now;
  }
}
ParticipantSchema.setClass(Participant);
