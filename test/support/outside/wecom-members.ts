// The part of the local WeCom that reaches members: sending, what is dropped without a word, cards and their change, the directory.
import { type Handler, refusal } from './wecom-answers.ts';
import { type Body, type CardBody, canChange, problemIn, shownOf, taskIdOf } from './wecom-content.ts';

export type Member = {
  readonly userId: string;
  readonly name: string;
  readonly department: readonly number[];
  readonly position: string;
  readonly avatar?: string;
  /** Has no licence for the app: named apart in answers. */
  readonly isUnlicensed?: boolean;
};

/** What a member got, or did not and nobody was told. */
export type Delivered = {
  readonly msgid: string;
  readonly userId: string;
  readonly type: string;
  /** Text as it was shown: cut at 2,048 bytes; of cards, the card. */
  readonly content: unknown;
  readonly fate: 'shown' | 'dropped' | 'swallowed' | 'recalled';
};

export type Card = {
  readonly taskId: string | null;
  readonly userIds: readonly string[];
  readonly card: Readonly<Record<string, unknown>>;
  /** What stands in place of the buttons, for whom. */
  readonly replaced: ReadonlyMap<string, string>;
};

type MutableCard = Card & { readonly replaced: Map<string, string> };

const A_MINUTE = 60_000;
const AN_HOUR = 3_600_000;
const CODE_LIFE_MS = 72 * AN_HOUR;

export function makeMembers(agentId: number, members: readonly Member[], now: () => number) {
  const sent: Delivered[] = [];
  const cards: MutableCard[] = [];
  const codes = new Map<string, { readonly card: MutableCard; readonly until: number }>();
  const times = new Map<string, number[]>();
  const said = new Map<string, number>();
  const visible = { avatars: false };
  let ids = 0;
  const find = (userId: string) => members.find((each) => each.userId.toLowerCase() === userId.toLowerCase());
  const newCode = (card: MutableCard) => {
    ids += 1;
    const code = `response-code-${ids}`;
    codes.set(code, { card, until: now() + CODE_LIFE_MS });
    return code;
  };

  /** More than 30 in a minute or 1,000 in an hour to one member are dropped. */
  const hasRoom = (userId: string) => {
    const earlier = (times.get(userId) ?? []).filter((time) => time > now() - AN_HOUR);
    const isFull = earlier.length >= 1000 || earlier.filter((time) => time > now() - A_MINUTE).length >= 30;
    times.set(userId, isFull ? earlier : [...earlier, now()]);
    return !isFull;
  };
  const isRepeat = (body: Body, userId: string) => {
    const words = JSON.stringify([userId, body.msgtype, body[body.msgtype ?? '']]);
    const seen = said.get(words) ?? Number.NEGATIVE_INFINITY;
    const isWithin = body.enable_duplicate_check === 1 && now() - seen < (body.duplicate_check_interval ?? 1800) * 1000;
    if (!isWithin) said.set(words, now());
    return isWithin;
  };

  const fateOf = (body: Body, userId: string) => {
    if (!hasRoom(userId)) return 'dropped';
    return isRepeat(body, userId) ? 'swallowed' : 'shown';
  };
  const send: Handler = ({ body }) => {
    const problem = body.agentid === agentId ? problemIn(body, cards) : refusal(40_056, 'invalid agentid');
    if (problem) return problem;
    const { right, unknown, unlicensed } = receiversOf(body);
    if (right.length === 0) return refusal(81_013, 'user & party & tag all invalid');
    ids += 1;
    const msgid = `msg-${ids}`;
    const shown = { msgid, type: body.msgtype, content: shownOf(body) };
    sent.push(...right.map(({ userId }) => ({ ...shown, userId, fate: fateOf(body, userId) }) as const));
    const invalid = { invaliduser: lowered(unknown), unlicenseduser: lowered(unlicensed) };
    const code = body.template_card ? keepCard(body.template_card, right) : {};
    return { errcode: 0, errmsg: 'ok', ...invalid, invalidparty: '', invalidtag: '', msgid, ...code };
  };

  const ofParties = (parties: readonly string[]) =>
    members
      .filter(({ department }) => department.some((id) => parties.includes(String(id))))
      .map(({ userId }) => userId);
  const receiversOf = ({ touser = '', toparty = '' }: Body) => {
    const asked = touser === '@all' ? members.map(({ userId }) => userId) : touser.split('|');
    const named = [...new Set([...asked, ...ofParties(toparty.split('|'))])];
    const found = named.flatMap((name) => find(name) ?? []);
    return {
      right: found.filter(({ isUnlicensed }) => !isUnlicensed),
      unlicensed: found.filter(({ isUnlicensed }) => isUnlicensed).map(({ userId }) => userId),
      unknown: named.filter((name) => name !== '' && !find(name)),
    };
  };

  const keepCard = (card: CardBody, to: readonly Member[]) => {
    const kept = {
      taskId: taskIdOf(card),
      userIds: to.map(({ userId }) => userId),
      card,
      replaced: new Map<string, string>(),
    };
    cards.push(kept);
    return canChange(card) ? { response_code: newCode(kept) } : {};
  };

  const update: Handler = ({ body }) => {
    if (body.agentid !== agentId) return refusal(40_056, 'invalid agentid');
    const code = codes.get(body.response_code);
    if (!code || code.until < now()) return refusal(CODE_REFUSED, 'response_code is invalid, used or expired');
    codes.delete(body.response_code);
    const named: readonly string[] = [...(body.userids ?? []), ...ofParties((body.partyids ?? []).map(String))];
    const known = named.filter((name) => find(name));
    for (const name of known) code.card.replaced.set(find(name)?.userId ?? name, body.button?.replace_name ?? '');
    return { errcode: 0, errmsg: 'ok', invaliduser: named.filter((name) => !find(name)) };
  };

  const recall: Handler = ({ body }) => {
    const index = sent.findIndex(({ msgid }) => msgid === body.msgid);
    const found = sent[index];
    if (!found) return refusal(40_058, 'invalid msgid');
    sent[index] = { ...found, fate: 'recalled' };
    return { errcode: 0, errmsg: 'ok' };
  };

  const user: Handler = ({ query }) => {
    const found = find(query.get('userid') ?? '');
    if (!found) return refusal(60_111, 'userid not found');
    const { userId: userid, name, department, position, avatar } = found;
    const base = { errcode: 0, errmsg: 'ok', userid, name, department, main_department: department[0], position };
    return { ...base, status: 1, alias: '', ...(visible.avatars && avatar !== undefined ? { avatar } : {}) };
  };

  const department: Handler = ({ query }) => {
    const id = Number(query.get('id'));
    if (!members.some((each) => each.department.includes(id))) return refusal(60_123, 'invalid party id');
    return { errcode: 0, errmsg: 'ok', department: { id, name: `部门${id}`, parentid: 1, order: 1 } };
  };

  const handlers: Readonly<Record<string, Handler>> = {
    '/cgi-bin/message/send': send,
    '/cgi-bin/message/update_template_card': update,
    '/cgi-bin/message/recall': recall,
    '/cgi-bin/user/get': user,
    '/cgi-bin/department/get': department,
  };
  return {
    sent,
    cards,
    visible,
    handlers,
    /** The code that goes along with a click. @throws when the member has no such card. */
    click: (userId: string, taskId: string) => {
      const card = cards.find((each) => each.taskId === taskId && each.userIds.includes(userId));
      if (!card) throw new Error(`${userId} has no card of the task ${taskId}`);
      return { code: newCode(card), cardType: String(card.card.card_type) };
    },
  };
}

/** The real code is not known; callers are to look at the words. */
const CODE_REFUSED = 40_999;

function lowered(names: readonly string[]): string {
  return names.join('|').toLowerCase();
}
