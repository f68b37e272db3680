// Money for pictures, and who is asked what: an order counts once, nobody pays for nothing, and what upstream, operators and contacts
// do at the wrong moment is refused or asked back.
import { describe, expect, test } from 'vitest';
import { attemptsOf, Studio } from '../support/studio.ts';
import type { Json } from '../support/world.ts';

const studio = await Studio.open({ workers: 2 });
const { world, host, smtp } = studio;

const robotic = (settings: object = {}) => world.account({ firstHandler: 'robot', ...settings });
const payFor = (account: string, contact: string, orderId: string) =>
  world.must('POST', '/v1/payments', { account, contact, orderId, amount: 12.5, currency: 'CNY' });
const profileOf = (contactId: string) => world.must('GET', `/v1/contacts/${contactId}/image-profile`);

/** What the desk was told of the task, in order. */
async function eventsOf({ id, accountId }: Json): Promise<Json[]> {
  const { events } = await world.must('GET', `/v1/streams/board:${accountId}/events`);
  return events.filter(({ type, data }: Json) => type.startsWith('image_task.') && data.taskId === id);
}

async function quoted(account: string, contact: string, fields: object = {}): Promise<Json> {
  const { id } = await studio.request(account, contact, fields);
  return studio.reaches(id, ({ quote }) => quote !== null);
}

describe('an order', () => {
  test('counts once, by whichever door and however often it is told', async () => {
    const account = await robotic();
    const task = await quoted(account, 'wang');
    const first = await studio.pay(task.id, 'order-1');
    expect(first).toMatchObject({ outcome: 'started', taskId: task.id, orderId: 'order-1', amount: 12.5 });
    expect(await studio.pay(task.id, 'order-1')).toEqual(first);
    await studio.becomes(task.id, 'awaiting_confirm');
    expect(await payFor(account, 'wang', 'order-1')).toEqual(first);
    await world.quiet();
    expect(await studio.task(task.id)).toMatchObject({ state: 'awaiting_confirm', round: 1, orderId: 'order-1' });
    expect(await profileOf(task.contactId)).toMatchObject({ orders: 1 });
    expect(await studio.alarms(account)).toEqual([]);
    expect(await world.broken()).toEqual([]);
  });

  test('that is told 16 times at once, by both doors, begins the work once', async () => {
    const account = await robotic();
    const task = await quoted(account, 'wang');
    const told = await Promise.all(
      Array.from({ length: 16 }, (_, index) =>
        index % 2 === 0 ? studio.pay(task.id, 'order-1') : payFor(account, 'wang', 'order-1'),
      ),
    );
    expect(new Set(told.map(({ id, outcome }) => `${id} ${outcome}`)).size).toBe(1);
    await studio.becomes(task.id, 'awaiting_confirm');
    await world.quiet();
    const kinds = (await eventsOf(task)).map(({ type }) => type);
    expect(kinds.filter((type) => type === 'image_task.paid' || type === 'image_task.processing')).toEqual([
      'image_task.paid',
      'image_task.processing',
    ]);
    expect(await studio.toldWords(task.conversationId)).toEqual(['round 1']);
    expect(await profileOf(task.contactId)).toMatchObject({ orders: 1 });
    expect(await world.broken()).toEqual([]);
  });

  test('of another contact is refused', async () => {
    const account = await robotic();
    const [wang, li] = [await quoted(account, 'wang'), await quoted(account, 'li')];
    await studio.pay(wang.id, 'order-1');
    for (const [path, who] of [
      [`/v1/image-tasks/${li.id}/payment`, {}],
      ['/v1/payments', { account, contact: 'li' }],
    ] as const)
      expect(await world.call('POST', path, { ...who, orderId: 'order-1' })).toMatchObject({
        status: 409,
        body: { code: 'order_taken' },
      });
    expect(await studio.task(li.id)).toMatchObject({ state: 'pending', paidAt: null });
    expect(await profileOf(li.contactId)).toMatchObject({ orders: 0 });
    expect(await world.broken()).toEqual([]);
  });

  test('for a picture that was paid is extra: operators are alarmed, and the work goes on as it was', async () => {
    const account = await robotic();
    const task = await quoted(account, 'wang');
    await studio.pay(task.id, 'order-1');
    expect(await studio.pay(task.id, 'order-2')).toMatchObject({ outcome: 'extra', taskId: task.id });
    await studio.becomes(task.id, 'awaiting_confirm');
    expect(await payFor(account, 'wang', 'order-3')).toMatchObject({ outcome: 'extra', taskId: task.id });
    await world.quiet();
    expect(await studio.task(task.id)).toMatchObject({ round: 1, orderId: 'order-1' });
    expect(await studio.alarms(account)).toEqual(['paid_twice', 'paid_twice']);
    expect(await profileOf(task.contactId)).toMatchObject({ orders: 3 });
    expect(await world.broken()).toEqual([]);
  });
});

describe('paid before anybody has looked at the picture', () => {
  const STEPS = ['fetch done', 'analysis done', 'processing done'];
  const stepsOf = (task: Json) => task.attempts.map(({ step, state }: Json) => `${step} ${state}`);

  test('it is fetched, looked at and made in one go, and no price is named any more', async () => {
    const account = await robotic();
    const { image, release } = await studio.latePicture(`${account}-late`);
    const { id } = await studio.request(account, 'wang', { image });
    await studio.pay(id, 'order-1');
    expect(await studio.task(id)).toMatchObject({ state: 'processing', round: 1, original: null });
    release();
    const made = await studio.becomes(id, 'awaiting_confirm');
    expect(stepsOf(made)).toEqual(STEPS);
    expect(made).toMatchObject({ quote: null, requirements: { analysis: { complexity: expect.any(String) } } });
    expect((await eventsOf(made)).map(({ type }) => type)).not.toContain('image_task.quoted');
    expect(await world.broken()).toEqual([]);
  });

  test('where upstream is to look at it, nobody waits for that', async () => {
    const account = await robotic({ images: { analyser: 'upstream' } });
    const { id } = await studio.request(account, 'wang');
    const waits = await studio.reaches(id, ({ original }) => original !== null);
    await world.quiet();
    expect(stepsOf(waits)).toEqual(['fetch done']);
    await studio.pay(id, 'order-1');
    const made = await studio.becomes(id, 'awaiting_confirm');
    expect(stepsOf(made)).toEqual(STEPS);
    expect(await world.broken()).toEqual([]);
  });

  test('but what upstream has seen by then counts', async () => {
    const account = await robotic({ images: { analyser: 'upstream' } });
    const { image, release } = await studio.latePicture(`${account}-late`);
    const { id } = await studio.request(account, 'wang', { image });
    await studio.pay(id, 'order-1');
    const analysis = { complexity: 'hard', subject: 'a house', prompt: 'Sharpen the roof.' };
    await world.must('POST', `/v1/image-tasks/${id}/analysis`, analysis);
    release();
    const made = await studio.becomes(id, 'awaiting_confirm');
    expect(stepsOf(made)).toEqual(['fetch done', 'processing done']);
    expect(made.requirements.analysis).toMatchObject(analysis);
    expect(await world.broken()).toEqual([]);
  });
});

test('what upstream sees is quoted once, and again only where it changes the price', async () => {
  const account = await robotic({ images: { analyser: 'upstream' } });
  const { session } = await world.must('POST', '/v1/sessions', { account, contact: 'wang', kind: 'auto_bargain' });
  const { id } = await studio.request(account, 'wang');
  for (const analysis of [
    { complexity: 'simple', subject: 'a house' },
    { complexity: 'simple', subject: 'a house' },
    { complexity: 'simple', subject: 'a house with a red roof' },
    { complexity: 'complex', subject: 'a house' },
  ])
    await world.must('POST', `/v1/image-tasks/${id}/analysis`, analysis);
  const { events } = await world.must('GET', `/v1/streams/session:${session.id}/events`);
  const quotes = events.filter(({ type }: Json) => type === 'image_task.quoted').map(({ data }: Json) => data);
  expect(quotes.map(({ complexity, from, to }: Json) => [complexity, from, to])).toEqual([
    ['simple', 10, 15],
    ['complex', 20, 25],
  ]);
  expect(quotes[0].advice).toContain('Suggested price: CNY 10-15');
  await world.quiet();
  expect(await world.broken()).toEqual([]);
});

describe('paid, and no task is open', () => {
  test('one is made of the last picture that the contact sent', async () => {
    const account = await robotic();
    const [older, image] = [await studio.picture(`${account}-older`), await studio.picture(`${account}-sent`)];
    await studio.says(account, 'wang', { url: older }, 'image');
    await studio.says(account, 'wang', { url: image }, 'image');
    await studio.says(account, 'wang', 'please remove the scratches, it is an old photo');
    await world.quiet();
    const { outcome, taskId } = await payFor(account, 'wang', 'order-1');
    expect(outcome).toBe('rebuilt');
    const made = await studio.becomes(taskId, 'awaiting_confirm');
    expect(made).toMatchObject({ operation: 'fix_old_photo', orderId: 'order-1', round: 1 });
    const [{ data }] = await eventsOf(made);
    expect(data).toMatchObject({ source: image });
    expect(await world.broken()).toEqual([]);
  });

  test('one is made of the picture of the task before, which is known already', async () => {
    const account = await robotic();
    const first = await studio.shown(account, 'wang');
    await studio.reply(first.id, 'wang@example.com');
    await studio.becomes(first.id, 'completed');
    const { outcome, taskId } = await payFor(account, 'wang', 'order-2');
    expect(outcome).toBe('rebuilt');
    expect(taskId).not.toBe(first.id);
    const made = await studio.becomes(taskId, 'awaiting_confirm');
    expect(attemptsOf(made).map((words) => words.split(' ')[0])).toEqual(['fetch', 'processing']);
    expect(made.requirements.analysis).toEqual(first.requirements.analysis);
    expect(await world.broken()).toEqual([]);
  });

  test('without any picture people are told, and the payment is kept', async () => {
    const account = await robotic();
    const paid = await payFor(account, 'wang', 'order-1');
    expect(paid).toMatchObject({ outcome: 'no_image', taskId: null });
    expect(await payFor(account, 'wang', 'order-1')).toEqual(paid);
    expect(await studio.alarms(account)).toEqual(['paid_without_image']);
    const conversation = await world.conversation(account, 'wang');
    expect(conversation.sessions).toMatchObject([{ kind: 'manual_customer_service', state: 'pending' }]);
    await world.quiet();
    expect(await world.broken()).toEqual([]);
  });

  test('the one that failed is taken up again, by its own door or by the contact’s', async () => {
    const account = await robotic();
    for (const [contact, pay] of [
      ['wang', (id: string) => studio.pay(id, 'order-wang')],
      ['li', () => payFor(account, 'li', 'order-li')],
    ] as const) {
      const image = host.at(`/${account}-${contact}-gone.jpg`, { kind: 'status', status: 404 });
      const { id } = await studio.request(account, contact, { image });
      await studio.becomes(id, 'failed');
      await studio.picture(`${account}-${contact}-gone`);
      expect(await pay(id)).toMatchObject({ outcome: 'started', taskId: id });
      expect(await studio.becomes(id, 'awaiting_confirm')).toMatchObject({ round: 1 });
    }
    expect(await world.broken()).toEqual([]);
  });
});

describe('work that is not done by itself', () => {
  test('is told to people when it is paid; the result that they hand in is measured, delivered and mailed', async () => {
    const account = await robotic({ images: { automatic: false } });
    const task = await quoted(account, 'wang');
    expect(await studio.pay(task.id, 'order-1')).toMatchObject({ outcome: 'people', taskId: task.id });
    await world.quiet();
    expect(await studio.task(task.id)).toMatchObject({ state: 'pending', round: 0, paidAt: expect.any(String) });
    expect(await studio.alarms(account)).toEqual(['image_by_hand']);
    const { sessions } = await world.conversation(account, 'wang');
    expect(sessions).toMatchObject([{ kind: 'manual_customer_service', state: 'pending' }]);

    const image = await studio.picture(`${account}-by-hand`);
    await world.must('POST', `/v1/image-tasks/${task.id}/result`, { image });
    const shown = await studio.becomes(task.id, 'awaiting_confirm');
    expect(attemptsOf(shown).at(-1)).toBe('checking done');
    expect(shown).toMatchObject({ round: 1, score: 100 });
    await studio.says(account, 'wang', 'wang@example.com');
    await studio.becomes(task.id, 'completed');
    expect(smtp.mails.at(-1)).toMatchObject({ to: ['wang@example.com'], attachments: [{ mediaType: 'image/jpeg' }] });
    expect(await world.broken()).toEqual([]);
  });
});

describe('a result that somebody hands in', () => {
  const handIn = (id: string, image: string) => world.call('POST', `/v1/image-tasks/${id}/result`, { image });

  test('in place of one that the contact has seen is shown as the next round', async () => {
    const account = await robotic();
    const { id, conversationId } = await studio.shown(account, 'wang');
    await handIn(id, await studio.picture(`${account}-better`));
    const shown = await studio.reaches(id, ({ state, round }) => state === 'awaiting_confirm' && round === 2);
    expect(shown).toMatchObject({ revisions: 0, score: 100 });
    expect(await studio.toldWords(conversationId)).toEqual(['round 1', 'round 2']);
    // It was not the contact who wanted it otherwise.
    expect(await profileOf(shown.contactId)).toMatchObject({ revisions: 0 });
    expect(await world.broken()).toEqual([]);
  });

  test('twice: the second one counts', async () => {
    const account = await robotic({ images: { automatic: false } });
    const { id } = await quoted(account, 'wang');
    const first = await studio.latePicture(`${account}-first`);
    const second = await studio.picture(`${account}-second`);
    await handIn(id, first.image);
    await studio.reaches(id, (task) => attemptsOf(task, 'checking').length === 1);
    await handIn(id, second);
    first.release();
    const shown = await studio.becomes(id, 'awaiting_confirm');
    const checks = shown.attempts.filter(({ step }: Json) => step === 'checking');
    const [{ file_id: last }] = await world.sql('select file_id from image_attempt where id = ?', [checks[1].id]);
    expect([checks.length, shown.result.id]).toEqual([2, last]);
    expect(await studio.toldWords(shown.conversationId)).toEqual(['round 1']);
    expect(await world.broken()).toEqual([]);
  });

  test('that is the original itself is not shown: the task fails with the reason, and people are told', async () => {
    const account = await robotic({ images: { automatic: false } });
    const { id, original } = await quoted(account, 'wang');
    await studio.pay(id, 'order-1');
    const kept = await fetch(original.url.replace(/^http:\/\/[^/]+/, world.url));
    const data = Buffer.from(await kept.arrayBuffer());
    await handIn(id, host.at(`/${account}-original.jpg`, { kind: 'file', data, mediaType: 'image/jpeg' }));
    const failed = await studio.becomes(id, 'failed');
    expect(attemptsOf(failed, 'checking')).toEqual(['checking done unchanged']);
    expect(failed.reason).toContain('nothing was changed');
    expect(await studio.alarms(account)).toEqual(['image_by_hand', 'image_not_made']);

    await handIn(id, await studio.picture(`${account}-better`));
    expect(await studio.becomes(id, 'awaiting_confirm')).toMatchObject({ round: 2, score: 100 });
    expect(await world.broken()).toEqual([]);
  });

  test.each(['cancelled', 'completed'])('for a task that is %s is refused', async (state) => {
    const account = await robotic();
    const { id } = await studio.shown(account, 'wang');
    if (state === 'cancelled') await world.must('POST', `/v1/image-tasks/${id}/cancel`, {});
    else await studio.reply(id, 'wang@example.com');
    await studio.becomes(id, state);
    const before = host.requests.length;
    expect(await handIn(id, await studio.picture(`${account}-late`))).toMatchObject({
      status: 409,
      body: { code: 'illegal_move', state },
    });
    await world.quiet();
    expect(host.requests.length).toBe(before);
    expect(await studio.task(id)).toMatchObject({ state, round: 1 });
    expect(await world.broken()).toEqual([]);
  });
});

describe('words for a task that there is not', () => {
  test('upstream is told that there is none, or that they are ordinary words', async () => {
    const account = await robotic();
    const missing = await world.call('POST', '/v1/image-tasks/01JZ0000000000000000000000/reply', { text: 'a@b.com' });
    expect(missing).toMatchObject({ status: 404, body: { code: 'image_task_not_found' } });
    const { id } = await studio.shown(account, 'wang');
    await studio.reply(id, 'wang@example.com');
    const done = await studio.becomes(id, 'completed');
    for (const words of ['li@example.com', 'the colour is wrong', 'received'])
      expect(await studio.reply(id, words)).toBe('other');
    expect((await studio.task(id)).updatedAt).toBe(done.updatedAt);
    expect(await world.broken()).toEqual([]);
  });

  test('in the conversation they are ordinary messages, and cost no work', async () => {
    const account = await robotic();
    await studio.says(account, 'wang', 'the colour is wrong, send it to wang@example.com');
    await world.quiet();
    expect(await world.sql("select id from job where kind = 'image-task' and account_id = ?", [account])).toEqual([]);
    const { sessions } = await world.conversation(account, 'wang');
    expect(sessions).toMatchObject([{ kind: 'auto_customer_service', state: 'active' }]);
    expect(await world.broken()).toEqual([]);
  });

  test('upstream’s reply and the message that it is are heard once', async () => {
    const account = await robotic();
    const { id } = await studio.shown(account, 'wang');
    const sentAt = new Date(world.kernel.clock().getTime() + 1).toISOString();
    const message = world.message(account, 'wang', { content: 'the colour is wrong', sentAt });
    expect(await studio.reply(id, 'the colour is wrong', String(message.id))).toBe('change');
    await world.ingest([message]);
    await world.quiet();
    expect(await studio.reply(id, 'the colour is wrong', String(message.id))).toBe('heard');
    const { state, revisions, replies } = await studio.task(id);
    expect([state, revisions, replies.length]).toEqual(['revision', 1, 1]);
    expect(await world.broken()).toEqual([]);
  });
});

describe('a task is called off', () => {
  test('before it is paid, once or twice; the next picture is a new task', async () => {
    const account = await robotic();
    const { id, contactId } = await quoted(account, 'wang');
    const cancel = () => world.call('POST', `/v1/image-tasks/${id}/cancel`, { reason: 'too dear' });
    expect(await cancel()).toMatchObject({ status: 200, body: { state: 'cancelled', reason: 'too dear' } });
    expect(await cancel()).toMatchObject({ status: 200, body: { state: 'cancelled' } });
    expect(await profileOf(contactId)).toMatchObject({ cancelled: 1 });
    const next = await studio.request(account, 'wang');
    expect(next).toMatchObject({ state: 'pending' });
    expect(next.id).not.toBe(id);
    await world.quiet();
    expect(await world.broken()).toEqual([]);
  });

  test('while the picture is fetched: what comes of that moves nothing', async () => {
    const account = await robotic();
    for (const outcome of ['comes', 'does not come']) {
      const { image, release } = await studio.latePicture(`${account}-${outcome.length}`);
      const asked = host.requests.length;
      const { id, conversationId } = await studio.request(account, outcome, { image });
      await host.heard(asked + 1);
      await world.must('POST', `/v1/image-tasks/${id}/cancel`, {});
      if (outcome === 'does not come') host.at(new URL(image).pathname, { kind: 'status', status: 404 });
      release();
      await studio.reaches(id, ({ attempts }) => attempts[0].endedAt !== null);
      await world.quiet();
      expect(await studio.task(id)).toMatchObject({ state: 'cancelled', original: null });
      expect(await studio.told(conversationId)).toEqual([]);
    }
    expect(await world.sql("select id from job where state = 'failed'")).toEqual([]);
    expect(await world.broken()).toEqual([]);
  });

  test('not while it is worked on', async () => {
    const account = await robotic();
    const { image, release } = await studio.latePicture(`${account}-late`);
    const { id } = await studio.request(account, 'wang', { image });
    await studio.pay(id, 'order-1');
    expect(await world.call('POST', `/v1/image-tasks/${id}/cancel`, {})).toMatchObject({
      status: 409,
      body: { code: 'illegal_move', state: 'processing' },
    });
    release();
    await studio.becomes(id, 'awaiting_confirm');
    expect(await world.broken()).toEqual([]);
  });
});

describe('another picture while a task is open', () => {
  const newOne = async (account: string, name = 'new') => studio.picture(`${account}-${name}`);
  const sends = (account: string, url: string) => studio.says(account, 'wang', { url }, 'image');
  const isAsked = ({ asked }: Json) => asked === 'which_image';

  test('“the new one”: the task begins anew with it, before it is paid', async () => {
    const account = await robotic({ language: 'zh' });
    const { id, conversationId, original } = await quoted(account, 'wang');
    const image = await newOne(account);
    await sends(account, image);
    await studio.reaches(id, isAsked);
    await studio.says(account, 'wang', '换成这张');
    const taken = await studio.reaches(
      id,
      (task) => task.original !== null && task.original.id !== original.id && task.quote,
    );
    expect(taken).toMatchObject({ state: 'pending', asked: null });
    const sources = await world.sql('select source from image_task where id = ?', [id]);
    expect(sources).toEqual([{ source: image }]);
    expect(await studio.toldWords(conversationId)).toEqual([
      '您还有一张图片正在处理。这张新图是要换成它，还是继续原来那张？请回复“换成这张”或“原来那张”。',
      '好的，换成这张。',
    ]);
    expect(await world.broken()).toEqual([]);
  });

  test('“the new one” while the first is still fetched: what comes of that is left aside', async () => {
    const account = await robotic();
    const first = await studio.latePicture(`${account}-first`);
    const asked = host.requests.length;
    const { id } = await studio.request(account, 'wang', { image: first.image });
    await host.heard(asked + 1);
    await sends(account, await studio.picture(`${account}-wide`, { width: 400, height: 200 }));
    await studio.reaches(id, isAsked);
    await studio.says(account, 'wang', 'the new one');
    await studio.reaches(id, ({ replies }) => replies.length === 1);
    first.release();
    const taken = await studio.reaches(id, ({ quote }) => quote !== null);
    expect(taken).toMatchObject({ original: { width: 400, height: 200 } });
    expect(attemptsOf(taken)).toEqual(['fetch done', 'fetch done', 'analysis done']);
    expect(await world.broken()).toEqual([]);
  });

  test('“the first one”: nothing changes', async () => {
    const account = await robotic({ language: 'zh' });
    const { id, original, quote } = await quoted(account, 'wang');
    await sends(account, await newOne(account));
    await studio.reaches(id, isAsked);
    await studio.says(account, 'wang', '原来那张');
    const stays = await studio.reaches(id, (task) => !isAsked(task));
    await world.quiet();
    expect(stays).toMatchObject({ original: { id: original.id }, quote });
    expect(await world.broken()).toEqual([]);
  });

  test('once it is paid, the new one waits for its own order, which is made of it', async () => {
    const account = await robotic();
    const { id, conversationId } = await studio.shown(account, 'wang');
    const image = await newOne(account);
    await sends(account, image);
    await studio.reaches(id, isAsked);
    await studio.says(account, 'wang', 'the new one');
    await studio.reaches(id, (task) => !isAsked(task));
    expect((await studio.toldWords(conversationId)).at(-1)).toMatch(/the new one comes after/);
    await studio.says(account, 'wang', 'wang@example.com');
    await studio.becomes(id, 'completed');
    const { taskId, outcome } = await payFor(account, 'wang', 'order-2');
    expect(outcome).toBe('rebuilt');
    await studio.becomes(taskId, 'awaiting_confirm');
    expect(await world.sql('select source from image_task where id = ?', [taskId])).toEqual([{ source: image }]);
    expect(await world.broken()).toEqual([]);
  });

  test('upstream that sends it is answered with the task that is open', async () => {
    const account = await robotic();
    const { id } = await quoted(account, 'wang');
    const body = { account, contact: 'wang', image: await newOne(account) };
    for (let times = 0; times < 2; times += 1)
      expect(await world.call('POST', '/v1/image-tasks', body)).toMatchObject({
        status: 200,
        body: { id, asked: 'which_image' },
      });
    const { conversationId } = await studio.task(id);
    expect(await studio.told(conversationId)).toHaveLength(1);
    expect(await world.broken()).toEqual([]);
  });

  test('that is the same picture is no question', async () => {
    const account = await robotic();
    const image = await newOne(account);
    const { id, conversationId } = await quoted(account, 'wang', { image });
    await sends(account, image);
    await world.quiet();
    expect(await studio.task(id)).toMatchObject({ asked: null });
    expect(await studio.told(conversationId)).toEqual([]);
    expect(await world.broken()).toEqual([]);
  });

  test('two that come at the same moment are one task, and a question', async () => {
    const account = await robotic();
    const images = [await newOne(account, 'one'), await newOne(account, 'two')];
    const replies = await Promise.all(
      images.map((image) => world.call('POST', '/v1/image-tasks', { account, contact: 'wang', image })),
    );
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 201]);
    expect(new Set(replies.map(({ body }) => body.id)).size).toBe(1);
    const [{ count }] = await world.sql('select count(*) as count from image_task where account_id = ?', [account]);
    expect(Number(count)).toBe(1);
    await world.quiet();
    expect(await studio.task(replies[0]?.body.id)).toMatchObject({ asked: 'which_image' });
    expect(await world.broken()).toEqual([]);
  });
});
