// Sentences of the operation log: one for every event of a conversation, whatever its data, with the reason where there is one.
import { expect, test } from 'vitest';
import { EVENTS, type EventType } from '../../../src/domain/events/catalogue.ts';
import { tellingOf } from '../../../src/domain/events/telling.ts';

const ID = '01JZ0000000000000000000000';
const conversation = { conversationId: ID, contactId: ID };

test.each<[EventType, object, string]>([
  [
    'conversation.priority_changed',
    { from: 1, to: 5, reason: 'the press calls' },
    'The urgency went from 1 to 5: the press calls.',
  ],
  ['conversation.priority_changed', { from: 1, to: 5, reason: null }, 'The urgency went from 1 to 5.'],
  ['conversation.priority_changed', { from: 1, to: 5, reason: '快一点。' }, 'The urgency went from 1 to 5: 快一点。'],
  ['conversation.labels_changed', { added: ['a', 'b'], removed: ['c'] }, 'Labels: “a” added, “b” added, “c” removed.'],
  [
    'conversation.flags_changed',
    { pinned: true, todo: false, emotion: 'sad' },
    'Set by hand: pinned, not to do, emotion sad.',
  ],
  [
    'message.status_changed',
    { messageId: '1', status: 'read', count: 3, by: 'contact' },
    '3 messages were read, says the contact.',
  ],
  [
    'message.status_changed',
    { messageId: '1', status: 'recalled', count: 1, by: 'agent' },
    '1 message was recalled, says an agent.',
  ],
  [
    'session.paused',
    { sessionId: ID, kind: 'auto_bargain', reason: 'a person takes over', epoch: 2 },
    'The session (auto bargain) was paused: a person takes over.',
  ],
])('%s %j is told so', (type, data, says) => {
  expect(tellingOf(type, { ...conversation, ...data })).toBe(says);
});

test('data of an older version are told by what the catalogue says of the event', () => {
  for (const type of Object.keys(EVENTS) as EventType[]) // the keys are the event types
    expect(tellingOf(type, { nothing: 'that is known' })).toBe(EVENTS[type].says);
});
