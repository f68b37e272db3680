// The simulation: small cases whose outcome can be said beforehand, and what holds for whatever is played.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Arrival,
  type SimulatedAgent,
  type SimulatedPolicy,
  simulate,
} from '../../../src/domain/routing/simulation.ts';
import { differenceOf, type Figures } from '../../../src/domain/routing/simulation-figures.ts';

const POLICY: SimulatedPolicy = {
  mode: 'offer',
  relax: { skillsAfter: null, teamAfter: null },
  stickyFor: 0,
  needs: {},
};
const NOTHING = { skills: [], team: null };
const LI: SimulatedAgent = { agentId: 'li', name: 'Li', capacity: 1, skills: [], teams: [], hours: null };
const CHEN: SimulatedAgent = { ...LI, agentId: 'chen', name: 'Chen' };

function arrival(at: number, handleSeconds = 60, fields: Partial<Arrival> = {}): Arrival {
  return { at, handleSeconds, kind: 'manual_customer_service', needs: NOTHING, contact: null, ...fields };
}

function played(arrivals: readonly Arrival[], agents: readonly SimulatedAgent[], policy = POLICY): Figures {
  const steps = simulate(arrivals, agents, policy);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

const served = (figures: Figures) => Object.fromEntries(figures.agents.map(({ id, served }) => [id, served]));

describe('played', () => {
  test('one agent, one seat: each waits for those before them', () => {
    const figures = played([arrival(0), arrival(0), arrival(30)], [LI]);
    expect(figures).toEqual({
      arrivals: 3,
      served: 3,
      leftWaiting: 0,
      waits: { median: 60, p95: 90, longest: 90 },
      agents: [{ id: 'li', name: 'Li', served: 3, busyShare: 1 }],
      spread: 0,
    });
  });

  test('two agents share, the one who is idle for longer first; what each had is told', () => {
    const figures = played([arrival(0, 30), arrival(40, 60), arrival(200, 100)], [LI, CHEN]);
    expect(served(figures)).toEqual({ li: 1, chen: 2 });
    expect(figures.waits).toEqual({ median: 0, p95: 0, longest: 0 });
    expect(figures.agents.map(({ busyShare }) => busyShare)).toEqual([60 / 300, 130 / 300]);
    expect(figures.spread).toBeCloseTo(70 / 300);
  });

  test('level and rank go before age', () => {
    const kinds = ['manual_complaint', 'manual_customer_service', 'manual_urgent'] as const;
    const figures = played(
      [arrival(0, 10), ...kinds.map((kind, index) => arrival(1 + index, 100 ** index, { kind }))],
      [LI],
    );
    // the urgent one (10,000 s) at 10, then customer service (100 s), then the complaint
    expect(figures.waits).toEqual({ median: 7, p95: 10109, longest: 10109 });
  });

  test('who needs what nobody has is left waiting, and holds up nobody', () => {
    const french = { needs: { skills: ['french'], team: null } };
    const figures = played([arrival(0, 60, french), arrival(1)], [LI]);
    expect(figures).toMatchObject({ served: 1, leftWaiting: 1, waits: { longest: 0 } });
  });

  test('a skill is asked for no more when the policy says so', () => {
    const relax = { skillsAfter: 120, teamAfter: null };
    const french = { needs: { skills: ['french'], team: null } };
    const figures = played([arrival(0, 60, french)], [LI], { ...POLICY, relax });
    expect(figures).toMatchObject({ served: 1, waits: { longest: 120 } });
  });

  test('agents take nothing outside their hours, and finish what they have', () => {
    const hours = [
      { from: 100, to: 150 },
      { from: 1000, to: 1100 },
    ];
    const figures = played([arrival(0, 200), arrival(0, 10)], [{ ...LI, hours }]);
    expect(figures.waits).toEqual({ median: 100, p95: 1000, longest: 1000 });
  });

  test('a contact who comes back meets the same agent, for as long as the policy says', () => {
    const twice = [arrival(0, 10, { contact: 'wang' }), arrival(50, 10, { contact: 'wang' })];
    expect(served(played(twice, [LI, CHEN]))).toEqual({ li: 1, chen: 1 });
    expect(served(played(twice, [LI, CHEN], { ...POLICY, stickyFor: 40 }))).toEqual({ li: 0, chen: 2 });
    expect(served(played(twice, [LI, CHEN], { ...POLICY, stickyFor: 39 }))).toEqual({ li: 1, chen: 1 });
  });

  test('nobody there: all are left waiting', () => {
    expect(played([arrival(0)], [])).toMatchObject({ served: 0, leftWaiting: 1, waits: null, spread: 0 });
  });

  test('the difference is the other less the present one', () => {
    const [one, two] = [played([arrival(0), arrival(0)], [LI]), played([arrival(0), arrival(0)], [LI, CHEN])];
    expect(differenceOf(one, two)).toEqual({
      served: 0,
      leftWaiting: 0,
      waits: { median: 0, p95: -60, longest: -60 },
      spread: 0,
    });
  });
});

const arrivals = fc.array(
  fc.record({
    at: fc.integer({ min: 0, max: 500 }),
    handleSeconds: fc.integer({ min: 0, max: 200 }),
    kind: fc.constantFrom('manual_urgent', 'manual_customer_service', 'manual_complaint'),
    needs: fc.constantFrom(NOTHING, NOTHING, { skills: ['french'], team: null }, { skills: [], team: 'north' }),
    contact: fc.constantFrom(null, 'wang', 'li'),
  }),
  { maxLength: 60 },
);
const agents = fc
  .array(
    fc.record({
      capacity: fc.integer({ min: 0, max: 3 }),
      skills: fc.constantFrom([], ['french']),
      teams: fc.constantFrom([], ['north']),
      hours: fc.constantFrom(null, [{ from: 100, to: 400 }]),
    }),
    { maxLength: 5 },
  )
  .map((all) =>
    all.map((one, index): SimulatedAgent => ({ ...one, agentId: `agent-${index}`, name: `Agent ${index}` })),
  );
const policy: fc.Arbitrary<SimulatedPolicy> = fc.record({
  mode: fc.constantFrom('manual', 'offer', 'direct'),
  relax: fc.record({ skillsAfter: fc.constantFrom(null, 60), teamAfter: fc.constantFrom(null, 90) }),
  stickyFor: fc.constantFrom(0, 100),
  needs: fc.constantFrom({}, { manual_complaint: { skills: ['french'], team: null } }),
});

describe('whatever is played', () => {
  test('nobody is lost, nothing is served twice, and the order of the agents changes nothing', () => {
    fc.assert(
      fc.property(arrivals, agents, policy, (all, team, rules) => {
        const figures = played(all, team, rules);
        expect(figures.served + figures.leftWaiting).toBe(all.length);
        expect(figures.agents.reduce((sum, { served }) => sum + served, 0)).toBe(figures.served);
        expect(figures.agents.every(({ busyShare }) => busyShare >= 0 && busyShare <= 1)).toBe(true);
        const turned = played(all, team.toReversed(), rules);
        expect({ ...turned, agents: turned.agents.toReversed() }).toEqual(figures);
      }),
    );
  });

  test('whoever is left waiting is somebody whom nobody with a seat could ever take', () => {
    fc.assert(
      fc.property(arrivals, agents, (all, team) => {
        const always = team.map((one) => ({ ...one, hours: null }));
        const takes = ({ needs }: Arrival) =>
          always.some(
            ({ capacity, skills, teams }) =>
              capacity > 0 &&
              needs.skills.every((skill) => skills.some((own) => own === skill)) &&
              (needs.team === null || teams.some((own) => own === needs.team)),
          );
        expect(played(all, always).leftWaiting).toBe(all.filter((each) => !takes(each)).length);
      }),
    );
  });
});

test('5,000 arrivals with 100 different needs and 500 agents, of whom few fit, are played in a few seconds', () => {
  const all = Array.from({ length: 5_000 }, (_, index) =>
    arrival(index, 5_000, { needs: { skills: [`skill-${index % 100}`], team: null } }),
  );
  const team = Array.from(
    { length: 500 },
    (_, index): SimulatedAgent => ({ ...LI, agentId: `a${index}`, skills: [`skill-${index % 120}`] }),
  );
  const begun = performance.now();
  expect(played(all, team, { ...POLICY, relax: { skillsAfter: 50_000, teamAfter: null } }).leftWaiting).toBe(0);
  expect(performance.now() - begun).toBeLessThan(15_000);
});
