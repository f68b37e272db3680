// The door by which WeCom calls: what is not proved is refused, what is proved is written down once and answered at once and emptily.
import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { Office } from '../support/office.ts';
import { seal } from '../support/outside/wecom-seal.ts';

const office = await Office.open();
const { world, wecom } = office;
const account = await office.app();
const hook = `/v1/hooks/wecom/${account}`;

async function hookJobs(): Promise<number> {
  const [row] = await world.sql(
    "select count(*) as jobs from job where kind = 'inbound' and principal is not null and payload like '%hook%'",
  );
  return row.jobs;
}

test('the address is proved by the plain words of what WeCom sends', async () => {
  const tried = await wecom.tryUrl();
  expect(tried).toMatchObject({ status: 200, body: tried.expected });
  expect(tried.milliseconds).toBeLessThan(1000);
  expect(await wecom.tryUrl({ signature: 'wrong' })).toMatchObject({ status: 401 });
  expect(await wecom.tryUrl({ receiveId: 'ww-somebody-else' })).toMatchObject({ status: 401 });
});

test.each([
  ['a wrong signature', { signature: 'wrong', copies: 1 }],
  ['a message for another company', { receiveId: 'ww-somebody-else', copies: 1 }],
] as const)('%s is refused, and nothing is written down', async (_, flaws) => {
  const before = await hookJobs();
  const [answer] = await wecom.employeeWrites('ZhangSan', 'hello', flaws);
  expect(answer).toMatchObject({ status: 401 });
  expect(await hookJobs()).toBe(before);
});

test('a body that was changed by a byte, one that is too large, one that is no XML, and none', async () => {
  const keys = { token: wecom.token, aesKey: wecom.aesKey, receiveId: wecom.corpId };
  const { body, query } = seal('<xml><MsgType>text</MsgType></xml>', keys, '1', '1');
  const path = `${hook}?${new URLSearchParams(query)}`;
  const post = (text: string) => world.call('POST', path, text, { key: null });
  const at = body.indexOf('<Encrypt><![CDATA[') + 30;
  const changed = `${body.slice(0, at)}${body[at] === 'A' ? 'B' : 'A'}${body.slice(at + 1)}`;
  expect(await post(changed)).toMatchObject({ status: 401 });
  expect(await post(`${body}${' '.repeat(70_000)}`)).toMatchObject({ status: 413 });
  expect(await post('{"hello": 1}')).toMatchObject({ status: 401 });
  expect(await post('')).toMatchObject({ status: 401 });
  expect(await world.call('GET', hook, undefined, { key: null })).toMatchObject({ status: 401 });
});

test('no other account’s door opens by this one’s keys, and an unknown one is not there', async () => {
  const other = await world.account();
  await office.connect(other, {}, { token: 'another', aesKey: 'B'.repeat(43) });
  const keys = { token: wecom.token, aesKey: wecom.aesKey, receiveId: wecom.corpId };
  const { body, query } = seal('<xml><MsgType>text</MsgType></xml>', keys, '1', '1');
  const post = (to: string) =>
    world.call('POST', `/v1/hooks/wecom/${to}?${new URLSearchParams(query)}`, body, { key: null });
  expect(await post(other)).toMatchObject({ status: 401 });
  expect(await post('01ARZ3NDEKTSV4RRFFQ69G5FAV')).toMatchObject({ status: 404 });
  expect(await post(createHmac('sha256', 'x').digest('hex'))).toMatchObject({ status: 404 });
});

test('the same message three times, as after lost answers, is written down once', async () => {
  const answers = await wecom.employeeWrites('LiSi', 'once', { copies: 3 });
  expect(answers.map(({ status, body }) => [status, body])).toEqual(Array.from({ length: 3 }, () => [200, '']));
  await world.quiet();
  const { id } = await world.conversation(account, 'LiSi');
  expect(await office.said(id)).toEqual(['contact: once']);
});

test('an event has no MsgId: copies of it are known by who and when, and two of them are two', async () => {
  const before = await hookJobs();
  const enters = { MsgType: 'event', Event: 'enter_agent', EventKey: '' };
  await wecom.employeeDoes('WangWu', enters, { copies: 3 });
  expect(await hookJobs()).toBe(before + 1);
  await office.later(2);
  await wecom.employeeDoes('WangWu', enters);
  expect(await hookJobs()).toBe(before + 2);
  await world.quiet();
});

test('what is not known is taken and followed by nothing', async () => {
  const [answer] = await wecom.employeeDoes('WangWu', { MsgType: 'hologram', Content: 'x' });
  expect(answer).toMatchObject({ status: 200 });
  await world.quiet();
  expect(await world.sql("select 1 from job where result like '%hologram are not known%'")).toHaveLength(1);
});

test('every kind of message arrives in our shapes', async () => {
  const does = (elements: Record<string, string | number>) => wecom.employeeDoes('WangWu', elements);
  await does({ MsgType: 'image', PicUrl: 'https://wework.qpic.cn/1', MediaId: 'm1' });
  await does({ MsgType: 'voice', MediaId: 'm2', Format: 'amr' });
  await does({ MsgType: 'location', Location_X: '39.9', Location_Y: '116.4', Scale: 15, Label: '北京' });
  await does({ MsgType: 'link', Title: '说明', Description: '如何', Url: 'https://example.com', PicUrl: '' });
  await world.quiet();
  const { id } = await world.conversation(account, 'WangWu');
  const { data } = await world.must('GET', `/v1/conversations/${id}/messages`);
  expect(
    new Set(data.map(({ type, content }: { type: string; content: object }) => JSON.stringify([type, content]))),
  ).toEqual(
    new Set(
      [
        ['image', { url: 'https://wework.qpic.cn/1', mediaId: 'm1' }],
        ['file', { kind: 'voice', mediaId: 'm2', format: 'amr' }],
        ['card', { kind: 'location', title: '北京', latitude: '39.9', longitude: '116.4' }],
        ['card', { kind: 'link', title: '说明', description: '如何', url: 'https://example.com' }],
      ].map((each) => JSON.stringify(each)),
    ),
  );
});

test('while workers are busy or away the door answers as fast', async () => {
  await Promise.all(world.workers.map((worker) => worker.stop()));
  const [answer] = await wecom.employeeWrites('ZhangSan', 'while nobody works');
  expect(answer).toMatchObject({ status: 200, body: '' });
  expect(answer?.milliseconds).toBeLessThan(1000);
});
