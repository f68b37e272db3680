// From WeCom's post to what it means to us: the local WeCom posts at a small receiver, which opens and reads it as the hook will.
import { createServer, type Server } from 'node:http';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { JOIN_KEY, participantOf } from '../../src/domain/channels/wecom/card.ts';
import { dedupeKey, readCallback, type WecomHook } from '../../src/domain/channels/wecom/hook.ts';
import { readKfRow } from '../../src/domain/channels/wecom/kf.ts';
import { type CallbackKeys, openCallback, verifyUrl } from '../../src/integrations/wecom/callback.ts';
import { makeTokenCache } from '../../src/integrations/wecom/token-cache.ts';
import { makeWecom } from '../../src/integrations/wecom/wecom.ts';
import { startWecom, type WecomServer } from '../support/outside/wecom-server.ts';

const PARTICIPANT = '01JD7M0ZQX9V8K3T5R2W4Y6B1C';

let outside: WecomServer;
let receiver: Server;
let heard: { readonly key: string; readonly hook: WecomHook }[];
/** What the receiver does before it answers. */
let before: () => Promise<void>;
/** Of the copy that is under way. */
let patience: AbortController;

beforeEach(async () => {
  outside = await startWecom({
    patience: () => {
      patience = new AbortController();
      return patience.signal;
    },
  });
  heard = [];
  before = async () => {};
  const { token, aesKey, corpId: receiveId } = outside;
  receiver = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const query = Object.fromEntries(new URL(request.url ?? '', 'http://localhost').searchParams);
    const { status, body } = receive(request.method, query, Buffer.concat(chunks), { token, aesKey, receiveId });
    await before();
    response.writeHead(status).end(body);
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const address = receiver.address();
  outside.hookTo(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/v1/hooks/wecom/a`);
});
afterEach(async () => {
  await outside.close();
  receiver.closeAllConnections();
  await new Promise((resolve) => receiver.close(resolve));
});

function receive(method: string | undefined, query: Record<string, string>, body: Buffer, keys: CallbackKeys) {
  if (method === 'GET') {
    const verified = verifyUrl(query, keys);
    return 'echo' in verified ? { status: 200, body: verified.echo } : { status: 401, body: verified.refused };
  }
  const opened = openCallback(query, body, keys);
  if ('refused' in opened) return { status: 401, body: opened.refused };
  heard.push({ key: dedupeKey(opened.plain), hook: readCallback(opened.plain) });
  return { status: 200, body: '' };
}

const clientOf = () => {
  const { url: baseUrl, corpId, agentId, secret, kfSecret } = outside;
  const tokens = makeTokenCache(new Redis({ lazyConnect: true }), 'test');
  return makeWecom({ baseUrl, corpId, agentId, secret, kfSecret, tokens, timeoutMs: 2000 });
};

test('WeCom tries the address, and hears its own words back', async () => {
  const { status, body, expected } = await outside.tryUrl();
  expect({ status, body }).toEqual({ status: 200, body: expected });
  expect(await outside.tryUrl({ signature: 'wrong' })).toMatchObject({ status: 401, body: 'wrong_signature' });
  expect(await outside.tryUrl({ receiveId: 'ww-other' })).toMatchObject({ status: 401, body: 'wrong_receiver' });
});

test('what a member writes arrives once, as it was written', async () => {
  await outside.employeeWrites('ZhangSan', '转人工 ]]> &amp; <b>');
  expect(heard.map(({ hook }) => hook)).toMatchObject([
    { kind: 'message', userId: 'ZhangSan', type: 'text', content: '转人工 ]]> &amp; <b>' },
  ]);
  expect(outside.answered).toHaveLength(1);
});

test('a copy has the key of the first, and the next message has another', async () => {
  await outside.employeeWrites('ZhangSan', 'a', { copies: 3 });
  await outside.employeeDoes('ZhangSan', { MsgType: 'event', Event: 'enter_agent', EventKey: '' }, { copies: 3 });
  await outside.employeeWrites('ZhangSan', 'a');
  expect(heard).toHaveLength(7);
  expect(new Set(heard.map(({ key }) => key)).size).toBe(3);
});

test('what is wrongly signed, or for another company, is not heard', async () => {
  await outside.employeeWrites('ZhangSan', 'a', { signature: 'wrong', copies: 1 });
  await outside.employeeWrites('ZhangSan', 'a', { receiveId: 'ww-other', copies: 1 });
  expect(outside.answered.map(({ body }) => body)).toEqual(['wrong_signature', 'wrong_receiver']);
  expect(heard).toEqual([]);
});

test('a receiver that is too slow is posted to three times, and each copy has the same key', async () => {
  let answer = () => {};
  const free = new Promise<void>((resolve) => {
    answer = resolve;
  });
  before = () => {
    patience.abort();
    return free;
  };
  const answers = await outside.employeeWrites('ZhangSan', 'a');
  expect(answers.map(({ status }) => status)).toEqual([null, null, null]);
  expect(heard).toHaveLength(3);
  expect(new Set(heard.map(({ key }) => key)).size).toBe(1);
  answer();
});

test('an invitation is clicked, and its card changed by the code of the click', async () => {
  const wecom = clientOf();
  const card = {
    card_type: 'button_interaction',
    task_id: `invite-${PARTICIPANT}`,
    main_title: { title: '邀请' },
    card_action: { type: 1, url: 'https://desk.example' },
    button_list: [{ text: '加入会话', style: 1, key: JOIN_KEY }],
  } as const;
  await wecom.sendTemplateCard(['ZhangSan'], card);
  await outside.clicksCard('ZhangSan', card.task_id);
  const click = heard[0]?.hook;
  if (click?.kind !== 'card_clicked') throw new Error('no click was heard');
  expect(click).toMatchObject({ userId: 'ZhangSan', eventKey: JOIN_KEY });
  expect(participantOf(click.taskId)).toBe(PARTICIPANT);
  const { responseCode, userId } = click;
  await wecom.updateTemplateCard({ userIds: [userId], responseCode: responseCode ?? '', replaceName: '已加入' });
  expect(outside.cards[0]?.replaced.get('ZhangSan')).toBe('已加入');
});

test('a customer writes: the bell rings, and the rows are fetched with its token', async () => {
  const wecom = clientOf();
  outside.customerEnters('wm1', 'wk1');
  const { msgid } = await outside.customerWrites('wm1', 'wk1', '在吗');
  outside.customerRecalls('wm1', 'wk1', msgid);
  const bell = heard[0]?.hook;
  if (bell?.kind !== 'kf_bell') throw new Error('no bell was heard');
  const page = await wecom.kfSync({ openKfid: bell.openKfid, cursor: null, token: bell.token, limit: 1000 });
  expect(page.messages.map(readKfRow)).toMatchObject([
    { kind: 'entered', welcomeCode: 'welcome' },
    { kind: 'message', messageId: msgid, origin: 'customer', content: '在吗' },
    { kind: 'recalled', messageId: msgid, by: 'customer' },
  ]);
});
