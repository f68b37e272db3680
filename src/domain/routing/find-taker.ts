// From the law's choice to an agent whose row is locked: what the choice was made on still holds when it commits. Decided on other
// facts than those under the lock, it is decided again.
import { LockMode } from '@mikro-orm/mysql';
import type { Settings } from '../accounts/settings.ts';
import type { Act } from '../act.ts';
import { Agent } from '../agents/agent.ts';
import type { Candidate } from './candidate.ts';
import { type Waiting, wantedBy } from './decide-route.ts';
import { findCandidates } from './find-candidates.ts';
import { type RouteVerdict, route } from './route.ts';

export type Found = { readonly verdict: RouteVerdict; readonly agent: Agent | null };

/**
 * An agent whom another act has in hand just now is passed over for the next best, as they will have one more in a moment; unless
 * it must be them, or nobody else can take it: then they are waited for. Ends, since each agent is locked once at most.
 */
export async function findTaker(act: Act, settings: Settings, waiting: Waiting): Promise<Found> {
  const { routing } = settings;
  const wanted = await wantedBy(act.em, settings, waiting, act.now);
  const look = (only: string | null = null) => findCandidates(act.em, waiting, act.now, routing.declineFor, only);
  const inHand = new Set<string>();
  let candidates = await look();
  for (;;) {
    const marked = candidates.map((one) => (inHand.has(one.agentId) ? { ...one, inHand: true } : one));
    const verdict = route(wanted, marked, routing);
    const { chosen } = verdict;
    if (chosen === null && inHand.size === 0) return { verdict, agent: null };
    const must = chosen ?? route(wanted, candidates, routing).chosen;
    if (must === null) return { verdict, agent: null };
    const waits = chosen === null || chosen === wanted.lastAgentId || chosen === wanted.onlyAgentId;
    const agent = await lockChosen(act, must, waits);
    if (!agent) {
      inHand.add(must);
      continue;
    }
    const [fresh] = await look(must);
    if (fresh && chosen !== null && isSame(fresh, candidates)) return { verdict, agent };
    inHand.clear();
    candidates = await look();
  }
}

/** null while another act has them, unless they are waited for. */
function lockChosen(act: Act, agentId: string, waits: boolean): Promise<Agent | null> {
  const lockMode = waits ? LockMode.PESSIMISTIC_WRITE : LockMode.PESSIMISTIC_PARTIAL_WRITE;
  return act.em.findOne(Agent, { id: agentId }, { lockMode, refresh: true });
}

function isSame(fresh: Candidate, candidates: readonly Candidate[]): boolean {
  const decidedOn = candidates.find(({ agentId }) => agentId === fresh.agentId);
  return JSON.stringify(fresh) === JSON.stringify(decidedOn);
}
