// A contact writes in Chatwoot: a robot answers, hands over to people when asked, people answer there and resolve, and the contact who
// comes back meets the robot again. Against a Chatwoot on loopback.
import { afterAll, expect, test } from 'vitest';
import { ChatwootShops } from '../support/chatwoot-shops.ts';
import { startWebhookReceiver } from '../support/outside/webhook-receiver.ts';
import type { Json } from '../support/world.ts';

let secret = '';
let clock = Date.now;
const robot = await startWebhookReceiver({ secret: () => secret, now: () => clock() });
afterAll(() => robot.close());
const shops = await ChatwootShops.open([{}, {}, {}], { env: { FETCH_PRIVATE_HOSTS: robot.host } });
const { world } = shops;
clock = () => world.kernel.clock().getTime();

/** What the robot was told last, of that type. */
function told(type: string): Json {
  const last = robot.received.findLast((hook) => hook.type === type);
  return last && JSON.parse(last.body).data;
}

test('robot, transfer, a person in Chatwoot, resolved, and the robot again', async () => {
  const shop = await shops.shop({
    settings: { firstHandler: 'robot', language: 'zh' },
    channel: { team: 1, handoffLabel: 'handoff' },
  });
  const { server } = shop;
  ({ secret } = await world.must('POST', '/v1/webhooks', {
    account: shop.account,
    url: robot.url,
    events: ['messages.ingested', 'session.*', 'transfer.*'],
  }));

  const written = server.contactWrites('王小姐', '这件有货吗？');
  await shop.settled();
  const { conversationId, floorSessionId: sessionId, epoch } = told('messages.ingested');
  const say = (content: string, more = {}) =>
    world.call('POST', `/v1/conversations/${conversationId}/messages`, {
      sessionId,
      epoch,
      robot: 'Helper',
      content,
      ...more,
    });
  expect((await say('有的，今天可以发货。')).status).toBe(201);
  await shop.settled();
  expect(server.shownToContact(written.conversation)).toEqual(['有的，今天可以发货。']);
  expect(server.conversation(written.conversation)).toMatchObject({ status: 'pending', assigneeId: null });

  const before = server.requests.length;
  server.contactWrites('王小姐', '很急，我要转仁工');
  await shop.settled();
  const changes = shop.changes(before);
  expect(changes).toEqual([
    'toggle_priority {"priority":"high"}',
    'note',
    'labels {"labels":["handoff"]}',
    'toggle_priority {"priority":"high"}',
    'assignments {"team_id":1}',
    'toggle_status {"status":"open"}',
    'message',
  ]);
  const there = server.conversation(written.conversation);
  expect(there).toMatchObject({ status: 'open', teamId: 1, labels: ['handoff'], priority: 'high', assigneeId: null });
  const note = server.messagesOf(written.conversation).find(({ isPrivate }) => isPrivate);
  expect(note?.content).toContain('转仁工');
  expect(await say('还在吗？')).toMatchObject({ status: 409, body: { code: 'floor_lost' } });

  server.agentWrites(written.conversation, 1, '您好，我是林晓，马上帮您看。');
  await shop.settled();
  const served = await shop.conversation(written.contact);
  expect(served).toMatchObject({ status: 'serving', agent: null });
  expect(served.sessions).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ id: sessionId, state: 'transferred' }),
      expect.objectContaining({ kind: 'manual_customer_service', state: 'active', origin: 'outside' }),
    ]),
  );
  expect(robot.received.map(({ type }) => type)).toContain('transfer.accepted');

  server.agentSets(written.conversation, { status: 'resolved' });
  await shop.settled();
  const over = await shop.conversation(written.contact);
  expect(over.status).toBe('resolved');
  expect(over.sessions.map(({ state }: Json) => state)).toEqual(['completed', 'completed']);
  expect(server.conversation(written.conversation)).toMatchObject({
    status: 'resolved',
    customAttributes: { session_end: expect.stringContaining('completed') },
  });

  world.advance(3600);
  server.contactWrites('王小姐', '还有一个问题');
  await shop.settled();
  const again = await shop.conversation(written.contact);
  expect(again.status).toBe('ai_handling');
  expect(again.sessions.filter(({ state }: Json) => state === 'active')).toHaveLength(1);
  expect(told('messages.ingested').floorSessionId).not.toBe(sessionId);
  expect(server.conversation(written.conversation).status).toBe('pending');
  expect(server.shownToContact(written.conversation)).toEqual([
    '有的，今天可以发货。',
    '正在为您转接人工客服，请稍候。',
    '您好，我是林晓，马上帮您看。',
    '本次服务已结束，再次留言即可继续。',
  ]);
  const ended = await shop.deliveries();
  expect(ended.filter(({ state }) => state !== 'delivered' && state !== 'skipped')).toEqual([]);
  expect(await world.broken()).toEqual([]);
}, 60_000);
