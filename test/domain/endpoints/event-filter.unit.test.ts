// Which events a webhook hears: what its filter may say, and what each filter lets through, over the whole catalogue.
import { describe, expect, test } from 'vitest';
import { EventFilter, isWanted, NAMED_ONLY, TOLD_TYPES } from '../../../src/domain/endpoints/event-filter.ts';
import { EVENTS, type EventType } from '../../../src/domain/events/catalogue.ts';

const TYPES = Object.keys(EVENTS) as EventType[]; // the keys are the event types
const heard = (...filter: string[]) => TYPES.filter((type) => isWanted(filter, type));

test('what operators alone are told, and what is sent on request, no filter lets through', () => {
  const never = TYPES.filter((type) => !TOLD_TYPES.includes(type));
  expect(never).toEqual(['webhook.test', 'ops.alert_raised', 'ops.alert_cleared', 'job.done', 'job.failed']);
  expect(heard('*', 'note.*', 'ops.*', 'job.*', 'webhook.*', ...never)).toEqual(TOLD_TYPES);
});

test('a name lets that one through, a family all of its own and no other', () => {
  for (const type of TOLD_TYPES) expect(heard(type)).toEqual([type]);
  expect(heard('message.*')).toEqual(TYPES.filter((type) => type.startsWith('message.')));
  expect(heard('messages.ingested')).toEqual(['messages.ingested']);
  expect(heard('session.paused', 'transfer.*')).toEqual(
    TYPES.filter((type) => /^(session\.paused|transfer\..+)$/.test(type)),
  );
});

test('private notes are told to whoever names them, and not by `*`', () => {
  expect(NAMED_ONLY).toEqual(['note.created', 'note.withdrawn']);
  expect(heard('*')).toEqual(TOLD_TYPES.filter((type) => !NAMED_ONLY.includes(type)));
  expect(heard('*', 'note.created')).toContain('note.created');
  expect(heard('*', 'note.created')).not.toContain('note.withdrawn');
  expect(heard('note.*')).toEqual(NAMED_ONLY);
});

describe('a filter may say', () => {
  test('every name and every family that is told, and everything', () => {
    const families = [...new Set(TOLD_TYPES.map((type) => `${type.split('.')[0]}.*`))];
    for (const pattern of [...TOLD_TYPES, ...families, '*'])
      expect(EventFilter.safeParse([pattern]).success, pattern).toBe(true);
  });

  test.each([
    '',
    'session',
    'session.',
    '.*',
    '*.*',
    'session.**',
    'sess*',
    'SESSION.*',
    'ops.*',
    'job.done',
    'webhook.test',
  ])('not %j', (pattern) => {
    expect(EventFilter.safeParse([pattern]).success).toBe(false);
  });

  test('and not nothing, nor more than a hundred', () => {
    expect(EventFilter.safeParse([]).success).toBe(false);
    expect(EventFilter.safeParse(Array(101).fill('*')).success).toBe(false);
  });
});
