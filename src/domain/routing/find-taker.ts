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
 * @param seen the candidates as they were just now.
 *
 * An agent whom another act has in hand just now is passed over for the next best, as they will have one more in a moment; unless
 * it must be them, or nobody else can take it: then they are waited for. Under the lock each is looked at once more.
 */
export async function findTaker(
  act: Act,
  settings: Settings,
  waiting: Waiting,
  seen: readonly Candidate[],
): Promise<Found> {
  const { routing } = settings;
  const wanted = await wantedBy(act.em, settings, waiting, act.now);
  const inHand = new Set<string>();
  let candidates = seen;
  for (;;) {
    const marked = candidates.map((one) => (inHand.has(one.agentId) ? { ...one, inHand: true } : one));
    const verdict = route(wanted, marked, routing);
    const next = verdict.chosen ?? route(wanted, candidates, routing).chosen;
    if (next === null) return { verdict, agent: null };
    const waits = verdict.chosen === null || next === wanted.lastAgentId || next === wanted.onlyAgentId;
    const agent = await lockChosen(act, next, waits);
    if (!agent) {
      inHand.add(next);
      continue;
    }
    const [fresh] = await findCandidates(act.em, waiting, act.now, routing.declineFor, next);
    if (verdict.chosen === next && isAsDecidedOn(fresh, candidates)) return { verdict, agent };
    inHand.delete(next);
    candidates = candidates.flatMap((one) => (one.agentId === next ? (fresh ?? []) : [one]));
  }
}

/** null while another act has them, unless they are waited for. */
function lockChosen(act: Act, agentId: string, waits: boolean): Promise<Agent | null> {
  const lockMode = waits ? LockMode.PESSIMISTIC_WRITE : LockMode.PESSIMISTIC_PARTIAL_WRITE;
  return act.em.findOne(Agent, { id: agentId }, { lockMode, refresh: true });
}

function isAsDecidedOn(fresh: Candidate | undefined, candidates: readonly Candidate[]): boolean {
  if (!fresh) return false;
  return JSON.stringify(fresh) === JSON.stringify(candidates.find(({ agentId }) => agentId === fresh.agentId));
}
