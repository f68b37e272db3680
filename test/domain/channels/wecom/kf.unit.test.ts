// What the rows of WeCom's customer service mean to us, and how its states stand to ours.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readKfRow } from '../../../../src/domain/channels/wecom/kf.ts';
import { deskStatusOf, KF_MOVES, type KfState, kfStateFor } from '../../../../src/domain/channels/wecom/kf-states.ts';
import { DESK_STATUSES } from '../../../../src/domain/conversations/desk-status.ts';

const PLACE = { openKfid: 'wk1', externalUserid: 'wm1', at: new Date('2024-11-21T10:56:44.000Z') };
const ROW = { msgid: 'row1', send_time: 1_732_186_604, open_kfid: 'wk1', external_userid: 'wm1' };
const said = (message: object) => readKfRow({ ...ROW, origin: 3, ...message });
const happened = (event: object) =>
  readKfRow({
    msgid: 'row1',
    send_time: ROW.send_time,
    origin: 4,
    msgtype: 'event',
    event: { open_kfid: 'wk1', external_userid: 'wm1', ...event },
  });

describe('messages', () => {
  const message = {
    ...PLACE,
    kind: 'message',
    messageId: 'row1',
    origin: 'customer',
    servicerUserid: null,
    menuId: null,
  };
  const cases: readonly (readonly [object, object])[] = [
    [
      { msgtype: 'text', text: { content: '转人工' } },
      { type: 'text', content: '转人工' },
    ],
    [
      { msgtype: 'text', text: { content: '人工', menu_id: '101' } },
      { type: 'text', content: '人工', menuId: '101' },
    ],
    [
      { msgtype: 'image', image: { media_id: 'm1' } },
      { type: 'image', content: { mediaId: 'm1' } },
    ],
    [
      { msgtype: 'voice', voice: { media_id: 'm1' } },
      { type: 'file', content: { kind: 'voice', mediaId: 'm1' } },
    ],
    [
      { msgtype: 'video', video: { media_id: 'm1' } },
      { type: 'file', content: { kind: 'video', mediaId: 'm1' } },
    ],
    [
      { msgtype: 'file', file: { media_id: 'm1' } },
      { type: 'file', content: { kind: 'file', mediaId: 'm1' } },
    ],
    [
      { msgtype: 'location', location: { latitude: 23.1, longitude: 113.3, name: '广州', address: '天河' } },
      { type: 'card', content: { kind: 'location', title: '广州', address: '天河', latitude: 23.1, longitude: 113.3 } },
    ],
    [
      { msgtype: 'link', link: { title: '', desc: 'd', url: 'https://a.example', pic_url: '' } },
      {
        type: 'card',
        content: { kind: 'link', title: 'https://a.example', description: 'd', url: 'https://a.example' },
      },
    ],
    [
      { msgtype: 'business_card', business_card: { userid: 'LiSi' } },
      { type: 'card', content: { kind: 'person', title: 'LiSi', userId: 'LiSi' } },
    ],
    [
      { msgtype: 'miniprogram', miniprogram: { title: '商城', appid: 'wx1', pagepath: 'p', thumb_media_id: 't' } },
      { type: 'card', content: { kind: 'miniprogram', title: '商城', appid: 'wx1', page: 'p' } },
    ],
  ];
  test.each(cases)('%j', (row, expected) => {
    expect(said(row)).toEqual({ ...message, ...expected });
  });

  test('a servicer who answers in WeCom is a person of ours', () => {
    const row = { origin: 5, servicer_userid: 'LiSi', msgtype: 'text', text: { content: '您好' } };
    expect(said(row)).toMatchObject({ origin: 'servicer', servicerUserid: 'LiSi', content: '您好' });
  });

  test('a row of a new kind, or one that says nothing, is ignored with the reason', () => {
    for (const row of [
      { msgtype: 'hologram', hologram: {} },
      { msgtype: 'text', text: { content: ' ' } },
      { msgtype: 'text' },
      { msgtype: 'constructor' },
      { msgtype: 'text', text: { content: 'a' }, origin: 9 },
      { msgtype: 'text', text: { content: 'a' }, external_userid: '' },
    ]) {
      expect(said(row)).toEqual({ kind: 'ignored', why: expect.any(String) });
    }
    expect(readKfRow(null)).toMatchObject({ kind: 'ignored' });
  });
});

describe('events', () => {
  const cases: readonly (readonly [object, object])[] = [
    [
      { event_type: 'enter_session', scene: 's', welcome_code: 'w' },
      { kind: 'entered', welcomeCode: 'w', scene: 's' },
    ],
    [
      { event_type: 'msg_send_fail', fail_msgid: 'm1', fail_type: 10 },
      { kind: 'send_failed', messageId: 'm1', reason: 'the customer refuses messages' },
    ],
    [
      { event_type: 'msg_send_fail', fail_msgid: 'm1', fail_type: 99 },
      { kind: 'send_failed', messageId: 'm1', reason: 'WeCom gives no reason (99)' },
    ],
    [
      { event_type: 'user_recall_msg', recall_msgid: 'm1' },
      { kind: 'recalled', messageId: 'm1', by: 'customer' },
    ],
    [
      { event_type: 'servicer_recall_msg', recall_msgid: 'm1' },
      { kind: 'recalled', messageId: 'm1', by: 'servicer' },
    ],
    [
      { event_type: 'session_status_change', change_type: 1, new_servicer_userid: 'LiSi' },
      { kind: 'session_changed', change: 'taken', servicerUserid: 'LiSi' },
    ],
    [
      { event_type: 'session_status_change', change_type: 3, old_servicer_userid: 'LiSi' },
      { kind: 'session_changed', change: 'ended', servicerUserid: null },
    ],
  ];
  test.each(cases)('%j', (event, expected) => {
    expect(happened(event)).toEqual({ ...PLACE, ...expected });
  });

  test('an event of no use to us is ignored', () => {
    for (const event of [
      { event_type: 'servicer_status_change', servicer_userid: 'LiSi', status: 1 },
      { event_type: 'msg_send_fail' },
      { event_type: 'user_recall_msg' },
      { event_type: 'session_status_change', change_type: 77 },
      {},
    ]) {
      expect(happened(event)).toEqual({ kind: 'ignored', why: expect.any(String) });
    }
  });
});

test('no row makes it throw', () => {
  const msgtype = fc.constantFrom('text', 'image', 'link', 'event', 'constructor', '__proto__', 'toString');
  const anything = fc.record({ msgtype, origin: fc.integer(), event: fc.anything(), text: fc.anything() });
  fc.assert(
    fc.property(anything, (row) => {
      expect(said(row)).toHaveProperty('kind');
    }),
  );
});

describe('states', () => {
  const states: readonly KfState[] = [0, 1, 2, 3, 4];

  test('each stands for a status of the desk', () => {
    expect(states.map(deskStatusOf)).toEqual(['queued', 'ai_handling', 'queued', 'serving', 'resolved']);
  });

  test('only moves that WeCom allows are asked for, and none to where it is', () => {
    for (const status of DESK_STATUSES) {
      for (const from of states) {
        for (const answers of ['here', 'wecom'] as const) {
          const to = kfStateFor(status, from, answers);
          expect(to === null || (to !== from && KF_MOVES[from].includes(to))).toBe(true);
        }
      }
    }
  });

  test('where our people answer here it stays with the robot, so that we may speak, until it is over', () => {
    expect(DESK_STATUSES.map((status) => kfStateFor(status, 0, 'here'))).toEqual([1, 1, 1, 1, 4]);
    expect(DESK_STATUSES.map((status) => kfStateFor(status, 1, 'here'))).toEqual([null, null, null, null, 4]);
  });

  test('where they answer in WeCom it goes to the pool and to a servicer, and never back', () => {
    const of = (from: KfState) =>
      Object.fromEntries(DESK_STATUSES.map((status) => [status, kfStateFor(status, from, 'wecom')]));
    expect(of(0)).toEqual({ queued: 2, waiting: null, ai_handling: 1, serving: 3, resolved: 4 });
    expect(of(3)).toEqual({ queued: null, waiting: null, ai_handling: null, serving: null, resolved: 4 });
    expect(Object.values(of(4))).toEqual([null, null, null, null, null]);
  });
});
