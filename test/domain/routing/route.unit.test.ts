// Who could take a waiting conversation: seats, presence, and a reason for each agent who could not.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { freeSeat } from '../../../src/domain/agents/capacity.ts';
import { AVAILABILITIES, whyAbsent } from '../../../src/domain/agents/presence.ts';
import { type Candidate, route } from '../../../src/domain/routing/route.ts';

const LI: Candidate = {
  agentId: 'li',
  name: 'Li Ming',
  availability: 'online',
  reachable: true,
  alwaysReachable: false,
  capacity: 2,
  seatsTaken: 1,
};

const candidate: fc.Arbitrary<Candidate> = fc.record({
  agentId: fc.string({ minLength: 1 }),
  name: fc.string(),
  availability: fc.constantFrom(...AVAILABILITIES),
  reachable: fc.boolean(),
  alwaysReachable: fc.boolean(),
  capacity: fc.integer({ min: 0, max: 5 }),
  seatsTaken: fc.integer({ min: 0, max: 8 }),
});

describe('seats', () => {
  test.each([
    [3, [], 0],
    [3, [0, 2], 1],
    [3, [0, 1, 2], null],
    [0, [], null],
    [1, [3, 4], 0],
    [2, [0, 1, 4], null],
  ] as const)('with capacity %i and %j taken the free seat is %s', (capacity, taken, seat) => {
    expect(freeSeat(capacity, new Set<number>(taken))).toBe(seat);
  });

  test('the seat is the lowest that is free and below the capacity', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 8 }), fc.array(fc.integer({ min: 0, max: 10 })), (capacity, taken) => {
        const free = Array.from({ length: capacity }, (_, seat) => seat).filter((seat) => !taken.includes(seat));
        expect(freeSeat(capacity, new Set(taken))).toBe(free[0] ?? null);
      }),
    );
  });
});

describe('presence', () => {
  test.each([
    ['online', true, false, null],
    ['online', false, true, null],
    ['online', false, false, 'no live connection'],
    ['busy', true, true, 'declared busy'],
    ['away', true, false, 'declared away'],
    ['offline', true, true, 'declared offline'],
  ] as const)('%s, reachable %s, always reachable %s: %s', (availability, reachable, alwaysReachable, why) => {
    expect(whyAbsent({ availability, reachable, alwaysReachable })).toBe(why);
  });
});

describe('route', () => {
  test('an agent with a free seat could take it', () => {
    const { candidates, eligible, explanation } = route([LI]);
    expect({ candidates, eligible }).toEqual({
      candidates: [{ agentId: 'li', name: 'Li Ming', eligible: true, why: '1 of 2 seats free' }],
      eligible: 1,
    });
    expect(explanation).toBe('1 of 1 agents could take it; agents pick from the queue.');
  });

  test('where nobody can, the explanation names every reason once', () => {
    const away = { ...LI, availability: 'away' } as const;
    expect(route([{ ...LI, seatsTaken: 2 }, away, away]).explanation).toBe(
      'None of 3 agents can take it now: all 2 seats taken; declared away.',
    );
    expect(route([]).explanation).toBe('No agent is allowed on this account.');
  });

  test('each candidate gets one verdict, eligible exactly when present with a seat free', () => {
    fc.assert(
      fc.property(fc.array(candidate), (candidates) => {
        const verdict = route(candidates);
        expect(verdict.candidates.map(({ agentId }) => agentId)).toEqual(candidates.map(({ agentId }) => agentId));
        expect(verdict.candidates.map(({ eligible }) => eligible)).toEqual(
          candidates.map((each) => whyAbsent(each) === null && each.seatsTaken < each.capacity),
        );
        expect(verdict.eligible).toBe(verdict.candidates.filter(({ eligible }) => eligible).length);
      }),
    );
  });
});
