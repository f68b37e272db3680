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

type Step = {
  readonly order: (wanted: Wanted, better: Candidate, worse: Candidate) => number;
  readonly says: (better: Candidate, worse: Candidate) => string;
};

/** The order of preference: the first difference decides. */
const STEPS: readonly Step[] = [
  { order: (_, a, b) => a.missed - b.missed, says: (_, worse) => `missed ${worse.missed} offers of it` },
  {
    order: ({ lastAgentId }, a, b) => Number(b.agentId === lastAgentId) - Number(a.agentId === lastAgentId),
    says: () => 'somebody else served this contact last',
  },
  {
    order: (_, a, b) => loadOf(a) - loadOf(b),
    says: (better, worse) => `load ${shown(loadOf(worse))}, above ${shown(loadOf(better))}`,
  },
  { order: (_, a, b) => idleRank(a) - idleRank(b), says: () => 'idle for a shorter time' },
  {
    order: (_, a, b) => (a.agentId < b.agentId ? -1 : Number(a.agentId > b.agentId)),
    says: () => 'equal in all; the smaller id is taken',
  },
];

/** Below 0: the first is preferred. */
export function compare(wanted: Wanted, a: Candidate, b: Candidate): number {
  for (const { order } of STEPS) {
    const difference = order(wanted, a, b);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** What the better one has before the other. */
export function whyBefore(wanted: Wanted, better: Candidate, worse: Candidate): string {
  return STEPS.find(({ order }) => order(wanted, better, worse) !== 0)?.says(better, worse) ?? 'equal in all';
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
