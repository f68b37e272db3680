// WeCom from end to end: an employee writes in the app, a robot answers, a person is asked for and comes, a colleague is asked in by a
// card, and whoever is away gets a notice; and a customer of customer service.
import { afterAll, expect, test } from 'vitest';
import { KF, Office } from '../support/office.ts';
import { startWebhookReceiver } from '../support/outside/webhook-receiver.ts';
import { type Json, until } from '../support/world.ts';

let secret = '';
let clock = Date.now;
const hears = await startWebhookReceiver({ secret: () => secret, now: () => clock() });
afterAll(() => hears.close());
const office = await Office.open({ hosts: [hears.host] });
const { world, wecom } = office;
clock = () => world.kernel.clock().getTime();

/** The robot: answers what it hears while it holds the floor, in the session and epoch that it is told. */
async function robotAnswers(content: string, after: number): Promise<number> {
  const news = () => hears.received.slice(after).map(({ body }): Json => JSON.parse(body));
  const isForMe = ({ type, data }: Json) => type === 'messages.ingested' && data.floorSessionId !== null;
  await until(() => news().some(isForMe), 10, 'the robot heard nothing');
  const { conversationId, floorSessionId: sessionId, epoch } = news().find(isForMe).data;
  const reply = await world.call('POST', `/v1/conversations/${conversationId}/messages`, { sessionId, epoch, content });
  return reply.status;
}

test('an employee, a robot, a person, a colleague by card, notices, and the end', async () => {
  const account = await office.app({ noticeEvery: 60 }, { firstHandler: 'robot', language: 'zh' });
  const events = ['messages.ingested', 'session.*'];
  const webhook = await world.must('POST', '/v1/webhooks', { account, url: hears.url, events });
  secret = webhook.secret;
  const li = await world.agent([account], { name: '李明' });

  const [answer] = await wecom.employeeWrites('ZhangSan', '打印机坏了');
  expect(answer).toMatchObject({ status: 200, body: '' });
  expect(answer?.milliseconds).toBeLessThan(1000);
  expect(await robotAnswers('请重启打印机。', 0)).toBe(201);
  await until(() => office.shown('ZhangSan').length === 1, 10, 'the answer did not arrive');
  expect(office.shown('ZhangSan')).toEqual(['请重启打印机。']);
  await world.quiet();
  const begun = await world.conversation(account, 'ZhangSan');
  expect(begun).toMatchObject({
    status: 'ai_handling',
    contact: { name: '张三', kind: 'employee', department: '部门2 / 部门3', position: '工程师' },
  });

  await wecom.employeeWrites('ZhangSan', '转仁工');
  await world.quiet();
  expect(await world.conversation(account, 'ZhangSan')).toMatchObject({ status: 'queued' });
  const { sessionId } = await world.must('POST', `/v1/conversations/${begun.id}/accept`, undefined, { key: li.token });
  const as = (key: string | null, method: string, path: string, body?: object) =>
    world.must(method, `/v1/conversations/${begun.id}${path}`, body, { key });
  await as(li.token, 'POST', '/messages', { sessionId, content: '我来看看。' });
  await world.quiet();
  expect(office.shown('ZhangSan').at(-1)).toBe('我来看看。');

  const wanted = { kind: 'employee', externalId: 'LiSi', name: '李四', historyMode: 'recent10' };
  const { participant } = await as(li.token, 'POST', '/participants', wanted);
  await world.quiet();
  const [card] = wecom.cards;
  expect(card).toMatchObject({ taskId: `invite-${participant.id}`, userIds: ['LiSi'] });
  const link = new URL(urlOf(card?.card));
  expect(link.searchParams.get('conversation')).toBe(begun.id);
  const invitation = link.searchParams.get('invitation');
  const joined = await as(null, 'POST', '/participants/join', { invitation: String(invitation) });
  await world.quiet();
  expect(card?.replaced.get('LiSi')).toBe('已加入');

  const notices = () => office.shown('LiSi').filter((title) => String(title).includes('给您发来消息'));
  await as(li.token, 'POST', '/messages', { sessionId, content: '李四，能帮忙吗？' });
  await as(li.token, 'POST', '/messages', { sessionId, content: '很急。' });
  await world.quiet();
  expect(notices()).toEqual(['李明给您发来消息']);

  await office.later(70);
  const colleague = world.client('/contact', joined.token);
  await until(() => isThere(joined.participant.id), 5, 'the colleague is not connected');
  await as(li.token, 'POST', '/messages', { sessionId, content: '欢迎！' });
  await world.quiet();
  expect(notices()).toHaveLength(1);
  colleague.client.close();
  await office.later(70);
  await until(async () => !(await isThere(joined.participant.id)), 10, 'they are still connected');
  await as(li.token, 'POST', '/messages', { sessionId, content: '修好了。' });
  await world.quiet();
  expect(notices()).toHaveLength(2);
  expect(office.shown('ZhangSan')).toContain('欢迎！');

  const before = hears.received.length;
  await as(li.token, 'POST', '/resolve', {});
  await world.quiet();
  expect(await world.conversation(account, 'ZhangSan')).toMatchObject({ status: 'resolved' });
  await wecom.employeeWrites('ZhangSan', '又坏了');
  expect(await robotAnswers('又来了？', before)).toBe(201);
  await world.quiet();
  expect(office.shown('ZhangSan').at(-1)).toBe('又来了？');
  expect(await world.broken()).toEqual([]);
});

/** Where the card leads. */
function urlOf(card: Json): string {
  return card.card_action.url;
}

/** Whether they have a connection whose lease lasts. */
async function isThere(id: string): Promise<boolean> {
  const sql = 'select 1 from connection where owner_id = ? and leased_until > ?';
  return (await world.sql(sql, [id, world.kernel.clock()])).length > 0;
}

const CUSTOMER = 'wmAJ2GCAAAme1XQRC-NI-q0_ZM9ukoAw';

test('a customer of customer service: pages, a row twice, an answer, a recall, an answer that did not arrive, and the end', async () => {
  const account = await office.app({}, { firstHandler: 'robot' });
  wecom.pages(2, true);
  const rows = ['one', 'two', 'three'].map((content) =>
    wecom.customerSays(CUSTOMER, KF, { msgtype: 'text', text: { content } }),
  );
  await wecom.customerWrites(CUSTOMER, KF, 'four');
  await world.quiet();
  const { id, contact, sessions, epoch } = await world.conversation(account, CUSTOMER);
  expect(contact).toMatchObject({ kind: 'customer' });
  expect(await office.said(id)).toEqual(['contact: one', 'contact: two', 'contact: three', 'contact: four']);

  const turn = { sessionId: sessions[0].id, epoch };
  await world.must('POST', `/v1/conversations/${id}/messages`, { ...turn, content: 'five' });
  await world.quiet();
  expect(wecom.kfSent).toMatchObject([{ openKfid: KF, externalUserid: CUSTOMER, text: 'five' }]);

  wecom.customerRecalls(CUSTOMER, KF, rows[2] ?? '');
  wecom.servicerSays(CUSTOMER, KF, 'LiSi', 'I am here too.');
  wecom.sendFails(CUSTOMER, KF, wecom.kfSent[0]?.msgid ?? '');
  await wecom.ring(KF);
  await office.settled();
  expect(await office.said(id)).toContain('contact: null');
  expect(await office.said(id)).toContain('human: I am here too.');
  expect(await office.deliveries(account, 'message')).toMatchObject([
    {
      state: 'failed',
      code: 'send_failed',
      detail: 'WeCom took it, and it did not arrive: the customer refuses messages.',
    },
  ]);
  const [failed] = await office.deliveries(account, 'message');
  await world.must('POST', `/v1/deliveries/${failed.id}/redeliver`);
  await world.quiet();
  expect(wecom.kfSent.map(({ text }) => text)).toEqual(['five', 'five']);

  await world.must('POST', `/v1/conversations/${id}/resolve`, {});
  await world.quiet();
  expect(wecom.kfStateOf(CUSTOMER, KF)).toBe(4);
  await wecom.customerWrites(CUSTOMER, KF, 'once more');
  await world.quiet();
  expect(await world.conversation(account, CUSTOMER)).toMatchObject({ status: 'ai_handling' });
  expect(await world.broken()).toEqual([]);
});
