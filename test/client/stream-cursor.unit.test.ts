// The law of following a stream, as properties: whatever is lost, repeated or overtaken, what is handed on is each event once, in order.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Frame, StreamCursor } from '../../src/client/stream-cursor.ts';

const STREAM = 'board:01JZ0000000000000000000000';
const EPOCH = 'first';

function frame(seq: number, epoch = EPOCH): Frame {
  return { stream: STREAM, epoch, seq, type: 'test', data: {} };
}

/** The server's side: a stream with that many events, of which it gives pages. */
function pageOf(head: number, { after, upto }: { after: number; upto?: number }, limit: number) {
  const last = Math.min(upto ?? head, head);
  const length = Math.max(0, Math.min(limit, last - after));
  const events = Array.from({ length }, (_, index) => frame(after + 1 + index));
  return { stream: STREAM, epoch: EPOCH, head, events, more: after + length < last };
}

/** Reads as the client does: a page, and the next as long as the cursor asks for more. @returns what was handed on, and the pages read. */
function readOn(cursor: StreamCursor, head: number, limit: number): { handed: Frame[]; pages: number } {
  const handed: Frame[] = [];
  for (let pages = 1; ; pages += 1) {
    const { events, more } = cursor.receivePage(pageOf(head, cursor.wanted(), limit));
    handed.push(...events);
    if (!more) return { handed, pages };
    if (pages > head + 1) throw new Error('reads on for ever');
  }
}

function numbers(events: readonly Frame[]): number[] {
  return events.map(({ seq }) => seq);
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
}

/** What happens to a reader: a frame arrives (any, at any time, any number of times), it reads on, it is told the head. */
const happening = fc.oneof(
  { weight: 8, arbitrary: fc.record({ what: fc.constant('frame' as const), seq: fc.integer({ min: 1, max: 60 }) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('read' as const), head: fc.integer({ min: 0, max: 60 }) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('head' as const), head: fc.integer({ min: 0, max: 60 }) }) },
);

describe('following a stream', () => {
  test('hands on each event once and in order, whatever frames, pages and heads come in whatever order', () => {
    const property = fc.property(
      fc.array(happening, { maxLength: 200 }),
      fc.integer({ min: 0, max: 30 }),
      fc.integer({ min: 1, max: 20 }),
      (happenings, start, limit) => {
        const cursor = new StreamCursor(STREAM, { epoch: EPOCH, seq: start });
        const handed: Frame[] = [];
        for (const each of happenings) {
          if (each.what === 'frame') handed.push(...cursor.receive(frame(each.seq)));
          if (each.what === 'read') handed.push(...readOn(cursor, each.head, limit).handed);
          if (each.what === 'head')
            handed.push(...cursor.reach({ stream: STREAM, epoch: EPOCH, head: each.head }).events);
        }
        handed.push(...readOn(cursor, 60, limit).handed);
        expect(numbers(handed)).toEqual(range(start + 1, 60));
        expect(cursor.place).toEqual({ epoch: EPOCH, seq: 60 });
        expect(cursor.hasGap).toBe(false);
      },
    );
    fc.assert(property, { numRuns: 500 });
  });

  test('a head that is told says whether something must be read', () => {
    const property = fc.property(fc.nat(50), fc.nat(50), (seq, head) => {
      const cursor = new StreamCursor(STREAM, { epoch: EPOCH, seq });
      expect(cursor.reach({ stream: STREAM, epoch: EPOCH, head })).toEqual({ events: [], behind: head > seq });
    });
    fc.assert(property);
  });

  test('frames that fill the gap by themselves need no reading', () => {
    const shuffled = fc.shuffledSubarray(range(1, 40), { minLength: 40 });
    fc.assert(
      fc.property(shuffled, (arrivals) => {
        const cursor = new StreamCursor(STREAM, { epoch: EPOCH, seq: 0 });
        expect(numbers(arrivals.flatMap((seq) => cursor.receive(frame(seq))))).toEqual(range(1, 40));
        expect(cursor.hasGap).toBe(false);
      }),
    );
  });

  test('one reading closes every gap: it goes on until no frame waits, however many holes there are', () => {
    const cursor = new StreamCursor(STREAM, { epoch: EPOCH, seq: 0 });
    const arrived = range(1, 100).filter((seq) => seq % 10 !== 1);
    for (const seq of arrived) expect(cursor.receive(frame(seq))).toEqual([]);
    const { handed, pages } = readOn(cursor, 100, 200);
    expect(numbers(handed)).toEqual(range(1, 100));
    expect(pages).toBe(10);
  });

  test('a hole is read up to the first frame that is at hand, and no further', () => {
    const cursor = new StreamCursor(STREAM, { epoch: EPOCH, seq: 3 });
    cursor.receive(frame(8));
    cursor.receive(frame(7));
    expect(cursor.wanted()).toEqual({ after: 3, upto: 6 });
  });

  test('a reader without a place starts at the head that it is told, with the frames that came before that', () => {
    const cursor = new StreamCursor(STREAM, null);
    expect(cursor.receive(frame(7))).toEqual([]);
    expect(cursor.receive(frame(5))).toEqual([]);
    const { events, behind } = cursor.reach({ stream: STREAM, epoch: EPOCH, head: 6 });
    expect(numbers(events)).toEqual([7]);
    expect(behind).toBe(false);
  });

  test('frames beyond what it keeps are read again, none is left out', () => {
    const cursor = new StreamCursor(STREAM, { epoch: EPOCH, seq: 0 });
    for (const seq of range(2, 2000)) cursor.receive(frame(seq));
    expect(numbers(readOn(cursor, 2000, 200).handed)).toEqual(range(1, 2000));
  });

  test('another epoch is foreign, and none is where there is no place yet', () => {
    expect(new StreamCursor(STREAM, { epoch: EPOCH, seq: 5 }).isForeign('second')).toBe(true);
    expect(new StreamCursor(STREAM, { epoch: EPOCH, seq: 5 }).isForeign(EPOCH)).toBe(false);
    expect(new StreamCursor(STREAM, null).isForeign('second')).toBe(false);
  });
});
