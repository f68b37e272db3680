// The demo's judgements: which events were missed, what is told as accounted for, how dialogues are cut into batches.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { missing } from '../../scripts/demo/audience.ts';
import { batchesOf } from '../../scripts/demo/batches.ts';
import { holderIn } from '../../scripts/demo/baton.ts';
import { readExamples } from '../../scripts/demo/examples.ts';
import { readOptions, UsageError } from '../../scripts/demo/options.ts';
import { summarize } from '../../scripts/demo/summary.ts';
import { explanationOf, sentenceOf } from '../../scripts/demo/words.ts';
import { clip, pad, plain, widthOf } from '../../scripts/start/columns.ts';
import { logLine } from '../../scripts/start/log-line.ts';
import { environmentShape } from '../../src/config.ts';

test.each([
  [[1, 2, 3], 3, 0],
  [[1, 2, 3, 4], 3, 0],
  [[1, 3], 3, 1],
  [[1, 2], 3, 1],
  [[1, 2, 2, 3], 3, 1],
  [[1, 3, 2], 3, 1],
  [[], 2, 2],
])('of the events %j up to %i are missed: %i', (seqs, head, count) => {
  expect(missing(seqs, head)).toBe(count);
});

const watched = { offers: 2, transfersAccepted: 1, conflictsSettled: 1, timeouts: 1, imageTasksCompleted: 1 };
const pushed = { eventsPushed: 3, eventsMissed: 0 };
const outside = { systems: {}, deliveries: 3, deliveriesOpen: 0, hooks: 2 };
const played = { pictures: 1, mailsDelivered: 1, ...outside, seconds: 1.26, findings: [] };
const counted = { conversations: 1, sessionsOpened: 1, ...watched, ...pushed, ...played };
const refused = [{ id: null, pointer: '', detail: 'bad' }];
const tally = { posted: 4, stored: 2, duplicates: 1, refused, troubles: [] };

test('all is well when every message is stored, a duplicate or refused, no event is missed, every invariant holds, the picture came by mail and nothing is left to deliver', () => {
  expect(summarize({ ...counted, tally })).toMatchObject({
    ok: true,
    refused: 1,
    invariantViolations: 0,
    seconds: 1.3,
    mailsDelivered: 1,
    ...watched,
  });
  expect(summarize({ ...counted, tally: { ...tally, posted: 5 } }).ok).toBe(false);
  expect(summarize({ ...counted, tally, eventsMissed: 1 }).ok).toBe(false);
  expect(summarize({ ...counted, tally, imageTasksCompleted: 0 }).ok).toBe(false);
  for (const mailsDelivered of [0, 2]) expect(summarize({ ...counted, tally, mailsDelivered }).ok).toBe(false);
  expect(summarize({ ...counted, tally, deliveriesOpen: 1 })).toMatchObject({ ok: false, deliveriesOpen: 1 });
  const finding = { name: 'seats', says: '', violations: 2, examples: [] };
  expect(summarize({ ...counted, tally, findings: [finding] })).toMatchObject({ ok: false, invariantViolations: 2 });
});

test('a system that the demo was asked for is counted, and all is not well where nothing was said there', () => {
  expect(summarize({ ...counted, tally })).not.toHaveProperty('chatwootMessages');
  const spoken = summarize({ ...counted, tally, systems: { chatwootMessages: 6, wecomMessages: 11 } });
  expect(spoken).toMatchObject({ ok: true, deliveries: 3, hooks: 2, chatwootMessages: 6, wecomMessages: 11 });
  const silent = summarize({ ...counted, tally, systems: { chatwootMessages: 6, wecomMessages: 0 } });
  expect(silent).toMatchObject({ ok: false, wecomMessages: 0 });
});

test('what was understood is told with its rule and the contact’s own words', () => {
  const verdict = { intent: 'wants_person', rule: 'zh.wants_person.transfer', words: '转仁工', confidence: 0.97 };
  const event = { stream: 's', epoch: 'e', seq: 1, type: 'message.understood', data: { verdicts: [verdict] } };
  expect(sentenceOf(event)).toBe('understood: wants person (“转仁工”)');
  expect(explanationOf(event)).toBe('Rule zh.wants_person.transfer reads “转仁工” as wants person, 97 % sure.');
});

test('who holds the baton follows from what was pushed: the last session that took the floor, until it leaves it', () => {
  const told = (type: string, data: object, seq: number) => ({ stream: 's', epoch: 'e', seq, type, data });
  const steps: [string, object, string][] = [
    ['session.opened', { sessionId: 'r', kind: 'auto_bargain', state: 'active' }, 'the robot (epoch 0)'],
    ['session.opened', { sessionId: 'p', kind: 'manual_customer_service', state: 'pending' }, 'the robot (epoch 0)'],
    ['session.paused', { sessionId: 'r', kind: 'auto_bargain' }, 'nobody (epoch 0)'],
    ['session.activated', { sessionId: 'p', kind: 'manual_customer_service', epoch: 2 }, 'a person outside (epoch 2)'],
    ['conversation.assigned', { sessionId: 'p', agentName: 'Li' }, 'Li (epoch 2)'],
    ['session.paused', { sessionId: 'p', kind: 'manual_customer_service' }, 'nobody (epoch 2)'],
    ['session.resumed', { sessionId: 'p', kind: 'manual_customer_service', epoch: 4 }, 'Li (epoch 4)'],
    ['session.completed', { sessionId: 'r', kind: 'auto_bargain' }, 'Li (epoch 4)'],
    ['session.timed_out', { sessionId: 'p', kind: 'manual_customer_service' }, 'nobody (epoch 4)'],
  ];
  const events = steps.map(([type, data], index) => told(type, data, index + 1));
  expect(steps.map((_, index) => holderIn(events.slice(0, index + 1)))).toEqual(steps.map(([, , holder]) => holder));
});

test('batches hold a hundred messages at most, cut dialogues, and keep every message and copy', () => {
  const messages = Array.from({ length: 70 }, (_, index) => ({ id: `m-${index}` }));
  const dialogue = {
    id: 'd',
    account: 'desk',
    contact: { id: 'd' },
    messages,
    copies: messages.slice(0, 5),
    waits: false,
  };
  const batches = batchesOf([dialogue, dialogue], new Map([['desk', 'account-id']]));
  expect(batches.map((batch) => batch.length)).toEqual([100, 50]);
  expect(batches[0]?.[0]).toEqual({ account: 'account-id', id: 'm-0' });
});

test('a text that is too long for one request stands in a batch alone', () => {
  const messages = [{ id: 'a' }, { id: 'b', content: 'x'.repeat(2_000_000) }, { id: 'c' }];
  const dialogue = { id: 'd', account: 'desk', contact: { id: 'd' }, messages, copies: [], waits: false };
  expect(batchesOf([dialogue], new Map()).map((batch) => batch.map(({ id }) => id))).toEqual([['a'], ['b'], ['c']]);
});

test('the examples have copies, spoiled messages, dialogues that wait, and nothing in the future', () => {
  const now = new Date();
  const { dialogues, agents } = readExamples(readFileSync('examples/dialogues.jsonl', 'utf8'), now);
  const times = dialogues.flatMap(({ messages }) => messages.map(({ sentAt }) => String(sentAt ?? '')));
  expect(times.filter((time) => time > now.toISOString())).toEqual([]);
  expect(times.filter((time) => time === '')).toHaveLength(1);
  expect(dialogues.flatMap(({ copies }) => copies).length).toBeGreaterThan(10);
  expect(dialogues.filter(({ waits }) => waits).length).toBeGreaterThan(10);
  expect([...agents.keys()][0]).toBe('李明');
});

test('words that the demo does not know are refused with a sentence', () => {
  expect(readOptions(['--json', '--file', 'a.jsonl'])).toEqual({
    file: 'a.jsonl',
    systems: [],
    json: true,
    help: false,
  });
  const systems = (words: string) => readOptions(['--with', words]).systems;
  expect([systems('wecom'), systems('wecom, chatwoot,wecom')]).toEqual([['wecom'], ['chatwoot', 'wecom']]);
  const besides = ['--file', 'a.jsonl', '--with', 'wecom'];
  for (const words of [
    ['--jsno'],
    ['a.jsonl'],
    ['--file'],
    ['--file', ''],
    ['--with', ''],
    ['--with', 'slack'],
    besides,
  ])
    expect(() => readOptions(words), words.join(' ')).toThrow(UsageError);
});

test('Chinese and emoji take two cells, and texts can not steer the terminal', () => {
  expect([widthOf('李明'), widthOf('Li'), widthOf('👍🏽')]).toEqual([4, 2, 2]);
  expect([clip('李明你好', 6), pad('李明', 6), widthOf(pad('李明你好', 6))]).toEqual(['李明…', '李明  ', 6]);
  expect(plain('a\u001b[2Jb\nc')).toBe('a [2Jb c');
});

test('a log line is told short, an error by its message, and what is no log line as it is', () => {
  const line = JSON.stringify({
    level: 40,
    time: '2026-03-01T12:00:00Z',
    pid: 7,
    msg: 'late',
    err: { message: 'slow', stack: 'at' },
  });
  expect(logLine('api', line)).toContain('late  err=slow');
  expect(logLine('api', line)).not.toContain('pid');
  expect(logLine('api', 'Restarting')).toContain('Restarting');
});

test('.env.example names every variable with its default', () => {
  const text = readFileSync('.env.example', 'utf8');
  const told = new Map([...text.matchAll(/^#([A-Z0-9_]+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]));
  expect([...told.keys()].sort()).toEqual(Object.keys(environmentShape).sort());
  for (const [name, shape] of Object.entries(environmentShape)) {
    const fallback = shape.safeParse(undefined);
    if (fallback.success) expect(shape.parse(told.get(name)), name).toEqual(fallback.data);
  }
});
