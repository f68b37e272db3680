// The whole line of a picture: sent, looked at, quoted, paid, worked on, shown, changed, shown again, and mailed.
import { expect, test } from 'vitest';
import { Studio } from '../support/studio.ts';
import type { Json } from '../support/world.ts';

const studio = await Studio.open();
const { world, smtp } = studio;

test('from the picture to the mail, with one revision: every step is told, shown once and mailed once', async () => {
  const account = await world.account({ firstHandler: 'robot', language: 'zh' });
  const { session } = await world.must('POST', '/v1/sessions', { account, contact: 'wang', kind: 'auto_bargain' });
  await studio.says(account, 'wang', '这张照片太模糊了，能变清晰吗？');
  const task = await studio.request(account, 'wang', { operation: undefined });
  expect(task).toMatchObject({
    state: 'pending',
    operation: 'enhance',
    requirements: { words: '这张照片太模糊了，能变清晰吗？' },
  });
  await world.quiet();

  const quoted = await studio.task(task.id);
  expect(quoted).toMatchObject({ state: 'pending', quote: { currency: 'CNY' }, original: { mediaType: 'image/jpeg' } });
  expect(quoted.attempts.map(({ step, state }: Json) => `${step} ${state}`)).toEqual(['fetch done', 'analysis done']);

  await studio.pay(task.id, 'order-1');
  const shown = await studio.becomes(task.id, 'awaiting_confirm');
  expect(shown.score).toBeGreaterThanOrEqual(70);
  const messages = await studio.told(task.conversationId);
  expect(messages.map(({ type }) => type)).toEqual(['image']);
  expect(messages[0].content).toMatchObject({ taskId: task.id, round: 1, text: expect.stringContaining('邮箱') });
  const picture = await fetch(messages[0].content.url.replace(/^http:\/\/[^/]+/, world.url));
  expect(picture.status).toBe(200);
  expect(picture.headers.get('content-type')).toMatch(/^image\//);

  await studio.says(account, 'wang', '效果不好，颜色不对');
  await studio.becomes(task.id, 'revision');
  await studio.says(account, 'wang', '天空要更蓝一点');
  const again = await studio.becomes(task.id, 'awaiting_confirm');
  expect(again).toMatchObject({ round: 2, revisions: 1 });
  expect(again.requirements.remarks.map(({ text }: Json) => text)).toEqual(['效果不好，颜色不对', '天空要更蓝一点']);

  await studio.says(account, 'wang', '可以，发到 Wang.Wei@qq。com 吧');
  const done = await studio.becomes(task.id, 'completed');
  expect(done).toMatchObject({ email: 'Wang.Wei@qq.com', mail: 'sent' });
  await world.quiet();
  expect(smtp.mails).toHaveLength(1);
  expect(smtp.mails[0]).toMatchObject({ to: ['Wang.Wei@qq.com'], subject: '您的图片已完成（高清处理）' });
  expect(smtp.mails[0]?.attachments).toHaveLength(1);

  const told = await studio.told(task.conversationId);
  expect(told.map(({ type, content }) => (type === 'image' ? `round ${content.round}` : content))).toEqual([
    'round 1',
    '好的，请告诉我哪里要改，也可以发一张图说明。',
    '好的，马上按您的要求重新处理。',
    'round 2',
    '已发送到 Wang.Wei@qq.com，请查收。',
  ]);
  const { events: heard } = await world.must('GET', `/v1/streams/session:${session.id}/events?after=0&limit=100`);
  const kinds = heard.map(({ type }: Json) => type).filter((type: string) => type.startsWith('image_task.'));
  expect(kinds).toEqual([
    'image_task.created',
    'image_task.quoted',
    'image_task.paid',
    'image_task.processing',
    'image_task.result_ready',
    'image_task.revision_requested',
    'image_task.processing',
    'image_task.result_ready',
    'image_task.completed',
  ]);
  const wakes = await world.kernel.queues['image-task'].getCompleted();
  const shownOnBoard = wakes.map(({ returnvalue }) => returnvalue).filter((words) => /attempt/.test(words));
  expect(shownOnBoard.map((words) => words.replace(/score \d+/, 'score')).sort()).toEqual([
    'analysis, round 0, attempt 1: analysed',
    'fetch, round 0, attempt 1: fetched',
    'mail, round 2, attempt 1: mailed',
    'processing, round 1, attempt 1: score, delivered',
    'processing, round 2, attempt 1: score, delivered',
  ]);
  const profile = await world.must('GET', `/v1/contacts/${task.contactId}/image-profile`);
  expect(profile).toMatchObject({ orders: 1, completed: 1, revisions: 1, emailState: 'sent' });
  expect(await world.broken()).toEqual([]);
});
