// Queue route-conversation: one conversation looks for its next holder; or an agent whose seat or presence has changed gets what
// waits for them, or loses what was offered to them.
import { runAct } from '../act.ts';
import type { Act } from '../domain/act.ts';
import { withdrawOffer } from '../domain/assignments/answer-offer.ts';
import type { JobPayload } from '../domain/jobs/catalogue.ts';
import { claimJob } from '../domain/jobs/claim-jobs.ts';
import { finishJobs } from '../domain/jobs/finish-job.ts';
import { Job } from '../domain/jobs/job.ts';
import { findForgottenRobots } from '../domain/routing/find-forgotten-robots.ts';
import { findForgotten, findTakeableBy, freeSeatsOf, offersTo } from '../domain/routing/find-takeable.ts';
import { awaitsAgent } from '../domain/routing/find-waiting.ts';
import type { RouteVerdict } from '../domain/routing/route.ts';
import { routeConversation as route, routeInTurn, routeUnlessBusy } from '../domain/routing/route-conversation.ts';
import type { Kernel } from '../kernel.ts';
import { SYSTEM } from './perform.ts';

export async function routeConversation(kernel: Kernel, id: string): Promise<void> {
  const job = await kernel.orm.em.fork().findOne(Job, { id, state: ['accepted', 'failed'] }, { populate: ['payload'] });
  if (!job) return;
  const payload: JobPayload['route-conversation'] = JSON.parse(job.payload);
  if ('agentId' in payload) {
    const given = await settleAgent(kernel, payload.agentId);
    await finish(kernel, id, async () => ({ given }));
    return;
  }
  const { conversationId } = payload;
  const ahead = await runAct(kernel, SYSTEM, async (act) => {
    if (!(await claimJob(act, id))) return [];
    const turn = await routeInTurn(act, conversationId);
    if (turn.ahead.length === 0) await finishJobs(act, NAME, new Map([[id, outcomeOf(turn.verdict)]]));
    return turn.ahead;
  });
  if (ahead.length === 0) return;
  for (const other of ahead)
    if (await awaitsAgent(kernel.orm.em.fork(), other)) await runAct(kernel, SYSTEM, (act) => route(act, other));
  await finish(kernel, id, async (act) => outcomeOf(await route(act, conversationId)));
}

const NAME = 'route-conversation';

async function finish(kernel: Kernel, id: string, work: (act: Act) => Promise<unknown>): Promise<void> {
  await runAct(kernel, SYSTEM, async (act) => {
    if (await claimJob(act, id)) await finishJobs(act, NAME, new Map([[id, await work(act)]]));
  });
}

/** The whole verdict is kept with the decision. */
function outcomeOf(verdict: RouteVerdict | null) {
  return verdict && { chosen: verdict.chosen, eligible: verdict.eligible, explanation: verdict.explanation };
}

/** An agent who is gone has no offers; one who is there has no free seat while somebody waits for it. @returns how many they were given. */
async function settleAgent(kernel: Kernel, agentId: string): Promise<number> {
  for (const offer of await offersTo(kernel.orm.em.fork(), agentId))
    await runAct(kernel, SYSTEM, (act) => withdrawOffer(act, offer));
  let given = 0;
  for (;;) {
    const seats = await freeSeatsOf(kernel.orm.em.fork(), agentId);
    if (seats === 0) return given;
    const next = await findTakeableBy(kernel.orm.em.fork(), agentId, kernel.clock(), seats + MORE_THAN_SEATS);
    const { own, moved } = await offerRound(kernel, agentId, seats, next);
    if (!moved) return given;
    given += own;
  }
}

/** Some of those who come first are given to others, who are to be preferred for them. */
const MORE_THAN_SEATS = 5;

/**
 * What another act has at the moment is most likely being given to somebody, and is passed over; but as many seats are kept for
 * them, since they come first. Where nothing else is left they are waited for. @returns whether anybody was given anything.
 */
async function offerRound(
  kernel: Kernel,
  agentId: string,
  seats: number,
  next: readonly string[],
): Promise<{ own: number; moved: boolean }> {
  const waits = (conversationId: string) => awaitsAgent(kernel.orm.em.fork(), conversationId);
  const busy: string[] = [];
  const takers: (string | null)[] = [];
  for (const conversationId of next) {
    if (busy.length === seats) break;
    const verdict = (await waits(conversationId))
      ? await runAct(kernel, SYSTEM, (act) => routeUnlessBusy(act, conversationId))
      : null;
    if (verdict === 'busy') busy.push(conversationId);
    else takers.push(takerOf(verdict));
  }
  const gave = () => takers.some((taker) => taker !== null);
  for (const conversationId of busy) {
    if (gave()) break;
    takers.push(takerOf(await runAct(kernel, SYSTEM, (act) => route(act, conversationId))));
  }
  return { own: takers.filter((taker) => taker === agentId).length, moved: gave() };
}

/** One that waits no more was given to somebody meanwhile. */
function takerOf(verdict: RouteVerdict | null): string | null {
  return verdict ? verdict.chosen : 'somebody';
}

const LOOK_MS = 2_000;

/**
 * The proof that nobody waits who could be served. What it finds was missed by every other way, or became possible by time alone:
 * a decline that counts no more, skills that are asked for no more. @returns how many got somebody.
 */
export async function routeForgotten(kernel: Kernel): Promise<number> {
  const until = performance.now() + LOOK_MS;
  let routed = 0;
  const em = kernel.orm.em.fork();
  for (const conversationId of await findForgottenRobots(em))
    await runAct(kernel, SYSTEM, (act) => route(act, conversationId));
  for (const conversationId of await findForgotten(em, kernel.clock())) {
    if (performance.now() > until) return routed;
    const verdict = await runAct(kernel, SYSTEM, (act) => route(act, conversationId));
    if (verdict && verdict.chosen !== null) routed += 1;
  }
  return routed;
}
