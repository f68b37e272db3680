// What statuses and Retry-After mean for asking again.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { kindOfStatus, readRetryAfter } from '../../src/integrations/http-answers.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');

test.each([
  [400, 'permanent'],
  [401, 'auth'],
  [403, 'auth'],
  [404, 'permanent'],
  [408, 'retryable'],
  [413, 'permanent'],
  [425, 'retryable'],
  [429, 'rate_limited'],
  [500, 'retryable'],
  [529, 'retryable'],
] as const)('status %i is %s', (status, kind) => {
  expect(kindOfStatus(status)).toBe(kind);
});

test.each([
  ['7', 7000],
  [' 0 ', 0],
  ['1.5', 1500],
  ['Sat, 21 Nov 2026 12:00:30 GMT', 30_000],
  ['Saturday, 21-Nov-26 12:00:30 GMT', 30_000],
  ['Sat, 21 Nov 2026 11:00:00 GMT', 0],
  ['999999999', 86_400_000],
  ['-5', null],
  ['soon', null],
  ['', null],
  [null, null],
  [undefined, null],
])('Retry-After %j is a pause of %s ms', (header, pause) => {
  expect(readRetryAfter(header, NOW)).toBe(pause);
});

test('whatever it says, a pause is none or within a day', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.double().map(String),
        fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
      ),
      (header) => {
        const pause = readRetryAfter(header, NOW);
        expect(pause === null || (pause >= 0 && pause <= 86_400_000)).toBe(true);
      },
    ),
  );
});
