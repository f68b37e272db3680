// npm run demo as a process of its own, on the examples and on a user's own dialogues: its one line for machines, its exit code, what it
// shows, and nothing left behind.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { demo, traces, untilGone } from './demo-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'baton-demo-'));
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(name: string, lines: readonly unknown[]): string {
  const path = join(folder, name);
  writeFileSync(path, lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'));
  return path;
}

const talk = (id: string, ...texts: unknown[]) => ({
  id,
  turns: texts.map((text, index) => ({ role: index % 2 === 0 ? 'customer' : 'robot', text })),
});

test('dialogues of the user are played, counted on one line of JSON, and nothing is left behind', async () => {
  const before = await traces();
  const file = fileOf('good.jsonl', [talk('a', '你好', 'Hello', 'bye'), talk('b', 'hi', 'hello')]);
  const { code, line, stdout, stderr } = await demo('--file', file, '--json');
  expect(code, stderr).toBe(0);
  expect(stdout.trim().split('\n')).toHaveLength(1);
  expect(line).toEqual({
    ok: true,
    messagesPosted: 5,
    messagesStored: 5,
    duplicates: 0,
    refused: 0,
    conversations: 2,
    sessionsOpened: 2,
    offers: 0,
    transfersAccepted: 0,
    conflictsSettled: 0,
    timeouts: 0,
    imageTasksCompleted: 0,
    mailsDelivered: 0,
    deliveries: 0,
    deliveriesOpen: 0,
    hooks: 0,
    eventsPushed: expect.any(Number),
    eventsMissed: 0,
    invariantViolations: 0,
    seconds: expect.any(Number),
  });
  expect(line.eventsPushed).toBeGreaterThan(5);
  await untilGone(before);
});

test('after the examples a turn goes from a robot to a person and back, a picture to its mail, and each decision is explained as it is pushed', async () => {
  const { code, line, stderr } = await demo('--json');
  expect(code, stderr).toBe(0);
  expect(line).toMatchObject({ ok: true, offers: 2, transfersAccepted: 1, conflictsSettled: 1, timeouts: 1 });
  expect(line).toMatchObject({ imageTasksCompleted: 1, mailsDelivered: 1 });
  expect(line).toMatchObject({ eventsMissed: 0, invariantViolations: 0 });
  for (const words of [
    'why:     Nobody holds the floor',
    'reason:  the shop asks for a person (rule wants-person: “talk to a person”); urgency 3',
    'advice:  Do not go above 0.95.',
    'why:     Grace Lin is chosen among 2 of 2 agents',
    'Grace Lin declined: at lunch until one',
    'why:     李明 is chosen among 1 of 2 agents',
    'refused: the robot’s next word: 409 floor_lost.',
    'Grace Lin joined and may speak',
    'why:     Whoever is of a higher level interrupts a person; an emergency interrupts at once.',
    'was handed back: Agreed: 0.94, two deliveries.',
    'the turn of a robot ran out of time',
    'task:    enhance, read from their words “这张照片太模糊了，能变清晰吗？”',
    'the robot is advised: 图片已识别：',
    'heard:   by the robot, in the stream of its session: image_task.quoted, 1 time',
    'result:  round 1: 2400x1800, ',
    'result:  round 2: 900x900, ',
    'mail:    to wang.wei@example.com: 您的图片已完成（高清处理）, with enhance-2.jpg (',
  ])
    expect(stderr).toContain(words);
  const holders = [...stderr.matchAll(/the baton is with (.*) \(epoch (\d)\)/g)].map(
    ([, who, epoch]) => `${who} ${epoch}`,
  );
  const [robot, nobody, star, guest] = ['the robot', 'nobody', '李明', 'Grace Lin'];
  const wanted = [robot, nobody, nobody, star, star, guest, star, robot, nobody];
  const epochs = [1, 1, 1, 2, 2, 3, 4, 5, 5];
  expect(holders).toEqual(wanted.map((who, index) => `${who} ${epochs[index]}`));
});

test('a broken line, an empty text, a text too long and an id that comes twice are told and counted', async () => {
  const file = fileOf('bad.jsonl', [
    talk('a', 'hi', '', 'x'.repeat(20_001)),
    '{"id": "cut',
    talk('a', 'hi'),
    talk('b', 'hello'),
  ]);
  const { code, line, stderr } = await demo('--file', file, '--json');
  expect(code, stderr).toBe(0);
  expect(line).toMatchObject({ ok: true, messagesPosted: 6, messagesStored: 2, duplicates: 1, refused: 3 });
  expect(stderr).toContain('Line 2 is left out: it is not JSON.');
  expect(stderr).toContain('Line 3 has the same id as line 1');
  expect(stderr).toContain('refused a-1: content: must not be empty');
});

test('a text that Baton can not even read does not take the good ones of its batch with it', async () => {
  const nested = JSON.parse(`${'['.repeat(40)}${']'.repeat(40)}`);
  const huge = 'x'.repeat(9_000_000);
  const file = fileOf('unreadable.jsonl', [talk('a', 'hi', 'hello', nested, 'bye'), talk('b', 'hi', huge, 'bye')]);
  const { code, line, stderr } = await demo('--file', file, '--json');
  expect(code, stderr).toBe(0);
  expect(line).toMatchObject({ ok: true, messagesPosted: 7, messagesStored: 5, refused: 2 });
  expect(stderr).toContain('refused a-2: The body is nested deeper than 32 levels.');
  expect(stderr).toContain('refused b-1: The body may have at most');
});

test('a file that is not there ends with a sentence, and with a line that is not ok', async () => {
  const { code, line, stderr } = await demo('--file', join(folder, 'none.jsonl'), '--json');
  expect([code, line.ok]).toEqual([1, false]);
  expect(stderr).toContain('no such file');
});

test('a word that is not known ends with exit code 2 and the usage', async () => {
  const { code, stdout, stderr } = await demo('--jsno');
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain('npm run demo -- [--file F.jsonl | --with chatwoot,wecom] [--json]');
});
