// Which messages belong together. A pure reading of the whole set: whatever the order, the split or the repetition in which
// messages arrive, the same set is cut in the same places.
//
// Sorted by time, then external id, a new group begins where the pause is longer than the gap, where a settled session lies
// between, or where the words of ours change from a robot's to a person's or back. The contact's words belong to either.
import type { Heard } from '../sessions/session.ts';

/** One message, or a whole inferred session that need not be taken apart. Times in milliseconds. */
export type Piece = {
  readonly from: number;
  readonly to: number;
  /** Decides between equal times: the external id of its first message. */
  readonly key: string;
  readonly heard: Heard | null;
  /** The inferred session that it belongs to so far. */
  readonly sessionId: string | null;
};

export type Group<P extends Piece = Piece> = {
  readonly pieces: readonly P[];
  readonly from: number;
  readonly to: number;
  readonly heard: Heard | null;
};

export type Cuts = {
  /** Milliseconds; a pause of exactly this long still holds a group together. */
  readonly gap: number;
  /** Where settled sessions begin. */
  readonly walls: readonly number[];
  /** A session whose contact still waits for a person: no pause ends it. */
  readonly waitingSession: string | null;
};

export function group<P extends Piece>(pieces: readonly P[], cuts: Cuts): Group<P>[] {
  const groups: OpenGroup<P>[] = [];
  for (const piece of [...pieces].sort(byTimeThenKey)) {
    const last = groups.at(-1);
    if (last && !cutBetween(last, piece, cuts)) add(last, piece, cuts);
    else groups.push(begin(piece, cuts));
  }
  return groups;
}

type OpenGroup<P> = { pieces: P[]; from: number; to: number; heard: Heard | null; waits: boolean };

function begin<P extends Piece>(piece: P, cuts: Cuts): OpenGroup<P> {
  return { pieces: [piece], from: piece.from, to: piece.to, heard: piece.heard, waits: waits(piece, cuts) };
}

function add<P extends Piece>(open: OpenGroup<P>, piece: P, cuts: Cuts): void {
  open.pieces.push(piece);
  open.to = Math.max(open.to, piece.to);
  open.heard ??= piece.heard;
  open.waits ||= waits(piece, cuts);
}

function waits(piece: Piece, cuts: Cuts): boolean {
  return piece.sessionId !== null && piece.sessionId === cuts.waitingSession;
}

function cutBetween(open: OpenGroup<Piece>, next: Piece, { gap, walls }: Cuts): boolean {
  if (open.heard !== null && next.heard !== null && open.heard !== next.heard) return true;
  if (walls.some((wall) => open.to < wall && wall <= next.from)) return true;
  return !open.waits && next.from - open.to > gap;
}

function byTimeThenKey(a: Piece, b: Piece): number {
  if (a.from !== b.from) return a.from - b.from;
  return a.key < b.key ? -1 : Number(a.key > b.key);
}
