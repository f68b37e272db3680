// What WeCom's callbacks mean to us.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dedupeKey, readCallback } from '../../../../src/domain/channels/wecom/hook.ts';
import { BatchMessage } from '../../../../src/domain/messages/incoming.ts';

const FRAME = { ToUserName: 'ww1', FromUserName: 'ZhangSan', CreateTime: '1732186604', AgentID: '1000002' };
const AT = new Date('2024-11-21T10:56:44.000Z');
const said = (elements: object) => readCallback({ ...FRAME, MsgId: '7456123898761234567', ...elements });
const did = (elements: object) => readCallback({ ...FRAME, MsgType: 'event', ...elements });

describe('messages', () => {
  const cases: readonly (readonly [object, string, unknown])[] = [
    [{ MsgType: 'text', Content: ' 转人工 ' }, 'text', ' 转人工 '],
    [
      { MsgType: 'image', PicUrl: 'https://wework.qpic.cn/a', MediaId: 'm1' },
      'image',
      { url: 'https://wework.qpic.cn/a', mediaId: 'm1' },
    ],
    [{ MsgType: 'voice', MediaId: 'm1', Format: 'amr' }, 'file', { kind: 'voice', mediaId: 'm1', format: 'amr' }],
    [
      { MsgType: 'video', MediaId: 'm1', ThumbMediaId: 't1' },
      'file',
      { kind: 'video', mediaId: 'm1', thumbMediaId: 't1' },
    ],
    [{ MsgType: 'file', MediaId: 'm1', FileName: 'a.pdf' }, 'file', { kind: 'file', mediaId: 'm1', name: 'a.pdf' }],
    [
      { MsgType: 'location', Location_X: '23.1', Location_Y: '113.3', Scale: '15', Label: '广州' },
      'card',
      { kind: 'location', title: '广州', latitude: '23.1', longitude: '113.3' },
    ],
    [
      { MsgType: 'link', Title: '说明', Description: '', Url: 'https://a.example', PicUrl: '' },
      'card',
      { kind: 'link', title: '说明', url: 'https://a.example' },
    ],
  ];
  test.each(cases)('%j is %s', (elements, type, content) => {
    const hook = said(elements);
    expect(hook).toEqual({
      kind: 'message',
      userId: 'ZhangSan',
      messageId: '7456123898761234567',
      at: AT,
      type,
      content,
    });
    const { success } = BatchMessage.safeParse({
      id: '7456123898761234567',
      contact: 'ZhangSan',
      sender: 'contact',
      type,
      content,
      sentAt: AT.toISOString(),
    });
    expect(success).toBe(true);
  });

  test('what says nothing, or is of a kind that we do not know, is ignored with the reason', () => {
    expect(said({ MsgType: 'text', Content: ' ' })).toEqual({
      kind: 'ignored',
      why: 'a text message that says nothing',
    });
    expect(said({ MsgType: 'hologram' })).toMatchObject({ kind: 'ignored', why: expect.stringContaining('hologram') });
    expect(said({ MsgType: 'image' })).toMatchObject({ kind: 'ignored' });
    expect(said({ MsgType: 'text', Content: 'a', MsgId: '' })).toMatchObject({ kind: 'ignored' });
    expect(readCallback({})).toMatchObject({ kind: 'ignored' });
    expect(said({ MsgType: 'text', Content: 'a', FromUserName: undefined })).toMatchObject({ kind: 'ignored' });
    expect(said({ MsgType: 'constructor', Content: 'a' })).toMatchObject({ kind: 'ignored' });
  });
});

describe('events', () => {
  test('a click on a card names its task, its button and a code', () => {
    const click = {
      Event: 'template_card_event',
      EventKey: 'join',
      TaskId: 'invite-1',
      CardType: 'button_interaction',
    };
    const expected = { kind: 'card_clicked', userId: 'ZhangSan', at: AT, taskId: 'invite-1', eventKey: 'join' };
    expect(did({ ...click, ResponseCode: 'code' })).toEqual({ ...expected, responseCode: 'code' });
    expect(did(click)).toEqual({ ...expected, responseCode: null });
    expect(did({ ...click, TaskId: '' })).toMatchObject({ kind: 'ignored' });
  });

  test('members come and go, open the app, and use its menu', () => {
    for (const Event of ['enter_agent', 'subscribe', 'unsubscribe']) {
      expect(did({ Event, EventKey: '' })).toEqual({ kind: Event, userId: 'ZhangSan', at: AT });
    }
    const menu = { kind: 'event', userId: 'ZhangSan', at: AT, event: 'click', key: 'help' };
    expect(did({ Event: 'click', EventKey: 'help' })).toEqual(menu);
    expect(did({})).toMatchObject({ kind: 'ignored' });
  });

  test('the bell of customer service names nobody, but an account and a token', () => {
    const bell = { ToUserName: 'ww1', CreateTime: '1732186604', MsgType: 'event', Event: 'kf_msg_or_event' };
    const hook = readCallback({ ...bell, Token: 'ENC1', OpenKfId: 'wk1' });
    expect(hook).toEqual({ kind: 'kf_bell', openKfid: 'wk1', token: 'ENC1', at: AT });
    expect(readCallback({ ...bell, Token: 'ENC1' })).toMatchObject({ kind: 'ignored' });
  });
});

describe('the key of a callback', () => {
  const text = { ...FRAME, MsgType: 'text', Content: 'a', MsgId: '1' };
  const event = { ...FRAME, MsgType: 'event', Event: 'template_card_event', EventKey: 'join', TaskId: 'one' };

  test('is the message’s id, whatever else changes', () => {
    expect(dedupeKey(text)).toBe('message:1');
    expect(dedupeKey({ ...text, Content: 'b' })).toBe('message:1');
  });

  test('of an event is who, when, which and on what', () => {
    const key = dedupeKey(event);
    expect(key).toMatch(/^event:[0-9a-f]{64}$/);
    expect(dedupeKey({ ...event, ResponseCode: 'another in each copy' })).toBe(key);
    for (const [name, value] of Object.entries({
      FromUserName: 'LiSi',
      CreateTime: '1732186605',
      Event: 'click',
      EventKey: 'leave',
      TaskId: 'two',
      OpenKfId: 'wk2',
      Token: 'another bell in the same second',
    })) {
      expect(dedupeKey({ ...event, [name]: value }), name).not.toBe(key);
    }
  });

  test('fits a column whatever is posted, and reading never throws', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.anything()), fc.anything(), (plain, MsgId) => {
        expect(dedupeKey({ ...plain, MsgId }).length).toBeLessThanOrEqual(72);
        expect(readCallback({ ...FRAME, ...plain })).toHaveProperty('kind');
      }),
    );
  });
});
