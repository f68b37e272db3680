// The bundle is a typed document: what it lets through, and what it does not.
import { describe, expect, test } from 'vitest';
import { newId } from '../../../src/domain/ids.ts';
import { Bundle, Cause } from '../../../src/domain/transfers/bundle.ts';

const now = '2026-01-01T00:00:00.000Z';
const BUNDLE: Bundle = {
  version: 1,
  frozenAt: now,
  conversation: { id: newId(), epoch: 3, history: '/v1/conversations/1/messages' },
  contact: {
    id: newId(),
    externalId: 'wang',
    kind: 'customer',
    name: null,
    department: null,
    position: null,
    level: null,
    vip: true,
  },
  session: { id: newId(), kind: 'auto_bargain', openedAt: now, task: { type: 'negotiation', data: { offer: 5 } } },
  reason: 'asks for a person',
  cause: { rule: 'wants-person', words: ['人工'] },
  urgency: 3,
  advice: null,
  messages: [{ id: '1', sender: 'contact', senderName: null, type: 'text', content: '转人工', sentAt: now }],
  earlierMessages: 0,
  earlierSessions: [{ id: newId(), kind: 'auto_follow_up', state: 'timeout', reason: null, firstAt: now, lastAt: now }],
};

describe('a bundle', () => {
  test('comes out of its text as it went in', () => {
    expect(Bundle.parse(JSON.parse(JSON.stringify(BUNDLE)))).toEqual(BUNDLE);
  });

  test.each(['version', 'contact', 'session', 'reason', 'messages', 'earlierSessions'] as const)(
    'without %s is none',
    (field) => {
      expect(Bundle.safeParse({ ...BUNDLE, [field]: undefined }).success).toBe(false);
    },
  );

  test('of another version is none: whoever keeps one knows what they read', () => {
    expect(Bundle.safeParse({ ...BUNDLE, version: 2 }).success).toBe(false);
  });
});

test('a cause names its rule; its words are at most 20, and nothing else is in it', () => {
  expect(Cause.parse({ rule: 'anger' })).toEqual({ rule: 'anger', words: [] });
  expect(Cause.safeParse({ rule: ' ' }).success).toBe(false);
  expect(Cause.safeParse({ rule: 'anger', words: Array(21).fill('!') }).success).toBe(false);
  expect(Cause.safeParse({ rule: 'anger', why: 'so' }).success).toBe(false);
});
