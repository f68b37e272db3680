// Every cell of the arbitration as a row, read out of the law itself: what docs/sessions.md prints, GET /v1/arbitration serves,
// and a generated test plays against the database.
import { arbitrate, type Challenger, ON_CONFLICT, type OnConflict, type Rival, type Verdict } from './arbitration.ts';
import { KINDS, SESSION_KINDS, type SessionKind } from './kinds.ts';

export const INCUMBENT_STATES = ['active', 'paused', 'pending'] as const;

export type Cell = {
  /** The foremost open session of the conversation; null: none is open. */
  readonly incumbent: { readonly kind: SessionKind; readonly state: (typeof INCUMBENT_STATES)[number] } | null;
  /** One more that waits, or nobody. */
  readonly waiting: SessionKind | null;
  readonly challenger: SessionKind;
  /** Of a human challenger: an agent takes it now. */
  readonly taken: boolean;
  readonly onConflict: OnConflict;
};

export type Row = Cell & Verdict;

/** Who else may wait: nobody, a robot of the lowest level, a person of the highest. */
const WAITING = [null, 'auto_follow_up', 'manual_urgent'] as const satisfies readonly (SessionKind | null)[];

export function arbitrationMatrix(): Row[] {
  return cells().map((cell) => ({ ...cell, ...verdictOf(cell) }));
}

function cells(): Cell[] {
  const incumbents = SESSION_KINDS.flatMap((kind) => INCUMBENT_STATES.map((state) => ({ kind, state })));
  return [null, ...incumbents].flatMap((incumbent) =>
    WAITING.flatMap((waiting) =>
      SESSION_KINDS.flatMap((challenger) =>
        takings(challenger).flatMap((taken) =>
          ON_CONFLICT.map((onConflict) => ({ incumbent, waiting, challenger, taken, onConflict })),
        ),
      ),
    ),
  );
}

function takings(kind: SessionKind): readonly boolean[] {
  return KINDS[kind].handler === 'human' ? [false, true] : [false];
}

function verdictOf({ incumbent, waiting, challenger, taken, onConflict }: Cell): Verdict {
  const open = incumbent === null ? null : rival(incumbent.kind);
  const waits = [
    ...(open !== null && incumbent?.state !== 'active' ? [open] : []),
    ...(waiting === null ? [] : [rival(waiting)]),
  ];
  const wanting: Challenger = { ...rival(challenger), taken, onConflict };
  return arbitrate({
    incumbent: incumbent?.state === 'active' ? open : null,
    waiting: waits,
    challenger: wanting,
    robotsWait: true,
    robotSlotFree: true,
  });
}

function rival(kind: SessionKind): Rival {
  const { handler, level } = KINDS[kind];
  return { kind, handler, level };
}
