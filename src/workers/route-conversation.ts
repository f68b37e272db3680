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
import { findForgotten, findTakeableBy, offersTo, roomOf } from '../domain/routing/find-takeable.ts';
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
  const room = await roomOf(kernel.orm.em.fork(), agentId);
  if (!room) return 0;
  for (const offer of await offersTo(kernel.orm.em.fork(), agentId))
    await runAct(kernel, SYSTEM, (act) => withdrawOffer(act, offer));
  if (room.absent !== null || room.freeSeats === 0) return 0;
  const takeable = await findTakeableBy(kernel.orm.em.fork(), agentId, kernel.clock());
  return fillSeats(kernel, agentId, room.freeSeats, takeable);
}

/**
 * What another act has at the moment is most likely being given to somebody, and is passed over; but as many seats are kept for
 * them, since they come first. Where no more are left they are waited for. Ends when as many were given as there were seats: what
 * falls free meanwhile has a drain of its own.
 */
async function fillSeats(kernel: Kernel, agentId: string, seats: number, takeable: readonly string[]): Promise<number> {
  const waits = (conversationId: string) => awaitsAgent(kernel.orm.em.fork(), conversationId);
  const freeSeats = async () => {
    const room = await roomOf(kernel.orm.em.fork(), agentId);
    return room && room.absent === null ? room.freeSeats : 0;
  };
  const passedOver: string[] = [];
  let given = 0;
  const waitForThose = async () => {
    for (const conversationId of passedOver.splice(0)) {
      if (!(await waits(conversationId))) continue;
      const verdict = await runAct(kernel, SYSTEM, (act) => route(act, conversationId));
      if (verdict?.chosen === agentId) given += 1;
    }
  };
  for (const conversationId of takeable) {
    if (!(await waits(conversationId))) continue;
    if ((await freeSeats()) <= passedOver.length) await waitForThose();
    if (given === seats || (await freeSeats()) === 0) return given;
    const verdict = await runAct(kernel, SYSTEM, (act) => routeUnlessBusy(act, conversationId));
    if (verdict === 'busy') passedOver.push(conversationId);
    else if (verdict?.chosen === agentId) given += 1;
  }
  await waitForThose();
  return given;
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
