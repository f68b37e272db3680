// What WeCom is told of what happens here: messages, notices for whoever is away, cards of invitations, and who is who in the directory.
import { expect, test } from 'vitest';
import { KF, Office } from '../../../support/office.ts';
import type { Recorded } from '../../../support/outside/local-server.ts';
import { type Json, until } from '../../../support/world.ts';

const members = [
  { userId: 'ZhangSan', name: '张三', department: [2, 3], position: '工程师', avatar: 'https://wework.qpic.cn/zs/0' },
  ...Array.from({ length: 30 }, (_, index) => ({
    userId: `M${index}`,
    name: `Member ${index}`,
    department: [2],
    position: '',
  })),
  { userId: 'InThree', name: 'In three', department: [3], position: '' },
];
const office = await Office.open({ wecom: { members } });
const { world, wecom } = office;
let used = 0;

function somebody(): string {
  used += 1;
  return `M${used}`;
}

async function served(settings: object = {}, contact = somebody()) {
  const account = await office.app(settings);
  const conversation = await office.serve(account, contact);
  await world.quiet();
  return { ...conversation, account, contact };
}

const invited = (externalId: string, fields: object = {}) => ({
  kind: 'employee',
  externalId,
  name: externalId,
  historyMode: 'none',
  ...fields,
});

/** Asks somebody in, and lets them join. */
async function joins({ id, as }: Awaited<ReturnType<typeof served>>, externalId: string) {
  const { invitation } = await as('POST', '/participants', invited(externalId));
  await world.quiet();
  const joined = await world.must('POST', `/v1/conversations/${id}/participants/join`, { invitation }, { key: null });
  await world.quiet();
  return { id: joined.participant.id, token: joined.token };
}

async function types(account: string): Promise<string[]> {
  return (await office.deliveries(account)).map(({ effect, state, code }) =>
    [effect, state, code].filter(Boolean).join(' '),
  );
}

test('a contact who is no member is not sent what a member of the same name would get', async () => {
  const account = await office.app();
  const { say } = await office.serve(account, 'ZhangSan', 'customer');
  await say('for a customer');
  await world.quiet();
  expect(new Set(await types(account))).toEqual(new Set(['message skipped not_in_wecom']));
  expect(office.shown('ZhangSan')).toEqual([]);
});

test('nothing is sent where the settings say never, and structured messages go as text', async () => {
  const quiet = await served({ send: 'never' });
  await quiet.say('hello');
  await world.quiet();
  expect(await types(quiet.account)).toEqual([]);
  const { as, sessionId, contact } = await served();
  const content = {
    text: 'Which one?',
    options: [
      { title: 'Red', value: 'r' },
      { title: 'Blue', value: 'b' },
    ],
  };
  await as('POST', '/messages', { sessionId, type: 'select', content });
  await world.quiet();
  expect(office.shown(contact).at(-1)).toBe('Which one?\n1. Red\n2. Blue\nPlease reply with a number.');
});

test('private notes are not sent, and what somebody from outside says is, under their name', async () => {
  const place = await served();
  const { as, sessionId, contact, id } = place;
  await as('POST', '/messages', { sessionId, content: 'among us', private: true });
  const { token } = await joins(place, 'InThree');
  await world.must('POST', `/v1/conversations/${id}/messages`, { content: 'I know this.' }, { key: token });
  await world.quiet();
  const shown = office.shown(contact);
  expect(shown.at(-1)).toBe('InThree: I know this.');
  expect(shown).not.toContain('among us');
});

test('the contact’s own words are not sent back to them', async () => {
  const { id, account, contact } = await served();
  const own = await world.must('GET', `/v1/conversations/${id}`);
  const before = (await types(account)).length;
  const key = await world.token('contact', own.contact.id);
  await world.must('POST', `/v1/conversations/${id}/messages`, { content: 'written on the page' }, { key });
  await world.quiet();
  expect(await types(account)).toHaveLength(before);
  expect(office.shown(contact)).not.toContain('written on the page');
});

test('away: the contact gets one notice in a while, and none while they are connected', async () => {
  const { id, say, account, contact } = await served({ send: 'away', noticeEvery: 60 });
  const own = await world.must('GET', `/v1/conversations/${id}`);
  const before = office.shown(contact).length;
  await say('one');
  await say('two');
  await world.quiet();
  expect(office.shown(contact).slice(before)).toEqual(['Li Ming wrote you']);
  await office.later(61);
  const { client } = world.client('/contact', await world.token('contact', own.contact.id));
  await until(() => Object.keys(client.places).length > 0, 5, 'the contact is not connected');
  await say('three');
  await world.quiet();
  expect(await types(account)).toEqual(['notice delivered']);
  client.close();
});

test('whoever comes back before the notice goes out gets none, and that counts for nothing', async () => {
  const { id, say, account, contact } = await served({ send: 'away', noticeEvery: 60 });
  const own = await world.must('GET', `/v1/conversations/${id}`);
  wecom.fail('/cgi-bin/message/send', { errcode: -1 });
  await say('one');
  await world.quiet();
  const { client } = world.client('/contact', await world.token('contact', own.contact.id));
  await until(() => Object.keys(client.places).length > 0, 5, 'the contact is not connected');
  await office.later(5);
  await world.quiet();
  expect(await types(account)).toEqual(['notice skipped is_back']);
  client.close();
  await until(
    async () => (await world.sql("select 1 from connection where server <> 'closed'")).length === 0,
    5,
    'connected',
  );
  await office.later(50);
  await say('two');
  await world.quiet();
  expect(await types(account)).toEqual(['notice skipped is_back', 'notice delivered']);
  expect(office.shown(contact)).toEqual(['Li Ming wrote you']);
});

test('without a page a notice is a line of text, once even where the answer to it was lost', async () => {
  const { say, contact, account } = await served({ send: 'away', pages: {} });
  wecom.fail('/cgi-bin/message/send', 'cut_done');
  await say('are you there?');
  await world.quiet();
  await office.later(10);
  await world.quiet();
  expect(office.shown(contact)).toEqual(['Li Ming: are you there?']);
  expect(wecom.sent.filter(({ userId }) => userId === contact).map(({ fate }) => fate)).toEqual(['shown', 'swallowed']);
  expect(await types(account)).toEqual(['notice delivered']);
});

test('agents who serve get a notice of what contacts say, where that is wanted', async () => {
  const account = await office.app({ notices: { agents: true, participants: false } });
  const { id } = await office.serve(account, somebody());
  const agent = await world.agent([account], { externalId: 'InThree' });
  const session = await world.conversation(account, `M${used}`);
  await world.must('POST', `/v1/sessions/${session.sessions[0].id}/transfers`, { toAgentId: agent.id, reason: 'x' });
  await world.must('POST', `/v1/conversations/${id}/accept`, undefined, { key: agent.token });
  await world.quiet();
  const before = office.shown('InThree').length;
  await wecom.employeeWrites(`M${used}`, 'who is there?');
  await world.quiet();
  expect(office.shown('InThree').slice(before)).toEqual([`Member ${used} wrote you`]);
});

test('a card: its link by a click, joined, and said so; a click after that changes nothing', async () => {
  const { id, as, account } = await served();
  const { participant, invitation } = await as('POST', '/participants', invited('ZhangSan'));
  await world.quiet();
  const taskId = `invite-${participant.id}`;
  await wecom.clicksCard('ZhangSan', taskId);
  await world.quiet();
  const card = wecom.sent.findLast(({ userId, type }) => userId === 'ZhangSan' && type === 'textcard');
  const link = new URL(urlIn(card?.content));
  expect(Object.fromEntries(link.searchParams)).toEqual({ invitation, conversation: id });
  await world.must('POST', `/v1/conversations/${id}/participants/join`, { invitation }, { key: null });
  await world.quiet();
  expect(cardOf(taskId)?.replaced.get('ZhangSan')).toBe('Joined');
  await wecom.clicksCard('ZhangSan', taskId);
  await world.quiet();
  expect(await types(account)).toContain('card_end delivered');
  expect(wecom.sent.filter(({ userId, type }) => userId === 'ZhangSan' && type === 'textcard')).toHaveLength(1);
  expect(await world.sql("select 1 from delivery where payload like concat('%', ?, '%')", [invitation])).toEqual([]);
});

function cardOf(taskId: string) {
  return wecom.cards.find((card) => card.taskId === taskId);
}

function urlIn(card: Json): string {
  return card.url;
}

test('a card whose answer was lost is there once, and can be changed after a click', async () => {
  const { as } = await served();
  wecom.fail('/cgi-bin/message/send', 'cut_done');
  const { participant } = await as('POST', '/participants', invited('ZhangSan'));
  await world.quiet();
  await office.later(10);
  await world.quiet();
  const taskId = `invite-${participant.id}`;
  expect(wecom.cards.filter((card) => card.taskId === taskId)).toHaveLength(1);
  await wecom.clicksCard('ZhangSan', taskId);
  await world.quiet();
  await as('DELETE', `/participants/${participant.id}`);
  await world.quiet();
  expect(cardOf(taskId)?.replaced.get('ZhangSan')).toBe('Over');
});

test('a change whose answer was lost has happened', async () => {
  const { as, account } = await served();
  const { participant } = await as('POST', '/participants', invited('ZhangSan'));
  await world.quiet();
  wecom.fail('/cgi-bin/message/update_template_card', 'cut_done');
  await as('DELETE', `/participants/${participant.id}`);
  await world.quiet();
  await office.later(10);
  await world.quiet();
  expect(await types(account)).toContain('card_end delivered');
  expect(cardOf(`invite-${participant.id}`)?.replaced.get('ZhangSan')).toBe('Over');
});

test('somebody else’s click brings no link', async () => {
  const { as, account } = await served();
  const { participant } = await as('POST', '/participants', invited('ZhangSan'));
  await world.quiet();
  const click = { MsgType: 'event', Event: 'template_card_event', EventKey: 'join', CardType: 'button_interaction' };
  await wecom.employeeDoes('InThree', { ...click, TaskId: `invite-${participant.id}`, ResponseCode: 'forged' });
  await world.quiet();
  expect(await types(account)).not.toContainEqual(expect.stringContaining('card_link'));
});

test('a department’s card goes to all of its members, and whoever clicks gets the link', async () => {
  const { as } = await served();
  const body = invited('3', { kind: 'department', name: 'Finance' });
  const { participant } = await as('POST', '/participants', body);
  await world.quiet();
  const card = cardOf(`invite-${participant.id}`);
  expect(card?.userIds).toEqual(['ZhangSan', 'InThree']);
  await wecom.clicksCard('InThree', `invite-${participant.id}`);
  await world.quiet();
  expect(wecom.sent.at(-1)).toMatchObject({ userId: 'InThree', type: 'textcard' });
  await as('DELETE', `/participants/${participant.id}`);
  await world.quiet();
  expect(card?.replaced).toEqual(
    new Map([
      ['ZhangSan', 'Over'],
      ['InThree', 'Over'],
    ]),
  );
});

test('without a page there is no card, and the invitation is good all the same', async () => {
  const place = await served({ pages: {} });
  await joins(place, 'ZhangSan');
  expect(await types(place.account)).toContain('card skipped no_page');
});

test('an invitation that was withdrawn before its card could go out gets none', async () => {
  const { as, account } = await served();
  // The card, and what is said of it to the contact.
  wecom.fail('/cgi-bin/message/send', { errcode: -1 }, 2);
  const { participant } = await as('POST', '/participants', invited('ZhangSan'));
  await world.quiet();
  await as('DELETE', `/participants/${participant.id}`);
  await office.later(5);
  await world.quiet();
  expect(await types(account)).toEqual(
    expect.arrayContaining(['card skipped not_invited', 'card_end skipped no_code']),
  );
});

test('the directory is asked once a day for each person, and a person it does not tell of is heard all the same', async () => {
  const account = await office.app();
  const noted = async () => (await world.sql("select 1 from job where result like '%wecom_60111%'")).length;
  await wecom.employeeWrites('Ghost', 'one');
  await wecom.employeeWrites('Ghost', 'two');
  await world.quiet();
  expect(await noted()).toBe(1);
  const isAsked = ({ path, query }: Recorded) => path === '/cgi-bin/user/get' && query.get('userid') === 'Ghost';
  expect(wecom.requests.filter(isAsked)).toHaveLength(1);
  const { id } = await world.conversation(account, 'Ghost');
  expect(await office.said(id)).toEqual(['contact: one', 'contact: two']);
  await office.later(86_400);
  await wecom.employeeWrites('Ghost', 'three');
  await world.quiet();
  expect(await noted()).toBe(2);
});

test('while the directory breaks, messages come in and go out, and the name is learnt later', async () => {
  const account = await office.app();
  wecom.fail('/cgi-bin/user/get', 'html_502', 2);
  const name = somebody();
  await wecom.employeeWrites(name, 'hello');
  await until(
    async () => (await world.sql('select 1 from message where account_id = ?', [account])).length === 1,
    5,
    'not heard',
  );
  const knows = async () => (await world.conversation(account, name)).contact.name === `Member ${used}`;
  await until(knows, 10, 'the name was not learnt');
  expect((await world.conversation(account, name)).contact).toMatchObject({ department: '部门2' });
});

test('whoever is asked in has their picture from the directory, where the app may see it', async () => {
  wecom.showAvatars();
  const place = await served();
  const { id } = await joins(place, 'ZhangSan');
  const { data } = await place.as('GET', '/participants');
  expect(data).toMatchObject([{ id, avatar: 'https://wework.qpic.cn/zs/0' }]);
});

test('customer service without its secret: the app goes on', async () => {
  const { account, contact, say } = await served();
  await office.connect(account, {}, { customerServiceSecret: null });
  const { id } = await world.conversation(account, contact);
  const endpoint = await world.sql('select id from endpoint where account_id = ?', [account]);
  const row = [id, endpoint[0].id, 'wm-x', id, KF];
  await world.sql(
    'insert into conversation_link (id, endpoint_id, external_id, conversation_id, inbox, created_at, updated_at) values (?, ?, ?, ?, ?, now(3), now(3))',
    row,
  );
  await say('hello');
  await world.quiet();
  expect((await types(account)).at(-1)).toBe('message skipped no_kf_secret');
  expect(await world.broken()).toEqual([]);
});
