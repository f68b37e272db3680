// What a simulation came to: how long people waited, how many still do, and how the work was spread over the agents.

/** A span of seconds. */
export type Hours = { readonly from: number; readonly to: number };

/** When one came, and how long it was served for; in seconds. */
type Came = { readonly at: number; readonly handleSeconds: number };

export type Served = { readonly arrival: Came; readonly agentId: string; readonly at: number };

type Agent = {
  readonly agentId: string;
  readonly name: string;
  readonly capacity: number;
  readonly hours: readonly Hours[] | null;
};

export type Waits = { readonly median: number; readonly p95: number; readonly longest: number };

export type AgentFigures = {
  readonly id: string;
  readonly name: string;
  readonly served: number;
  /** Of the seat time that they had, how much was used; 0 to 1. What runs on after their hours counts as well, up to 1. */
  readonly busyShare: number;
};

export type Figures = {
  readonly arrivals: number;
  readonly served: number;
  /** Whom nobody took, when nothing more could happen. */
  readonly leftWaiting: number;
  /** Seconds, of those who were served; null when nobody was. */
  readonly waits: Waits | null;
  readonly agents: readonly AgentFigures[];
  /** The busiest agent's share less the least busy one's; those without a seat are left out. */
  readonly spread: number;
};

export function figuresOf(agents: readonly Agent[], served: readonly Served[], left: readonly Came[]): Figures {
  const period = periodOf(served, left);
  const byAgent = Map.groupBy(served, ({ agentId }) => agentId);
  const figures = agents.map((agent) => agentFigures(agent, byAgent.get(agent.agentId) ?? [], period));
  const shares = figures.filter((_, index) => (agents[index]?.capacity ?? 0) > 0).map(({ busyShare }) => busyShare);
  return {
    arrivals: served.length + left.length,
    served: served.length,
    leftWaiting: left.length,
    waits: waitsOf(served.map(({ arrival, at }) => at - arrival.at)),
    agents: figures,
    spread: shares.length === 0 ? 0 : Math.max(...shares) - Math.min(...shares),
  };
}

export type Difference = {
  readonly served: number;
  readonly leftWaiting: number;
  readonly waits: Waits | null;
  readonly spread: number;
};

/** The other's figures less the present one's: a negative wait is a shorter one. */
export function differenceOf(present: Figures, other: Figures): Difference {
  const [before, after] = [present.waits, other.waits];
  const less = (of: keyof Waits) => (after?.[of] ?? 0) - (before?.[of] ?? 0);
  return {
    served: other.served - present.served,
    leftWaiting: other.leftWaiting - present.leftWaiting,
    waits: before && after ? { median: less('median'), p95: less('p95'), longest: less('longest') } : null,
    spread: other.spread - present.spread,
  };
}

/** From the first arrival to the end of the last service. */
function periodOf(served: readonly Served[], left: readonly Came[]): Hours {
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { at } of left) [from, to] = [Math.min(from, at), Math.max(to, at)];
  for (const { arrival, at } of served)
    [from, to] = [Math.min(from, arrival.at), Math.max(to, at + arrival.handleSeconds)];
  return { from, to };
}

function agentFigures(
  { agentId: id, name, capacity, hours }: Agent,
  served: readonly Served[],
  period: Hours,
): AgentFigures {
  const used = served.reduce((sum, { arrival }) => sum + arrival.handleSeconds, 0);
  const there = (hours ?? [period]).reduce((sum, each) => sum + overlap(each, period), 0);
  const had = there * capacity;
  return { id, name, served: served.length, busyShare: had > 0 ? Math.min(1, used / had) : 0 };
}

function overlap(a: Hours, b: Hours): number {
  return Math.max(0, Math.min(a.to, b.to) - Math.max(a.from, b.from));
}

function waitsOf(waits: number[]): Waits | null {
  if (waits.length === 0) return null;
  const sorted = waits.sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
  return { median: at(0.5), p95: at(0.95), longest: at(1) };
}
