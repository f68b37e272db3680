// Which session each group of messages belongs to. Sessions that were only read out of messages (inferred) follow the
// reading when a late message changes it: they grow, merge or are cut. Settled sessions, which somebody acted on, never do.
import { type Handler, handlerOf, type SessionKind } from '../sessions/kinds.ts';
import { canMove, isOver, type SessionState } from '../sessions/lifecycle.ts';
import type { Heard } from '../sessions/session.ts';
import type { Group, Piece } from './grouping.ts';

export type InferredSession = {
  readonly id: string;
  readonly kind: SessionKind;
  readonly state: SessionState;
};

export type Attachment<P extends Piece = Piece> = Group<P> & {
  /** The session that the group keeps; null: a new one is opened. */
  readonly sessionId: string | null;
  readonly kind: SessionKind;
  readonly state: 'pending' | 'active' | 'completed';
};

export type Situation = {
  readonly now: number;
  readonly gap: number;
  readonly firstHandler: 'robot' | 'people';
  /** A group before this is history: the last settled session ends here, or (Infinity) one is open. -Infinity: there is none. */
  readonly settledUntil: number;
  /** Another session, out of reach of these groups, is open: then they are history, and it stays what it is. */
  readonly openElsewhere: boolean;
};

export type Reading<P extends Piece> = {
  readonly attachments: readonly Attachment<P>[];
  /** Inferred sessions that no group kept, and the index of the attachment that took them in. */
  readonly merged: readonly { readonly sessionId: string; readonly into: number }[];
};

/** @param groups in order of time. @param inferred every inferred session that has a piece in a group. */
export function attach<P extends Piece>(
  groups: readonly Group<P>[],
  inferred: readonly InferredSession[],
  situation: Situation,
): Reading<P> {
  const free = new Map(inferred.map((session) => [session.id, session]));
  const open = new Set(inferred.filter(({ state }) => !isOver(state)).map(({ id }) => id));
  const attachments = new Array<Attachment<P>>(groups.length);
  // The last group chooses first: if it is live, it goes on in the session that is live.
  for (const index of [...groups.keys()].reverse()) {
    const found = groups[index];
    if (!found) continue;
    const live = index === groups.length - 1 && isLive(found, open, situation);
    const reading = live ? liveReading(found.heard, situation) : pastReading(found.heard, situation);
    const sessionId = keeper(found, free, reading);
    if (sessionId !== null) free.delete(sessionId);
    attachments[index] = { ...found, ...reading, sessionId };
  }
  const merged = [...free.keys()].map((sessionId) => ({
    sessionId,
    into: groups.findIndex((each) => each.pieces.some((piece) => piece.sessionId === sessionId)),
  }));
  return { attachments, merged };
}

/** Since when whoever wrote still waits for a person: where people come first, whatever is fresh and not settled. */
export function waitsSince({ now, gap, firstHandler, settledUntil }: Situation): number {
  return firstHandler === 'people' ? Math.max(now - gap, settledUntil + 1) : Number.POSITIVE_INFINITY;
}

/** Whether marks may cut an inferred session: nobody in it waits for a person or speaks with one. */
export function mayBeCut({ kind, state }: Pick<InferredSession, 'kind' | 'state'>): boolean {
  return isOver(state) || (state === 'active' && handlerOf(kind) === 'robot');
}

/** Whether a reading opens nothing live, and leaves every open session open in its state: more than that marks never change. */
export function leavesOpen({ attachments }: Reading<Piece>, inferred: readonly InferredSession[]): boolean {
  const states = new Map(attachments.map(({ sessionId, state }) => [sessionId, state]));
  const opened = attachments.filter(({ sessionId }) => sessionId === null);
  return (
    opened.every(({ state }) => isOver(state)) &&
    inferred.every(({ id, state }) => isOver(state) || states.get(id) === state)
  );
}

type Read = Pick<Attachment, 'kind' | 'state'>;

/** Live: nothing settled lies after it, and it is fresh, or goes on in a session that is open. */
function isLive(
  found: Group,
  open: ReadonlySet<string>,
  { now, gap, settledUntil, openElsewhere }: Situation,
): boolean {
  if (openElsewhere || found.to <= settledUntil) return false;
  const goesOn = found.pieces.some(({ sessionId }) => sessionId !== null && open.has(sessionId));
  return goesOn || now - found.to <= gap;
}

/** Where a person of ours already answers outside, they hold it. Else the account says who comes first. */
function liveReading(heard: Heard | null, { firstHandler }: Situation): Read {
  if (heard === 'human') return { kind: KIND_OF.human, state: 'active' };
  return firstHandler === 'robot'
    ? { kind: KIND_OF.robot, state: 'active' }
    : { kind: KIND_OF.human, state: 'pending' };
}

function pastReading(heard: Heard | null, { firstHandler }: Situation): Read {
  const handler = heard ?? (firstHandler === 'robot' ? 'robot' : 'human');
  return { kind: KIND_OF[handler], state: 'completed' };
}

const KIND_OF = { robot: 'auto_customer_service', human: 'manual_customer_service' } as const satisfies Record<
  Handler,
  SessionKind
>;

/** The first session in the group that can stand for it: of its kind, and in its state or able to move there. */
function keeper(found: Group, free: ReadonlyMap<string, InferredSession>, { kind, state }: Read): string | null {
  const candidates = found.pieces.flatMap((piece) =>
    piece.sessionId === null ? [] : (free.get(piece.sessionId) ?? []),
  );
  const fits = (session: InferredSession) =>
    session.kind === kind && (session.state === state || canMove(session.state, state));
  const open = candidates.find((session) => fits(session) && !isOver(session.state));
  return (open ?? candidates.find(fits))?.id ?? null;
}
