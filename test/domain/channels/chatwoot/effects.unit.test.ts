// What Chatwoot is told of what happens, in which order, and one after the other with what.
import { describe, expect, test } from 'vitest';
import { chatwootEffects } from '../../../../src/domain/channels/chatwoot/effects.ts';
import { Endpoint } from '../../../../src/domain/endpoints/endpoint.ts';
import type { EventType } from '../../../../src/domain/events/catalogue.ts';
import type { RecordedEvent } from '../../../../src/domain/events/recorded-event.ts';

const NOW = new Date('2026-11-21T10:00:00Z');
let count = 0;

function event(
  type: EventType,
  data: Record<string, unknown> = {},
  conversationId: string | null = 'c1',
): RecordedEvent {
  count += 1;
  const actor = { type: 'system', id: 'test' } as const;
  return { id: `e${count}`, type, accountId: 'a', conversationId, actor, happenedAt: NOW, data, streams: [] };
}

function endpoint(settings: object = {}): Endpoint {
  return Object.assign(Object.create(Endpoint.prototype), {
    id: 'n',
    accountId: 'a',
    kind: 'chatwoot',
    settings: JSON.stringify({ account: 2, ...settings }),
  });
}

function told(events: readonly RecordedEvent[], settings: object = {}): string[] {
  return chatwootEffects(endpoint(settings), events).map(({ effect }) => effect);
}

describe('of one act', () => {
  test('a handing to people goes note, labels, priority, team, assignee, status, and what is said last', () => {
    const events = [
      event('message.created', { sender: 'system' }),
      event('conversation.status_changed'),
      event('conversation.assigned'),
      event('conversation.labels_changed'),
      event('transfer.requested'),
      event('conversation.priority_changed'),
    ];
    expect(told(events, { team: 1, handoffLabel: 'people' })).toEqual([
      'handoff_note',
      'labels',
      'handoff_label',
      'priority',
      'team',
      'assignee',
      'status',
      'message',
    ]);
    expect(told(events)).not.toContain('team');
    expect(told(events)).not.toContain('handoff_label');
  });

  test('anything else goes as it happened', () => {
    const events = [
      event('message.created', { sender: 'robot' }),
      event('session.completed'),
      event('conversation.status_changed'),
    ];
    expect(told(events)).toEqual(['message', 'ending', 'status']);
  });

  test('of states the last one counts, and everything that is said is said', () => {
    const events = [
      event('conversation.status_changed'),
      event('message.created', { sender: 'human' }),
      event('message.created', { sender: 'human' }),
      event('session.cancelled'),
      event('session.completed'),
      event('conversation.status_changed'),
    ];
    expect(told(events)).toEqual(['message', 'message', 'ending', 'status']);
    const [, , , status] = chatwootEffects(endpoint(), events);
    expect(status?.eventId).toBe(events[5]?.id);
  });

  test('two conversations keep out of each other’s order', () => {
    const events = [
      event('conversation.status_changed', {}, 'c1'),
      event('transfer.requested', {}, 'c2'),
      event('conversation.status_changed', {}, 'c2'),
    ];
    const wanted = chatwootEffects(endpoint(), events);
    expect(wanted.map(({ lane, effect }) => `${lane} ${effect}`)).toEqual([
      'c1 status',
      'c2 handoff_note',
      'c2 priority',
      'c2 status',
    ]);
  });
});

test('what contacts say, what was said elsewhere, and what is nobody’s matter there is not told', () => {
  const types: EventType[] = [
    'messages.ingested',
    'board.activity',
    'conversation.flags_changed',
    'session.opened',
    'ops.alert_raised',
  ];
  expect(told([event('message.created', { sender: 'contact' }), ...types.map((type) => event(type))])).toEqual([]);
});

test('whoever takes part from outside speaks on the contact’s side, and the contact has not heard it', () => {
  const said = (senderId: string) => event('message.created', { sender: 'contact', senderId, contactId: 'p1' });
  expect(told([said('p1')])).toEqual([]);
  expect(told([said('guest')])).toEqual(['message']);
});

test('what is changed of contacts waits for nothing of a conversation, and each contact is told of', () => {
  const change = (contactId: string) => event('contact.changed', { contactId }, null);
  const wanted = chatwootEffects(endpoint(), [change('p1'), change('p2'), change('p1')]);
  expect(wanted.map(({ lane, conversationId }) => [lane, conversationId])).toEqual([
    ['p1', null],
    ['p1', null],
    ['p2', null],
  ]);
});

test('each effect has a key of its own, the same whenever it is looked at', () => {
  const events = [event('transfer.requested'), event('message.created', { sender: 'robot' })];
  const keys = chatwootEffects(endpoint({ team: 1 }), events).map(({ key }) => key);
  expect(new Set(keys).size).toBe(keys.length);
  expect(chatwootEffects(endpoint({ team: 1 }), events).map(({ key }) => key)).toEqual(keys);
});
