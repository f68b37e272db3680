// route: 1,000 conversations that wait are given to 200 agents of five seats by 8 workers side by side; against the very same deed
// without its locks, on a table without its unique key: what the field does, to count first and write later. That one over-fills
// seats, which is printed; ours must not.
import type { RowDataPacket } from 'mysql2/promise';
import type { Services } from '../scripts/services.mjs';
import { runAct } from '../src/act.ts';
import { Account } from '../src/domain/accounts/account.ts';
import type { Act } from '../src/domain/act.ts';
import { Agent } from '../src/domain/agents/agent.ts';
import { serveSession } from '../src/domain/assignments/serve-session.ts';
import { Conversation } from '../src/domain/conversations/conversation.ts';
import { DomainError } from '../src/domain/errors.ts';
import { newId } from '../src/domain/ids.ts';
import { finishJobs } from '../src/domain/jobs/finish-job.ts';
import { findAwaited, wantedBy } from '../src/domain/routing/decide-route.ts';
import { findCandidates } from '../src/domain/routing/find-candidates.ts';
import { route as law } from '../src/domain/routing/route.ts';
import { RouteDecision } from '../src/domain/routing/route-decision.ts';
import { routeConversation } from '../src/workers/route-conversation.ts';
import type { Bench } from './bench.ts';
import { seedConversations } from './chat.ts';
import { allDone, type Installation, mustHold, withInstallation } from './installation.ts';
import { figureOf, interleave, perSecond, sideBySide } from './measurement.ts';

const CONVERSATIONS = 1_000;
const SEATS = 5;
const WORKERS = 8;
const SYSTEM = { type: 'system', id: 'bench' } as const;

export const route: Bench = {
  name: 'route',
  says: `1,000 waiting to 200 agents of ${SEATS} seats, ${WORKERS} workers; peer: counting first and writing later, the same without locks`,
  run: (services, { rounds, divisor }) =>
    inTwo(services, async (locked, unlocked) => {
      const count = Math.max(2 * SEATS, Math.round(CONVERSATIONS / divisor));
      await unlocked.database.query(
        'alter table assignment drop key assignment_seat, add key assignment_seat (agent_id, seat)',
      );
      const ours = async () => {
        const jobs = await seed(locked, count);
        return perSecond(count, () => sideBySide(WORKERS, jobs, ({ id }) => routeConversation(locked.kernel, id)));
      };
      const peer = async () => {
        const jobs = await seed(unlocked, count);
        return perSecond(count, () => sideBySide(WORKERS, jobs, (job) => countThenWrite(unlocked, job)));
      };
      const measured = await interleave(rounds, ours, peer);
      await allDone(locked);
      await mustHold(locked);
      const [kept, broken] = [await overfilled(locked), await overfilled(unlocked)];
      console.error(
        `route: over-filled seats in all rounds: ${kept} of ours, ${broken} by counting first and writing later`,
      );
      const left = await waiting(locked);
      if (kept > 0 || left > 0) throw new Error(`${kept} seats are over-filled, ${left} sessions were left waiting`);
      return [figureOf({ name: 'route', unit: 'sessions/s', n: count, target: { atLeast: 0.5 } }, measured)];
    }),
};

/** Nothing is looked for there but what a round asks for. */
function inTwo<T>(services: Services, work: (one: Installation, other: Installation) => Promise<T>): Promise<T> {
  const options = { env: { SWEEP_SECONDS: '86400' } };
  return withInstallation(services, options, (one) => withInstallation(services, options, (other) => work(one, other)));
}

type Job = { readonly id: string; readonly conversation: string };

/** Agents who come online, and as many waiting conversations as they have seats. @returns jobs for which nobody is woken. */
async function seed(installation: Installation, count: number): Promise<Job[]> {
  const { client, database } = installation;
  const settings = { routing: { mode: 'direct' } };
  const wanted = { platform: 'web', externalId: newId(), name: 'bench', settings };
  const { id: account = '' } = await client.must('POST', '/v1/accounts', wanted);
  await seedConversations(installation, account, count);
  const now = new Date();
  const agents = Array.from({ length: count / SEATS }, (_, index) => [newId(), newId(), `Agent ${index}`]);
  await database.query(
    'insert into agent (id, external_id, name, availability, capacity, skills, teams, always_reachable, reachable, generation, created_at, updated_at) values ?',
    [agents.map((each) => [...each, 'online', SEATS, '[]', '[]', true, false, 0, now, now])],
  );
  await database.query('insert into agent_account (agent_id, account_id) values ?', [
    agents.map(([id]) => [id, account]),
  ]);
  const [rows] = await database.query<RowDataPacket[]>(
    "select conversation_id from session where account_id = ? and state = 'pending' order by opened_at, id",
    [account],
  );
  const jobs = rows.map(({ conversation_id }): Job => ({ id: newId(), conversation: conversation_id }));
  await database.query('insert into job (id, kind, state, account_id, payload, due_at, created_at) values ?', [
    jobs.map(({ id, conversation }) => {
      const payload = JSON.stringify({ conversationId: conversation });
      return [id, 'route-conversation', 'accepted', account, payload, now, now];
    }),
  ]);
  return jobs;
}

/** Who found the last seat taken when they came to write it down looks again. */
async function countThenWrite({ kernel }: Installation, job: Job): Promise<void> {
  const isTaken = (error: unknown) => error instanceof DomainError && error.code === 'agent_full';
  for (let found = false; !found; ) {
    const giving = runAct(kernel, SYSTEM, (act) => giveWithoutLocks(act, job)).then(() => true);
    found = await giving.catch((error) => {
      if (isTaken(error)) return false;
      throw error;
    });
  }
}

/** What `routeConversation` does, but for locking the conversation and the agent, and for looking once more under the lock. */
async function giveWithoutLocks(act: Act, { id, conversation: conversationId }: Job): Promise<void> {
  const conversation = await act.em.findOneOrFail(Conversation, { id: conversationId });
  const account = await act.em.findOneOrFail(Account, { id: conversation.accountId });
  const settings = account.fullSettings;
  const awaited = await findAwaited(act.em, conversationId);
  if (!awaited) throw new Error('it waits no more');
  const wanted = await wantedBy(act.em, settings, awaited.waiting, act.now);
  const candidates = await findCandidates(act.em, awaited.waiting, act.now, settings.routing.declineFor);
  const verdict = law(wanted, candidates, settings.routing);
  if (verdict.chosen !== null) {
    const agent = await act.em.findOneOrFail(Agent, { id: verdict.chosen });
    await serveSession(act, account, conversation, awaited.session, agent, null);
  }
  const { accountId } = conversation;
  const about = { accountId, conversationId, sessionId: awaited.session.id, chosenAgentId: verdict.chosen };
  act.em.create(RouteDecision, { ...about, id: newId(), verdict: JSON.stringify(verdict), decidedAt: act.now });
  await act.em.flush();
  await finishJobs(act, 'route-conversation', new Map([[id, verdict.chosen]]));
}

/** Assignments beyond the first on a seat. */
async function overfilled({ database }: Installation): Promise<number> {
  const [[row]] = await database.query<RowDataPacket[]>(
    'select coalesce(sum(count - 1), 0) as beyond from (select count(*) as count from assignment where seat is not null group by agent_id, seat) taken',
  );
  return Number(row?.beyond);
}

async function waiting({ database }: Installation): Promise<number> {
  const [[row]] = await database.query<RowDataPacket[]>(
    "select count(*) as count from session where state = 'pending'",
  );
  return Number(row?.count);
}
