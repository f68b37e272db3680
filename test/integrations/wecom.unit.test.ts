// The client of WeCom, against one that answers as WeCom does. The token cache has no Redis here and keeps what it has itself; what it
// does with Redis is shown in wecom-token.test.ts.
import { inspect } from 'node:util';
import { Redis } from 'ioredis';
import { Agent } from 'undici';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeGuardedDispatcher } from '../../src/integrations/guarded-dispatcher.ts';
import { OutsideFailure } from '../../src/integrations/outside-failure.ts';
import { makeTokenCache } from '../../src/integrations/wecom/token-cache.ts';
import { makeWecom, type Wecom, type WecomOptions } from '../../src/integrations/wecom/wecom.ts';
import { startWecom, type Trouble, type WecomServer } from '../support/outside/wecom-server.ts';

const SEND = '/cgi-bin/message/send';
const redis = new Redis({ lazyConnect: true });

let time = Date.now();
let outside: WecomServer;
let wecom: Wecom;
beforeEach(async () => {
  outside = await startWecom({ now: () => time });
  wecom = clientOf();
});
afterEach(() => outside.close());

function clientOf(changed: Partial<WecomOptions> = {}): Wecom {
  const { url: baseUrl, corpId, agentId, secret, kfSecret } = outside;
  const tokens = makeTokenCache(redis, 'test');
  return makeWecom({ baseUrl, corpId, agentId, secret, kfSecret, tokens, timeoutMs: 2000, ...changed });
}

async function failureOf(calling: Promise<unknown>): Promise<OutsideFailure> {
  const error = await calling.catch((error: unknown) => error);
  if (error instanceof OutsideFailure) return error;
  throw new Error(`It was no failure of the outside: ${inspect(error)}`);
}

const CARD = {
  card_type: 'button_interaction',
  task_id: 'invite-1',
  main_title: { title: '邀请' },
  card_action: { type: 1, url: 'https://desk.example/join' },
  button_list: [{ text: '加入会话', style: 1, key: 'join' }],
} as const;
const TEXT_CARD = { title: '邀请', description: '请加入', url: 'https://desk.example', button: '加入会话' };

describe('messages to members', () => {
  test('a text arrives as it was written, and its receivers are named', async () => {
    expect(await wecom.sendText(['ZhangSan', 'LiSi'], '人摇来了！\n第二行 <a>')).toEqual({
      msgid: expect.stringMatching(/^msg-/),
      invalid: [],
    });
    expect(outside.sent).toMatchObject([
      { userId: 'ZhangSan', content: '人摇来了！\n第二行 <a>', fate: 'shown' },
      { userId: 'LiSi', fate: 'shown' },
    ]);
  });

  test('those who are not reached are told apart, spelled as they were given', async () => {
    const { invalid } = await wecom.sendText(['ZhangSan', 'NoBody', 'lisi'], 'a');
    expect(invalid).toEqual(['NoBody']);
    expect(outside.sent.map(({ userId }) => userId)).toEqual(['ZhangSan', 'LiSi']);
  });

  test('who has no licence is not reached either', async () => {
    await outside.close();
    const nobody = { userId: 'ZhaoLiu', name: '赵六', department: [2], position: '', isUnlicensed: true };
    const somebody = { ...nobody, userId: 'LiSi', isUnlicensed: false };
    outside = await startWecom({ members: [nobody, somebody] });
    expect(await clientOf().sendText(['ZhaoLiu', 'LiSi'], 'a')).toMatchObject({ invalid: ['ZhaoLiu'] });
  });

  test('when nobody is reached it is a failure for good', async () => {
    const expected = { kind: 'permanent', code: 'no_receiver' };
    expect(await failureOf(wecom.sendText(['NoBody'], 'a'))).toMatchObject(expected);
    expect(await failureOf(wecom.sendText([], 'a'))).toMatchObject(expected);
  });

  test('a name from outside never means the whole company, nor several members', async () => {
    for (const name of ['@all', '@ALL', 'ZhangSan|LiSi', '', 'a b', 'x'.repeat(65)]) {
      expect(await failureOf(wecom.sendText([name], 'a'))).toMatchObject({ kind: 'permanent', code: 'bad_receiver' });
    }
    const crowd = Array.from({ length: 1001 }, (_, index) => `user${index}`);
    expect(await failureOf(wecom.sendText(crowd, 'a'))).toMatchObject({ code: 'bad_receiver' });
    expect(outside.requests).toEqual([]);
  });

  test('2,048 bytes are taken whole; one more is refused here, before WeCom would cut it', async () => {
    const longest = `${'字'.repeat(682)}ab`;
    await wecom.sendText(['LiSi'], longest);
    expect(outside.sent.at(-1)?.content).toBe(longest);
    const failure = await failureOf(wecom.sendText(['LiSi'], `${longest}c`));
    expect(failure).toMatchObject({ kind: 'permanent', code: 'too_long' });
    expect(outside.sent.length).toBe(1);
  });

  test('with a duplicate check the same words are shown once within its time', async () => {
    for (let tries = 0; tries < 2; tries += 1) {
      await wecom.sendText(['LiSi'], '您好', { duplicateCheckSeconds: 60 });
    }
    time += 61_000;
    await wecom.sendText(['LiSi'], '您好', { duplicateCheckSeconds: 60 });
    expect(outside.sent.map(({ fate }) => fate)).toEqual(['shown', 'swallowed', 'shown']);
  });

  test('the thirty-first within a minute is answered "ok" and never shown: only counting helps', async () => {
    for (let sent = 0; sent < 31; sent += 1) await wecom.sendText(['LiSi'], `${sent}`);
    expect(outside.sent.map(({ fate }) => fate).filter((fate) => fate === 'dropped').length).toBe(1);
  });

  test('a text card arrives whole, and one that is too long is refused', async () => {
    await wecom.sendTextCard(['LiSi'], TEXT_CARD);
    expect(outside.sent.at(-1)?.content).toMatchObject({ title: '邀请', btntxt: '加入会话' });
    const tooLong = [
      { ...TEXT_CARD, title: '字'.repeat(43) },
      { ...TEXT_CARD, description: '字'.repeat(171) },
      { ...TEXT_CARD, button: '加入会话吧' },
    ];
    for (const card of tooLong) {
      expect(await failureOf(wecom.sendTextCard(['LiSi'], card))).toMatchObject({ code: 'too_long' });
    }
  });

  test('a message is recalled', async () => {
    const { msgid } = await wecom.sendText(['LiSi'], 'a');
    await wecom.recall(msgid);
    expect(outside.sent).toMatchObject([{ fate: 'recalled' }]);
    expect(await failureOf(wecom.recall('msg-none'))).toMatchObject({ kind: 'permanent', code: 'wecom_40058' });
  });
});

describe('template cards', () => {
  test('a card is changed once by its code, for those who are named', async () => {
    const { responseCode, isRepeat } = await wecom.sendTemplateCard(['ZhangSan', 'LiSi'], CARD);
    expect(isRepeat).toBe(false);
    const change = { userIds: ['ZhangSan'], responseCode: responseCode ?? '', replaceName: '已加入' };
    await wecom.updateTemplateCard(change);
    expect([...(outside.cards[0]?.replaced ?? [])]).toEqual([['ZhangSan', '已加入']]);
    expect(await failureOf(wecom.updateTemplateCard(change))).toMatchObject({ kind: 'permanent', code: 'code_spent' });
    outside.fail('/cgi-bin/message/update_template_card', { errcode: 40_058 });
    expect(await failureOf(wecom.updateTemplateCard(change))).toMatchObject({ code: 'wecom_40058' });
  });

  test('a code is too old after 72 hours', async () => {
    const { responseCode } = await wecom.sendTemplateCard(['LiSi'], CARD);
    time += 72 * 3_600_000 + 1;
    const change = { userIds: ['LiSi'], responseCode: responseCode ?? '', replaceName: '已失效' };
    expect(await failureOf(wecom.updateTemplateCard(change))).toMatchObject({ code: 'code_spent' });
  });

  test('a notice without a button has no code', async () => {
    const { card_action, main_title } = CARD;
    const card = { card_type: 'text_notice', task_id: 'notice-1', main_title, card_action } as const;
    expect(await wecom.sendTemplateCard(['LiSi'], card)).toMatchObject({ responseCode: null, isRepeat: false });
  });

  test('a second card of a task counts as sent, so a lost answer may be tried again', async () => {
    outside.fail(SEND, 'cut_done');
    const first = await failureOf(wecom.sendTemplateCard(['LiSi'], CARD));
    expect(first).toMatchObject({ kind: 'retryable', code: 'unreachable' });
    expect(await wecom.sendTemplateCard(['LiSi'], CARD)).toEqual({
      msgid: '',
      invalid: [],
      responseCode: null,
      isRepeat: true,
    });
    expect(outside.sent.length).toBe(1);
  });

  test('a task’s id that WeCom would not take is refused here', async () => {
    for (const task_id of ['', 'a b', '任务', 'x'.repeat(129)]) {
      expect(await failureOf(wecom.sendTemplateCard(['LiSi'], { ...CARD, task_id }))).toMatchObject({
        code: 'bad_task',
      });
    }
  });
});

describe('the directory', () => {
  test('a member has a name, departments and a position, and mostly no avatar', async () => {
    expect(await wecom.user('zhangsan')).toEqual({
      userId: 'ZhangSan',
      name: '张三',
      departments: [2, 3],
      mainDepartment: 2,
      position: '工程师',
      avatar: null,
    });
    outside.showAvatars();
    expect(await wecom.user('ZhangSan')).toMatchObject({ avatar: 'https://wework.qpic.cn/zs/0' });
    expect(await wecom.user('LiSi')).toMatchObject({ position: null, avatar: null });
    expect(await wecom.department(3)).toBe('部门3');
  });

  test('who is not there is not there for good', async () => {
    expect(await failureOf(wecom.user('NoBody'))).toMatchObject({ kind: 'permanent', code: 'wecom_60111' });
  });
});

describe('tokens', () => {
  test('many calls at once ask for one token', async () => {
    await Promise.all(Array.from({ length: 10 }, (_, index) => wecom.sendText(['LiSi'], `${index}`)));
    expect(outside.tokensIssued()).toBe(1);
  });

  test('customer service has a token of its own', async () => {
    await wecom.user('LiSi');
    await wecom.kfSync({ openKfid: 'wk1', cursor: null, token: null, limit: 10 });
    expect(outside.tokensIssued()).toBe(2);
  });

  for (const code of [42_001, 40_014, 40_001, 41_001] as const) {
    test(`one that was taken back (${code}) is asked for anew, and the call is made again`, async () => {
      await wecom.sendText(['LiSi'], 'a');
      outside.revokeTokens(code);
      await wecom.sendText(['LiSi'], 'b');
      expect(outside.tokensIssued()).toBe(2);
      expect(outside.sent.map(({ content }) => content)).toEqual(['a', 'b']);
    });
  }

  test('calls that run while it is taken back all get through, and nothing is sent twice', async () => {
    await wecom.sendText(['LiSi'], 'first');
    outside.revokeTokens(42_001);
    await Promise.all(Array.from({ length: 10 }, (_, index) => wecom.sendText(['ZhangSan'], `${index}`)));
    expect(outside.sent.filter(({ userId }) => userId === 'ZhangSan').length).toBe(10);
    expect(outside.tokensIssued()).toBe(2);
  });

  test('refused again at once it is left to later; never right, to people', async () => {
    outside.fail(SEND, { errcode: 42_001 });
    outside.fail(SEND, { errcode: 40_014 });
    expect(await failureOf(wecom.sendText(['LiSi'], 'a'))).toMatchObject({ kind: 'retryable', code: 'wecom_40014' });
    expect(outside.tokensIssued()).toBe(2);
    outside.fail(SEND, { errcode: 40_001 }, 2);
    expect(await failureOf(wecom.sendText(['LiSi'], 'a'))).toMatchObject({ kind: 'auth', code: 'wecom_40001' });
  });

  test('a wrong secret or company is for people, and is asked once', async () => {
    const wrong = await failureOf(clientOf({ secret: 'canary-wrong' }).user('LiSi'));
    expect(wrong).toMatchObject({ kind: 'auth', code: 'wecom_40001' });
    expect(inspect(wrong, { depth: 9 })).not.toContain('canary');
    expect(await failureOf(clientOf({ corpId: 'ww-no' }).user('LiSi'))).toMatchObject({ code: 'wecom_40013' });
    expect(outside.tokensIssued()).toBe(2);
  });

  test('what the asking for a token says of a send is never "unknown"', async () => {
    outside.fail('/cgi-bin/gettoken', 'cut');
    expect(await failureOf(wecom.sendText(['LiSi'], 'a'))).toMatchObject({ kind: 'retryable' });
    outside.fail('/cgi-bin/gettoken', 'html_502');
    expect(await failureOf(wecom.sendText(['LiSi'], 'a'))).toMatchObject({ kind: 'retryable', code: 'http_502' });
  });
});

describe('what a failure means', () => {
  const codes: readonly (readonly [number, string, string, number | null])[] = [
    [-1, 'retryable', 'wecom_-1', null],
    [45_009, 'rate_limited', 'wecom_45009', 60_000],
    [45_033, 'retryable', 'wecom_45033', null],
    [40_056, 'auth', 'wecom_40056', null],
    [48_002, 'auth', 'wecom_48002', null],
    [60_020, 'auth', 'wecom_60020', null],
    [40_058, 'permanent', 'wecom_40058', null],
    [44_004, 'permanent', 'wecom_44004', null],
    [45_002, 'permanent', 'too_long', null],
    [60_011, 'permanent', 'wecom_60011', null],
    [81_013, 'permanent', 'no_receiver', null],
    [99_999, 'permanent', 'wecom_99999', null],
  ];
  test.each(codes)('%i: %s, %s', async (errcode, kind, code, retryAfterMs) => {
    outside.fail(SEND, { errcode });
    expect(await failureOf(wecom.sendText(['LiSi'], 'a'))).toMatchObject({ kind, code, retryAfterMs });
  });

  const troubles: readonly (readonly [Trouble & string, string, string, string])[] = [
    ['cut', 'unreachable', 'unknown', 'retryable'],
    ['cut_done', 'unreachable', 'unknown', 'retryable'],
    ['html_502', 'http_502', 'unknown', 'retryable'],
    ['html_502_done', 'http_502', 'unknown', 'retryable'],
    ['html_503', 'http_503', 'retryable', 'retryable'],
    ['html_503_silent', 'http_503', 'unknown', 'retryable'],
    ['not_json', 'http_200', 'unknown', 'retryable'],
    ['ok_500', 'http_500', 'unknown', 'retryable'],
    ['hang', 'timeout', 'unknown', 'retryable'],
    ['hang_done', 'timeout', 'unknown', 'retryable'],
  ];
  test.each(troubles)(
    '%s: %s, %s of a text, %s of what may be done twice',
    async (trouble, code, doubtful, harmless) => {
      // The token is there, so that only the call itself is hasty.
      const tokens = makeTokenCache(redis, 'test');
      await clientOf({ tokens }).user('LiSi');
      const hasty = clientOf({ tokens, timeoutMs: trouble.startsWith('hang') ? 250 : 2000 });
      outside.fail(SEND, trouble, 2);
      outside.fail('/cgi-bin/user/get', trouble);
      const [failure, ofCard, ofRead] = await Promise.all([
        failureOf(hasty.sendText(['LiSi'], 'a')),
        failureOf(hasty.sendTemplateCard(['LiSi'], CARD)),
        failureOf(hasty.user('LiSi')),
      ]);
      expect(failure).toMatchObject({ kind: doubtful, code });
      expect(ofCard).toMatchObject({ kind: harmless, code });
      expect(ofRead).toMatchObject({ kind: harmless, code });
      expect(inspect(failure, { depth: 9 })).not.toContain('canary');
    },
  );

  test('where nobody listens nothing was sent', async () => {
    const tokens = makeTokenCache(redis, 'test');
    await clientOf({ tokens }).user('LiSi');
    await outside.close();
    // No connection stands yet: what goes into one that has just ended may have arrived.
    const dispatcher = new Agent();
    const failure = await failureOf(clientOf({ tokens, dispatcher }).sendText(['LiSi'], 'a'));
    await dispatcher.destroy();
    expect(failure).toMatchObject({ kind: 'retryable', code: 'unreachable' });
    expect(inspect(failure, { depth: 9 })).not.toContain('canary');
  });

  test('neither token nor secret is told on, though WeCom says it back', async () => {
    outside.fail(SEND, 'echo_token');
    const failure = await failureOf(wecom.sendText(['LiSi'], 'a'));
    expect(failure).toMatchObject({ kind: 'permanent', code: 'wecom_40058' });
    expect(failure.message).toContain('bad request …');
    expect(inspect(failure, { depth: 9 })).not.toContain('canary');
  });

  test('by the guard only what is allowed is reached', async () => {
    const shut = makeGuardedDispatcher({ allow: [] });
    const open = makeGuardedDispatcher({ allow: [outside.host] });
    const failure = await failureOf(clientOf({ dispatcher: shut }).user('LiSi'));
    expect(failure).toMatchObject({ kind: 'refused', code: 'address_forbidden' });
    expect(await clientOf({ dispatcher: open }).user('LiSi')).toMatchObject({ name: '李四' });
    await Promise.all([shut.destroy(), open.destroy()]);
  });
});

describe('customer service', () => {
  const place = { openKfid: 'wk1', externalUserid: 'wm1' };
  const hear = (text: string) => outside.customerSays('wm1', 'wk1', { msgtype: 'text', text: { content: text } });

  test('all rows are fetched by the cursor, though pages are short and rows come twice', async () => {
    for (let count = 0; count < 7; count += 1) hear(`${count}`);
    outside.pages(3, true);
    const rows: unknown[] = [];
    let cursor: string | null = null;
    const token = outside.newBellToken();
    for (let hasMore = true; hasMore; ) {
      const page = await wecom.kfSync({ ...place, cursor, token, limit: 1000 });
      rows.push(...page.messages);
      ({ nextCursor: cursor, hasMore } = page);
    }
    const ids = rows.map((row) => Reflect.get(Object(row), 'msgid'));
    expect(new Set(ids).size).toBe(7);
    expect(ids.length).toBe(9);
    const after = await wecom.kfSync({ ...place, cursor, token, limit: 1000 });
    expect(after).toMatchObject({ hasMore: false, nextCursor: cursor });
  });

  test('a token of a bell that is older than 10 minutes is as good as none', async () => {
    const token = outside.newBellToken();
    const page = { ...place, cursor: null, token, limit: 10 };
    time += 10 * 60_000;
    for (let calls = 0; calls < 3; calls += 1) await wecom.kfSync(page);
    time += 1;
    await wecom.kfSync(page);
    expect(await failureOf(wecom.kfSync({ ...page, token: null }))).toMatchObject({ kind: 'rate_limited' });
  });

  test('a message goes out once, however often it is tried', async () => {
    hear('在吗');
    const message = { ...place, msgid: 'baton_01-a', text: '在的' };
    outside.fail('/cgi-bin/kf/send_msg', 'cut_done');
    expect(await failureOf(wecom.kfSend(message))).toMatchObject({ kind: 'retryable' });
    expect(await wecom.kfSend(message)).toEqual({ msgid: 'baton_01-a', isRepeat: true });
    expect(outside.kfSent).toEqual([{ msgid: 'baton_01-a', ...place, text: '在的' }]);
  });

  test('five answers to one message, then the customer must write again', async () => {
    hear('在吗');
    const send = (id: number) => wecom.kfSend({ ...place, msgid: `m${id}`, text: `${id}` });
    for (let id = 1; id <= 5; id += 1) await send(id);
    expect(await failureOf(send(6))).toMatchObject({ kind: 'refused', code: 'kf_limit' });
    hear('还在吗');
    await send(6);
    time += 48 * 3_600_000 + 1;
    expect(await failureOf(send(7))).toMatchObject({ kind: 'refused', code: 'kf_limit' });
    expect(outside.kfSent.length).toBe(6);
  });

  test('an id that WeCom would not take, or a text that is too long, is refused here', async () => {
    for (const msgid of ['', 'a b', 'x'.repeat(33)]) {
      expect(await failureOf(wecom.kfSend({ ...place, msgid, text: 'a' }))).toMatchObject({ code: 'bad_msgid' });
    }
    const long = wecom.kfSend({ ...place, msgid: 'a', text: 'x'.repeat(2049) });
    expect(await failureOf(long)).toMatchObject({ code: 'too_long' });
  });

  test('a conversation is moved on, and where a servicer has it we may not speak', async () => {
    hear('在吗');
    expect(await wecom.kfState(place)).toEqual({ state: 0, servicerUserid: null });
    await wecom.kfTransfer({ ...place, state: 1 });
    await wecom.kfTransfer({ ...place, state: 3, servicerUserid: 'LiSi' });
    expect(await wecom.kfState(place)).toEqual({ state: 3, servicerUserid: 'LiSi' });
    const speaking = wecom.kfSend({ ...place, msgid: 'a', text: 'a' });
    expect(await failureOf(speaking)).toMatchObject({ kind: 'refused', code: 'kf_state' });
    await wecom.kfTransfer({ ...place, state: 4 });
    expect(await failureOf(wecom.kfTransfer({ ...place, state: 1 }))).toMatchObject({ code: 'kf_ended' });
  });

  test('without its secret nothing is asked', async () => {
    const without = clientOf({ kfSecret: null });
    expect(await failureOf(without.kfState(place))).toMatchObject({ kind: 'auth', code: 'no_kf_secret' });
    expect(outside.requests).toEqual([]);
  });
});
