// The moves of members as docs/members.md shows them; the signature of invitations; and who hears the act in which a guest goes.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { COLLABORATOR_MOVES } from '../../../src/domain/conversations/collaborator.ts';
import { PARTICIPANT_MOVES } from '../../../src/domain/conversations/participant.ts';
import { dismissedBy, farewellsIn } from '../../../src/domain/events/guests.ts';
import type { RecordedEvent } from '../../../src/domain/events/recorded-event.ts';
import { newId } from '../../../src/domain/ids.ts';
import { hashOf, readInvitation, signInvitation } from '../../../src/domain/members/invitation.ts';

const DOCS = readFileSync('docs/members.md', 'utf8');

/** The rows of the table between two marks. */
function movesShown(name: string): Record<string, string[]> {
  const [, table = ''] = new RegExp(`<!-- ${name} -->([\\s\\S]*?)<!-- /${name} -->`).exec(DOCS) ?? [];
  const rows = table.trim().split('\n').slice(2);
  const cells = rows.map((row) => row.split('|').map((cell) => cell.trim()));
  return Object.fromEntries(
    cells.map(([, from = '', to = '']) => [from, to.split(', ').filter((word) => word !== '-')]),
  );
}

test.each([
  ['collaborator', COLLABORATOR_MOVES],
  ['participant', PARTICIPANT_MOVES],
])('the docs show the moves of a %s', (name, moves) => {
  expect(movesShown(`${name} moves`)).toEqual(moves);
});

describe('an invitation', () => {
  const nonce = fc.stringMatching(/^[A-Za-z0-9_-]{1,40}$/);

  test('names whom it was signed for, and says so only under the same secret', () => {
    fc.assert(
      fc.property(nonce, fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), (chance, secret, other) => {
        const id = newId();
        const invitation = signInvitation(id, chance, secret);
        expect(readInvitation(invitation, secret)).toBe(id);
        if (other !== secret) expect(readInvitation(invitation, other)).toBeNull();
      }),
    );
  });

  test('is none once any character of it is another', () => {
    const invitation = signInvitation(newId(), 'chance', 'secret');
    fc.assert(
      fc.property(fc.nat(invitation.length - 1), fc.string({ minLength: 1, maxLength: 1 }), (at, letter) => {
        fc.pre(invitation[at] !== letter);
        const changed = invitation.slice(0, at) + letter + invitation.slice(at + 1);
        expect(readInvitation(changed, 'secret')).toBeNull();
      }),
    );
    expect(hashOf(invitation)).toMatch(/^[0-9a-f]{64}$/);
  });

  test.each(['', '.', '..', '...', 'x.y.z', `${newId()}..`, `${newId()}.a`])('is not %j', (text) => {
    expect(readInvitation(text, 'secret')).toBeNull();
  });
});

describe('guests of a stream', () => {
  const eventOf = (type: RecordedEvent['type'], participantId: string | null, streams: string[]): RecordedEvent => ({
    id: newId(),
    type,
    accountId: null,
    conversationId: null,
    actor: { type: 'system', id: 'test' },
    happenedAt: new Date(0),
    data: participantId === null ? {} : { participantId },
    streams,
  });

  test('are dismissed by being removed or leaving, and by nothing else', () => {
    expect(dismissedBy(eventOf('participant.removed', 'p', []))).toBe('p');
    expect(dismissedBy(eventOf('participant.left', 'p', []))).toBe('p');
    expect(dismissedBy(eventOf('participant.joined', 'p', []))).toBeNull();
    expect(dismissedBy(eventOf('message.created', null, []))).toBeNull();
  });

  test('who go in one act go in the order of its events, from the streams of each', () => {
    const events = [
      eventOf('participant.left', 'a', ['conversation:1', 'board:1']),
      eventOf('message.created', null, ['conversation:1']),
      eventOf('participant.removed', 'b', ['conversation:1']),
      eventOf('participant.left', 'c', ['conversation:2']),
    ];
    expect([...farewellsIn(events)]).toEqual([
      ['conversation:1', ['a', 'b']],
      ['board:1', ['a']],
      ['conversation:2', ['c']],
    ]);
  });
});
