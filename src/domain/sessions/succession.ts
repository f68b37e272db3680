// Who is next when the floor is free: the best by level, then rank, then age, of those who may have it now.
import { type Handler, KINDS, type SessionKind } from './kinds.ts';
import type { SessionState } from './lifecycle.ts';

export type Waiting = {
  readonly id: string;
  readonly kind: SessionKind;
  readonly handler: Handler;
  readonly level: number;
  readonly state: SessionState;
  readonly onHold: boolean;
  readonly openedAt: Date;
};

export type Circumstances = { readonly robotsWait: boolean; readonly robotSlotFree: boolean };

/**
 * A person who was interrupted comes back by themselves, unless one of a better level is still to come; one who is still to come is
 * next only when an agent takes it, and until then no robot speaks (unless the account says so). Whoever is on hold comes back only
 * when asked.
 * @returns null when the floor stays free.
 */
export function nextOnFloor<W extends Waiting>(
  open: readonly W[],
  { robotsWait, robotSlotFree }: Circumstances,
): W | null {
  const awaited = open.filter(({ handler, state }) => handler === 'human' && state === 'pending');
  const mayHaveIt = open.filter(({ handler, state, onHold, level }) => {
    if (onHold || (state !== 'paused' && state !== 'pending')) return false;
    if (handler === 'human') return state === 'paused' && !awaited.some((person) => person.level < level);
    return robotSlotFree && !(robotsWait && awaited.length > 0);
  });
  return mayHaveIt.toSorted(byPrecedence)[0] ?? null;
}

/** The order of those who wait: level, rank, age; equal ages by id. */
export function byPrecedence(
  a: Pick<Waiting, 'id' | 'kind' | 'level' | 'openedAt'>,
  b: Pick<Waiting, 'id' | 'kind' | 'level' | 'openedAt'>,
): number {
  return (
    a.level - b.level ||
    KINDS[a.kind].rank - KINDS[b.kind].rank ||
    a.openedAt.getTime() - b.openedAt.getTime() ||
    (a.id < b.id ? -1 : Number(a.id > b.id))
  );
}
