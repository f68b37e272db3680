// The names of streams, and what of an event each of them shows.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EVENTS, type EventType, shownData, streamKindsOf } from '../../../src/domain/events/catalogue.ts';
import { parseStreamName, STREAM_KINDS, streamName } from '../../../src/domain/events/streams.ts';
import { newId } from '../../../src/domain/ids.ts';

const EVENT_TYPES = Object.keys(EVENTS) as EventType[]; // the keys are the event types
const subject = {
  accountId: newId(),
  conversationId: newId(),
  sessionId: newId(),
  contactId: newId(),
  agentId: newId(),
};

describe('names', () => {
  test('every kind of stream is named by an id of its subject, and taken apart again', () => {
    for (const kind of STREAM_KINDS) {
      const name = streamName(kind, subject);
      expect(parseStreamName(name ?? '')?.kind).toBe(kind);
    }
    expect(streamName('notes', subject)).toBe(`notes:${subject.conversationId}`);
    expect(streamName('board', subject)).toBe(`board:${subject.accountId}`);
  });

  test('without its id there is no stream; the operators’ needs none', () => {
    expect(STREAM_KINDS.filter((kind) => streamName(kind, {}) !== null)).toEqual(['ops']);
  });

  test.each([
    '',
    'ops:',
    'ops:x',
    'board',
    'board:',
    'board:x',
    `boards:${newId()}`,
    `board:${newId()}:`,
    `board:${newId()} `,
  ])('is no name: %j', (name) => {
    expect(parseStreamName(name)).toBeNull();
  });

  test('whatever is parsed is written again as it was', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.constantFrom(...STREAM_KINDS).map((kind) => `${kind}:${newId()}`),
        ),
        (name) => {
          const parsed = parseStreamName(name);
          const again = parsed === null || parsed.kind === 'ops' ? name : `${parsed.kind}:${parsed.id}`;
          expect(again).toBe(name);
        },
      ),
    );
  });
});

describe('events', () => {
  test.each(EVENT_TYPES)('%s goes somewhere, and shows only fields that it has', (type) => {
    const fields = Object.keys(EVENTS[type].data.shape);
    const data = Object.fromEntries(fields.map((field) => [field, 'x']));
    expect(streamKindsOf(type).length).toBeGreaterThan(0);
    for (const [kind, shown] of Object.entries(EVENTS[type].streams)) {
      if (Array.isArray(shown)) expect(fields, `${type} on ${kind}`).toEqual(expect.arrayContaining(shown));
    }
    for (const kind of streamKindsOf(type)) expect(Object.keys(shownData(type, kind, data)).length).toBeGreaterThan(0);
  });

  test('a contact never sees who else, why, or which agent by id', () => {
    const data = Object.fromEntries(['agentId', 'reason', 'note', 'explanation'].map((field) => [field, 'secret']));
    for (const type of EVENT_TYPES.filter((each) => streamKindsOf(each).includes('contact'))) {
      expect(Object.keys(shownData(type, 'contact', data)), type).toEqual([]);
    }
  });

  test('private notes go to the stream of notes alone', () => {
    expect(streamKindsOf('note.created')).toEqual(['notes']);
  });
});
