// Statuses and urgencies, there and back.
import { expect, test } from 'vitest';
import { agrees, chatwootStatus, priorityOf, urgencyOf } from '../../../../src/domain/channels/chatwoot/status.ts';
import { DESK_STATUSES } from '../../../../src/domain/conversations/desk-status.ts';

test.each([
  ['serving', 'open'],
  ['queued', 'open'],
  ['ai_handling', 'pending'],
  ['waiting', 'pending'],
  ['resolved', 'resolved'],
] as const)('%s is %s there', (ours, theirs) => {
  expect(chatwootStatus(ours)).toBe(theirs);
});

test('a webhook that says what we set says nothing new', () => {
  for (const status of DESK_STATUSES) expect(agrees(status, chatwootStatus(status))).toBe(true);
  expect(agrees('ai_handling', 'open')).toBe(false);
  expect(agrees('serving', 'snoozed')).toBe(false);
});

test.each([
  [5, 'urgent'],
  [4, 'high'],
  [3, 'medium'],
  [2, 'low'],
  [1, null],
] as const)('urgency %i is the priority %s, and back', (urgency, priority) => {
  expect(priorityOf(urgency)).toBe(priority);
  expect(urgencyOf(priority)).toBe(urgency);
});

test('what is out of bounds is the nearest', () => {
  expect([priorityOf(0), priorityOf(9)]).toEqual([null, 'urgent']);
});
