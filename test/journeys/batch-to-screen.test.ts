// The first straight line, as a newcomer should read it: from a posted batch to an agent's screen, and back to the contact.
import { expect, test } from 'vitest';
import { until, World } from '../support/world.ts';

const world = await World.open();

test('a batch is posted, the queued conversation shows on the board, an agent accepts, replies and resolves, and the contact sees it live', async () => {
  const account = await world.account({ firstHandler: 'people', language: 'zh' });
  const agent = await world.agent([account], { name: '李明' });
  const desk = world.client('/agent', agent.token);
  await until(() => Object.keys(desk.client.places).length === 2, 5, 'the agent is not connected');

  const result = await world.ingest([
    world.message(account, 'wang-fang', { content: '你好，我的包裹还没到', sentAt: world.ago(60) }),
    world.message(account, 'wang-fang', { content: '订单号 20261120', sentAt: world.ago(30) }),
  ]);
  expect(result).toMatchObject({ stored: 2, duplicates: 0, refused: [], conversations: 1, sessionsOpened: 1 });

  await until(() => desk.events.some(({ type }) => type === 'conversation.queued'), 5, 'the board did not hear of it');
  const queued = desk.events.find(({ type }) => type === 'conversation.queued')?.data as {
    conversationId: string;
    explanation: string;
  };
  expect(queued.explanation).toContain('1 of 1 agents could take it');

  const conversation = await world.conversation(account, 'wang-fang');
  expect(conversation).toMatchObject({ id: queued.conversationId, status: 'queued' });
  const contact = world.client('/contact', await world.token('contact', conversation.contact.id));
  await until(() => Object.keys(contact.client.places).length === 2, 5, 'the contact is not connected');

  const accepted = await world.must('POST', `/v1/conversations/${conversation.id}/accept`, undefined, {
    key: agent.token,
  });
  await world.must(
    'POST',
    `/v1/conversations/${conversation.id}/messages`,
    { sessionId: accepted.sessionId, content: '您好，我帮您查一下' },
    { key: agent.token },
  );
  await world.must('POST', `/v1/conversations/${conversation.id}/resolve`, { note: '已催件' }, { key: agent.token });

  await until(
    () => contact.events.some(({ type }) => type === 'conversation.resolved'),
    5,
    'the contact did not hear the end',
  );
  const heard = contact.events
    .filter(({ type }) => type === 'message.created')
    .map(({ data }) => (data as { content: string }).content);
  expect(heard).toEqual(['李明 已接入，正在为您服务。', '您好，我帮您查一下', '本次服务已结束，再次留言即可继续。']);
  expect((await world.conversation(account, 'wang-fang')).status).toBe('resolved');
  expect(await world.broken()).toEqual([]);
});
