// What would have happened: arrivals are played through the law of routing with given agents and a given policy. Whoever is chosen
// takes it at once and serves as long as it took; nobody declines, misses an offer or goes away, but for the end of their hours. Long, since the play is one story.
import type { Needs } from '../accounts/settings.ts';
import { type HumanKind, KINDS } from '../sessions/kinds.ts';
import type { Candidate, Wanted } from './candidate.ts';
import { needsOf } from './needs.ts';
import { fits, type Policy, route } from './route.ts';
import { type Figures, figuresOf, type Hours, type Served } from './simulation-figures.ts';

/** Times are seconds on one scale, wherever it begins. */
export type Arrival = {
  readonly at: number;
  readonly kind: HumanKind;
  readonly needs: Needs;
  /** The same contact meets the same agent again, while the policy says so. */
  readonly contact: string | null;
  readonly handleSeconds: number;
};

export type SimulatedAgent = Pick<Candidate, 'agentId' | 'name' | 'capacity' | 'skills' | 'teams'> & {
  /** When they take sessions; null: always. What they have taken they finish. */
  readonly hours: readonly Hours[] | null;
};

export type SimulatedPolicy = Policy & {
  readonly stickyFor: number;
  readonly needs: Partial<Record<HumanKind, Needs>>;
};

/**
 * Deterministic: equal input, equal outcome. In manual mode agents are taken to pick at once, as the law would have chosen for them.
 * Yields now and then, so that a caller with other work can breathe. The time grows with (arrivals + hours) times the different needs.
 */
export function* simulate(
  arrivals: readonly Arrival[],
  agents: readonly SimulatedAgent[],
  policy: SimulatedPolicy,
): Generator<undefined, Figures> {
  const play = begin(arrivals, agents, policy);
  for (let steps = 1; ; steps += 1) {
    const next = play.agenda.shift();
    if (!next)
      return figuresOf(
        agents,
        play.served,
        [...play.lines.values()].flatMap(({ waiting }) => waiting),
      );
    if (next.what === 'ends') ends(play, next);
    else if (next.what === 'opens') fillSeats(play, next.agentId, next.at);
    else if (next.what === 'comes') comes(play, next.arrival);
    else if (next.line.waiting[0] === next.arrival) serveFirst(play, next.line, next.at);
    if (steps % STEPS_AT_ONCE === 0) yield;
  }
}

const STEPS_AT_ONCE = 100;

type Step = { readonly at: number } & (
  | { readonly what: 'ends'; readonly agentId: string; readonly contact: string | null }
  | { readonly what: 'opens'; readonly agentId: string }
  | { readonly what: 'comes'; readonly arrival: Arrival }
  | { readonly what: 'asks for less'; readonly arrival: Arrival; readonly line: Line }
);

/** Those who ask for the same wait in one line: where its first can not be taken, neither can those behind. */
type Line = {
  readonly kind: HumanKind;
  readonly asked: Needs;
  readonly waiting: Arrival[];
  /** Agents who can ever take them: while everything is asked for, and once less is. The law judges only these. */
  readonly able: readonly string[];
  readonly ableLater: readonly string[];
};

type Play = {
  readonly policy: SimulatedPolicy;
  /** What is still to come, in order. */
  readonly agenda: Step[];
  readonly lines: Map<string, Line>;
  readonly agents: Map<string, Candidate & Pick<SimulatedAgent, 'hours'>>;
  /** Who served a contact last, and until when. */
  readonly last: Map<string, { readonly agentId: string; readonly at: number }>;
  readonly served: Served[];
};

const THERE = {
  availability: 'online',
  reachable: true,
  alwaysReachable: true,
  seatsTaken: 0,
  idleSince: null,
} as const;
const WILLING = { declined: false, missed: 0, inHand: false } as const;

function begin(arrivals: readonly Arrival[], team: readonly SimulatedAgent[], policy: SimulatedPolicy): Play {
  // Of those who begin at the same second the smaller id is first, in whatever order they are given.
  const agents = team.toSorted((a, b) => (a.agentId < b.agentId ? -1 : 1));
  const opens = agents.flatMap(({ agentId, hours }): Step[] =>
    (hours ?? []).map(({ from }) => ({ at: from, what: 'opens', agentId })),
  );
  const coming = arrivals.map((arrival): Step => ({ at: arrival.at, what: 'comes', arrival }));
  return {
    policy: policy.mode === 'manual' ? { ...policy, mode: 'offer' } : policy,
    agenda: [...opens, ...coming].sort((a, b) => a.at - b.at),
    lines: new Map(),
    agents: new Map(agents.map((agent) => [agent.agentId, { ...agent, ...THERE, ...WILLING }])),
    last: new Map(),
    served: [],
  };
}

function comes(play: Play, arrival: Arrival): void {
  const { policy, lines } = play;
  const asked = needsOf(policy.needs, arrival.kind, arrival.needs);
  const key = JSON.stringify([arrival.kind, asked.skills.toSorted(), asked.team]);
  const line = lines.get(key) ?? newLine(play, arrival.kind, asked);
  lines.set(key, line);
  line.waiting.push(arrival);
  if (line.waiting.length === 1) serveFirst(play, line, arrival.at);
  if (!line.waiting.includes(arrival)) return;
  for (const after of [policy.relax.skillsAfter, policy.relax.teamAfter])
    if (after !== null) plan(play, { at: arrival.at + after, what: 'asks for less', arrival, line });
}

function newLine({ agents, policy }: Play, kind: HumanKind, asked: Needs): Line {
  const ableAfter = (waited: number) => {
    const wanted = { ...asked, waited, lastAgentId: null, onlyAgentId: null, fromAgentId: null };
    return [...agents.values()].flatMap((one) =>
      fits(wanted, { ...one, capacity: 1, seatsTaken: 0 }, policy) ? [one.agentId] : [],
    );
  };
  return { kind, asked, waiting: [], able: ableAfter(0), ableLater: ableAfter(Number.POSITIVE_INFINITY) };
}

function ends(play: Play, { at, agentId, contact }: Extract<Step, { what: 'ends' }>): void {
  const agent = play.agents.get(agentId);
  if (!agent) return;
  play.agents.set(agentId, { ...agent, seatsTaken: agent.seatsTaken - 1, idleSince: at * 1000 });
  if (contact !== null) play.last.set(contact, { agentId, at });
  fillSeats(play, agentId, at);
}

/** The best of those who wait whom this agent could take, again and again; the law may still find somebody better for it. */
function fillSeats(play: Play, agentId: string, at: number): void {
  for (;;) {
    const agent = play.agents.get(agentId);
    if (!agent || !hasRoom(agent, at)) return;
    const firsts = [...play.lines.values()].filter(({ waiting }) => waiting.length > 0).sort(byPrecedence);
    const line = firsts.find((each) => fits(wantedBy(play, each, at), agent, play.policy));
    if (!line || !serveFirst(play, line, at)) return;
  }
}

/** By level, rank and age, as the queue is. */
function byPrecedence(a: Line, b: Line): number {
  const [one, other] = [KINDS[a.kind], KINDS[b.kind]];
  return one.level - other.level || one.rank - other.rank || (a.waiting[0]?.at ?? 0) - (b.waiting[0]?.at ?? 0);
}

/** @returns false when nobody can take it. */
function serveFirst(play: Play, line: Line, at: number): boolean {
  const [arrival] = line.waiting;
  const wanted = wantedBy(play, line, at);
  const chosen = play.agents.get(route(wanted, freeFor(play, line, wanted.waited, at), play.policy).chosen ?? '');
  if (!arrival || !chosen) return false;
  const { agentId } = chosen;
  line.waiting.shift();
  play.agents.set(agentId, { ...chosen, seatsTaken: chosen.seatsTaken + 1 });
  play.served.push({ arrival, agentId, at });
  if (arrival.contact !== null) play.last.set(arrival.contact, { agentId, at });
  plan(play, { at: at + arrival.handleSeconds, what: 'ends', agentId, contact: arrival.contact });
  return true;
}

function freeFor({ agents, policy }: Play, { able, ableLater }: Line, waited: number, at: number): Candidate[] {
  const { skillsAfter, teamAfter } = policy.relax;
  const asksForAll = waited < Math.min(skillsAfter ?? Number.POSITIVE_INFINITY, teamAfter ?? Number.POSITIVE_INFINITY);
  return (asksForAll ? able : ableLater).flatMap((id) => {
    const agent = agents.get(id);
    return agent && hasRoom(agent, at) ? [agent] : [];
  });
}

function wantedBy({ last, policy }: Play, { asked, waiting }: Line, at: number): Wanted {
  const [arrival] = waiting;
  const before = last.get(arrival?.contact ?? '');
  const sticks = before !== undefined && policy.stickyFor > 0 && at - before.at <= policy.stickyFor;
  return {
    ...asked,
    waited: at - (arrival?.at ?? at),
    lastAgentId: sticks ? before.agentId : null,
    onlyAgentId: null,
    fromAgentId: null,
  };
}

function hasRoom({ capacity, seatsTaken, hours }: Candidate & Pick<SimulatedAgent, 'hours'>, at: number): boolean {
  return seatsTaken < capacity && (hours === null || hours.some(({ from, to }) => from <= at && at < to));
}

/** Behind everything that comes at the same time. */
function plan({ agenda }: Play, step: Step): void {
  let [low, high] = [0, agenda.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((agenda[middle]?.at ?? 0) <= step.at) low = middle + 1;
    else high = middle;
  }
  agenda.splice(low, 0, step);
}
