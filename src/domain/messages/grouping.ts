// Which messages belong together. A pure reading of the whole set: whatever the order, the split or the repetition in which
// messages arrive, the same set is cut in the same places.
//
// Sorted by time, then external id, a new group begins where the pause is longer than the gap, where a settled session lies
// between, where the words of ours change from a robot's to a person's or back, or at a message that is marked: it begins a new
// topic. The contact's words belong to either. So in no group but at its beginning there is a marked message.
import type { Heard } from '../sessions/session.ts';

/** One message, or a whole inferred session that need not be taken apart. Times in milliseconds. */
export type Piece = {
  readonly from: number;
  readonly to: number;
  /** Decides between equal times: the external id of the message; empty for a session, which then stands first. */
  readonly key: string;
  readonly heard: Heard | null;
  /** The inferred session that it belongs to so far. */
  readonly sessionId: string | null;
  /** A mark, which somebody who understands the words has set: what is said from here on is about something else. */
  readonly beginsTopic: boolean;
};

export type Group<P extends Piece = Piece> = {
  readonly pieces: readonly P[];
  readonly from: number;
  readonly to: number;
  readonly heard: Heard | null;
  /** Its first message is marked. */
  readonly beginsTopic: boolean;
};

export type Cuts = {
  /** Milliseconds; a pause of exactly this long still holds a group together. */
  readonly gap: number;
  /** Where settled sessions begin. */
  readonly walls: readonly number[];
  /** A session whose contact still waits for a person: until one of ours answers, no pause ends it. */
  readonly waitingSession: string | null;
  /** Whoever wrote since then and has no answer waits for a person just as well, whichever message came to us first. */
  readonly waitsSince: number;
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

/** What is known of a whole session without its messages. */
export type Span = Pick<Piece, 'from' | 'to' | 'heard' | 'beginsTopic'>;

/** How far messages act on others: `now` and `gap` as everywhere, in milliseconds. */
export type Range = { readonly now: number; readonly gap: number };

/** Sessions that reach into this span are touched by the new messages. */
export function reachOf(fresh: readonly Span[], range: Range): { from: number; to: number } {
  const oldest = fresh.reduce((low, { from }) => Math.min(low, from), range.now);
  return { from: oldest - range.gap, to: reachAfter(newestOf(fresh), range) };
}

/**
 * How far the change may go beyond the touched sessions: where a late word of ours changes who is heard last in one of them,
 * the next session may go on in it. That one's own end is heard as before, so nothing after it changes.
 */
export function furtherReach(touched: readonly Span[], fresh: readonly Span[], range: Range): number {
  return heardIn([...touched, ...fresh]).size > 1 ? reachAfter(newestOf(touched), range) : Number.NEGATIVE_INFINITY;
}

/** One gap; but without end after what is fresh, since whoever waits for a person holds all that follows together. */
function reachAfter(time: number, { now, gap }: Range): number {
  return time >= now - gap ? Number.POSITIVE_INFINITY : time + gap;
}

/**
 * Inferred sessions need not be taken apart when nothing in them can be cut anew: all that is new comes after them, or no mark is
 * new, only one side's words are heard and no person's answer could end a wait that holds a session together over a pause. Where
 * two begin at the same millisecond, or a new word falls on a topic's beginning, the messages' ids decide which is first.
 */
export function canStayWhole(sessions: readonly Span[], fresh: readonly Span[], gap: number): boolean {
  const beginnings = new Set(sessions.map(({ from }) => from));
  if (beginnings.size < sessions.length) return false;
  const newest = newestOf(sessions);
  if (fresh.every(({ from }) => from > newest)) return true;
  const topics = new Set(sessions.filter(({ beginsTopic }) => beginsTopic).map(({ from }) => from));
  if (fresh.some(({ from, beginsTopic }) => beginsTopic || topics.has(from))) return false;
  const heard = heardIn([...sessions, ...fresh]);
  const mayPause = heard.has('human') && sessions.some(({ from, to }) => to - from > gap);
  return heard.size <= 1 && !mayPause;
}

/**
 * Which inferred sessions new marks take apart: those that hold them, and no others. But all of them where two meet at a
 * millisecond: there their messages' ids decide which is first.
 */
export function takenApart<S extends Span>(sessions: readonly S[], isMarked: (session: S) => boolean): readonly S[] {
  const times = sessions.flatMap((session) => {
    const { from, to } = session;
    return isMarked(session) && to !== from ? [from, to] : [from];
  });
  return new Set(times).size < times.length ? sessions : sessions.filter(isMarked);
}

function heardIn(spans: readonly Span[]): Set<Heard> {
  return new Set(spans.flatMap(({ heard }) => heard ?? []));
}

function newestOf(spans: readonly Span[]): number {
  return spans.reduce((high, { to }) => Math.max(high, to), Number.NEGATIVE_INFINITY);
}

type OpenGroup<P> = {
  pieces: P[];
  from: number;
  to: number;
  heard: Heard | null;
  beginsTopic: boolean;
  waits: boolean;
};

function begin<P extends Piece>(piece: P, cuts: Cuts): OpenGroup<P> {
  const { from, to, heard, beginsTopic } = piece;
  return { pieces: [piece], from, to, heard, beginsTopic, waits: waits(piece, cuts) };
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

function cutBetween(open: OpenGroup<Piece>, next: Piece, { gap, walls, waitsSince }: Cuts): boolean {
  if (next.beginsTopic) return true; // set only where nobody waits: whoever waits later is not cut by it, their group begins there
  if (open.heard !== null && next.heard !== null && open.heard !== next.heard) return true;
  if (walls.some((wall) => open.to < wall && wall <= next.from)) return true;
  const stillWaits = open.heard !== 'human' && (open.waits || open.to >= waitsSince);
  return !stillWaits && next.from - open.to > gap;
}

function byTimeThenKey(a: Piece, b: Piece): number {
  if (a.from !== b.from) return a.from - b.from;
  return a.key < b.key ? -1 : Number(a.key > b.key);
}
