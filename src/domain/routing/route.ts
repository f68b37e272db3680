// Who takes a session that waits, and for each agent who does not: why. A pure law over candidates; the decision, its explanation,
// the preview and the simulation are this one function.
import { whyAbsent } from '../agents/presence.ts';
import { type Candidate, compare, loadOf, type Wanted, whyBefore } from './candidate.ts';

export type Policy = {
  readonly mode: 'manual' | 'offer' | 'direct';
  readonly relax: { readonly skillsAfter: number | null; readonly teamAfter: number | null };
};

export type CandidateVerdict = {
  readonly agentId: string;
  readonly name: string;
  readonly eligible: boolean;
  readonly chosen: boolean;
  /** Taken seats over all seats, 0 to 1. */
  readonly load: number;
  /** Of the chosen one: what spoke for them. Of another: every reason against, or what the chosen one has before them. */
  readonly why: string;
};

export type RouteVerdict = {
  readonly chosen: string | null;
  readonly candidates: readonly CandidateVerdict[];
  readonly eligible: number;
  /** Everybody who is there and fits has said no. */
  readonly declinedByAll: boolean;
  /** What is asked for no more, since it has waited so long. */
  readonly relaxed: Relaxed;
  readonly explanation: string;
};

/** In manual mode nobody is chosen, unless it is handed to somebody by name: the board is told, and agents pick. */
export function route(wanted: Wanted, candidates: readonly Candidate[], policy: Policy): RouteVerdict {
  const relaxed = relaxedAt(wanted, policy);
  const asked = withoutRelaxed(wanted, relaxed);
  const judged = candidates.map((candidate) => ({ candidate, against: reasonsAgainst(asked, candidate) }));
  const fit = judged.flatMap(({ candidate, against }) => (against.length === 0 ? [candidate] : []));
  const picks = isPicked(wanted, policy);
  const best = picks ? fit.toSorted((a, b) => compare(asked, a, b))[0] : undefined;
  const verdicts = judged.map(({ candidate, against }) => verdictOf(asked, candidate, against, best));
  const there = judged.filter(({ against }) => !against.some(({ kind }) => kind === 'unfit' || kind === 'absent'));
  return {
    chosen: best?.agentId ?? null,
    candidates: verdicts,
    eligible: fit.length,
    declinedByAll: there.length > 0 && there.every(({ candidate }) => candidate.declined),
    relaxed,
    explanation: explain(verdicts, fit.length, best, relaxed, picks),
  };
}

/** Whether the law chooses: in manual mode agents do, unless it is handed to one by name. */
export function isPicked({ onlyAgentId }: Pick<Wanted, 'onlyAgentId'>, { mode }: Policy): boolean {
  return mode !== 'manual' || onlyAgentId !== null;
}

/** Whether nothing speaks against this one. */
export function fits(wanted: Wanted, candidate: Candidate, policy: Policy): boolean {
  return reasonsAgainst(withoutRelaxed(wanted, relaxedAt(wanted, policy)), candidate).length === 0;
}

type Relaxed = readonly ('skills' | 'team')[];

function withoutRelaxed(wanted: Wanted, relaxed: Relaxed): Wanted {
  return {
    ...wanted,
    skills: relaxed.includes('skills') ? [] : wanted.skills,
    team: relaxed.includes('team') ? null : wanted.team,
  };
}

function relaxedAt({ waited, skills, team }: Wanted, { relax }: Policy): Relaxed {
  const after = (limit: number | null) => limit !== null && waited >= limit;
  return [
    ...(skills.length > 0 && after(relax.skillsAfter) ? (['skills'] as const) : []),
    ...(team !== null && after(relax.teamAfter) ? (['team'] as const) : []),
  ];
}

type Against = { readonly kind: 'unfit' | 'absent' | 'declined' | 'full' | 'in hand'; readonly says: string };

function reasonsAgainst(wanted: Wanted, candidate: Candidate): Against[] {
  const { agentId, capacity, seatsTaken, skills, teams, declined, inHand } = candidate;
  const missing = wanted.skills.filter((skill) => !skills.includes(skill));
  const absent = whyAbsent(candidate);
  const against: (Against | false)[] = [
    wanted.onlyAgentId !== null && wanted.onlyAgentId !== agentId && unfit('it is handed to somebody else by name'),
    wanted.fromAgentId === agentId && unfit('hands it on'),
    missing.length > 0 && unfit(`lacks the skill${missing.length > 1 ? 's' : ''} ${missing.join(', ')}`),
    wanted.team !== null && !teams.includes(wanted.team) && unfit(`not in the team ${wanted.team}`),
    absent !== null && { kind: 'absent', says: absent },
    declined && { kind: 'declined', says: 'declined it' },
    seatsTaken >= capacity && { kind: 'full', says: `all ${capacity} seats taken` },
    inHand && { kind: 'in hand', says: 'was just being given something else' },
  ];
  return against.filter((each) => each !== false);
}

function unfit(says: string): Against {
  return { kind: 'unfit', says };
}

function verdictOf(
  wanted: Wanted,
  candidate: Candidate,
  against: readonly Against[],
  best: Candidate | undefined,
): CandidateVerdict {
  const { agentId, name, capacity, seatsTaken } = candidate;
  const eligible = against.length === 0;
  const chosen = candidate === best;
  const forThem = `${capacity - seatsTaken} of ${capacity} seats free`;
  const why = !eligible
    ? against.map(({ says }) => says).join('; ')
    : chosen && agentId === wanted.lastAgentId
      ? `served this contact last; ${forThem}`
      : chosen || !best
        ? forThem
        : whyBefore(wanted, best, candidate);
  return { agentId, name, eligible, chosen, load: loadOf(candidate), why };
}

function explain(
  verdicts: readonly CandidateVerdict[],
  eligible: number,
  best: Candidate | undefined,
  relaxed: readonly string[],
  picks: boolean,
): string {
  const waited =
    relaxed.length > 0 ? ` It has waited so long that the ${relaxed.join(' and the ')} asked for no longer count.` : '';
  if (verdicts.length === 0) return 'No agent is allowed on this account.';
  if (best) {
    const why = verdicts.find(({ chosen }) => chosen)?.why;
    return `${best.name} is chosen among ${eligible} of ${verdicts.length} agents who could take it: ${why}.${waited}`;
  }
  if (eligible > 0 && !picks)
    return `${eligible} of ${verdicts.length} agents could take it; agents pick from the queue.${waited}`;
  const reasons = [...new Set(verdicts.map(({ why }) => why))].slice(0, 10).join('; ');
  return `None of ${verdicts.length} agents can take it now: ${reasons}.${waited}`;
}
