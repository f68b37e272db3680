// Who is next when the floor is free: level, then rank, then age; and who is not next although they wait.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KINDS, SESSION_KINDS, type SessionKind } from '../../../src/domain/sessions/kinds.ts';
import { byPrecedence, nextOnFloor, type Waiting } from '../../../src/domain/sessions/succession.ts';

const at = (second: number) => new Date(1_767_225_600_000 + second * 1000);

function one(id: string, kind: SessionKind, state: Waiting['state'], more: Partial<Waiting> = {}): Waiting {
  const { handler, level } = KINDS[kind];
  return { id, kind, handler, level, state, onHold: false, openedAt: at(0), ...more };
}

const USUAL = { robotsWait: true, robotSlotFree: true };
const next = (open: readonly Waiting[], circumstances = USUAL) => nextOnFloor(open, circumstances)?.id ?? null;

describe('next is', () => {
  test('the better level, whoever came first', () => {
    const follow = one('follow', 'auto_follow_up', 'pending');
    expect(next([follow, one('bargain', 'auto_bargain', 'pending', { openedAt: at(9) })])).toBe('bargain');
  });

  test('of the same level the better rank, then the elder, then the smaller id', () => {
    const answers = one('answers', 'auto_customer_service', 'paused');
    expect(next([answers, one('bargain', 'auto_bargain', 'pending', { openedAt: at(9) })])).toBe('bargain');
    expect(next([answers, one('elder', 'auto_customer_service', 'pending', { openedAt: at(-1) })])).toBe('elder');
    expect(next([one('b', 'auto_bargain', 'pending'), one('a', 'auto_bargain', 'pending')])).toBe('a');
  });

  test('a person who was interrupted, before any robot', () => {
    expect(next([one('robot', 'auto_bargain', 'paused'), one('person', 'manual_complaint', 'paused')])).toBe('person');
  });

  test('nobody while a person is to come, or the robot where the account says so', () => {
    const open = [one('robot', 'auto_bargain', 'paused'), one('person', 'manual_complaint', 'pending')];
    expect(next(open)).toBeNull();
    expect(next(open, { ...USUAL, robotsWait: false })).toBe('robot');
  });

  test('not a person whom somebody of a better level is to follow', () => {
    const interrupted = one('interrupted', 'manual_customer_service', 'paused');
    expect(next([interrupted, one('emergency', 'manual_urgent', 'pending')])).toBeNull();
    expect(next([interrupted, one('equal', 'manual_complaint', 'pending')])).toBe('interrupted');
  });

  test('not who is on hold, and no robot without a place', () => {
    expect(next([one('held', 'auto_bargain', 'paused', { onHold: true })])).toBeNull();
    expect(next([one('robot', 'auto_bargain', 'pending')], { ...USUAL, robotSlotFree: false })).toBeNull();
    const person = one('person', 'manual_complaint', 'paused');
    expect(next([one('robot', 'auto_bargain', 'pending'), person], { ...USUAL, robotSlotFree: false })).toBe('person');
  });

  test('nobody of those who are over or transferred', () => {
    const states = ['transferred', 'completed', 'cancelled', 'timeout'] as const;
    expect(next(states.map((state) => one(state, 'auto_bargain', state)))).toBeNull();
  });
});

const anyWaiting = fc
  .record({
    kind: fc.constantFrom(...SESSION_KINDS),
    state: fc.constantFrom('pending' as const, 'paused' as const),
    onHold: fc.boolean(),
    level: fc.integer({ min: 1, max: 4 }),
    second: fc.integer({ min: 0, max: 5 }),
  })
  .map(({ kind, state, onHold, level, second }) => ({
    kind,
    state,
    level,
    onHold: onHold && state === 'paused',
    openedAt: at(second),
  }));
const anyOpen = fc
  .array(anyWaiting, { maxLength: 6 })
  .map((all) => all.map((each, index): Waiting => ({ ...each, id: `s${index}`, handler: KINDS[each.kind].handler })));

describe('for all who wait', () => {
  test('it depends on no order in which they are named', () => {
    fc.assert(
      fc.property(anyOpen, fc.boolean(), fc.boolean(), (open, robotsWait, robotSlotFree) => {
        const circumstances = { robotsWait, robotSlotFree };
        expect(next(open.toReversed(), circumstances)).toBe(next(open, circumstances));
      }),
    );
  });

  test('the order is total: of two different ones exactly one goes first', () => {
    fc.assert(
      fc.property(anyOpen, (open) => {
        for (const a of open)
          for (const b of open) {
            expect(Math.sign(byPrecedence(a, b)) + Math.sign(byPrecedence(b, a))).toBe(0);
            expect(byPrecedence(a, b) === 0).toBe(a.id === b.id);
          }
      }),
    );
  });

  test('who is taken away and was not next changes nothing, unless robots waited for them', () => {
    fc.assert(
      fc.property(anyOpen, (open) => {
        const circumstances = { robotsWait: false, robotSlotFree: true };
        const chosen = next(open, circumstances);
        for (const other of open) {
          if (other.id === chosen || (other.handler === 'human' && other.state === 'pending')) continue;
          const rest = open.filter(({ id }) => id !== other.id);
          expect(next(rest, circumstances)).toBe(chosen);
        }
      }),
    );
  });
});
