// What a conversation there is known to be: by what they show, in the order of their own clock, and by what we have set.
import { describe, expect, test } from 'vitest';
import { ConversationLink } from '../../../src/domain/channels/conversation-link.ts';

const NOW = new Date('2026-11-21T10:00:00Z');
const seconds = (count: number) => new Date(NOW.getTime() + count * 1000);
/** Their clock is a minute behind ours. */
const theirs = (count: number) => seconds(count - 60);

function link(): ConversationLink {
  const made: ConversationLink = Object.create(ConversationLink.prototype);
  const unknown = { status: null, statusAt: null, shownAt: null, replaced: null };
  return Object.assign(made, unknown);
}

/** They have shown at 0 that a robot has it. */
function pending(): ConversationLink {
  const made = link();
  made.shows('pending', theirs(0), NOW, NOW);
  return made;
}

const show = (of: ConversationLink, status: string, at: number, now = at) =>
  of.shows(status, theirs(at), seconds(now), seconds(now));

test('what they show is news once, however far their clock is from ours', () => {
  const there = pending();
  expect(show(there, 'open', 1)).toBe(true);
  expect(show(there, 'open', 2)).toBe(false);
  expect(there.shows('resolved', null, seconds(3), seconds(3))).toBe(true);
});

test('what is older than what they have shown is none, whenever it comes', () => {
  const there = pending();
  show(there, 'resolved', 5);
  expect(show(there, 'open', 4, 9)).toBe(false);
  expect(there.status).toBe('resolved');
});

describe('after we have set it', () => {
  function opened(): ConversationLink {
    const there = pending();
    there.isTold('open', seconds(10));
    return there;
  }

  test('what it was before is an older view, until ours is shown; from then on it is news', () => {
    const there = opened();
    expect(show(there, 'pending', 9, 11)).toBe(false);
    expect(show(there, 'open', 10, 11)).toBe(false);
    expect(show(there, 'pending', 12)).toBe(true);
  });

  test('what people set then is news at once, though their clock is behind', () => {
    expect(show(opened(), 'resolved', 11)).toBe(true);
  });

  test('where ours is never shown, what it was before is believed after an hour', () => {
    const there = opened();
    expect(show(there, 'pending', 3609)).toBe(false);
    expect(show(there, 'pending', 3611)).toBe(true);
  });

  test('ours is not theirs: nothing of ours is overruled by it, shown or not', () => {
    const there = opened();
    expect(there.isSetThereSince(seconds(5))).toBe(false);
    show(there, 'open', 10, 11);
    expect(there.isSetThereSince(seconds(5))).toBe(false);
  });
});

test('what people have set overrules what was wanted before, not what is wanted after', () => {
  const there = pending();
  show(there, 'resolved', 20);
  expect(there.isSetThereSince(seconds(19))).toBe(true);
  expect(there.isSetThereSince(seconds(20))).toBe(false);
});
