// What becomes of messages to WeCom when WeCom is not well, or does not take them: docs/wecom.md has the same table in words.
import { expect, test } from 'vitest';
import { KF, Office, type Served } from '../support/office.ts';
import type { Json } from '../support/world.ts';

const people = Array.from({ length: 20 }, (_, index) => ({
  userId: `User${index}`,
  name: `User ${index}`,
  department: [2],
  position: '',
}));
// Each channel has one other person: how many messages one person gets is counted in real time.
const office = await Office.open({ wecom: { members: people } });
const { world, wecom } = office;
const SEND = '/cgi-bin/message/send';
const KF_SEND = '/cgi-bin/kf/send_msg';
let users = 0;

/** An account with somebody who is served in it; what it was sent so far has arrived. */
async function served(settings: object = {}): Promise<Served & { account: string; userId: string }> {
  const account = await office.app(settings);
  const userId = `User${users}`;
  users += 1;
  const conversation = await office.serve(account, userId);
  await world.quiet();
  return { ...conversation, account, userId };
}

/** What the agent has said of what they were shown. */
function heard(userId: string): unknown[] {
  return office.shown(userId).filter((text) => text !== 'Li Ming has joined and will help you.');
}

async function alarms(code: string): Promise<Json[]> {
  return world.sql('select detail from alarm where code = ?', [code]);
}

test.each([
  ['is refused as expired', 42_001],
  ['is refused as wrong', 40_014],
] as const)('a token that %s is asked for anew, once, and the message arrives once', async (_, errcode) => {
  const { say, userId } = await served();
  const before = wecom.tokensIssued();
  wecom.revokeTokens(errcode);
  await say('one');
  await say('two');
  await world.quiet();
  expect(heard(userId)).toEqual(['one', 'two']);
  expect(wecom.tokensIssued()).toBe(before + 1);
});

test('one whom WeCom does not reach: the delivery fails, and operators are told', async () => {
  const account = await office.app();
  const { say } = await office.serve(account, 'Nobody');
  await say('hello?');
  await world.quiet();
  expect(await office.deliveries(account, 'message')).toMatchObject([
    { state: 'failed', code: 'no_receiver' },
    { state: 'failed', code: 'no_receiver' },
  ]);
  expect(await alarms('delivery_failed')).toHaveLength(1);
});

test('too many calls: everything waits as long as WeCom asks for, and goes in order', async () => {
  const { say, userId } = await served();
  wecom.fail(SEND, { errcode: 45_009 });
  await say('one');
  await world.quiet();
  await say('two');
  await world.quiet();
  expect(heard(userId)).toEqual([]);
  await office.later(61);
  await world.quiet();
  expect(heard(userId)).toEqual(['one', 'two']);
});

test.each([
  ['is busy', { errcode: -1 }],
  ['answers 503 with a page', 'html_503'],
  ['answers what is no JSON', 'not_json'],
  ['shows our token in its words', 'echo_token'],
] as const)('when WeCom %s', async (_, trouble) => {
  const { say, account, userId } = await served();
  wecom.fail(SEND, trouble);
  await say('one');
  await say('two');
  await world.quiet();
  await office.later(120);
  await world.quiet();
  const [first, second] = (await office.deliveries(account, 'message')).slice(1);
  expect(second).toMatchObject({ state: 'delivered' });
  expect([first.state, heard(userId)]).toEqual(OUTCOMES[JSON.stringify(trouble)]);
  expect(JSON.stringify(first)).not.toContain('canary-token');
  expect(await world.sql("select 1 from delivery_attempt where detail like '%canary-token%'")).toEqual([]);
});

/** By trouble: what becomes of the first message, and what was shown. A status of 200 without WeCom's words may stand for anything. */
const OUTCOMES: Readonly<Record<string, unknown>> = {
  '{"errcode":-1}': ['delivered', ['one', 'two']],
  '"html_503"': ['delivered', ['one', 'two']],
  '"not_json"': ['unknown', ['two']],
  '"echo_token"': ['failed', ['two']],
};

test.each(['cut_done', 'html_502_done'] as const)(
  'a text whose answer is lost (%s) is unknown, and never sent again by itself; what follows goes on',
  async (trouble) => {
    const { say, account, userId } = await served();
    wecom.fail(SEND, trouble);
    await say('one');
    await say('two');
    await world.quiet();
    await office.later(10);
    const { id } = await office.becomes(account, 'message', 'unknown');
    await office.later(600);
    await world.quiet();
    expect(heard(userId)).toEqual(['one', 'two']);
    const { data } = await world.must('GET', `/v1/deliveries?account=${account}&state=unknown`);
    expect(data).toMatchObject([{ id: String(id), effect: 'message', state: 'unknown' }]);
    expect((await alarms('delivery_unknown')).length).toBeGreaterThan(0);
    await world.must('POST', `/v1/deliveries/${id}/settle`, { outcome: 'delivered', note: 'seen in WeCom' });
    expect(await office.deliveries(account, 'message')).not.toContainEqual(
      expect.objectContaining({ state: 'unknown' }),
    );
  },
);

test('a text that was never sent off is sent again', async () => {
  const { say, userId } = await served();
  wecom.fail(SEND, { errcode: 45_033 });
  await say('one');
  await world.quiet();
  await office.later(10);
  await world.quiet();
  expect(heard(userId)).toEqual(['one']);
});

test('no more than WeCom takes for one member in a minute: the rest waits, and nothing is dropped', async () => {
  const { say, account } = await served();
  for (let index = 0; index < 20; index += 1) await say(`${index}`);
  await world.quiet();
  const rows = await office.deliveries(account, 'message');
  expect(rows.filter(({ state }) => state === 'delivered')).toHaveLength(15);
  const waiting = rows.filter(({ state }) => state === 'pending');
  expect(waiting).toHaveLength(6);
  expect(waiting[0]).toMatchObject({ code: 'member_limit' });
  expect(wecom.sent.some(({ fate }) => fate === 'dropped')).toBe(false);
});

test('a long text arrives in parts, in order, and only the part that failed is sent again', async () => {
  const { say, userId } = await served();
  const lines = Array.from({ length: 120 }, (_, index) => `${index} ${'很长'.repeat(8)}`);
  const sent = wecom.sent.length;
  wecom.fail('/cgi-bin/department/get', 'cut'); // somebody else's trouble
  await say('first');
  await world.quiet();
  wecom.fail(SEND, 'html_503');
  await say(lines.join('\n'));
  await world.quiet();
  await office.later(30);
  await world.quiet();
  const parts = heard(userId).slice(1);
  expect(parts.length).toBeGreaterThan(2);
  expect(parts.join('')).toBe(lines.join('\n'));
  expect(wecom.sent.length - sent).toBe(1 + parts.length);
});

test('an address that WeCom does not trust: operators are told, everything waits and then arrives', async () => {
  const { say, userId } = await served();
  wecom.fail(SEND, { errcode: 60_020 });
  await say('one');
  await world.quiet();
  await say('two');
  await world.quiet();
  expect(heard(userId)).toEqual([]);
  expect((await alarms('endpoint_failing')).length).toBeGreaterThan(0);
  await office.later(60);
  await world.quiet();
  expect(heard(userId)).toEqual(['one', 'two']);
});

test('words that are taken back while they wait are not sent', async () => {
  const { say, account, userId, agent } = await served();
  wecom.fail(SEND, { errcode: 45_009 });
  const { id } = await say('a secret');
  await world.quiet();
  await world.must('PATCH', `/v1/messages/${id}`, { status: 'recalled' }, { key: agent.token });
  await office.later(61);
  await world.quiet();
  expect(heard(userId)).toEqual([]);
  expect((await office.deliveries(account, 'message')).at(-1)).toMatchObject({ state: 'skipped', code: 'withdrawn' });
});

/** A customer who has written, and is served. */
async function customer(name: string): Promise<Served & { account: string; name: string }> {
  const account = await office.app();
  await wecom.customerWrites(name, KF, 'hello');
  await world.quiet();
  const { id } = await world.conversation(account, name);
  const agent = await world.agent([account]);
  const path = `/v1/conversations/${id}`;
  const { sessionId } = await world.must('POST', `${path}/accept`, undefined, { key: agent.token });
  await world.quiet();
  const as = (method: string, rest: string, body?: object) =>
    world.must(method, `${path}${rest}`, body, { key: agent.token });
  return { id, sessionId, agent, as, say: (content) => as('POST', '/messages', { sessionId, content }), account, name };
}

function toldTo(name: string): string[] {
  return wecom.kfSent.filter(({ externalUserid }) => externalUserid === name).map(({ text }) => text);
}

test.each(['cut_done', 'html_502_done', 'not_json', { errcode: -1 }] as const)(
  'an answer to a customer that is lost (%o) is sent again under its id, and arrives once',
  async (trouble) => {
    const { say, name } = await customer(`wm-${JSON.stringify(trouble).replaceAll(/\W/g, '')}`);
    wecom.fail(KF_SEND, trouble);
    await say('one');
    await world.quiet();
    await office.later(10);
    await world.quiet();
    expect(toldTo(name).filter((text) => text === 'one')).toEqual(['one']);
  },
);

test('a customer gets five messages until they write again; what is more fails, and is not kept for later', async () => {
  const { say, name, account } = await customer('wm-five');
  for (let index = 1; index <= 5; index += 1) await say(`${index}`);
  await world.quiet();
  expect(toldTo(name)).toEqual(['Li Ming has joined and will help you.', '1', '2', '3', '4']);
  expect((await office.deliveries(account, 'message')).at(-1)).toMatchObject({ state: 'failed', code: 'kf_limit' });
  const asked = wecom.requests.filter(({ path, body }) => path === KF_SEND && String(body).includes(name));
  expect(asked).toHaveLength(5);
  await wecom.customerWrites(name, KF, 'and?');
  await world.quiet();
  await say('6');
  await world.quiet();
  expect(toldTo(name).at(-1)).toBe('6');
});

test('rows that could not be read are read later, without the token that is too old by then', async () => {
  const { id } = await customer('wm-late');
  wecom.fail('/cgi-bin/kf/sync_msg', 'html_502');
  await wecom.customerWrites('wm-late', KF, 'are you there?');
  const putOff = async () => {
    const sql = "select count(*) as times from job where kind = 'inbound' and result like '%again later%'";
    return (await world.sql(sql))[0].times;
  };
  await expect.poll(putOff).toBe(1);
  wecom.fail('/cgi-bin/kf/sync_msg', 'html_502');
  await office.later(700);
  await expect.poll(putOff).toBe(2);
  expect((await alarms('endpoint_failing')).map(({ detail }) => detail)).toContainEqual(
    expect.stringContaining('can not be read (http_502)'),
  );
  await office.later(61);
  await world.quiet();
  expect(await office.said(id)).toContain('contact: are you there?');
  const last = wecom.requests.findLast(({ path }) => path === '/cgi-bin/kf/sync_msg');
  expect(JSON.parse(String(last?.body)).token).toBeUndefined();
});

test('two bells at once: each page is taken once, and each message is there once', async () => {
  const { id, account } = await customer('wm-twice');
  wecom.pages(3);
  for (let index = 0; index < 10; index += 1)
    wecom.customerSays('wm-twice', KF, { msgtype: 'text', text: { content: `row ${index}` } });
  await Promise.all([wecom.ring(KF), wecom.ring(KF), wecom.ring(KF)]);
  await world.quiet();
  wecom.pages(1000);
  const rows = (await office.said(id)).filter((text) => text.includes('row'));
  expect(rows).toEqual(Array.from({ length: 10 }, (_, index) => `contact: row ${index}`));
  const jobs = await world.sql("select payload from job where kind = 'ingest-batch' and account_id = ?", [account]);
  const taken = jobs.flatMap(({ payload }): Json[] => JSON.parse(payload).messages).map(({ content }) => content);
  expect(taken.filter((content) => content.includes('row'))).toHaveLength(10);
});

test('words that are taken back, and an end that follows them, on the very page on which they come', async () => {
  const { id } = await customer('wm-page');
  const msgid = wecom.customerSays('wm-page', KF, { msgtype: 'text', text: { content: 'a slip' } });
  wecom.customerRecalls('wm-page', KF, msgid);
  wecom.customerSays('wm-page', KF, { msgtype: 'text', text: { content: 'bye' } });
  endsThere('wm-page');
  await wecom.ring(KF);
  await office.settled();
  const said = await office.said(id);
  expect(said.filter((text) => text.startsWith('contact'))).toEqual([
    'contact: hello',
    'contact: null',
    'contact: bye',
  ]);
  expect(await world.must('GET', `/v1/conversations/${id}`)).toMatchObject({ status: 'resolved' });
});

/** By a servicer in WeCom's own client. */
function endsThere(name: string): void {
  wecom.customerSays(name, KF, {
    origin: 4,
    msgtype: 'event',
    event: { event_type: 'session_status_change', open_kfid: KF, external_userid: name, change_type: 3 },
  });
}

test('a conversation that a servicer ends in WeCom ends here, unless the customer has written since', async () => {
  const { id } = await customer('wm-end');
  endsThere('wm-end');
  await office.later(3);
  await wecom.customerWrites('wm-end', KF, 'wait');
  await office.settled();
  expect(await world.must('GET', `/v1/conversations/${id}`)).toMatchObject({ status: 'serving' });
  await office.later(3);
  endsThere('wm-end');
  await wecom.ring(KF);
  await office.settled();
  expect(await world.must('GET', `/v1/conversations/${id}`)).toMatchObject({ status: 'resolved' });
  expect(await world.broken()).toEqual([]);
});
