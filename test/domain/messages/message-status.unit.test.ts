// What may become of a message: only forward, and recalled and deleted are ends.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  canMark,
  isWithdrawn,
  type Mark,
  MESSAGE_STATUSES,
  statusesBefore,
} from '../../../src/domain/messages/message-status.ts';

const MARKS: readonly Mark[] = ['delivered', 'read', 'recalled', 'deleted'];

test.each([
  ['sent', 'delivered read recalled deleted'],
  ['delivered', 'read recalled deleted'],
  ['read', 'recalled deleted'],
  ['recalled', ''],
  ['deleted', ''],
] as const)('from %s a message becomes: %s', (from, to) => {
  expect(MARKS.filter((mark) => canMark(from, mark)).join(' ')).toBe(to);
});

test('no way leads back: whatever is asked, a status only moves on', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...MARKS)), (marks) => {
      const way: (typeof MESSAGE_STATUSES)[number][] = ['sent'];
      for (const mark of marks) if (canMark(way.at(-1) ?? 'sent', mark)) way.push(mark);
      expect(new Set(way).size).toBe(way.length);
      expect(way.filter(isWithdrawn)).toEqual(isWithdrawn(way.at(-1) ?? 'sent') ? way.slice(-1) : []);
    }),
  );
});

test('the statuses before one are those that lead there', () => {
  for (const mark of MARKS)
    expect(statusesBefore(mark)).toEqual(MESSAGE_STATUSES.filter((from) => canMark(from, mark)));
});
