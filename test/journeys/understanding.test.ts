// What a contact writes is understood: by rules in the very act that stores it, and by a language model where the account wants one. A
// robot hands over, the desk sees what is urgent, and nothing that was said long ago, or by somebody else, moves anything.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '../../src/domain/ids.ts';
import { CHAT_KEY, type ChatAnswer, startChatServer } from '../support/outside/chat-server.ts';
import type { LocalServer } from '../support/outside/local-server.ts';
import { type Json, World } from '../support/world.ts';

let chat: LocalServer<ChatAnswer>;
let world: World;

beforeAll(async () => {
  chat = await startChatServer();
});
afterAll(() => chat.close());

const ROBOT_FIRST = { firstHandler: 'robot', language: 'zh' };

async function says(account: string, contact: string, content: string, fields: object = {}): Promise<Json> {
  await world.ingest([world.message(account, contact, { content, ...fields })]);
  await world.quiet();
  return world.conversation(account, contact);
}

async function eventsOf(type: string, conversationId: string): Promise<Json[]> {
  const rows = await world.sql('select data from event where type = ? and conversation_id = ? order by id', [
    type,
    conversationId,
  ]);
  return rows.map(({ data }) => JSON.parse(data));
}

describe('a contact of a robot', () => {
  beforeAll(async () => {
    world = await World.open();
  });

  test('who asks for a person, with a slip, waits for one: the transfer names the rule and the words', async () => {
    const account = await world.account(ROBOT_FIRST);
    const contact = newId();
    expect(await says(account, contact, '你好，我的包裹到哪了')).toMatchObject({ status: 'ai_handling' });
    const { id, status } = await says(account, contact, '帮我转人公客服');
    expect(status).toBe('queued');
    const [row] = await world.sql('select reason, cause, state from transfer where conversation_id = ?', [id]);
    expect(row).toMatchObject({ state: 'requested', reason: '客户要求转人工' });
    const cause = JSON.parse(row.cause);
    expect(cause.rule).toMatch(/^zh\.wants_person/);
    expect('帮我转人公客服').toContain(cause.words[0]);
    const [understood] = await eventsOf('message.understood', id);
    expect(understood.verdicts[0]).toMatchObject({ intent: 'wants_person', by: 'rule' });
  });

  test('who does not want one keeps the robot', async () => {
    const account = await world.account(ROBOT_FIRST);
    expect(await says(account, newId(), '不用转人工，你帮我查一下就行')).toMatchObject({ status: 'ai_handling' });
  });

  test('whose words are long past, or not their own, asks for nothing', async () => {
    const account = await world.account(ROBOT_FIRST);
    const contact = newId();
    const { id } = await says(account, contact, '转人工', { sentAt: world.ago(7200) });
    await says(account, contact, '需要的话我帮您转人工', { sender: 'robot' });
    expect(await eventsOf('message.understood', id)).toEqual([]);
    expect(await world.sql('select 1 from transfer where conversation_id = ?', [id])).toEqual([]);
  });

  test('whose old words come late into a session that is open asks for nothing either', async () => {
    const account = await world.account({ ...ROBOT_FIRST, deadlines: { robotActive: 86_400 } });
    const contact = newId();
    const kind = 'auto_customer_service';
    const { conversationId } = await world.must('POST', '/v1/sessions', { account, contact, kind });
    world.advance(7200);
    await says(account, contact, '转人工', { sentAt: world.ago(7100) });
    await says(account, contact, '在吗，帮我看下');
    expect(await eventsOf('message.understood', conversationId)).toEqual([]);
    expect(await world.conversation(account, contact)).toMatchObject({ status: 'ai_handling' });
  });

  test('who is angry and in a hurry is seen on the desk; what people set stays', async () => {
    const account = await world.account({ firstHandler: 'people' });
    const contact = newId();
    const { id } = await says(account, contact, 'hello');
    await world.must('PATCH', `/v1/conversations/${id}`, { urgency: 5 });
    const shown = await says(account, contact, '马上给我处理！！气死我了，太差劲了，急急急');
    expect(shown).toMatchObject({ emotion: 'angry', urgency: 5 });
  });

  test('is left with the robot where the account wants it so, or switches the rule off', async () => {
    const kept = await world.account({ ...ROBOT_FIRST, understanding: { transfer: false } });
    expect(await says(kept, newId(), '转人工')).toMatchObject({ status: 'ai_handling' });
    const contact = newId();
    const own = await world.account({
      ...ROBOT_FIRST,
      understanding: { rules: { extra: [{ id: 'our.boss', intent: 'wants_person', phrases: ['叫你们掌柜的来'] }] } },
    });
    expect(await says(own, contact, '叫你们掌柜的来')).toMatchObject({ status: 'queued' });
  });

  test('asks once, however often in one breath: one transfer', async () => {
    const account = await world.account(ROBOT_FIRST);
    const contact = newId();
    await says(account, contact, 'hi');
    await world.ingest(
      ['转人工', '人工！', 'human please'].map((content) => world.message(account, contact, { content })),
    );
    await world.quiet();
    const { id } = await world.conversation(account, contact);
    expect(await world.sql('select 1 from transfer where conversation_id = ?', [id])).toHaveLength(1);
    expect(await world.broken()).toEqual([]);
  });
});

describe('a language model', () => {
  beforeAll(async () => {
    const env = { UNDERSTANDING_URL: `${chat.url}/v1`, UNDERSTANDING_API_KEY: CHAT_KEY, UNDERSTANDING_SECONDS: '1' };
    world = await World.open({ env });
  });

  const withModel = { ...ROBOT_FIRST, understanding: { model: 'on' } };
  const guess = (words: string, confidence: number) => ({
    kind: 'answer' as const,
    answer: { intents: [{ intent: 'wants_person', words, confidence }] },
  });

  test('sees what no rule saw, and the robot hands over', async () => {
    const account = await world.account(withModel);
    chat.next(guess('跟机器说不清', 0.9));
    const { id, status } = await says(account, newId(), '唉，跟机器说不清楚这事');
    expect(status).toBe('queued');
    const [row] = await world.sql('select cause from transfer where conversation_id = ?', [id]);
    expect(JSON.parse(row.cause)).toEqual({ rule: 'model.wants_person', words: ['跟机器说不清'] });
  });

  test('that is not sure moves nothing; it is told all the same', async () => {
    const account = await world.account(withModel);
    chat.next(guess('这事', 0.4));
    const { id, status } = await says(account, newId(), '这事有点复杂');
    expect(status).toBe('ai_handling');
    const [told] = await eventsOf('message.understood', id);
    expect(told.verdicts).toMatchObject([{ by: 'model', confidence: 0.4 }]);
  });

  test('is not asked where a rule has spoken, and can not take that back', async () => {
    const account = await world.account(withModel);
    const before = chat.requests.length;
    expect(await says(account, newId(), '转人工')).toMatchObject({ status: 'queued' });
    expect(chat.requests.length).toBe(before);
  });

  const failures: readonly ChatAnswer[] = [
    { kind: 'error', status: 500 },
    { kind: 'raw', status: 200, body: '{' },
    { kind: 'refusal' },
    { kind: 'finished', reason: 'length' },
    { kind: 'rate_limited' },
    { kind: 'hang' },
  ];
  test.for(failures)('that fails (%j) leaves the robot where it was, and the job says why', async (answer) => {
    const account = await world.account(withModel);
    chat.always(answer);
    expect(await says(account, newId(), '这事有点复杂')).toMatchObject({ status: 'ai_handling' });
    const [job] = await world.sql("select state, result from job where kind = 'understanding' and account_id = ?", [
      account,
    ]);
    expect(job.state).toBe('done');
    expect(JSON.parse(job.result)).toMatchObject({ asked: true, because: expect.any(String) });
    chat.always({ kind: 'answer', answer: { intents: [], starts: [] } });
  });

  test('says where a new topic begins, and the earlier part is a session of its own', async () => {
    const account = await world.account({ ...ROBOT_FIRST, understanding: { topics: 'on' } });
    const contact = newId();
    const lines = ['我的快递到哪了', '单号 123', '好的谢谢', '对了，你们有没有蓝色的杯子', '多少钱', '能包邮吗'];
    await world.ingest(
      lines.map((content, index) => world.message(account, contact, { content, sentAt: world.ago(60 - index) })),
    );
    chat.next({ kind: 'answer', answer: { starts: [4] } });
    world.advance(61);
    await world.kernel.queues.understanding.promoteJobs();
    await world.quiet();
    const { id } = await world.conversation(account, contact);
    const sessions = await world.sql(
      'select state, begins_topic from session where conversation_id = ? and merged_into is null order by first_at',
      [id],
    );
    expect(sessions).toMatchObject([{ state: 'completed' }, { state: 'active', begins_topic: 1 }]);
    expect(await world.broken()).toEqual([]);
  });
});
