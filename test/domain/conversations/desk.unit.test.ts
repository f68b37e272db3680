// The desk: one status out of the open sessions, and one number that sorts as the rules say.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deskOrder, type Flags } from '../../../src/domain/conversations/desk-order.ts';
import { DESK_STATUSES, type DeskStatus, deskStatus } from '../../../src/domain/conversations/desk-status.ts';

const session = fc.record({
  handler: fc.constantFrom('robot', 'human'),
  state: fc.constantFrom('pending', 'active', 'paused', 'transferred'),
});

describe('status', () => {
  test.each([
    [[], 'resolved'],
    [['human active'], 'serving'],
    [['robot active'], 'ai_handling'],
    [['human pending'], 'queued'],
    [['human paused'], 'queued'],
    [['robot pending'], 'waiting'],
    [['robot paused'], 'waiting'],
    [['robot transferred'], 'resolved'],
    [['robot paused', 'human active'], 'serving'],
    [['robot active', 'human pending'], 'ai_handling'],
    [['robot paused', 'human pending'], 'queued'],
  ] as const)('%j shows as %s', (sessions, status) => {
    expect(deskStatus(sessions.map(openSession))).toBe(status);
  });

  test('does not depend on the order of the sessions', () => {
    fc.assert(
      fc.property(fc.array(session, { maxLength: 5 }), (sessions) => {
        expect(deskStatus(sessions.toReversed())).toBe(deskStatus(sessions));
      }),
    );
  });
});

function openSession(words: string): { handler: 'robot' | 'human'; state: string } {
  const [handler, state = ''] = words.split(' ');
  return { handler: handler === 'robot' ? 'robot' : 'human', state };
}

type Place = { flags: Flags; status: DeskStatus; at: number };

const place: fc.Arbitrary<Place> = fc.record({
  flags: fc.record({
    pinned: fc.boolean(),
    urgency: fc.integer({ min: 1, max: 5 }),
    handRaised: fc.boolean(),
    needIntervene: fc.boolean(),
    emotion: fc.constantFrom('neutral', 'angry'),
  }),
  status: fc.constantFrom(...DESK_STATUSES),
  at: fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 1_700_000_000_000, max: 1_900_000_000_000 })),
});

/** The order as the design names it, first what counts first; more is higher. */
function steps({ flags, status, at }: Place): number[] {
  const rank = ['resolved', 'serving', 'ai_handling', 'waiting', 'queued'].indexOf(status);
  const { pinned, urgency, handRaised, needIntervene, emotion } = flags;
  const holds = [pinned, urgency === 5, handRaised, needIntervene, urgency === 4, emotion !== 'neutral', urgency === 3];
  return [...holds.map(Number), rank, at];
}

function compare(a: readonly number[], b: readonly number[]): number {
  const differs = a.findIndex((step, index) => step !== b[index]);
  return differs === -1 ? 0 : Math.sign((a[differs] ?? 0) - (b[differs] ?? 0));
}

describe('order', () => {
  test('two conversations compare by their numbers exactly as by the list of rules', () => {
    fc.assert(
      fc.property(place, place, (a, b) => {
        const [first, second] = [deskOrder(a.flags, a.status, a.at), deskOrder(b.flags, b.status, b.at)];
        expect(Math.sign(first - second)).toBe(compare(steps(a), steps(b)));
      }),
      { numRuns: 20_000 },
    );
  });

  test('is an exact integer, whatever the flags and the time', () => {
    fc.assert(
      fc.property(place, fc.double(), ({ flags, status }, at) => {
        expect(Number.isSafeInteger(deskOrder(flags, status, Number.isNaN(at) ? 0 : at))).toBe(true);
      }),
    );
    const highest: Flags = { pinned: true, urgency: 5, handRaised: true, needIntervene: true, emotion: 'angry' };
    expect(Number.isSafeInteger(deskOrder(highest, 'queued', Number.MAX_VALUE))).toBe(true);
  });
});
