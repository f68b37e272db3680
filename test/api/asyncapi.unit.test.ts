// The document of the sockets says of each kind of stream what the sockets do.
import { expect, test } from 'vitest';
import { asyncApiDocument } from '../../src/api/asyncapi.ts';

test.each([
  ['conversation', '/agent and /contact'],
  ['contact', '/agent and /contact'],
  ['notes', 'Followed on /agent,'],
  ['agent', 'Followed on /agent,'],
  ['board', 'Followed on /agent,'],
  ['ops', 'On no socket'],
])('%s: %s', (kind, words) => {
  expect(asyncApiDocument().channels[kind]?.description).toContain(words);
});
