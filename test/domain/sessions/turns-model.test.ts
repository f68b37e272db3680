// The deeds against the model: whatever is done one after the other ends in the database as it does in memory, refusals too. What is
// done at once ends in something that is allowed, and breaks nothing that must always hold.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runAct } from '../../../src/act.ts';
import type { Act } from '../../../src/domain/act.ts';
import { acceptConversation } from '../../../src/domain/assignments/accept-conversation.ts';
import { completeSession } from '../../../src/domain/assignments/complete-session.ts';
import { expireSession } from '../../../src/domain/assignments/expire-session.ts';
import { expireTransfer } from '../../../src/domain/assignments/expire-transfer.ts';
import { returnTransfer } from '../../../src/domain/assignments/hand-back.ts';
import { openSessionFor } from '../../../src/domain/assignments/open-session-for.ts';
import { pauseSession, resumeSession } from '../../../src/domain/assignments/pause-session.ts';
import { declineTransferAs, transferSession } from '../../../src/domain/assignments/transfer-session.ts';
import { DomainError } from '../../../src/domain/errors.ts';
import type { OnConflict } from '../../../src/domain/sessions/arbitration.ts';
import type { SessionKind } from '../../../src/domain/sessions/kinds.ts';
import { openSessionsOf } from '../../../src/domain/sessions/move-session.ts';
import { nextOnFloor } from '../../../src/domain/sessions/succession.ts';
import { routeConversation, routeForgotten } from '../../../src/workers/route-conversation.ts';
import { type Json, World } from '../../support/world.ts';
import { Refused, type Rules, type Thread, Turns } from './turns.ts';

const world = await World.open({ workers: 0 });
const TESTER = { type: 'system', id: 'test' } as const;
const KINDS = ['auto_bargain', 'auto_follow_up', 'manual_customer_service', 'manual_urgent'] as const;
const WISHES = ['queue', 'queue', 'reject', 'preempt'] as const satisfies readonly OnConflict[];
/** More of them find rarer things: MODEL_RUNS=200. */
const RUNS = Number(process.env.MODEL_RUNS ?? 12);
const NAMES = ['li', 'chen'] as const;

/** What is done: a choice among what could be, by a number, and with which of the two agents, or none. */
type Choice = { readonly thread: number; readonly deed: number; readonly which: number; readonly agent: number };
const anyChoice: fc.Arbitrary<Choice> = fc.record({
  thread: fc.nat({ max: 1 }),
  deed: fc.nat({ max: 99 }),
  which: fc.nat({ max: 99 }),
  agent: fc.nat({ max: 2 }),
});
const anyRules = fc.record({
  places: fc.constantFrom(1, 2),
  onTimeout: fc.constantFrom('return' as const, 'escalate' as const),
});

class Real {
  readonly account: string;
  readonly agents: ReadonlyMap<string, string>;
  readonly contacts: readonly string[];
  conversations: string[] = [];
  /** Sessions by the ids of the model. */
  readonly ids = new Map<string, string>();

  private constructor(account: string, agents: ReadonlyMap<string, string>) {
    this.account = account;
    this.agents = agents;
    this.contacts = ['wang', 'zhao'];
  }

  static async begin({ seats, places, robotsWait, onTimeout, maxHops }: Rules): Promise<Real> {
    const account = await world.account({
      maxRobotSessions: places,
      robotsWaitForPeople: robotsWait,
      transfers: { onTimeout, maxHops },
    });
    const agents = new Map<string, string>();
    for (const name of NAMES) agents.set(name, (await world.agent([account], { name, capacity: seats })).id);
    const real = new Real(account, agents);
    for (const contact of real.contacts) {
      const found = await world.must('POST', '/v1/contacts', { account, contact: { id: contact } });
      real.conversations.push(found.conversationId);
    }
    await real.drain();
    return real;
  }

  do<T>(deed: (act: Act) => Promise<T>): Promise<string> {
    return runAct(world.kernel, TESTER, deed).then(
      () => 'done',
      (error) => {
        if (error instanceof DomainError) return error.code;
        throw error;
      },
    );
  }

  id(turn: string): string {
    return this.ids.get(turn) ?? '';
  }

  agent(name: string | null): string | null {
    return name === null ? null : (this.agents.get(name) ?? null);
  }

  /** The one that is open; else the latest. */
  async transfer(index: number, state: string): Promise<string> {
    const [row] = await world.sql(
      'select id from transfer where conversation_id = ? and state = ? order by ended_at desc, id desc',
      [this.conversations[index], state],
    );
    return row?.id ?? '';
  }

  /** Everything that was planned, in the order in which it was. */
  async drain(): Promise<void> {
    for (;;) {
      const [job] = await world.sql("select id, kind from job where state = 'accepted' order by id limit 1");
      if (!job) break;
      expect(job.kind).toBe('route-conversation');
      await routeConversation(world.kernel, job.id);
    }
  }

  async shown(index: number, turns: Turns): Promise<string[]> {
    const conversation = this.conversations[index];
    const rows: Json[] = await world.sql(
      `select s.id, s.kind, s.level, s.state, s.on_hold, s.robot_slot is not null as place, s.successor_id, a.state as seated, b.name
       from session s left join assignment a on a.session_id = s.id and a.seat is not null left join agent b on b.id = a.agent_id
       where s.conversation_id = ? and s.ended_at is null order by s.id`,
      [conversation],
    );
    this.#learn(
      turns,
      rows.map(({ id }) => id),
    );
    const [{ status }] = await world.sql('select status from conversation where id = ?', [conversation]);
    const [transfer] = await world.sql(
      'select t.from_session_id, t.to_session_id, t.hops, b.name from transfer t left join agent b on b.id = t.to_agent_id where t.conversation_id = ? and t.open_to is not null',
      [conversation],
    );
    return [
      status,
      ...rows.map((row) =>
        line({
          ...row,
          successor: row.successor_id,
          onHold: Boolean(row.on_hold),
          place: Boolean(row.place),
          agent: row.name,
        }),
      ),
      transfer
        ? `${transfer.from_session_id} to ${transfer.to_session_id} ${transfer.name} ${transfer.hops}`
        : 'no transfer',
    ];
  }

  /** Those that are new on both sides are the same. */
  #learn(turns: Turns, found: readonly string[]): void {
    const known = new Set(this.ids.values());
    const fresh = found.filter((id) => !known.has(id));
    const model = turns.threads
      .flatMap((thread) => thread.turns)
      .filter(({ id }) => !this.ids.has(id))
      .sort((a, b) => a.order - b.order);
    for (const [index, id] of fresh.entries()) {
      const turn = model[index];
      if (turn) this.ids.set(turn.id, id);
    }
  }
}

type Line = {
  id: string;
  kind: string;
  level: number;
  state: string;
  onHold: boolean;
  place: boolean;
  seated: string | null;
  agent: string | null;
  successor: string | null;
};

function line({ id, kind, level, state, onHold, place, seated, agent, successor }: Line): string {
  return `${id} ${kind} ${level} ${state}${onHold ? ' held' : ''}${place ? ' placed' : ''} ${seated} ${agent} ${successor}`;
}

function shownBy(turns: Turns, thread: Thread, real: Real): string[] {
  const { transfer } = thread;
  const lines = thread.turns
    .toSorted((a, b) => a.order - b.order)
    .map((turn) => {
      const successor = turn.successor === null ? null : real.id(turn.successor);
      const seated = { seated: turn.seated?.state ?? null, agent: turn.seated?.agent ?? null };
      return line({ ...turn, id: real.id(turn.id), successor, ...seated });
    });
  const handing =
    transfer && `${real.id(transfer.from)} to ${real.id(transfer.to)} ${transfer.toAgent} ${transfer.hops}`;
  return [turns.status(thread), ...lines, handing ?? 'no transfer'];
}

type Doing = {
  readonly name: string;
  readonly model: (turns: Turns) => void;
  readonly real: (real: Real) => Promise<string>;
};

/** What the choice means in this state. */
function doingOf(turns: Turns, choice: Choice): Doing {
  const { thread: index, deed, which } = choice;
  const thread = turns.thread(index);
  const all = [
    ...openings(choice),
    ...accepting(choice),
    ...thread.turns.flatMap(({ id }) => withTurn(thread, id, choice)),
    ...handing(thread, choice),
  ];
  const doing = all[(deed * 7 + which) % all.length];
  if (!doing) throw new Error('there is always something to do');
  return doing;
}

function openings({ thread: index, which, agent }: Choice): Doing[] {
  const onConflict = WISHES[which % WISHES.length] ?? 'queue';
  return KINDS.map((kind: SessionKind) => {
    const name = kind.startsWith('auto') ? null : (NAMES[agent] ?? null);
    return {
      name: `${index}: open ${kind} ${name} ${onConflict}`,
      model: (turns) => void turns.open(index, kind, name, onConflict),
      real: (real) =>
        real.do((act) => {
          const wish = {
            taskType: null,
            level: null,
            task: null,
            needs: null,
            reason: 'a step',
            agentId: real.agent(name),
          };
          return openSessionFor(act, real.account, { id: real.contacts[index] ?? '' }, { ...wish, kind, onConflict });
        }),
    };
  });
}

function accepting({ thread: index, agent }: Choice): Doing[] {
  const name = NAMES[agent % 2] ?? 'li';
  return [
    {
      name: `${index}: ${name} accepts`,
      model: (turns) => turns.accept(index, name),
      real: (real) =>
        real.do((act) => acceptConversation(act, real.conversations[index] ?? '', real.agent(name) ?? '')),
    },
  ];
}

function withTurn(thread: Thread, id: string, { thread: index, agent }: Choice): Doing[] {
  const to = thread.turns.find((turn) => turn.id === id)?.state === 'pending' ? 'cancelled' : 'completed';
  const name = NAMES[agent] ?? null;
  const asked = { reason: 'a step', cause: null, urgency: 1, advice: null, kind: null, needs: null };
  return [
    {
      name: `pause ${id}`,
      model: (turns) => turns.pause(index, id),
      real: (real) => real.do((act) => pauseSession(act, real.id(id), null, null)),
    },
    {
      name: `resume ${id}`,
      model: (turns) => turns.resume(index, id),
      real: (real) => real.do((act) => resumeSession(act, real.id(id), null, 'queue')),
    },
    {
      name: `${to} ${id}`,
      model: (turns) => turns.end(index, id, to),
      real: (real) => real.do((act) => completeSession(act, real.id(id), null, to, 'a step')),
    },
    {
      name: `time ends ${id}`,
      model: (turns) => turns.end(index, id, 'timeout'),
      real: async (real) => {
        await world.sql("update session set deadline_at = '2020-01-01' where id = ? and ended_at is null", [
          real.id(id),
        ]);
        return real.do((act) => expireSession(act, real.id(id)));
      },
    },
    {
      name: `transfer ${id} to ${name}`,
      model: (turns) => turns.transfer(index, id, name),
      real: (real) =>
        real.do((act) => transferSession(act, real.id(id), null, { ...asked, toAgentId: real.agent(name) }, 'accept')),
    },
  ];
}

function handing(thread: Thread, { thread: index }: Choice): Doing[] {
  const { transfer } = thread;
  const offered = thread.turns.find(({ id, seated }) => id === transfer?.to && seated?.state === 'offered')?.seated
    ?.agent;
  const expired: Doing = {
    name: `${index}: transfer expires`,
    model: (turns) => turns.expire(index),
    real: async (real) => {
      const id = await real.transfer(index, 'requested');
      await world.sql("update transfer set deadline_at = '2020-01-01' where id = ? and ended_at is null", [id]);
      return real.do((act) => expireTransfer(act, id));
    },
  };
  const returned = (state: string, model: Doing['model']): Doing => ({
    name: `${index}: return what is ${state}`,
    model,
    real: async (real) => {
      const id = await real.transfer(index, state);
      return real.do((act) => returnTransfer(act, id, null, null));
    },
  });
  const declined: Doing = {
    name: `${index}: ${offered} declines`,
    model: (turns) => turns.decline(index),
    real: async (real) => {
      const id = await real.transfer(index, 'requested');
      return real.do((act) => declineTransferAs(act, id, real.agent(offered ?? null) ?? '', null));
    },
  };
  return [
    ...(transfer ? [expired, returned('requested', (turns) => turns.withdraw(index))] : []),
    ...(offered ? [declined] : []),
    ...(thread.taken.length === 1 ? [returned('accepted', (turns) => turns.handBack(index))] : []),
  ];
}

/** Refused, nothing has changed. */
function imagine(turns: Turns, { model }: Doing): { turns: Turns; said: string } {
  const after = turns.copy();
  try {
    model(after);
    return { turns: after, said: 'done' };
  } catch (error) {
    if (error instanceof Refused) return { turns, said: error.message };
    throw error;
  }
}

const RULES = { agents: NAMES, seats: 1, robotsWait: true, maxHops: 3 };

test(
  'one after the other, the deeds do what the model does, refusals included',
  async () => {
    const seed = Date.now() % 1_000_000;
    let steps = 0;
    const property = fc.asyncProperty(
      anyRules,
      fc.array(anyChoice, { minLength: 20, maxLength: 30 }),
      async (rules, choices) => {
        const real = await Real.begin({ ...RULES, ...rules });
        let turns = new Turns({ ...RULES, ...rules }, 2);
        const done: string[] = [];
        for (const choice of choices) {
          const doing = doingOf(turns, choice);
          const imagined = imagine(turns, doing);
          const said = await doing.real(real);
          await real.drain();
          await routeForgotten(world.kernel);
          turns = imagined.turns;
          done.push(`${doing.name}: ${said}`);
          const found = [await real.shown(0, turns), await real.shown(1, turns)];
          const expected = turns.threads.map((thread) => shownBy(turns, thread, real));
          expect({ said, found }, `${JSON.stringify(rules)}\n${done.join('\n')}`).toEqual({
            said: imagined.said,
            found: expected,
          });
          steps += 1;
        }
      },
    );
    await fc.assert(property, { numRuns: RUNS, seed, endOnFailure: true });
    console.log(`seed ${seed}: ${steps} steps, each as the model says`);
    expect(await world.broken()).toEqual([]);
  },
  RUNS * 15_000,
);

const ALLOWED = new Set([
  ...[
    'done',
    'agent_full',
    'already_assigned',
    'already_owner',
    'conversation_resolved',
    'floor_taken',
    'illegal_move',
  ],
  ...['robots_full', 'transfer_closed', 'transfer_loop', 'transfer_not_found', 'transfer_open', 'offer_closed'],
]);

test(
  'at once, in any order that the database makes of them, they end in what is allowed and break nothing',
  async () => {
    const seed = Date.now() % 1_000_000;
    const rounds = fc.array(fc.array(anyChoice, { minLength: 8, maxLength: 8 }), { minLength: 6, maxLength: 6 });
    const said = new Map<string, number>();
    const property = fc.asyncProperty(anyRules, rounds, async (rules, each) => {
      const real = await Real.begin({ ...RULES, ...rules });
      for (const choices of each) {
        const turns = await asItIs(real, { ...RULES, ...rules });
        const answers = await Promise.all(choices.map((choice) => doingOf(turns, choice).real(real)));
        for (const answer of answers) said.set(answer, (said.get(answer) ?? 0) + 1);
        await real.drain();
        await routeForgotten(world.kernel);
        expect(await waitsInVain(real)).toEqual([]);
      }
    });
    await fc.assert(property, { numRuns: RUNS, seed, endOnFailure: true });
    console.log(`seed ${seed}: ${JSON.stringify(Object.fromEntries(said))}`);
    expect([...said.keys()].filter((code) => !ALLOWED.has(code))).toEqual([]);
    expect(await world.broken()).toEqual([]);
  },
  RUNS * 15_000,
);

/** A model of what the database holds, good enough to choose what to do next: turns by their own ids. */
async function asItIs(real: Real, rules: Rules): Promise<Turns> {
  const turns = new Turns(rules, 2);
  for (const [index, thread] of turns.threads.entries()) {
    const open = await openSessionsOf({ em: world.kernel.orm.em.fork() } as Act, real.conversations[index] ?? ''); // reads only
    thread.turns = open.map(({ id, kind, handler, level, state, onHold, openedAt }, order) => {
      real.ids.set(id, id);
      return { id, kind, handler, level, state, onHold, openedAt, order, place: false, seated: null, successor: null };
    });
    const [transfer] = await world.sql(
      'select from_session_id, to_session_id from transfer where conversation_id = ? and open_to is not null',
      [real.conversations[index]],
    );
    if (transfer)
      thread.transfer = {
        from: transfer.from_session_id,
        to: transfer.to_session_id,
        toAgent: null,
        hops: 0,
        state: 'requested',
        wasOnHold: false,
        own: true,
      };
  }
  return turns;
}

/** Once all is quiet: whoever could have a free floor, and has it not. */
async function waitsInVain(real: Real): Promise<string[]> {
  const turns = await asItIs(real, { ...RULES, places: 0, onTimeout: 'return' });
  const [{ taken, places }] = await world.sql(
    `select (select count(*) from session where account_id = a.id and robot_slot is not null) as taken,
      json_extract(settings, '$.maxRobotSessions') as places from account a where id = ?`,
    [real.account],
  );
  const circumstances = { robotsWait: true, robotSlotFree: Number(taken) < Number(places) };
  return turns.threads.flatMap((thread) => {
    if (thread.turns.some(({ state }) => state === 'active')) return [];
    return nextOnFloor(thread.turns, circumstances)?.kind ?? [];
  });
}
