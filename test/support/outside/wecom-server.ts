// WeCom (企业微信) on loopback: one company, one app, customer service, and its callbacks. It answers status 200 to nearly everything and
// says in `errcode` what it did; tokens are one for each secret, and can be taken back. It breaks on order, path by path.
import type { ServerResponse } from 'node:http';
import { giveJson, type Recorded, startLocalServer } from './local-server.ts';
import { type Answer, type Handler, refusal } from './wecom-answers.ts';
import { type Answered, type Callbacks, type Flaws, makeCallbacks } from './wecom-callbacks.ts';
import { type KfMessage, makeKfDesk } from './wecom-kf-desk.ts';
import { type Card, type Delivered, type Member, makeMembers } from './wecom-members.ts';

export type { Answered, Card, Delivered, Flaws, KfMessage, Member };

/** `hang`: never answers; `cut`: ends the connection; each before the work is done, or `_done` after it. */
export type Trouble =
  | 'hang'
  | 'hang_done'
  | 'cut'
  | 'cut_done'
  | 'html_502'
  | 'html_503'
  /** Without a word about when to come again. */
  | 'html_503_silent'
  | 'html_502_done'
  | 'not_json'
  /** "ok" in words, under a status that says otherwise. */
  | 'ok_500'
  | 'echo_token'
  | { readonly errcode: number; readonly errmsg?: string };

export type WecomServer = Awaited<ReturnType<typeof startWecom>>;

export type WecomServerOptions = {
  /** Its clock, in milliseconds. */
  readonly now?: () => number;
  readonly members?: readonly Member[];
  /** How long a token is said to live. */
  readonly expiresInSeconds?: number;
  /** For each copy of a callback: ends when its answer has taken too long. 5 s, as WeCom’s own, unless another is given. */
  readonly patience?: () => AbortSignal;
};

const CORP_ID = 'ww1canary2corp3id';
const AGENT_ID = 1_000_002;
const SECRET = 'canary-secret-of-the-app';
const KF_SECRET = 'canary-secret-of-kf';
const TOKEN = 'QDG6eKcanary';
const AES_KEY = 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C';

const MEMBERS: readonly Member[] = [
  { userId: 'ZhangSan', name: '张三', department: [2, 3], position: '工程师', avatar: 'https://wework.qpic.cn/zs/0' },
  { userId: 'LiSi', name: '李四', department: [2], position: '' },
  { userId: 'WangWu', name: '王五', department: [3], position: '经理' },
];

export async function startWecom(options: WecomServerOptions = {}) {
  const { now = Date.now, members = MEMBERS, expiresInSeconds = 7200 } = options;
  const { patience = () => AbortSignal.timeout(5000) } = options;
  const people = makeMembers(AGENT_ID, members, now);
  const desk = makeKfDesk(now);
  const tokens = makeTokens(now, expiresInSeconds);
  const callbacks = makeCallbacks({ token: TOKEN, aesKey: AES_KEY, receiveId: CORP_ID }, now, patience);
  const troubles = new Map<string, Trouble[]>();
  const work = (request: Recorded): Answer => {
    if (request.path === '/cgi-bin/gettoken') return tokens.issue(request.query);
    const isKf = request.path.startsWith('/cgi-bin/kf/');
    const handler: Handler | undefined = (isKf ? desk : people).handlers[request.path];
    if (!handler) return refusal(-1, 'no such interface here');
    const problem = tokens.check(request.query.get('access_token'), isKf ? KF_SECRET : SECRET);
    if (problem) return problem;
    const body = request.body.length === 0 ? {} : JSON.parse(request.body.toString());
    return handler({ query: request.query, body });
  };
  const server = await startLocalServer<null>(null, (_, request, response) => {
    const trouble = troubles.get(request.path)?.shift();
    if (trouble === undefined) return giveJson(response, 200, work(request));
    giveTrouble(trouble, request, response, work);
  });
  return {
    url: server.url,
    host: server.host,
    requests: server.requests,
    heard: server.heard,
    corpId: CORP_ID,
    agentId: AGENT_ID,
    secret: SECRET,
    kfSecret: KF_SECRET,
    token: TOKEN,
    aesKey: AES_KEY,
    /** What members got, in order, also what they did not: see `fate`. */
    sent: people.sent as readonly Delivered[],
    cards: people.cards as readonly Card[],
    /** What customers got. */
    kfSent: desk.sent as readonly KfMessage[],
    /** How often a token was asked for, right or wrong. */
    tokensIssued: () => tokens.asked(),
    /** From now on the tokens that are out are refused: as expired, or as never right. A new one is another. */
    revokeTokens: (errcode: 42001 | 40014 | 40001 | 41001 = 40_014) => tokens.revoke(errcode),
    /** For the next request of this path that has no trouble yet. */
    fail: (path: string, trouble: Trouble, times = 1) => {
      const line = troubles.get(path) ?? [];
      troubles.set(path, line);
      for (let count = 0; count < times; count += 1) line.push(trouble);
    },
    showAvatars: () => {
      people.visible.avatars = true;
    },
    ...sayings(callbacks, people, desk, now),
    close: async () => {
      callbacks.stop();
      await server.close();
    },
  };
}

/** What people do in WeCom, and what we are told of it. */
function sayings(
  callbacks: Callbacks,
  people: ReturnType<typeof makeMembers>,
  desk: ReturnType<typeof makeKfDesk>,
  now: () => number,
) {
  let ids = 7_000_000_000_000_000;
  const head = (userId: string) => ({
    ToUserName: CORP_ID,
    FromUserName: userId,
    CreateTime: Math.floor(now() / 1000),
  });
  const say = (userId: string, elements: Readonly<Record<string, string | number>>, flaws?: Flaws) => {
    ids += 1;
    const named = elements.MsgType === 'event' ? {} : { MsgId: ids };
    return callbacks.post({ ...head(userId), ...elements, ...named, AgentID: AGENT_ID }, flaws);
  };
  const ring = (openKfid: string, flaws?: Flaws) =>
    callbacks.post(
      {
        ToUserName: CORP_ID,
        CreateTime: Math.floor(now() / 1000),
        MsgType: 'event',
        Event: 'kf_msg_or_event',
        Token: desk.newToken(),
        OpenKfId: openKfid,
      },
      flaws,
    );
  const event = (type: string, openKfid: string, externalUserid: string, more: Readonly<Record<string, unknown>>) =>
    desk.add(openKfid, externalUserid, 4, {
      msgtype: 'event',
      event: { event_type: type, open_kfid: openKfid, external_userid: externalUserid, ...more },
    });
  return {
    hookTo: callbacks.hookTo,
    /** Every answer of the receiver so far, with its time. */
    answered: callbacks.answered,
    tryUrl: callbacks.tryUrl,
    ring,
    employeeWrites: (userId: string, text: string, flaws?: Flaws) =>
      say(userId, { MsgType: 'text', Content: text }, flaws),
    /** Any message or event of a member, by its elements. An event has no MsgId. */
    employeeDoes: say,
    clicksCard: (userId: string, taskId: string, key = 'join', flaws?: Flaws) => {
      const { code, cardType } = people.click(userId, taskId);
      const click = { EventKey: key, TaskId: taskId, CardType: cardType, ResponseCode: code };
      return say(userId, { MsgType: 'event', Event: 'template_card_event', ...click }, flaws);
    },
    /** @returns the row's id, and the answers to the bell. */
    customerWrites: async (externalUserid: string, openKfid: string, text: string, flaws?: Flaws) => {
      const msgid = desk.hear(openKfid, externalUserid, { msgtype: 'text', text: { content: text } });
      return { msgid, answers: await ring(openKfid, flaws) };
    },
    /** Adds a row without a bell. */
    customerSays: (externalUserid: string, openKfid: string, said: Readonly<Record<string, unknown>>) =>
      desk.hear(openKfid, externalUserid, said),
    customerEnters: (externalUserid: string, openKfid: string) =>
      event('enter_session', openKfid, externalUserid, { scene: '123', scene_param: '', welcome_code: 'welcome' }),
    customerRecalls: (externalUserid: string, openKfid: string, msgid: string) =>
      event('user_recall_msg', openKfid, externalUserid, { recall_msgid: msgid }),
    servicerSays: (externalUserid: string, openKfid: string, servicerUserid: string, text: string) => {
      const said = { servicer_userid: servicerUserid, msgtype: 'text', text: { content: text } };
      return desk.add(openKfid, externalUserid, 5, said);
    },
    sendFails: (externalUserid: string, openKfid: string, msgid: string, failType = 10) =>
      event('msg_send_fail', openKfid, externalUserid, { fail_msgid: msgid, fail_type: failType }),
    kfStateOf: (externalUserid: string, openKfid: string) => desk.talkOf(openKfid, externalUserid).state,
    newBellToken: desk.newToken,
    /** How many rows a page holds at most, and whether each begins with a row that came before. */
    pages: (most: number, repeatsOne = false) => {
      desk.page.most = most;
      desk.page.repeatsOne = repeatsOne;
    },
  };
}

function makeTokens(now: () => number, expiresInSeconds: number) {
  const current = new Map<string, { readonly token: string; readonly until: number }>();
  const refused = new Map<string, number>();
  let asked = 0;
  return {
    asked: () => asked,
    issue: (query: URLSearchParams): Answer => {
      asked += 1;
      const secret = query.get('corpsecret') ?? '';
      if (query.get('corpid') !== CORP_ID) return refusal(40_013, 'invalid corpid');
      if (secret !== SECRET && secret !== KF_SECRET) return refusal(40_001, `invalid credential ${secret}`);
      const known = current.get(secret);
      const isValid = known !== undefined && known.until > now();
      const token = isValid ? known.token : `canary+token/${asked}=${secret.length}`;
      const until = isValid ? known.until : now() + expiresInSeconds * 1000;
      current.set(secret, { token, until });
      const left = Math.ceil((until - now()) / 1000);
      return { errcode: 0, errmsg: 'ok', access_token: token, expires_in: left };
    },
    revoke: (errcode: number) => {
      for (const { token } of current.values()) refused.set(token, errcode);
      current.clear();
    },
    check: (token: string | null, secret: string): Answer | null => {
      if (token === null || token === '') return refusal(41_001, 'access_token missing');
      const code = refused.get(token);
      if (code !== undefined) return refusal(code, 'access_token refused');
      const known = current.get(secret);
      if (known?.token !== token) return refusal(40_014, 'invalid access_token');
      return known.until > now() ? null : refusal(42_001, 'access_token expired');
    },
  };
}

function giveTrouble(
  trouble: Trouble,
  request: Recorded,
  response: ServerResponse,
  work: (request: Recorded) => Answer,
): void {
  if (typeof trouble === 'object') {
    return giveJson(response, 200, refusal(trouble.errcode, trouble.errmsg ?? 'on order'));
  }
  if (trouble.endsWith('_done')) work(request);
  switch (trouble) {
    case 'cut':
    case 'cut_done':
      return void response.destroy();
    case 'html_502':
    case 'html_502_done':
      return void response.writeHead(502).end('<html><h1>502 Bad Gateway</h1></html>');
    case 'html_503':
      return void response.writeHead(503, { 'retry-after': '7' }).end('<html><h1>503</h1></html>');
    case 'html_503_silent':
      return void response.writeHead(503).end('<html><h1>503</h1></html>');
    case 'ok_500':
      return giveJson(response, 500, { errcode: 0, errmsg: 'ok' });
    case 'not_json':
      return void response.end('ok');
    case 'echo_token':
      return giveJson(response, 200, refusal(40_058, `bad request ${request.query.get('access_token')}`));
    case 'hang':
    case 'hang_done':
  }
}
