// Who could take a waiting conversation now, and for each agent who could not: why. A pure law over candidates; in manual
// mode nobody is chosen, the board is told and agents pick.
import { type Presence, whyAbsent } from '../agents/presence.ts';

export type Candidate = Presence & {
  readonly agentId: string;
  readonly name: string;
  readonly capacity: number;
  readonly seatsTaken: number;
};
export type CandidateVerdict = {
  readonly agentId: string;
  readonly name: string;
  readonly eligible: boolean;
  readonly why: string;
};
export type RouteVerdict = {
  readonly candidates: readonly CandidateVerdict[];
  readonly eligible: number;
  readonly explanation: string;
};

export function route(candidates: readonly Candidate[]): RouteVerdict {
  const verdicts = candidates.map(judge);
  const eligible = verdicts.filter((verdict) => verdict.eligible).length;
  return { candidates: verdicts, eligible, explanation: explain(verdicts, eligible) };
}

function judge(candidate: Candidate): CandidateVerdict {
  const { agentId, name, capacity, seatsTaken } = candidate;
  const absent = whyAbsent(candidate);
  if (absent) return { agentId, name, eligible: false, why: absent };
  if (seatsTaken >= capacity) return { agentId, name, eligible: false, why: `all ${capacity} seats taken` };
  return { agentId, name, eligible: true, why: `${capacity - seatsTaken} of ${capacity} seats free` };
}

function explain(verdicts: readonly CandidateVerdict[], eligible: number): string {
  if (verdicts.length === 0) return 'No agent is allowed on this account.';
  if (eligible > 0) return `${eligible} of ${verdicts.length} agents could take it; agents pick from the queue.`;
  const reasons = [...new Set(verdicts.map(({ why }) => why))].join('; ');
  return `None of ${verdicts.length} agents can take it now: ${reasons}.`;
}
