// The contact wants their picture otherwise: what they say is kept, given to whoever makes it, and taken back where they say so. A
// generative maker on loopback shows what it is told.
import { afterAll, describe, expect, test } from 'vitest';
import { GEMINI_KEY, geminiBody, startGeminiServer } from '../support/outside/gemini-server.ts';
import { photograph, Studio } from '../support/studio.ts';
import type { Json } from '../support/world.ts';

const gemini = await startGeminiServer();
afterAll(() => gemini.close());
// Another photograph of the same scene: it differs from the original, and is as sharp.
gemini.always({ kind: 'picture', data: await photograph(320, 240), mediaType: 'image/jpeg' });

const studio = await Studio.open({
  env: { IMAGE_PROVIDER: 'gemini', GEMINI_API_KEY: GEMINI_KEY, GEMINI_URL: gemini.url },
});
const { world, smtp } = studio;

const WISHES = [
  ['效果不好，颜色不对', '天空要更蓝一点'],
  ['还是太暗了', '整体再亮一些，屋顶不要动'],
  ['脸变形了', '把脸改回原来的样子'],
] as const;

const remarksOf = (task: Json) => task.requirements.remarks.map(({ text }: Json) => text);
const robotOf = (account: string, contact = 'wang') =>
  world.must('POST', '/v1/sessions', { account, contact, kind: 'auto_bargain' });

/** What the maker was told of the customer's words, the last time. */
function lastPrompt(): string {
  const request = gemini.requests.at(-1);
  return (request && geminiBody(request).contents[0]?.parts.find(({ text }) => text !== undefined)?.text) ?? '';
}

/** Asked for a change; what is to be changed is not said yet. */
async function inRevision(account: string, settings: object = {}): Promise<Json> {
  const task = await studio.shown(account, 'wang', settings);
  await studio.says(account, 'wang', '效果不好，颜色不对');
  return studio.becomes(task.id, 'revision');
}

test('three times, with every remark in order; the fourth time people are told, once, and the task stays', async () => {
  const account = await world.account({ firstHandler: 'robot', language: 'zh' });
  const { session } = await robotOf(account);
  const { id, conversationId } = await studio.shown(account, 'wang', { words: '这张照片太模糊了' });
  const said: string[] = [];
  for (const [index, [complaint, remark]] of WISHES.entries()) {
    await studio.says(account, 'wang', complaint);
    await studio.becomes(id, 'revision');
    await studio.says(account, 'wang', remark);
    said.push(complaint, remark);
    const shown = await studio.reaches(id, ({ state, round }) => state === 'awaiting_confirm' && round === index + 2);
    expect(shown.revisions).toBe(index + 1);
    expect(remarksOf(shown)).toEqual(said);
  }
  const lines = lastPrompt().split('\n');
  expect(lines.filter((line) => line.startsWith('With the picture') || line.startsWith('About result'))).toEqual([
    'With the picture: "这张照片太模糊了"',
    ...said.map((words, index) => `About result ${Math.floor(index / 2) + 1}: "${words}"`),
  ]);

  for (const words of ['还是不满意，重做', '颜色还是不对，再改一下']) {
    await studio.says(account, 'wang', words);
    said.push(words);
    await studio.reaches(id, (task) => remarksOf(task).length === said.length);
  }
  await world.quiet();
  const stays = await studio.task(id);
  expect(stays).toMatchObject({ state: 'awaiting_confirm', round: 4, revisions: 3 });
  expect(remarksOf(stays)).toEqual(said);
  expect(stays.replies.slice(-2).map(({ understood }: Json) => understood)).toEqual(['too_often', 'too_often']);
  const told = await studio.toldWords(conversationId);
  expect(told.filter((words) => words === '好的，我请同事来帮您处理。')).toHaveLength(2);
  expect(await studio.alarms(account)).toEqual(['image_revisions']);
  const transfers = await world.sql('select cause from transfer where from_session_id = ?', [session.id]);
  expect(transfers.map(({ cause }) => JSON.parse(cause).rule)).toEqual(['image_revisions']);
  expect(await world.must('GET', `/v1/sessions/${session.id}`)).toMatchObject({ state: 'paused', onHold: true });
  const profile = await world.must('GET', `/v1/contacts/${stays.contactId}/image-profile`);
  expect(profile).toMatchObject({ revisions: 3, completed: 0, tags: expect.arrayContaining(['picky']) });
  expect(await world.broken()).toEqual([]);
});

describe('beyond what the account allows, people are called by who is there', () => {
  const none = { firstHandler: 'robot', images: { maxRevisions: 0 } };

  test('an agent who serves the contact: their conversation is flagged', async () => {
    const account = await world.account(none);
    const li = await world.agent([account]);
    await studio.says(account, 'wang', 'Is there somebody?');
    const { id, conversationId } = await studio.shown(account, 'wang');
    await world.must('POST', `/v1/conversations/${conversationId}/accept`, undefined, { key: li.token });
    await studio.says(account, 'wang', 'I do not like it, do it again');
    await studio.reaches(id, ({ replies }) => replies.length === 1);
    await world.quiet();
    const conversation = await world.must('GET', `/v1/conversations/${conversationId}`);
    expect(conversation).toMatchObject({ status: 'serving', needIntervene: true, agent: { id: li.id } });
    expect(await world.sql('select id from transfer where conversation_id = ?', [conversationId])).toEqual([]);
    expect(await studio.alarms(account)).toEqual(['image_revisions']);
    expect(await world.broken()).toEqual([]);
  });

  test('nobody: a session waits for a person', async () => {
    const account = await world.account(none);
    const { id, conversationId } = await studio.shown(account, 'wang');
    expect(await studio.reply(id, 'I do not like it, do it again')).toBe('too_often');
    const { status, sessions } = await world.must('GET', `/v1/conversations/${conversationId}`);
    const waiting = sessions.filter(({ state }: Json) => state === 'pending');
    expect(waiting).toMatchObject([{ kind: 'manual_customer_service', reason: expect.stringContaining('changed') }]);
    expect(status).toBe('queued');
    expect(await studio.task(id)).toMatchObject({ state: 'awaiting_confirm', revisions: 0 });
    expect(await world.broken()).toEqual([]);
  });

  test('the contact may still take it as it is', async () => {
    const account = await world.account(none);
    const { id } = await studio.shown(account, 'wang');
    expect(await studio.reply(id, 'I do not like it, do it again')).toBe('too_often');
    expect(await studio.reply(id, 'never mind, send it to wang@example.com')).toBe('address');
    expect(await studio.becomes(id, 'completed')).toMatchObject({ email: 'wang@example.com' });
    expect(await world.broken()).toEqual([]);
  });
});

test('a picture says what is to be changed', async () => {
  const account = await world.account({ firstHandler: 'robot' });
  const { id } = await inRevision(account);
  const shows = await studio.picture(`${account}-as-this`);
  await studio.says(account, 'wang', { url: shows }, 'image');
  const again = await studio.reaches(id, ({ state, round }) => state === 'awaiting_confirm' && round === 2);
  expect(again.requirements.remarks.at(-1)).toEqual({ round: 1, text: 'as in this picture', image: shows });
  expect(lastPrompt()).toContain('"as in this picture" (with a picture, which is not attached)');
  expect(again.asked).toBeNull();
  expect(await world.broken()).toEqual([]);
});

describe('a change is taken back', () => {
  test('“never mind”: the result that is there is confirmed again, without another round', async () => {
    const account = await world.account({ firstHandler: 'robot', language: 'zh' });
    const { id, conversationId } = await inRevision(account);
    const asked = gemini.requests.length;
    await studio.says(account, 'wang', '算了，就这样吧');
    const back = await studio.becomes(id, 'awaiting_confirm');
    expect(back).toMatchObject({ round: 1, revisions: 1, email: null });
    await studio.says(account, 'wang', 'wang@qq.com');
    await studio.becomes(id, 'completed');
    expect(gemini.requests.length).toBe(asked);
    expect(await studio.toldWords(conversationId)).toEqual([
      'round 1',
      '好的，请告诉我哪里要改，也可以发一张图说明。',
      '太好了，请把邮箱发给我，我发到您的邮箱。',
      '已发送到 wang@qq.com，请查收。',
    ]);
    const { events } = await world.must('GET', `/v1/streams/conversation:${conversationId}/events`);
    const moves = events.map(({ type }: Json) => type).filter((type: string) => type.startsWith('image_task.'));
    expect(moves.slice(-3)).toEqual([
      'image_task.revision_requested',
      'image_task.result_ready',
      'image_task.completed',
    ]);
    expect(await world.broken()).toEqual([]);
  });

  test('an address instead of a wish: it is mailed as it is', async () => {
    const account = await world.account({ firstHandler: 'robot' });
    const { id } = await inRevision(account);
    await studio.says(account, 'wang', 'wang@example.com');
    expect(await studio.becomes(id, 'completed')).toMatchObject({ round: 1, email: 'wang@example.com' });
    expect(smtp.mails.filter(({ messageId }) => messageId.includes(id.toLowerCase()))).toHaveLength(1);
    expect(await world.broken()).toEqual([]);
  });
});

test('an address that is told with the wish is kept: the better result is mailed on a single word', async () => {
  const account = await world.account({ firstHandler: 'robot', language: 'zh' });
  const { id, conversationId } = await inRevision(account);
  await studio.says(account, 'wang', '天空再蓝一点，好了发到 wang@qq.com');
  await studio.reaches(id, ({ state, round }) => state === 'awaiting_confirm' && round === 2);
  const [picture] = (await studio.told(conversationId)).slice(-1);
  expect(picture.content.text).toContain('没问题请回复“可以”，我发到 wang@qq.com');
  await studio.says(account, 'wang', '可以');
  expect(await studio.becomes(id, 'completed')).toMatchObject({ email: 'wang@qq.com', round: 2 });
  expect(await world.broken()).toEqual([]);
});

describe('words that are not for the picture', () => {
  const ORDINARY = ['什么时候发货？', '你们几点下班', '我先看看', 'Do you also print on canvas?'];

  test('are ordinary messages, which the robot hears unchanged; nothing of the task moves', async () => {
    const account = await world.account({ firstHandler: 'robot' });
    const { session } = await robotOf(account);
    const { id, conversationId } = await studio.shown(account, 'wang');
    const before = await rowOf(id);
    for (const words of ORDINARY) await studio.says(account, 'wang', words);
    await world.quiet();
    expect(await rowOf(id)).toEqual(before);
    expect((await studio.task(id)).replies).toEqual([]);
    expect(await studio.toldWords(conversationId)).toEqual(['round 1']);
    const { data } = await world.must('GET', `/v1/conversations/${conversationId}/messages`);
    const said = data.filter(({ sender }: Json) => sender === 'contact').reverse();
    expect(said.map(({ content }: Json) => content)).toEqual(ORDINARY);
    expect(new Set(said.map(({ sessionId }: Json) => sessionId))).toEqual(new Set([session.id]));
    const { events } = await world.must('GET', `/v1/streams/conversation:${conversationId}/events`);
    const heard = events.filter(({ type }: Json) => type === 'messages.ingested').map(({ data }: Json) => data);
    expect(heard.map(({ last, sessions }: Json) => [last.preview, sessions])).toEqual(
      ORDINARY.map((words) => [words, [session.id]]),
    );
    expect(await world.broken()).toEqual([]);
  });

  test('a greeting is no remark: the question what to change stays open', async () => {
    const account = await world.account({ firstHandler: 'robot' });
    const { id } = await inRevision(account);
    const before = await rowOf(id);
    for (const words of ['在吗', 'hello?', '……']) await studio.says(account, 'wang', words);
    await world.quiet();
    expect(await rowOf(id)).toEqual(before);
    expect(await world.broken()).toEqual([]);
  });
});

async function rowOf(id: string): Promise<Json> {
  const [row] = await world.sql('select * from image_task where id = ?', [id]);
  return row;
}

test('where work is not done by itself, a remark calls people too', async () => {
  const account = await world.account({ firstHandler: 'robot', images: { automatic: false } });
  const { id } = await studio.request(account, 'wang');
  await studio.pay(id, 'order-1');
  const made = await studio.picture(`${account}-by-hand`);
  await world.must('POST', `/v1/image-tasks/${id}/result`, { image: made });
  await studio.becomes(id, 'awaiting_confirm');
  expect(await studio.reply(id, 'the colour is wrong')).toBe('change');
  expect(await studio.reply(id, 'make the sky bluer')).toBe('remark');
  await world.quiet();
  expect(await studio.task(id)).toMatchObject({ state: 'processing', round: 2 });
  expect(await studio.alarms(account)).toEqual(['image_by_hand', 'image_by_hand']);
  expect(await world.broken()).toEqual([]);
});

test('who does not say in time what to change has no task any more; operators know that it was paid', async () => {
  const account = await world.account({ firstHandler: 'robot', images: { deadlines: { revision: 60 } } });
  const { id } = await inRevision(account);
  world.advance(61);
  await world.must('POST', '/v1/timeout-checks', {});
  const over = await studio.becomes(id, 'cancelled');
  expect(over).toMatchObject({ reason: 'the contact did not say in time what to change', deadlineAt: null });
  expect(await studio.alarms(account)).toEqual(['image_unconfirmed']);
  await studio.says(account, 'wang', '天空要更蓝一点');
  await world.quiet();
  expect(await studio.task(id)).toMatchObject({ state: 'cancelled', round: 1 });
  expect(await world.broken()).toEqual([]);
});
