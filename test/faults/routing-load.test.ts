// Many conversations, few seats, eight workers of which one is killed each second, agents who come and go, accept, decline and hand
// on to each other at the same time: no seat holds two, nobody is lost, and nobody waits in vain. Long, since load, faults and the
// routine that counts first and writes later are read side by side.
import { setInterval as ticks } from 'node:timers/promises';
import { createPool } from 'mysql2/promise';
import { expect, test } from 'vitest';
import { runAct } from '../../src/act.ts';
import type { Act } from '../../src/domain/act.ts';
import { createAgent } from '../../src/domain/agents/create-agent.ts';
import { setPresence } from '../../src/domain/agents/set-presence.ts';
import { acceptOffer, declineOffer } from '../../src/domain/assignments/answer-offer.ts';
import { Assignment } from '../../src/domain/assignments/assignment.ts';
import { resolveConversation } from '../../src/domain/assignments/resolve-conversation.ts';
import { transferSession } from '../../src/domain/assignments/transfer-session.ts';
import { lockConversation } from '../../src/domain/conversations/lock-conversation.ts';
import { DomainError } from '../../src/domain/errors.ts';
import { newId } from '../../src/domain/ids.ts';
import { findForgotten } from '../../src/domain/routing/find-takeable.ts';
import { makeChance } from '../support/chance.ts';
import { type RunningProcess, startProcess } from '../support/processes.ts';
import { type Json, until, World } from '../support/world.ts';

const CONVERSATIONS = 1_000;
const AGENTS = 200;
const SEATS = 5;
const WORKERS = 8;
const STORM_SECONDS = 15;
const SEED = 20261121;

const world = await World.open({ workers: 0, env: { DATABASE_POOL: '6', WORKER_CONCURRENCY: '1' } });
const chance = makeChance(SEED);

test('1,000 waiting conversations, 200 agents of five seats, 8 workers, one killed each second: no seat over-filled, nobody lost, nobody left waiting', async () => {
  const offers = await world.account({ routing: { mode: 'offer', offerFor: 120, missedOffers: 3, declineFor: 5 } });
  const direct = await world.account({ routing: { mode: 'direct' } });
  const workers = await Promise.all(Array.from({ length: WORKERS }, () => startProcess('worker', world.config)));
  for (const [account, share] of [
    [offers, 0.4],
    [direct, 0.6],
  ] as const) {
    const contacts = Array.from({ length: CONVERSATIONS * share }, (_, index) => `contact-${index}`);
    await world.ingest(contacts.map((contact) => world.message(account, contact)));
  }
  await world.quiet(60);
  const agents = await makeAgents([offers, direct]);

  const tally: Record<string, number> = {};
  const samples: Json[] = [];
  let over = false;
  const during = (work: () => Promise<unknown>) => repeat(work, () => over);
  const everybody = [
    ...Array.from({ length: 2 }, () => during(() => comeOrGo(agents, tally))),
    ...Array.from({ length: 4 }, () => during(() => answer(tally))),
    during(() => crossTransfers(agents, tally)),
    during(() => resolveOne(tally)),
    during(() => missOne(tally)),
    during(async () => samples.push(...(await wrongSeats()))),
  ];
  const begun = Date.now();
  const kills = await killEachSecond(workers);
  over = true;
  await Promise.all(everybody);
  for (const agent of agents) await act((one) => setPresence(one, agent, 'online'));
  await calm(tally);
  const seconds = ((Date.now() - begun) / 1000).toFixed(0);

  const [{ served, resolved }] = await world.sql(
    "select sum(status = 'serving') as served, sum(status = 'resolved') as resolved from conversation",
  );
  console.info(`routing under load (seed ${SEED}): ${kills} workers killed in ${seconds} s; ${JSON.stringify(tally)}`);
  console.info(
    `routing under load: ${served} served, ${resolved} resolved, 0 waiting; over-filled seats and double owners: ${samples.length}`,
  );
  expect(samples).toEqual([]);
  expect(await wrongSeats()).toEqual([]);
  expect(Number(served) + Number(resolved)).toBe(CONVERSATIONS);
  expect(await findForgotten(world.kernel.orm.em.fork(), world.kernel.clock())).toEqual([]);
  expect(await world.sql("select kind, error from job where state = 'failed'")).toEqual([]);
  expect(await world.broken()).toEqual([]);
  expect(
    Math.min(...['accepted', 'declined', 'handed on', 'gone', 'resolved'].map((what) => tally[what] ?? 0)),
  ).toBeGreaterThan(0);
}, 300_000);

/** The same load by the routine that most of the field has: look who has room, then write it down. */
test('beside it, counting first and writing later over-fills', async () => {
  const pool = createPool({ uri: world.config.DATABASE_URL, connectionLimit: WORKERS });
  await pool.query('create table naive_seat (conversation int primary key, agent int not null, key (agent))');
  const waiting = Array.from({ length: CONVERSATIONS }, (_, index) => index);
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [rows] = await pool.query<Json>('select agent, count(*) as count from naive_seat group by agent');
      const load = new Map<number, number>(rows.map(({ agent, count }: Json) => [agent, Number(count)]));
      const free = Array.from({ length: AGENTS }, (_, agent) => agent).filter(
        (agent) => (load.get(agent) ?? 0) < SEATS,
      );
      const [chosen] = free.toSorted((a, b) => (load.get(a) ?? 0) - (load.get(b) ?? 0));
      if (chosen !== undefined) await pool.query('insert into naive_seat values (?, ?)', [next, chosen]);
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, worker));
  const [rows] = await pool.query<Json>('select count(*) as count from naive_seat group by agent having count > ?', [
    SEATS,
  ]);
  await pool.end();
  const seats = rows.reduce((sum: number, { count }: Json) => sum + Number(count) - SEATS, 0);
  console.info(
    `counting first and writing later, ${WORKERS} workers: ${seats} over-filled seats of ${rows.length} agents`,
  );
  expect(seats).toBeGreaterThan(0);
});

function act<T>(deed: (act: Act) => Promise<T>): Promise<T> {
  return runAct(world.kernel, { type: 'system', id: 'test' }, deed);
}

async function makeAgents(accounts: readonly string[]): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < AGENTS; index += 1) {
    const fields = {
      externalId: newId(),
      name: `Agent ${index}`,
      capacity: SEATS,
      skills: [],
      teams: [],
      alwaysReachable: true,
      accounts,
    };
    ids.push((await act((one) => createAgent(one, fields))).id);
  }
  return ids;
}

async function repeat(work: () => Promise<unknown>, over: () => boolean): Promise<void> {
  for await (const _ of ticks(20)) {
    if (over()) return;
    await work().catch(refusedOnly);
  }
}

/** What the rules refuse is part of the storm; anything else fails the test. */
function refusedOnly(error: unknown): null {
  if (error instanceof DomainError) return null;
  throw error;
}

function count(tally: Record<string, number>, what: string): void {
  tally[what] = (tally[what] ?? 0) + 1;
}

function oneOf<T>(all: readonly T[]): T | undefined {
  return all[Math.floor(chance() * all.length)];
}

async function comeOrGo(agents: readonly string[], tally: Record<string, number>): Promise<void> {
  const agent = oneOf(agents) ?? '';
  const goes = chance() < 0.25;
  await act((one) => setPresence(one, agent, goes ? 'away' : 'online'));
  count(tally, goes ? 'gone' : 'come');
}

async function answer(tally: Record<string, number>): Promise<void> {
  const [offer] = await world.sql(
    "select id, agent_id from assignment where state = 'offered' order by rand() limit 1",
  );
  if (!offer) return;
  const { id, agent_id } = offer;
  const declines = chance() < 0.15;
  await act<unknown>((one) => (declines ? declineOffer(one, id, agent_id, 'storm') : acceptOffer(one, id, agent_id)));
  count(tally, declines ? 'declined' : 'accepted');
}

/** Two who serve hand on to each other, one of them at once. */
async function crossTransfers(agents: readonly string[], tally: Record<string, number>): Promise<void> {
  const [a, b] = await world.sql(
    "select session_id, agent_id from assignment where state = 'serving' order by rand() limit 2",
  );
  if (!a || !b || a.agent_id === b.agent_id) return;
  const request = { reason: 'storm', cause: null, urgency: 1, advice: null, kind: null, needs: null };
  const hand = (from: Json, to: string, mode: 'accept' | 'direct') =>
    act((one) => transferSession(one, from.session_id, from.agent_id, { ...request, toAgentId: to }, mode)).catch(
      refusedOnly,
    );
  const done = await Promise.all([hand(a, b.agent_id, 'accept'), hand(b, oneOf(agents) ?? a.agent_id, 'direct')]);
  for (const each of done) if (each) count(tally, 'handed on');
}

async function resolveOne(tally: Record<string, number>): Promise<void> {
  const [one] = await world.sql(
    "select conversation_id, agent_id from assignment where state = 'serving' order by rand() limit 1",
  );
  if (!one || chance() < 0.7) return;
  await act((each) => resolveConversation(each, one.conversation_id, one.agent_id, null));
  count(tally, 'resolved');
}

/** Its time is over now, whatever the agent would have said: they may answer in this very moment. */
async function missOne(tally: Record<string, number>): Promise<void> {
  if (chance() < 0.8) return;
  const [offer] = await world.sql(
    "select id, conversation_id from assignment where state = 'offered' order by rand() limit 1",
  );
  if (!offer) return;
  await act(async (one) => {
    await lockConversation(one, offer.conversation_id);
    await one.em.nativeUpdate(Assignment, { id: offer.id, state: 'offered' }, { deadlineAt: one.now });
  });
  count(tally, 'missed');
}

/** Agents with more than their seats, and sessions with more than one owner, as anybody may see them at any moment. */
function wrongSeats(): Promise<Json[]> {
  return world.sql(
    `select agent_id as id, count(*) as count from assignment where state in ('offered', 'serving') group by agent_id having count(*) > ?
     union all select session_id, count(*) from assignment where state in ('offered', 'serving') group by session_id having count(*) > 1`,
    [SEATS],
  );
}

async function killEachSecond(workers: RunningProcess[]): Promise<number> {
  const starts: Promise<unknown>[] = [];
  let kills = 0;
  for await (const _ of ticks(1_000)) {
    if (kills === STORM_SECONDS) break;
    const [victim] = workers.splice(Math.floor(chance() * workers.length), 1);
    if (!victim) continue;
    await victim.kill();
    kills += 1;
    starts.push(startProcess('worker', world.config).then((worker) => workers.push(worker)));
  }
  await Promise.all(starts);
  return kills;
}

/** Nobody comes or goes any more; every offer is accepted, until nobody waits and nothing is left to do. */
async function calm(tally: Record<string, number>): Promise<void> {
  const open =
    "select 1 from conversation where status not in ('serving', 'resolved') union all select 1 from transfer where state = 'requested'";
  const left = `${open} union all select 1 from job where state = 'accepted' limit 1`;
  const settled = async () => {
    const offers = await world.sql("select id, agent_id from assignment where state = 'offered'");
    const accept = async () => {
      for (let offer = offers.pop(); offer; offer = offers.pop()) {
        const { id, agent_id } = offer;
        if (await act((one) => acceptOffer(one, id, agent_id)).catch(refusedOnly)) count(tally, 'accepted');
      }
    };
    await Promise.all(Array.from({ length: 6 }, accept));
    return (await world.sql(left)).length === 0;
  };
  await until(settled, 200, 'the storm did not settle');
}
