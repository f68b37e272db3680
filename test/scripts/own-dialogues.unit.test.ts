// The reader of a user's own dialogues: who speaks, when, and what is no dialogue.
import { expect, test } from 'vitest';
import { readOwnDialogues } from '../../scripts/demo/own-dialogues.ts';
import { ExternalId } from '../../src/domain/contacts/profile.ts';

const NOW = new Date('2026-03-01T12:00:00Z');

function read(...lines: unknown[]) {
  return readOwnDialogues(
    lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'),
    NOW,
  );
}

function only(...turns: unknown[]) {
  const [dialogue] = read({ id: 'd', turns }).dialogues;
  if (!dialogue) throw new Error('no dialogue was read');
  return dialogue;
}

const said = (role: unknown, at?: string) => ({ role, text: 'hello', ...(at === undefined ? {} : { at }) });
const times = (...turns: unknown[]) => only(...turns).messages.map(({ sentAt }) => Date.parse(String(sentAt)));

test.each([
  [
    ['customer', 'robot', 'agent', 'system'],
    ['contact', 'robot', 'human', 'system'],
  ],
  [
    ['shop', 'human'],
    ['contact', 'human'],
  ],
  [
    ['agent', 'contact'],
    ['human', 'contact'],
  ],
  [
    ['agent_1', 'agent_2', 'agent_1'],
    ['contact', 'human', 'contact'],
  ],
  [
    ['Customer ', 'Bob'],
    ['contact', 'human'],
  ],
])('the roles %j are the senders %j', (roles, senders) => {
  expect(only(...roles.map((role) => said(role))).messages.map(({ sender }) => sender)).toEqual(senders);
});

test('messages are named by the dialogue and the index of the turn, and whoever has a name of their own keeps it', () => {
  const { account, contact, messages } = only(said('customer'), said('Bob'));
  expect([account, contact.id]).toEqual(['demo', 'd']);
  expect(messages.map(({ id, senderName }) => [id, senderName])).toEqual([
    ['d-0', undefined],
    ['d-1', 'Bob'],
  ]);
});

test('missing times are the same in every run, seconds to minutes apart, and never in the future', () => {
  const turns = Array.from({ length: 40 }, (_, index) => said(index % 2 === 0 ? 'customer' : 'robot'));
  const first = times(...turns);
  expect(times(...turns)).toEqual(first);
  const pauses = first.slice(1).map((time, index) => time - (first[index] ?? 0));
  expect(Math.min(...pauses)).toBeGreaterThanOrEqual(4_000);
  expect(Math.max(...pauses)).toBeLessThanOrEqual(180_000);
  expect(new Set(pauses).size).toBeGreaterThan(10);
  expect(Math.max(...first)).toBeLessThan(NOW.getTime());
});

test('a dialogue that ends with the contact ended minutes ago, any other hours ago', () => {
  const age = (...roles: string[]) => NOW.getTime() - (times(...roles.map((role) => said(role))).at(-1) ?? 0);
  expect(age('robot', 'customer')).toBeLessThan(10 * 60_000);
  expect(age('customer', 'robot')).toBeGreaterThanOrEqual(2 * 3_600_000);
});

test('given times are kept, and those between and around them are filled in between', () => {
  const [first = 0, second, third = 0, fourth, fifth = 0] = times(
    said('customer'),
    said('robot', '2026-03-01T10:00:00Z'),
    said('customer'),
    said('robot', '2026-03-01T18:00:02+08:00'),
    said('customer'),
  );
  expect(second).toBe(Date.parse('2026-03-01T10:00:00Z'));
  expect(fourth).toBe(Date.parse('2026-03-01T10:00:02Z'));
  expect(first).toBeLessThan(second ?? 0);
  expect([third > (second ?? 0), third < (fourth ?? 0)]).toEqual([true, true]);
  expect(fifth).toBeGreaterThan(fourth ?? 0);
});

test('times after one of just now do not lie in the future', () => {
  const [, second = 0, third = 0] = times(said('customer', NOW.toISOString()), said('robot'), said('customer'));
  expect(third - NOW.getTime()).toBeLessThan(10);
  expect(third).toBeGreaterThan(second);
});

test('what is wrong with a turn is left for Baton to refuse', () => {
  const { messages } = only(said('customer', 'yesterday'), { role: 'robot', text: '' }, { role: 7 }, 'hello');
  expect(messages.map(({ sender, content, sentAt }) => [sender, content, sentAt === 'yesterday'])).toEqual([
    ['contact', 'hello', true],
    ['robot', '', false],
    [7, undefined, false],
    [undefined, undefined, false],
  ]);
});

test('lines that are no dialogue are told with their number, blank ones are skipped, the rest is read', () => {
  const good = { id: 5, turns: [said('customer')] };
  const { dialogues, unusable } = read(
    `\uFEFF${JSON.stringify(good)}`,
    '',
    '{"id": "cut',
    '[]',
    { turns: [] },
    { id: 'a' },
    { id: 'b', turns: [] },
  );
  expect(dialogues.map(({ id }) => id)).toEqual(['5']);
  expect(unusable).toEqual([
    { line: 3, why: 'it is not JSON' },
    { line: 4, why: 'it is not a JSON object' },
    { line: 5, why: '"id" is missing, or no text' },
    { line: 6, why: '"turns" is missing, or no list' },
    { line: 7, why: '"turns" is empty' },
  ]);
});

test('an id that comes twice is told', () => {
  const line = { id: 'd', turns: [said('customer')] };
  expect(read(line, line).notices).toEqual([expect.stringContaining('Line 2 has the same id as line 1')]);
});

test('ids that Baton would not accept are made acceptable, and stay different', () => {
  const ids = [' d', 'd ', 'd', 'x\u0000y', 'x'.repeat(200), 'x'.repeat(201), '\ud800'];
  const { dialogues } = read(...ids.map((id) => ({ id, turns: [said('customer')] })));
  const made = dialogues.flatMap(({ contact, messages }) => [contact.id, String(messages[0]?.id)]);
  for (const id of made) expect(ExternalId.safeParse(id).success, id).toBe(true);
  expect(new Set(made).size).toBe(2 * ids.length);
});
