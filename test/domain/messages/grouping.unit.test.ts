// Where messages are cut into groups, and which session each group keeps: the cases that decide, one by one.
import { describe, expect, test } from 'vitest';
import {
  attach,
  type InferredSession,
  leavesOpen,
  mayBeCut,
  type Situation,
} from '../../../src/domain/messages/attachment.ts';
import { type Cuts, canStayWhole, group, type Piece, takenApart } from '../../../src/domain/messages/grouping.ts';
import { Memory, type Said } from './memory.ts';

const MINUTE = 60_000;
const GAP = 30 * MINUTE;
const NOW = Date.UTC(2026, 0, 15, 12);
const CUTS: Cuts = { gap: GAP, walls: [], waitingSession: null, waitsSince: Number.POSITIVE_INFINITY };
const SITUATION: Situation = {
  now: NOW,
  gap: GAP,
  firstHandler: 'robot',
  settledUntil: Number.NEGATIVE_INFINITY,
  openElsewhere: false,
};

/** `c`, `r` or `h` for who spoke, then minutes before now, then what decides between equal times, then a mark. */
function pieces(words: string, sessionId: string | null = null): Piece[] {
  return words.split(' ').map((word) => {
    const [, sender, minutes, key = '', mark] = /^([crh])([\d.]+)(\w*)(!?)$/.exec(word) ?? [];
    const at = NOW - Number(minutes) * MINUTE;
    const heard = sender === 'r' ? 'robot' : sender === 'h' ? 'human' : null;
    return { from: at, to: at, key, heard, sessionId, beginsTopic: mark === '!' };
  });
}

/** The sizes of the groups, and who of ours is heard in each. */
function cutsOf(words: string, cuts: Partial<Cuts> = {}): string {
  return group(pieces(words), { ...CUTS, ...cuts })
    .map((found) => `${found.pieces.length}${found.heard?.[0] ?? ''}`)
    .join(' ');
}

describe('cuts', () => {
  test.each([
    ['a pause of exactly the gap holds together', 'c60 c30', '2'],
    ['a millisecond more cuts', 'c60.0001 c30', '1 1'],
    ['robot, then person', 'r20 h10', '1r 1h'],
    ['robot, person, robot', 'r20 h15 r10', '1r 1h 1r'],
    ['the contact belongs to who spoke before', 'r20 c15 h10 c5', '2r 2h'],
    ['the contact before anyone of ours belongs to the first', 'c20 c15 h10', '3h'],
    ['equal times go by external id', 'h10b r10a c10c', '1r 2h'],
    ['and so for whichever comes first', 'r10b h10a c10c', '1h 2r'],
    ['order of arrival does not matter', 'c5 r20 c25', '3r'],
    ['a mark cuts', 'c20 r15 c10! r5', '2r 2r'],
    ['whoever is heard first in a new topic has it', 'r20 c15! h10', '1r 2h'],
    ['every mark cuts', 'r20! c15! c10!', '1r 1 1'],
    ['marked or not, equal times go by external id', 'c10b! c10a c10c', '1 2'],
  ])('%s', (_says, words, sizes) => {
    expect(cutsOf(words)).toBe(sizes);
  });

  test('where a settled session begins between two messages, they are apart', () => {
    const wall = NOW - 15 * MINUTE;
    expect(cutsOf('c20 c10', { walls: [wall] })).toBe('1 1');
    expect(cutsOf('c20 c15', { walls: [wall] })).toBe('1 1');
    expect(cutsOf('c15 c10', { walls: [wall] })).toBe('2');
  });

  test('a group knows whether its first message is marked', () => {
    expect(group(pieces('c20! c10 c5!'), CUTS).map(({ beginsTopic }) => beginsTopic)).toEqual([true, true]);
    expect(group(pieces('c20 c10!'), CUTS).map(({ beginsTopic }) => beginsTopic)).toEqual([false, true]);
  });

  test('no pause ends the wait for a person; the answer of a person ends it', () => {
    const since = { waitsSince: NOW - 100 * MINUTE };
    expect(cutsOf('c90 c10', since)).toBe('2');
    expect(cutsOf('c90 r80 c10', since)).toBe('3r');
    expect(cutsOf('c90 h80 c10', since)).toBe('2h 1');
    expect(cutsOf('c110 c10', since)).toBe('1 1');
    expect(cutsOf('c90 c80! c10', since)).toBe('1 2');
  });
});

describe('whole sessions', () => {
  const span = (from: number, to: number, heard: Piece['heard']) => ({ from, to, heard, beginsTopic: false });
  const topic = (from: number, to: number, heard: Piece['heard']) => ({ ...span(from, to, heard), beginsTopic: true });

  test.each([
    ['one side only', [span(0, 10, 'robot')], [span(5, 5, 'robot')], true],
    ['what is new comes after', [span(0, 10, 'robot')], [span(11, 11, 'human')], true],
    ['both sides, at the same time', [span(0, 10, 'robot')], [span(10, 10, 'human')], false],
    ['a late word of the other side', [span(0, 10, 'robot')], [span(5, 5, 'human')], false],
    ['two that begin at once', [span(0, 0, 'robot'), span(0, 0, 'human')], [span(5, 5, null)], false],
    ['a late word before a topic', [span(0, 10, 'robot'), topic(20, 30, null)], [span(15, 15, null)], true],
    ['a late word just when a topic begins', [span(0, 10, 'robot'), topic(20, 30, null)], [span(20, 20, null)], false],
    ['a late word that is marked', [span(0, 10, null)], [topic(5, 5, null)], false],
    ['a person answers within a pause', [span(0, GAP + 1, null)], [span(5, 5, 'human')], false],
  ] as const)('%s', (_says, sessions, fresh, whole) => {
    expect(canStayWhole(sessions, fresh, GAP)).toBe(whole);
  });
});

test('new marks take apart the sessions that hold them; all where two meet at a millisecond', () => {
  const spans = [
    { id: 'a', from: 0, to: 10 },
    { id: 'b', from: 20, to: 30 },
    { id: 'c', from: 31, to: 40 },
  ].map((each) => ({ ...each, heard: null, beginsTopic: false }));
  const apart = (id: string, sessions: typeof spans) =>
    takenApart(sessions, (session) => session.id === id).map((session) => session.id);
  expect(apart('b', spans)).toEqual(['b']);
  const meeting = spans.map((each) => (each.id === 'c' ? { ...each, from: 30 } : each));
  expect(apart('a', meeting)).toEqual(['a']);
  expect(apart('b', meeting)).toEqual(['a', 'b', 'c']);
  const beginning = spans.map((each) => (each.id === 'c' ? { ...each, from: 20 } : each));
  expect(apart('a', beginning)).toEqual(['a', 'b', 'c']);
});

describe('attachment', () => {
  const open: InferredSession = { id: 's', kind: 'auto_customer_service', state: 'active' };
  const read = (found: readonly Piece[], inferred: readonly InferredSession[], situation: Partial<Situation> = {}) => {
    const { attachments, merged } = attach(group(found, CUTS), inferred, { ...SITUATION, ...situation });
    return { read: attachments.map(({ sessionId, kind, state }) => `${sessionId} ${kind} ${state}`), merged };
  };

  test.each([
    ['fresh, robot first', 'c10', 'robot', 'auto_customer_service active'],
    ['fresh, people first', 'c10', 'people', 'manual_customer_service pending'],
    ['fresh, a person of ours answers outside', 'c10 h5', 'robot', 'manual_customer_service active'],
    ['exactly one gap old is fresh', 'c30', 'robot', 'auto_customer_service active'],
    ['long ago, robot first', 'c31', 'robot', 'auto_customer_service completed'],
    ['long ago, people first', 'c31', 'people', 'manual_customer_service completed'],
    ['long ago, a person answered', 'c50 h40', 'robot', 'manual_customer_service completed'],
  ] as const)('%s', (_says, words, firstHandler, expected) => {
    expect(read(pieces(words), [], { firstHandler }).read).toEqual([`null ${expected}`]);
  });

  test('what lies before a settled session, or while another is open elsewhere, is history', () => {
    expect(read(pieces('c10'), [], { settledUntil: NOW - 10 * MINUTE }).read).toEqual([
      'null auto_customer_service completed',
    ]);
    expect(read(pieces('c10'), [], { openElsewhere: true }).read).toEqual(['null auto_customer_service completed']);
  });

  test('a late message does not end the open session that it joins, however long that one has been silent', () => {
    expect(read([...pieces('c60', 's'), ...pieces('c70')], [open]).read).toEqual(['s auto_customer_service active']);
  });

  test('a late person splits a robot’s stretch: the live part keeps the session', () => {
    const found = [...pieces('r20', 's'), ...pieces('r5', 's'), ...pieces('h10')];
    expect(read(found, [open]).read).toEqual([
      'null auto_customer_service completed',
      'null manual_customer_service completed',
      's auto_customer_service active',
    ]);
  });

  test('a late bridge merges: one session is kept, the other told where it went', () => {
    const over: InferredSession = { ...open, id: 'old', state: 'completed' };
    const found = [...pieces('c50', 'old'), ...pieces('c10', 's'), ...pieces('c30')];
    expect(read(found, [over, open])).toEqual({
      read: ['s auto_customer_service active'],
      merged: [{ sessionId: 'old', into: 0 }],
    });
  });
});

describe('what marks may change', () => {
  const robot: InferredSession = { id: 's', kind: 'auto_customer_service', state: 'active' };
  const waiting: InferredSession = { id: 'w', kind: 'manual_customer_service', state: 'pending' };
  const leaves = (words: string, inferred: readonly InferredSession[], situation: Partial<Situation> = {}) => {
    const found = pieces(words, inferred[0]?.id ?? null);
    return leavesOpen(attach(group(found, CUTS), inferred, { ...SITUATION, ...situation }), inferred);
  };

  test.each([
    ['a robot that speaks', robot, true],
    ['whoever waits for a person', waiting, false],
    ['a person who speaks', { ...waiting, state: 'active' }, false],
    ['a robot that fell silent', { ...robot, state: 'paused' }, false],
    ['whatever is over', { ...waiting, state: 'completed' }, true],
  ] as const)('cut may be: %s', (_who, session, may) => {
    expect(mayBeCut(session)).toBe(may);
  });

  test('a robot that speaks goes on; where the reading would end it, it does not leave it open', () => {
    expect(leaves('r20 c10!', [robot])).toBe(true);
    expect(leaves('r20 c10!', [robot], { settledUntil: Number.POSITIVE_INFINITY })).toBe(false);
    expect(leaves('r20 c10!', [robot], { firstHandler: 'people' })).toBe(false);
  });

  test('what is over is cut into what is over, and never begins to live', () => {
    const over = { ...robot, state: 'completed' } as const;
    expect(leaves('r80 c70!', [over])).toBe(true);
    expect(leaves('r20 c10!', [over])).toBe(false);
  });
});

describe('found by the property once, kept here', () => {
  const minutes = (id: string, sender: Said['sender'], before: number): Said => ({
    id,
    sender,
    at: NOW - before * MINUTE,
  });
  const inOrder = (...batches: Said[][]) => {
    const memory = new Memory({ now: NOW, gap: GAP, firstHandler: 'people' });
    for (const batch of batches) memory.ingest(batch);
    return memory.reading;
  };

  test.each([
    [
      'two sides at the same millisecond',
      [minutes('a', 'human', 30), minutes('b', 'robot', 30), minutes('c', 'contact', 20)],
    ],
    ['a wait that reaches ahead of our clock', [minutes('a', 'contact', 30), minutes('b', 'contact', -1)]],
    [
      'an open session beyond reach, and another between',
      [minutes('a', 'robot', 30), minutes('b', 'human', 15), minutes('c', 'robot', 0), minutes('d', 'contact', 31)],
    ],
    [
      'a late word that lets the next session go on in the one before',
      [minutes('a', 'human', 140), minutes('b', 'contact', 110), minutes('c', 'robot', 90), minutes('d', 'robot', 130)],
    ],
  ])('%s', (_says, said) => {
    const atOnce = inOrder([...said]);
    expect(inOrder(...said.map((each) => [each]))).toEqual(atOnce);
    expect(inOrder(...said.toReversed().map((each) => [each]))).toEqual(atOnce);
  });
});
