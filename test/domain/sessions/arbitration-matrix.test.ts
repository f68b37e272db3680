// Every cell of the arbitration, played against the database: the situation is built, the challenger asks, and what became of all who
// are in it is compared with the law, row by row.
import { afterAll, expect, test } from 'vitest';
import { runAct } from '../../../src/act.ts';
import { Account } from '../../../src/domain/accounts/account.ts';
import type { Act } from '../../../src/domain/act.ts';
import type { Agent } from '../../../src/domain/agents/agent.ts';
import { lockAgent } from '../../../src/domain/agents/create-agent.ts';
import { requestSession } from '../../../src/domain/assignments/request-session.ts';
import { createAssignment } from '../../../src/domain/assignments/seats.ts';
import type { Conversation } from '../../../src/domain/conversations/conversation.ts';
import { deskStatus } from '../../../src/domain/conversations/desk-status.ts';
import { lockConversation } from '../../../src/domain/conversations/lock-conversation.ts';
import { openConversations } from '../../../src/domain/conversations/open-conversations.ts';
import { DomainError } from '../../../src/domain/errors.ts';
import { record } from '../../../src/domain/events/record.ts';
import { sentence } from '../../../src/domain/sessions/arbitration.ts';
import { arbitrationMatrix, type Row } from '../../../src/domain/sessions/arbitration-matrix.ts';
import { handlerOf, KINDS, type SessionKind } from '../../../src/domain/sessions/kinds.ts';
import { openSession, subjectOf } from '../../../src/domain/sessions/move-session.ts';
import type { Session } from '../../../src/domain/sessions/session.ts';
import { settleDesk } from '../../../src/domain/sessions/settle-desk.ts';
import { type Json, World } from '../../support/world.ts';

const world = await World.open({ workers: 0 });
const TESTER = { type: 'system', id: 'test' } as const;
const AT_ONCE = 8;
const SEATS = 100;

const byIncumbent = Map.groupBy(arbitrationMatrix(), ({ incumbent }) =>
  incumbent === null ? 'nobody' : `${incumbent.kind}, ${incumbent.state}`,
);
let played = 0;

type Scene = { account: string; holder: string; taker: string };
type Played = { readonly row: Row; readonly conversation: string };

test.each([...byIncumbent])('%s: every challenger, wish and rival', async (_, rows) => {
  const account = await world.account({ maxRobotSessions: 10_000 });
  const agents = { capacity: SEATS };
  const scene = {
    account,
    holder: (await world.agent([account], { ...agents, name: 'Holder' })).id,
    taker: (await world.agent([account], { ...agents, name: 'Taker' })).id,
  };
  const plays = await runAct(world.kernel, TESTER, (act) => build(act, scene, rows));
  const told: string[] = [];
  for (let start = 0; start < plays.length; start += AT_ONCE)
    told.push(...(await Promise.all(plays.slice(start, start + AT_ONCE).map((play) => challenge(scene, play)))));
  expect(told).toEqual(rows.map(toldBy));
  expect(await found(scene, plays)).toEqual(rows.map(left));
  played += rows.length;
});

afterAll(() => console.log(`${played} cells of the arbitration were played against the database`));

test('nothing that must always hold is broken', async () => {
  expect(played).toBe(arbitrationMatrix().length);
  expect(await world.broken()).toEqual([]);
});

/** The situation of each cell, in a conversation of its own. */
async function build(act: Act, { account: accountId, holder }: Scene, rows: readonly Row[]): Promise<Played[]> {
  const { fullSettings: settings } = await act.em.findOneOrFail(Account, { id: accountId });
  const profiles = new Map(rows.map((_, index) => [`cell-${index}`, { id: `cell-${index}` }]));
  const parties = await openConversations(act, accountId, profiles);
  const agent = await lockAgent(act, holder);
  const plays: Played[] = [];
  for (const [index, row] of rows.entries()) {
    const conversation = await lockConversation(act, parties.get(`cell-${index}`)?.conversationId ?? '');
    const open = (kind: SessionKind, state: 'active' | 'paused' | 'pending') => {
      const times = { firstAt: act.now, lastAt: act.now };
      const place = state === 'active' && handlerOf(kind) === 'robot' ? { robotSlot: SEATS + index } : {};
      const wanted = {
        kind,
        state,
        origin: 'requested',
        heard: handlerOf(kind),
        reason: null,
        ...times,
        ...place,
      } as const;
      const session = openSession(act, conversation, settings, wanted);
      act.em.persist(session);
      return session;
    };
    const incumbent = row.incumbent && open(row.incumbent.kind, row.incumbent.state);
    if (row.waiting) open(row.waiting, 'pending');
    await act.em.flush();
    if (incumbent?.handler === 'human' && incumbent.state !== 'pending')
      await serve(act, conversation, incumbent, agent, index);
    await settleDesk(act, conversation, null);
    plays.push({ row, conversation: conversation.id });
  }
  return plays;
}

async function serve(
  act: Act,
  conversation: Conversation,
  session: Session,
  agent: Agent,
  seat: number,
): Promise<void> {
  const { id: assignmentId } = await createAssignment(act, conversation, session, agent, { state: 'serving', seat });
  const { id: conversationId, contactId } = conversation;
  const ids = { conversationId, contactId, sessionId: session.id, agentId: agent.id };
  record(act, 'assignment.accepted', { ...subjectOf(conversation), agentId: agent.id }, { ...ids, assignmentId, seat });
}

/** What the challenger is told. */
async function challenge({ account: accountId, taker }: Scene, { row, conversation: id }: Played): Promise<string> {
  const { challenger: kind, onConflict, taken } = row;
  const asked = { level: null, task: null, needs: null, reason: 'a cell', agentId: taken ? taker : null };
  return runAct(world.kernel, TESTER, async (act) => {
    const conversation = await lockConversation(act, id);
    const account = await act.em.findOneOrFail(Account, { id: accountId });
    const { session, verdict } = await requestSession(act, account, conversation, { ...asked, kind, onConflict });
    return `${session.state} by ${verdict.rule}: ${verdict.explanation}`;
  }).catch((error) => {
    if (!(error instanceof DomainError)) throw error;
    const holder: Json = error.facts.holder;
    const who = holder ? `${holder.kind} ${holder.agentName ?? 'robot'}` : 'nobody';
    const named =
      holder && error.message.includes(`${holder.agentName ?? `the robot (${holder.kind})`} has had it since`);
    return `${error.code} by ${error.facts.rule}: ${who}${named ? ', named' : ''}`;
  });
}

function toldBy(row: Row): string {
  const { outcome, rule, explanation, incumbent } = row;
  if (waitingTaken(row)) return `active by 0: ${sentence('0', 'this session waited for a person, and Taker takes it')}`;
  if (outcome !== 'refused') return `${outcome} by ${rule}: ${explanation}`;
  if (incumbent?.state !== 'active') return `floor_taken by ${rule}: nobody`;
  return `floor_taken by ${rule}: ${incumbent.kind} ${handlerOf(incumbent.kind) === 'human' ? 'Holder' : 'robot'}, named`;
}

/** An agent who comes takes what waits for one already, where it is as urgent and may have the floor: no second session is opened. */
function waitingTaken({ incumbent, waiting, challenger, taken }: Row): SessionKind | null {
  const pending = [incumbent?.state === 'pending' ? incumbent.kind : null, waiting].flatMap((kind) => kind ?? []);
  const people = pending.filter((kind) => handlerOf(kind) === 'human').sort((a, b) => KINDS[a].rank - KINDS[b].rank);
  const held = incumbent?.state === 'active' && handlerOf(incumbent.kind) === 'human' ? KINDS[incumbent.kind].level : 9;
  const next = people.find((kind) => KINDS[kind].level < held);
  return taken && next && KINDS[next].level <= KINDS[challenger].level ? next : null;
}

type Left = {
  readonly sessions: readonly string[];
  readonly floor: string;
  readonly epoch: number;
  readonly status: string;
  readonly servedBy: readonly string[];
  readonly conflicts: readonly string[];
};

/** What the law says is left of each cell. */
function left(row: Row): Left {
  const { incumbent, taken, outcome, rule } = row;
  const waited = waitingTaken(row);
  const active = waited !== null || outcome === 'active';
  const all = openAfter(row, waited);
  const served = incumbent && handlerOf(incumbent.kind) === 'human' && incumbent.state !== 'pending';
  return {
    sessions: all.map(({ kind, state }) => `${kind} ${state}`).sort(),
    floor: all.find(({ state }) => state === 'active')?.kind ?? 'nobody',
    epoch: Number(incumbent?.state === 'active') + Number(active),
    status: deskStatus(all.map(({ kind, state }) => ({ handler: handlerOf(kind), state }))),
    servedBy: [...(served ? ['Holder'] : []), ...(active && taken ? ['Taker'] : [])].sort(),
    conflicts: waited !== null || outcome === 'refused' || rule === '0' ? [] : [`${rule} ${outcome}`],
  };
}

type Standing = { readonly kind: SessionKind; readonly state: string };

function openAfter(
  { incumbent, waiting, challenger, outcome, interrupts }: Row,
  waited: SessionKind | null,
): Standing[] {
  const leaves = waited === null ? interrupts : incumbent?.state === 'active';
  const before: Standing[] = [
    ...(incumbent ? [{ kind: incumbent.kind, state: leaves ? 'paused' : incumbent.state }] : []),
    ...(waiting ? [{ kind: waiting, state: 'pending' }] : []),
  ];
  if (waited === null) return outcome === 'refused' ? before : [...before, { kind: challenger, state: outcome }];
  const chosen = before.findIndex(({ kind, state }) => kind === waited && state === 'pending');
  return before.map((each, index) => (index === chosen ? { ...each, state: 'active' } : each));
}

async function found({ account }: Scene, plays: readonly Played[]): Promise<Left[]> {
  const conversations = await world.sql('select id, epoch, status from conversation where account_id = ?', [account]);
  const sessions = await world.sql('select conversation_id, kind, state, active_in from session where account_id = ?', [
    account,
  ]);
  const served = await world.sql(
    'select a.conversation_id, b.name from assignment a join agent b on b.id = a.agent_id where a.account_id = ? and a.serves is not null',
    [account],
  );
  const events = await world.sql(
    "select conversation_id, data from event where account_id = ? and type = 'session.conflicted'",
    [account],
  );
  return plays.map(({ conversation: id }) => {
    const conversation = conversations.find((each) => each.id === id);
    const own = (rows: Json[]) => rows.filter((each) => each.conversation_id === id);
    return {
      sessions: own(sessions)
        .map(({ kind, state }) => `${kind} ${state}`)
        .sort(),
      floor: own(sessions).find(({ active_in }) => active_in === id)?.kind ?? 'nobody',
      epoch: conversation.epoch,
      status: conversation.status,
      servedBy: own(served)
        .map(({ name }) => name)
        .sort(),
      conflicts: own(events)
        .map(({ data }) => JSON.parse(data))
        .map(({ rule, outcome }) => `${rule} ${outcome}`),
    };
  });
}
