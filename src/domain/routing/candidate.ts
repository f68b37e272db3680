// An agent as routing sees them, what is wanted of them, and the order of preference: who is asked before whom, and why.
import type { Presence } from '../agents/presence.ts';

export type Candidate = Presence & {
  readonly agentId: string;
  readonly name: string;
  readonly capacity: number;
  readonly seatsTaken: number;
  readonly skills: readonly string[];
  readonly teams: readonly string[];
  /** Milliseconds since 1970 when their last seat was freed; null: they never had one, and are idle longest. */
  readonly idleSince: number | null;
  /** They declined this session, and not long ago. */
  readonly declined: boolean;
  /** Offers of this session that they did not answer. */
  readonly missed: number;
  /** Somebody else changes what they have at this very moment. */
  readonly inHand: boolean;
};

export type Wanted = {
  readonly skills: readonly string[];
  readonly team: string | null;
  /** Seconds; decides what is asked for no more. */
  readonly waited: number;
  /** Who served this contact last, while that still counts. */
  readonly lastAgentId: string | null;
  /** Handed on to this agent by name. */
  readonly onlyAgentId: string | null;
  /** Who hands it on, and is not asked themselves. */
  readonly fromAgentId: string | null;
};

type Comparison = { readonly order: number; readonly says: string };

/** The order of preference, and for two candidates what decides between them: the first difference. */
export function compare(wanted: Wanted, better: Candidate, worse: Candidate): Comparison {
  const steps: Comparison[] = [
    { order: better.missed - worse.missed, says: `missed ${worse.missed} offers of it` },
    {
      order: Number(worse.agentId === wanted.lastAgentId) - Number(better.agentId === wanted.lastAgentId),
      says: 'somebody else served this contact last',
    },
    { order: loadOf(better) - loadOf(worse), says: `load ${shown(loadOf(worse))}, above ${shown(loadOf(better))}` },
    { order: idleRank(better) - idleRank(worse), says: 'idle for a shorter time' },
    {
      order: better.agentId < worse.agentId ? -1 : Number(better.agentId > worse.agentId),
      says: 'equal in all; the smaller id is taken',
    },
  ];
  return steps.find(({ order }) => order !== 0) ?? { order: 0, says: 'equal in all' };
}

export function loadOf({ seatsTaken, capacity }: Pick<Candidate, 'seatsTaken' | 'capacity'>): number {
  return capacity === 0 ? 1 : seatsTaken / capacity;
}

function idleRank({ idleSince }: Candidate): number {
  return idleSince ?? -1;
}

function shown(load: number): string {
  return `${Math.round(load * 100)} %`;
}
