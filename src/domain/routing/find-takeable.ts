// Of those who wait, the ones that somebody could take now: for one agent who may have room, and for everybody, as the proof that
// nobody is forgotten. Who needs what no free agent has is passed over here, and holds up nobody behind them.
import type { EntityManager } from '@mikro-orm/mysql';
import { Account } from '../accounts/account.ts';
import type { Settings } from '../accounts/settings.ts';
import { Agent } from '../agents/agent.ts';
import { accountsOfAgent } from '../agents/create-agent.ts';
import { whyAbsent } from '../agents/presence.ts';
import { Assignment } from '../assignments/assignment.ts';
import { utc } from '../rows.ts';
import { Session } from '../sessions/session.ts';
import type { Candidate } from './candidate.ts';
import { askedBy, type Waiting } from './decide-route.ts';
import { countedSince, findCandidates } from './find-candidates.ts';
import { AWAITS_AGENT, findWaiting, HUMAN_KINDS, type Queued } from './find-waiting.ts';
import { fits } from './route.ts';

/** Of one account, or of one agent's accounts. Beyond it the next look goes on. */
const LOOKED_AT = 10_000;
/** Mostly one finds who it looks for among the first. */
const WINDOWS = [50, 500, LOOKED_AT];

/** Seats that this agent could fill now: none while they are away. */
export async function freeSeatsOf(em: EntityManager, agentId: string): Promise<number> {
  const agent = await em.findOne(Agent, { id: agentId }, { refresh: true });
  if (!agent || whyAbsent(agent) !== null) return 0;
  const taken = await em.count(Assignment, { agentId, seat: { $ne: null } });
  return Math.max(0, agent.capacity - taken);
}

/** What is offered to an agent just now. */
export async function offersTo(em: EntityManager, agentId: string): Promise<string[]> {
  const offers = await em.find(Assignment, { agentId, state: 'offered' }, { fields: ['id'] });
  return offers.map(({ id }) => id);
}

/** Conversations that this agent could take, in the order in which they are served, at most so many. */
export async function findTakeableBy(em: EntityManager, agentId: string, now: Date, most: number): Promise<string[]> {
  const accounts = await settingsOf(em, await accountsOfAgent(em, agentId));
  const candidates = new Map<string, Candidate[]>();
  for (const [id, { routing }] of accounts) {
    const about = { accountId: id, sessionId: null, askedSince: null };
    candidates.set(id, await findCandidates(em, about, now, routing.declineFor, agentId));
  }
  for (const window of WINDOWS) {
    const queued = await findWaiting(em, accounts, window);
    const takeable = await takeableOf(em, queued, accounts, candidates, now);
    if (takeable.length >= most || queued.length < window || window === LOOKED_AT)
      return takeable.slice(0, most).map(({ queued: { conversationId } }) => conversationId);
  }
  return [];
}

/**
 * Conversations that come before this one, and could be taken by whom it could be taken by; none where they have seats for all, or
 * none at all. Whoever routes it in its turn routes these first.
 */
export async function findAhead(
  em: EntityManager,
  settings: Settings,
  waiting: Waiting,
  all: readonly Candidate[],
  now: Date,
): Promise<string[]> {
  const { accountId, conversationId } = waiting;
  const wanted = askedBy(settings, waiting, now);
  const candidates = all.filter((one) => fits(wanted, one, settings.routing));
  const free = candidates.reduce((sum, { capacity, seatsTaken }) => sum + capacity - seatsTaken, 0);
  if (free === 0 || free >= (await em.count(Session, { accountId, state: 'pending' }))) return [];
  const accounts = new Map([[accountId, settings]]);
  const queued = await findWaiting(em, accounts, LOOKED_AT);
  const before = queued.slice(
    0,
    Math.max(
      0,
      queued.findIndex((each) => each.conversationId === conversationId),
    ),
  );
  return withinSeats(await takeableOf(em, before, accounts, new Map([[accountId, candidates]]), now));
}

/** Conversations that somebody could take, no more than there are free seats: what a sweep must find empty when all is quiet. */
export async function findForgotten(em: EntityManager, now: Date): Promise<string[]> {
  const forgotten: string[] = [];
  for (const [id, settings] of await settingsOf(em, await accountsWithWork(em))) {
    const about = { accountId: id, sessionId: null, askedSince: null };
    const candidates = await findCandidates(em, about, now, settings.routing.declineFor);
    const accounts = new Map([[id, settings]]);
    const queued = await findWaiting(em, accounts, LOOKED_AT);
    const takeable = await takeableOf(em, queued, accounts, new Map([[id, candidates]]), now);
    forgotten.push(...withinSeats(takeable));
  }
  return forgotten;
}

type Takeable = { readonly queued: Queued; readonly by: readonly Candidate[] };

async function takeableOf(
  em: EntityManager,
  queued: readonly Queued[],
  accounts: ReadonlyMap<string, Settings>,
  candidates: ReadonlyMap<string, readonly Candidate[]>,
  now: Date,
): Promise<Takeable[]> {
  const fitting = queued.flatMap((each): Takeable[] => {
    const settings = accounts.get(each.accountId);
    if (!settings) return [];
    const wanted = askedBy(settings, each, now);
    const by = (candidates.get(each.accountId) ?? []).filter((one) => fits(wanted, one, settings.routing));
    return by.length === 0 ? [] : [{ queued: each, by }];
  });
  const declined = await declinesOf(em, fitting);
  return fitting.flatMap(({ queued: each, by }) => {
    const declineFor = accounts.get(each.accountId)?.routing.declineFor ?? 0;
    const since = countedSince(each.askedSince, now, declineFor);
    const willing = by.filter(({ agentId }) => !declined(each.sessionId, agentId, since));
    return willing.length === 0 ? [] : [{ queued: each, by: willing }];
  });
}

const SESSIONS_A_QUERY = 1000;

async function declinesOf(
  em: EntityManager,
  fitting: readonly Takeable[],
): Promise<(sessionId: string, agentId: string, since: Date) => boolean> {
  const at = new Map<string, Date>();
  for (let start = 0; start < fitting.length; start += SESSIONS_A_QUERY) {
    const ids = fitting.slice(start, start + SESSIONS_A_QUERY).map(({ queued }) => queued.sessionId);
    const rows: { session_id: string; agent_id: string; declined_at: string }[] = await em.execute(
      `select session_id, agent_id, max(ended_at) as declined_at from assignment where state = 'declined' and session_id in (?)
       group by session_id, agent_id`,
      [ids],
    );
    for (const { session_id, agent_id, declined_at } of rows) at.set(`${session_id} ${agent_id}`, utc(declined_at));
  }
  return (sessionId, agentId, since) => {
    const declinedAt = at.get(`${sessionId} ${agentId}`);
    return declinedAt !== undefined && declinedAt >= since;
  };
}

/** As many as have a seat each: to look at more would be in vain. */
function withinSeats(takeable: readonly Takeable[]): string[] {
  const free = new Map<string, number>();
  return takeable.flatMap(({ queued, by }) => {
    const seats = ({ agentId, capacity, seatsTaken }: Candidate) => free.get(agentId) ?? capacity - seatsTaken;
    const taker = by.find((one) => seats(one) > 0);
    if (!taker) return [];
    free.set(taker.agentId, seats(taker) - 1);
    return [queued.conversationId];
  });
}

async function settingsOf(em: EntityManager, ids: readonly string[]): Promise<Map<string, Settings>> {
  const accounts = await em.find(Account, { id: { $in: [...ids] } });
  return new Map(accounts.map((account) => [account.id, account.fullSettings]));
}

/** Accounts in which somebody waits and some agent has a free seat, whatever the two have in common. */
async function accountsWithWork(em: EntityManager): Promise<string[]> {
  const rows: { id: string }[] = await em.execute(
    `select v.id from account v where exists (select 1 from session s where s.account_id = v.id and ${AWAITS_AGENT})
       and exists (select 1 from agent_account g join agent b on b.id = g.agent_id where g.account_id = v.id
         and b.availability = 'online' and (b.reachable = true or b.always_reachable = true)
         and b.capacity > (select count(*) from assignment t where t.agent_id = b.id and t.seat is not null))`,
    [HUMAN_KINDS],
  );
  return rows.map(({ id }) => id);
}
