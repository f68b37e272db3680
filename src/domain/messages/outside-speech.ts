// People may write outside the system at any time. What a person said while a robot of ours had the floor is a fact that comes late:
// it opens a human turn from that word on, or grows the one that it falls into; what robots said meanwhile overlapped it.

/** Times in milliseconds. */
export type Said = { readonly at: number; readonly key: string };
export type KnownTurn = { readonly id: string; readonly from: number; readonly to: number; readonly isOpen: boolean };

export type Turn<S extends Said = Said> = {
  /** The turn that it grows; null: a new one. */
  readonly id: string | null;
  readonly said: readonly S[];
  readonly from: number;
  /** When it is over, as far as is known: nobody tells us that a person outside is done. */
  readonly to: number;
  /** It goes on now: the robot falls silent. A known turn that was over may be found to go on. */
  readonly isOpen: boolean;
};

export type Around = {
  readonly now: number;
  /** Milliseconds of silence after which a person outside has gone. */
  readonly silence: number;
  /** Where the next session begins that somebody else had: a turn ends there at the latest. Infinity: nobody came after. */
  readonly until: number;
};

/** @param said by people outside, in any order. @param known turns of people outside that are near. */
export function turnsOutside<S extends Said>(
  said: readonly S[],
  known: readonly KnownTurn[],
  around: Around,
): Turn<S>[] {
  const turns: Turn<S>[] = [];
  for (const word of said.toSorted((a, b) => a.at - b.at || (a.key < b.key ? -1 : 1))) {
    const last = turns.at(-1);
    if (last && (last.isOpen || word.at <= last.to)) turns[turns.length - 1] = grown(last, word, around);
    else turns.push(grown(begun(word, known, around), word, around));
  }
  return turns;
}

/** Of several near ones the open one: it is that which goes on. */
function begun<S extends Said>(word: S, known: readonly KnownTurn[], { silence }: Around): Turn<S> {
  const near = known
    .filter(({ from, to, isOpen }) => word.at >= from - silence && (isOpen || word.at <= to))
    .toSorted((a, b) => Number(b.isOpen) - Number(a.isOpen))[0];
  if (near) return { id: near.id, said: [], from: near.from, to: near.to, isOpen: near.isOpen };
  return { id: null, said: [], from: word.at, to: word.at, isOpen: false };
}

function grown<S extends Said>(turn: Turn<S>, word: S, { now, silence, until }: Around): Turn<S> {
  const to = Math.max(turn.to, Math.min(word.at + silence, until));
  const isOpen = turn.isOpen || (until === Number.POSITIVE_INFINITY && to > now);
  return {
    id: turn.id,
    said: [...turn.said, word],
    from: Math.min(turn.from, word.at),
    to: isOpen ? Math.max(turn.to, word.at) : to,
    isOpen,
  };
}

/** Whether a robot that spoke then spoke over a person. */
export function overlaps(turn: Pick<KnownTurn, 'from' | 'to' | 'isOpen'>, at: number): boolean {
  return at > turn.from && (turn.isOpen || at <= turn.to);
}
