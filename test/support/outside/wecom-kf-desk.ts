// The part of the local WeCom that is customer service: rows by cursor, tokens of 10 minutes, states, five messages for each of the
// customer's, and our own ids that may be used once.
import { type Handler, refusal } from './wecom-answers.ts';

export type KfRow = Readonly<Record<string, unknown>> & { readonly msgid: string };
export type KfMessage = {
  readonly msgid: string;
  readonly openKfid: string;
  readonly externalUserid: string;
  readonly text: string;
};

const TOKEN_LIFE_MS = 10 * 60_000;
const WINDOW_MS = 48 * 3_600_000;
/** Without a fresh token: so many in a minute. */
const WITHOUT_TOKEN = 1;

type Talk = { state: number; servicer: string; wroteAt: number; room: number };

export function makeKfDesk(now: () => number) {
  const rows = new Map<string, KfRow[]>();
  const tokens = new Map<string, number>();
  const talks = new Map<string, Talk>();
  const sent: KfMessage[] = [];
  const ids = new Set<string>();
  const poor: number[] = [];
  /** Rows on one page, however many were asked for. */
  const page = { most: 1000, repeatsOne: false };
  let count = 0;
  const rowsOf = (openKfid: string) => {
    const list = rows.get(openKfid) ?? [];
    rows.set(openKfid, list);
    return list;
  };
  const talkOf = (openKfid: string, externalUserid: string) => {
    const key = `${openKfid} ${externalUserid}`;
    const talk = talks.get(key) ?? { state: 0, servicer: '', wroteAt: Number.NEGATIVE_INFINITY, room: 0 };
    talks.set(key, talk);
    return talk;
  };
  const add = (openKfid: string, externalUserid: string, origin: number, said: Readonly<Record<string, unknown>>) => {
    count += 1;
    const row = { msgid: `kf-row-${count}`, send_time: Math.floor(now() / 1000), origin, ...said };
    // Of events the place stands within.
    const isEvent = origin === 4;
    rowsOf(openKfid).push(isEvent ? row : { ...row, open_kfid: openKfid, external_userid: externalUserid });
    return row.msgid;
  };

  /** With a token of a bell, or seldom. */
  const maySync = (token: string | undefined) => {
    const issued = tokens.get(token ?? '');
    if (issued !== undefined && now() - issued <= TOKEN_LIFE_MS) return true;
    while (poor[0] !== undefined && poor[0] <= now() - 60_000) poor.shift();
    if (poor.length >= WITHOUT_TOKEN) return false;
    poor.push(now());
    return true;
  };
  const sync: Handler = ({ body }) => {
    if (!maySync(body.token)) return refusal(45_009, 'api freq out of limit');
    const list = rowsOf(body.open_kfid);
    const start = body.cursor === undefined ? 0 : Number(/^cursor-(\d+)$/.exec(body.cursor)?.[1] ?? Number.NaN);
    if (Number.isNaN(start)) return refusal(40_058, 'invalid cursor');
    const end = Math.min(list.length, start + Math.min(body.limit ?? 1000, page.most));
    const again = page.repeatsOne && start > 0 ? list.slice(start - 1, start) : [];
    const has_more = end < list.length ? 1 : 0;
    const msg_list = [...again, ...list.slice(start, end)];
    return { errcode: 0, errmsg: 'ok', next_cursor: `cursor-${end}`, has_more, msg_list };
  };

  const send: Handler = ({ body }) => {
    const talk = talkOf(body.open_kfid, body.touser);
    if (body.msgid !== undefined && !/^[0-9a-zA-Z_-]{1,32}$/.test(body.msgid)) return refusal(40_058, 'invalid msgid');
    if (ids.has(body.msgid)) return refusal(ID_REFUSED, `msgid repeated: ${body.msgid}`);
    if (talk.state > 1) return refusal(95_018, 'send msg session status invalid');
    if (talk.room <= 0 || now() - talk.wroteAt > WINDOW_MS) return refusal(95_001, 'send msg count limit');
    talk.room -= 1;
    count += 1;
    const msgid: string = body.msgid ?? `kf-own-${count}`;
    ids.add(msgid);
    sent.push({ msgid, openKfid: body.open_kfid, externalUserid: body.touser, text: body.text.content });
    return { errcode: 0, errmsg: 'ok', msgid };
  };

  const getState: Handler = ({ body }) => {
    const { state, servicer } = talkOf(body.open_kfid, body.external_userid);
    return {
      errcode: 0,
      errmsg: 'ok',
      service_state: state,
      ...(servicer === '' ? {} : { servicer_userid: servicer }),
    };
  };

  const transfer: Handler = ({ body }) => {
    const talk = talkOf(body.open_kfid, body.external_userid);
    const { service_state: to } = body;
    if (talk.state === 4) return refusal(95_013, 'conversation end');
    if (to < talk.state || to > 4 || to === 0) return refusal(95_018, 'session status invalid');
    if (to === 3 && !body.servicer_userid) return refusal(40_058, 'servicer_userid missing');
    talk.state = to;
    talk.servicer = to === 3 ? body.servicer_userid : '';
    return { errcode: 0, errmsg: 'ok' };
  };

  const handlers: Readonly<Record<string, Handler>> = {
    '/cgi-bin/kf/sync_msg': sync,
    '/cgi-bin/kf/send_msg': send,
    '/cgi-bin/kf/service_state/get': getState,
    '/cgi-bin/kf/service_state/trans': transfer,
  };
  return {
    sent,
    page,
    handlers,
    add,
    talkOf,
    /** The customer writes: a new conversation where the last was over, and room for five answers. */
    hear: (openKfid: string, externalUserid: string, said: Readonly<Record<string, unknown>>) => {
      const talk = talkOf(openKfid, externalUserid);
      if (talk.state === 4) talk.state = 0;
      talk.wroteAt = now();
      talk.room = 5;
      return add(openKfid, externalUserid, 3, said);
    },
    /** For one bell. */
    newToken: () => {
      count += 1;
      const token = `ENC-bell-${count}`;
      tokens.set(token, now());
      return token;
    },
  };
}

/** The real code is not known; callers are to look at the words. */
const ID_REFUSED = 95_999;
