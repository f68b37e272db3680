// The law of routing: a table of who is chosen and why the others are not, and what holds for all candidates there could be.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AVAILABILITIES } from '../../../src/domain/agents/presence.ts';
import type { Candidate, Wanted } from '../../../src/domain/routing/candidate.ts';
import { fits, type Policy, route } from '../../../src/domain/routing/route.ts';

const LI: Candidate = {
  agentId: 'a-li',
  name: 'Li',
  availability: 'online',
  reachable: true,
  alwaysReachable: false,
  capacity: 5,
  seatsTaken: 0,
  skills: ['refunds'],
  teams: ['north'],
  idleSince: null,
  declined: false,
  missed: 0,
  inHand: false,
};
const CHEN: Candidate = { ...LI, agentId: 'b-chen', name: 'Chen' };
const ANY: Wanted = { skills: [], team: null, waited: 0, lastAgentId: null, onlyAgentId: null, fromAgentId: null };
const OFFER: Policy = { mode: 'offer', relax: { skillsAfter: null, teamAfter: null } };
const RELAXED: Policy = { mode: 'offer', relax: { skillsAfter: 60, teamAfter: 120 } };

function why(wanted: Wanted, candidates: readonly Candidate[], agentId: string, policy = OFFER): string | undefined {
  return route(wanted, candidates, policy).candidates.find((each) => each.agentId === agentId)?.why;
}

describe('who is chosen', () => {
  test.each<[string, Partial<Wanted>, Candidate[], Policy, string | null]>([
    ['equal in all: the smaller id', {}, [CHEN, LI], OFFER, 'a-li'],
    [
      'the lower share of taken seats',
      {},
      [
        { ...LI, seatsTaken: 2 },
        { ...CHEN, seatsTaken: 3, capacity: 10 },
      ],
      OFFER,
      'b-chen',
    ],
    [
      'idle for longer',
      {},
      [
        { ...LI, idleSince: 200 },
        { ...CHEN, idleSince: 100 },
      ],
      OFFER,
      'b-chen',
    ],
    ['never served is idle longest', {}, [{ ...LI, idleSince: 1 }, CHEN], OFFER, 'b-chen'],
    ['who served last, though busier', { lastAgentId: 'b-chen' }, [LI, { ...CHEN, seatsTaken: 4 }], OFFER, 'b-chen'],
    [
      'not who served last, when they are away',
      { lastAgentId: 'b-chen' },
      [LI, { ...CHEN, availability: 'away' }],
      OFFER,
      'a-li',
    ],
    [
      'not who served last, when they are full',
      { lastAgentId: 'b-chen' },
      [LI, { ...CHEN, seatsTaken: 5 }],
      OFFER,
      'a-li',
    ],
    [
      'who missed fewer offers of it, before all else',
      { lastAgentId: 'a-li' },
      [{ ...LI, missed: 1 }, CHEN],
      OFFER,
      'b-chen',
    ],
    ['who missed it is asked again when nobody else is there', {}, [{ ...LI, missed: 2 }], OFFER, 'a-li'],
    ['who is named, though busier', { onlyAgentId: 'b-chen' }, [LI, { ...CHEN, seatsTaken: 4 }], OFFER, 'b-chen'],
    [
      'not who hands it on',
      { fromAgentId: 'a-li', lastAgentId: 'a-li' },
      [LI, { ...CHEN, seatsTaken: 4 }],
      OFFER,
      'b-chen',
    ],
    ['who has the skill', { skills: ['french'] }, [LI, { ...CHEN, skills: ['french'] }], OFFER, 'b-chen'],
    ['nobody lacks a skill that is asked for no more', { skills: ['french'], waited: 60 }, [LI], RELAXED, 'a-li'],
    ['a second earlier it still counts', { skills: ['french'], waited: 59.9 }, [LI], RELAXED, null],
    ['the team counts longer than the skill', { skills: ['french'], team: 'south', waited: 60 }, [LI], RELAXED, null],
    ['and then no more either', { skills: ['french'], team: 'south', waited: 120 }, [LI], RELAXED, 'a-li'],
    ['always reachable, without a connection', {}, [{ ...LI, reachable: false, alwaysReachable: true }], OFFER, 'a-li'],
    ['nobody in manual mode', {}, [LI], { ...OFFER, mode: 'manual' }, null],
    ['in manual mode too who is named', { onlyAgentId: 'a-li' }, [LI], { ...OFFER, mode: 'manual' }, 'a-li'],
    ['nobody without agents', {}, [], OFFER, null],
  ])('%s', (_name, wanted, candidates, policy, chosen) => {
    expect(route({ ...ANY, ...wanted }, candidates, policy).chosen).toBe(chosen);
  });
});

describe('why not', () => {
  test.each<[Partial<Wanted>, Partial<Candidate>, string]>([
    [{}, { availability: 'away' }, 'declared away'],
    [{}, { reachable: false }, 'no live connection'],
    [{}, { seatsTaken: 5 }, 'all 5 seats taken'],
    [{}, { capacity: 0 }, 'all 0 seats taken'],
    [{}, { declined: true }, 'declined it'],
    [{}, { inHand: true }, 'was just being given something else'],
    [{ skills: ['french', 'vip'] }, {}, 'lacks the skills french, vip'],
    [{ team: 'south' }, {}, 'not in the team south'],
    [{ onlyAgentId: 'b-chen' }, {}, 'it is handed to somebody else by name'],
    [{ fromAgentId: 'a-li' }, {}, 'hands it on'],
    [
      { skills: ['french'] },
      { availability: 'busy', seatsTaken: 5 },
      'lacks the skill french; declared busy; all 5 seats taken',
    ],
  ])('%j of %j: %s', (wanted, changes, said) => {
    const li = { ...LI, ...changes };
    expect(why({ ...ANY, ...wanted }, [li], 'a-li')).toBe(said);
    expect(fits({ ...ANY, ...wanted }, li, OFFER)).toBe(false);
  });

  test.each<[Partial<Wanted>, Candidate[], string]>([
    [{}, [LI, CHEN], 'equal in all; the smaller id is taken'],
    [{}, [LI, { ...CHEN, seatsTaken: 1 }], 'load 20 %, above 0 %'],
    [{}, [LI, { ...CHEN, idleSince: 5 }], 'idle for a shorter time'],
    [{ lastAgentId: 'a-li' }, [LI, CHEN], 'somebody else served this contact last'],
    [{}, [LI, { ...CHEN, missed: 1 }], 'missed 1 offers of it'],
  ])('somebody was better for it: %j', (wanted, candidates, said) => {
    expect(why({ ...ANY, ...wanted }, candidates, 'b-chen')).toBe(said);
  });
});

test.each<[string, Candidate[], boolean]>([
  [
    'all who are there',
    [
      { ...LI, declined: true },
      { ...CHEN, declined: true },
    ],
    true,
  ],
  [
    'who is away has not been asked, and is not waited for',
    [
      { ...LI, declined: true },
      { ...CHEN, availability: 'away' },
    ],
    true,
  ],
  [
    'who is full can still be asked',
    [
      { ...LI, declined: true },
      { ...CHEN, seatsTaken: 5 },
    ],
    false,
  ],
  ['who declined and is full by now has declined', [{ ...LI, declined: true, seatsTaken: 5 }], true],
  ['nobody is there', [{ ...LI, availability: 'away' }], false],
])('declined by all: %s', (_name, candidates, all) => {
  expect(route(ANY, candidates, OFFER).declinedByAll).toBe(all);
});

const skill = fc.constantFrom('refunds', 'french', 'vip');
const agentName = fc.constantFrom('Li', 'Chen', 'Sun');
const candidate: fc.Arbitrary<Candidate> = fc.record({
  agentId: fc.uuid(),
  name: agentName,
  availability: fc.constantFrom(...AVAILABILITIES, 'online' as const, 'online' as const),
  reachable: fc.boolean(),
  alwaysReachable: fc.boolean(),
  capacity: fc.integer({ min: 0, max: 6 }),
  seatsTaken: fc.integer({ min: 0, max: 6 }),
  skills: fc.uniqueArray(skill),
  teams: fc.uniqueArray(fc.constantFrom('north', 'south')),
  idleSince: fc.option(fc.integer({ min: 0, max: 50 })),
  declined: fc.boolean(),
  missed: fc.integer({ min: 0, max: 2 }),
  inHand: fc.constantFrom(false, false, true),
});
const candidates = fc.uniqueArray(candidate, { selector: ({ agentId }) => agentId, maxLength: 8 });
const policy: fc.Arbitrary<Policy> = fc.record({
  mode: fc.constantFrom('offer', 'direct', 'manual'),
  relax: fc.record({ skillsAfter: fc.constantFrom(null, 60), teamAfter: fc.constantFrom(null, 60) }),
});

/** Somebody among them may have served last, be named, or hand it on. */
const case_ = candidates.chain((all) => {
  const one = fc.constantFrom(null, null, ...all.map(({ agentId }) => agentId));
  const wanted = fc.record({
    skills: fc.uniqueArray(skill, { maxLength: 2 }),
    team: fc.constantFrom(null, null, 'north', 'south'),
    waited: fc.constantFrom(0, 59, 60, 300),
    lastAgentId: one,
    onlyAgentId: fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, one),
    fromAgentId: one,
  });
  return fc.record({
    wanted,
    all: fc.constant(all),
    policy,
    order: fc.shuffledSubarray(all, { minLength: all.length }),
  });
});

describe('whatever the candidates', () => {
  test('the same question has the same answer, and the order of the candidates changes nothing', () => {
    fc.assert(
      fc.property(case_, ({ wanted, all, policy, order }) => {
        const verdict = route(wanted, all, policy);
        expect(route(structuredClone(wanted), structuredClone(all), policy)).toEqual(verdict);
        const shuffled = route(wanted, order, policy);
        expect(shuffled.chosen).toBe(verdict.chosen);
        expect(byId(shuffled.candidates)).toEqual(byId(verdict.candidates));
      }),
    );
  });

  test('the chosen one can take it, and every candidate has a verdict with its reason', () => {
    fc.assert(
      fc.property(case_, ({ wanted, all, policy }) => {
        const { chosen, candidates, eligible } = route(wanted, all, policy);
        expect(candidates.map(({ agentId }) => agentId)).toEqual(all.map(({ agentId }) => agentId));
        expect(candidates.every(({ why }) => why !== '')).toBe(true);
        expect(candidates.filter((each) => each.chosen).map(({ agentId }) => agentId)).toEqual(
          chosen === null ? [] : [chosen],
        );
        expect(candidates.filter((each) => each.eligible)).toHaveLength(eligible);
        for (const [index, one] of all.entries()) expect(fits(wanted, one, policy)).toBe(candidates[index]?.eligible);
      }),
    );
  });

  test('an agent who is offline, or who is taken away and was not chosen, changes nothing for the others', () => {
    fc.assert(
      fc.property(case_, candidate, ({ wanted, all, policy }, more) => {
        const verdict = route(wanted, all, policy);
        const offline = { ...more, agentId: '~new', availability: 'offline' as const };
        const wider = route(wanted, [...all, offline], policy);
        expect(wider.chosen).toBe(verdict.chosen);
        expect(wider.candidates.slice(0, -1)).toEqual(verdict.candidates);
        for (const { agentId } of all.filter((one) => one.agentId !== verdict.chosen))
          expect(
            route(
              wanted,
              all.filter((one) => one.agentId !== agentId),
              policy,
            ).chosen,
          ).toBe(verdict.chosen);
      }),
    );
  });

  test('the reasons against a loser are the binding ones: without them they are eligible, with any one left they are not', () => {
    fc.assert(
      fc.property(case_, ({ wanted, all, policy }) => {
        const plain = { ...wanted, onlyAgentId: null, fromAgentId: null };
        for (const one of all) {
          const reasons = (why(plain, all, one.agentId, policy) ?? '')
            .split('; ')
            .flatMap((said) => curesOf(said, plain));
          if (fits(plain, one, policy)) continue;
          const cured = reasons.reduce<Candidate>((each, cure) => cure(each), one);
          expect(fits(plain, cured, policy)).toBe(true);
          for (const left of reasons) {
            const others = reasons.filter((cure) => cure !== left);
            expect(
              fits(
                plain,
                others.reduce<Candidate>((each, cure) => cure(each), one),
                policy,
              ),
            ).toBe(false);
          }
        }
      }),
    );
  });

  test('among equals who take one after the other the counts differ by one at most', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 0, max: 60 }), (agents, sessions) => {
        const counts = Array.from({ length: agents }, () => 0);
        const team = () =>
          counts.map((seatsTaken, index) => ({ ...LI, agentId: `agent-${index}`, capacity: 100, seatsTaken }));
        for (let session = 0; session < sessions; session += 1) {
          const { chosen } = route(ANY, team(), OFFER);
          const index = Number(chosen?.replace('agent-', ''));
          counts[index] = (counts[index] ?? 0) + 1;
        }
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
      }),
    );
  });
});

type Cure = (one: Candidate) => Candidate;

/** What removes a reason. */
function curesOf(said: string, { skills, team }: Wanted): Cure[] {
  if (said.startsWith('lacks the skill')) return [(one) => ({ ...one, skills: [...one.skills, ...skills] })];
  if (said.startsWith('not in the team')) return [(one) => ({ ...one, teams: [...one.teams, team ?? ''] })];
  if (said.startsWith('declared')) return [(one) => ({ ...one, availability: 'online', reachable: true })];
  if (said === 'no live connection') return [(one) => ({ ...one, reachable: true })];
  if (said === 'declined it') return [(one) => ({ ...one, declined: false })];
  if (said.startsWith('was just')) return [(one) => ({ ...one, inHand: false })];
  if (said.startsWith('all ')) return [(one) => ({ ...one, capacity: one.seatsTaken + 1 })];
  return [];
}

function byId<T extends { agentId: string }>(all: readonly T[]): T[] {
  return all.toSorted((a, b) => (a.agentId < b.agentId ? -1 : 1));
}
