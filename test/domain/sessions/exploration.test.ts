// Everything that can happen in a small world, one step after the other: two agents with a seat each, two robots, two conversations.
// In every state that is reached the promises hold. The world is made of the pure laws alone (turns.ts).
import { describe, expect, test } from 'vitest';
import { whenDue } from '../../../src/domain/sessions/due.ts';
import type { SessionKind } from '../../../src/domain/sessions/kinds.ts';
import { canMove, isOpen } from '../../../src/domain/sessions/lifecycle.ts';
import { nextOnFloor } from '../../../src/domain/sessions/succession.ts';
import { Refused, type Rules, type Thread, Turns } from './turns.ts';

const AGENTS = ['li', 'chen'] as const;
const USUAL: Rules = {
  agents: AGENTS,
  seats: 1,
  places: 2,
  robotsWait: true,
  onTimeout: 'return',
  maxHops: Number.POSITIVE_INFINITY,
};
/** More open sessions in one conversation bring no new situation, only more of the same. */
const OPEN_AT_MOST = 3;

type World = { readonly rules: Partial<Rules>; readonly kinds: readonly SessionKind[]; readonly depth: number };

const WORLDS: readonly (readonly [string, World])[] = [
  ['a robot and a person', { rules: {}, kinds: ['auto_bargain', 'manual_customer_service'], depth: 8 }],
  [
    'robots of two levels',
    { rules: {}, kinds: ['auto_bargain', 'auto_follow_up', 'manual_customer_service'], depth: 7 },
  ],
  ['one place for robots', { rules: { places: 1 }, kinds: ['auto_bargain', 'manual_customer_service'], depth: 7 }],
  ['emergencies', { rules: {}, kinds: ['auto_bargain', 'manual_customer_service', 'manual_urgent'], depth: 7 }],
  [
    'robots that speak until somebody comes',
    { rules: { robotsWait: false }, kinds: ['auto_bargain', 'manual_customer_service'], depth: 8 },
  ],
  [
    'transfers that go up',
    { rules: { onTimeout: 'escalate', maxHops: 3 }, kinds: ['auto_bargain', 'manual_customer_service'], depth: 8 },
  ],
];

describe('every interleaving', () => {
  test.each(WORLDS)(
    '%s',
    (name, { rules, kinds, depth }) => {
      const { states, steps } = explore(new Turns({ ...USUAL, ...rules }, 2), kinds, depth);
      console.log(`${name}: ${states} states, ${steps} steps to depth ${depth}`);
      expect(states).toBeGreaterThan(1000);
    },
    60_000,
  );
});

function explore(start: Turns, kinds: readonly SessionKind[], depth: number): { states: number; steps: number } {
  const seen = new Set([keyOf(start)]);
  let edge = [start];
  let steps = 0;
  for (let at = 0; at < depth; at += 1) {
    const next: Turns[] = [];
    for (const world of edge) {
      const after = stepsOf(world, kinds).flatMap(([name, step]) => taken(world, name, step) ?? []);
      steps += after.length;
      next.push(...after.flatMap((each) => foundNew(seen, each) ?? []));
    }
    edge = next;
  }
  return { states: seen.size, steps };
}

type Taken = { readonly after: Turns; readonly name: string; readonly before: Turns };

/** null: it is refused, and nothing has changed. */
function taken(before: Turns, name: string, step: Step[1]): Taken | null {
  const after = before.copy();
  try {
    step(after);
    return { after, name, before };
  } catch (error) {
    if (error instanceof Refused) return null;
    throw error;
  }
}

/** null: it was there before. @throws where it breaks a promise. */
function foundNew(seen: Set<string>, { after, name, before }: Taken): Turns | null {
  const key = keyOf(after);
  if (seen.has(key)) return null;
  seen.add(key);
  const wrong = brokenIn(after);
  if (wrong.length > 0) throw new Error(`after ${name}: ${wrong.join('; ')}\n${keyOf(before)}\n${key}`);
  return after;
}

type Step = readonly [name: string, step: (turns: Turns) => void];

function stepsOf(world: Turns, kinds: readonly SessionKind[]): Step[] {
  return world.threads.flatMap((thread, index): Step[] => [
    ...(thread.turns.length < OPEN_AT_MOST ? openings(index, kinds) : []),
    ...thread.turns.flatMap(({ id, state }) => stepsWith(index, id, state)),
    ...AGENTS.map((agent): Step => [`${agent} accepts`, (turns) => turns.accept(index, agent)]),
    ...(isOffered(thread) ? [['decline', (turns) => turns.decline(index)] satisfies Step] : []),
    ...(thread.transfer ? [['expire', (turns) => turns.expire(index)] satisfies Step] : []),
    ...(thread.taken.length > 0 ? [['hand back', (turns) => turns.handBack(index)] satisfies Step] : []),
  ]);
}

function isOffered({ transfer, turns }: Thread): boolean {
  return turns.some(({ id, seated }) => id === transfer?.to && seated?.state === 'offered');
}

function openings(index: number, kinds: readonly SessionKind[]): Step[] {
  return kinds.flatMap((kind) =>
    (kind.startsWith('auto') ? [null] : [null, ...AGENTS]).map(
      (agent): Step => [`open ${kind} by ${agent}`, (turns) => turns.open(index, kind, agent, 'queue')],
    ),
  );
}

function stepsWith(index: number, id: string, state: string): Step[] {
  const may = (from: readonly string[], step: Step): Step[] => (from.includes(state) ? [step] : []);
  return [
    ...may(['active'], [`pause ${id}`, (turns) => turns.pause(index, id)]),
    ...may(['paused'], [`resume ${id}`, (turns) => turns.resume(index, id)]),
    ...may(['active', 'paused', 'transferred'], [`complete ${id}`, (turns) => turns.end(index, id, 'completed')]),
    ...may(['pending'], [`time ends ${id}`, (turns) => turns.end(index, id, 'timeout')]),
    ...[null, ...AGENTS].flatMap((agent) =>
      may(['active', 'paused'], [`transfer ${id} to ${agent}`, (turns) => turns.transfer(index, id, agent)]),
    ),
  ];
}

/** Two worlds of the same key can not be told apart by anything that follows: ids are places in line, agents and conversations have no names. */
function keyOf(world: Turns): string {
  const shared = world.rules.places < world.threads.length;
  const limited = Number.isFinite(world.rules.maxHops);
  const all = world.threads.flatMap(({ turns }) => turns).sort((a, b) => a.order - b.order);
  const views = [[...AGENTS], [...AGENTS].reverse()].flatMap((agents) => {
    const threads = world.threads.map((thread) => threadKey(thread, agents, shared ? all : thread.turns, limited));
    return [threads.join(' | '), threads.toReversed().join(' | ')];
  });
  return views.sort()[0] ?? '';
}

function threadKey(
  thread: Thread,
  agents: readonly string[],
  line: readonly { id: string }[],
  limited: boolean,
): string {
  const place = (id: string | null) => line.findIndex((turn) => turn.id === id);
  const chain = limited ? thread.chain : '';
  const turns = thread.turns.map(({ id, kind, level, state, onHold, seated, successor }) => {
    const seat = seated ? `${seated.state}${agents.indexOf(seated.agent)}` : '';
    return `${place(id)}${kind}${level}${state}${onHold ? 'held' : ''}${seat}${successor ? `>${place(successor)}` : ''}`;
  });
  const handing = [thread.transfer, ...thread.taken].map(
    (each) =>
      each &&
      `${place(each.from)}-${place(each.to)}${each.toAgent ? agents.indexOf(each.toAgent) : ''}${each.state}${each.hops}`,
  );
  return `${turns.join(',')} ${handing.join(',')} ${chain}`;
}

/** The promises; each that is broken, in words. */
function brokenIn(world: Turns): string[] {
  const seats = AGENTS.filter((agent) => world.seatsOf(agent) > world.rules.seats).map(
    (agent) => `${agent} is over-filled`,
  );
  const places = world.placesFree() < 0 ? ['more robots speak than may'] : [];
  return [...seats, ...places, ...world.threads.flatMap((thread) => brokenInThread(world, thread))];
}

function brokenInThread(world: Turns, thread: Thread): string[] {
  const { turns, transfer } = thread;
  const active = turns.filter(({ state }) => state === 'active');
  const [holder] = active;
  const next = nextOnFloor(turns, { robotsWait: world.rules.robotsWait, robotSlotFree: world.placesFree() > 0 });
  const status = { robot: 'ai_handling', human: 'serving' };
  const to = turns.find(({ id }) => id === transfer?.to);
  const from = turns.find(({ id }) => id === transfer?.from);
  const checks: readonly (readonly [boolean, string])[] = [
    [active.length > 1, 'two hold the floor'],
    [!holder && next !== null, `the floor is free, and ${next?.kind} waits for it`],
    [holder?.handler === 'human' && holder.seated?.state !== 'serving', 'a person speaks whom nobody serves'],
    [
      turns.some(({ state, seated }) => seated?.state === 'serving' && state === 'pending'),
      'somebody serves what waits',
    ],
    [turns.some(({ seated, state }) => state === 'transferred' && seated !== null), 'two own what was handed on'],
    [turns.some(({ onHold, state }) => onHold && state !== 'paused'), 'what is on hold is not paused'],
    [
      turns.some(({ place, state, handler }) => place !== (state === 'active' && handler === 'robot')),
      'a place without a robot',
    ],
    [transfer !== null && to?.state !== 'pending', 'a transfer leads to nobody who waits'],
    [transfer !== null && from?.state !== 'active' && from?.state !== 'paused', 'a transfer comes from nobody'],
    [
      turns.some(({ successor, state }) => state === 'transferred' && !turns.some(({ id }) => id === successor)),
      'a successor is gone',
    ],
    [turns.some(({ handler, state }) => !hasExit(handler, state)), 'a state has no exit'],
    [holder !== undefined && world.status(thread) !== status[holder.handler], 'the desk shows somebody else'],
    [
      !holder && (world.status(thread) === 'resolved') !== turns.every(({ state }) => state === 'transferred'),
      'the desk shows an end',
    ],
  ];
  return checks.filter(([broken]) => broken).map(([, says]) => says);
}

function hasExit(handler: 'robot' | 'human', state: Parameters<typeof canMove>[0]): boolean {
  return isOpen(state) && canMove(state, whenDue({ handler, origin: 'requested' }, state).to);
}
