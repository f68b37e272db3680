// A maker of pictures outside, and the host that the customer's picture lies on, in all the ways in which they fail: each outcome with its
// attempts and reasons on the task, and nobody who paid is forgotten. The maker is Gemini's protocol on loopback.
import sharp from 'sharp';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { imageTask } from '../../src/workers/image-task.ts';
import { openOutside } from '../../src/workers/outside.ts';
import { startWorkers, type Workers } from '../../src/workers/start.ts';
import { GEMINI_KEY, type GeminiAnswer, startGeminiServer } from '../support/outside/gemini-server.ts';
import { attemptsOf, photograph, Studio } from '../support/studio.ts';
import type { Json } from '../support/world.ts';

const gemini = await startGeminiServer();
afterAll(() => gemini.close());
const env = { IMAGE_PROVIDER: 'gemini', GEMINI_API_KEY: GEMINI_KEY, GEMINI_URL: gemini.url };
const studio = await Studio.open({ env });
/** A maker that takes longer than this is given up. */
const hasty = await Studio.open({ env: { ...env, IMAGE_SECONDS: '3' } });
const { world, host } = studio;

const photo = await photograph(320, 240);
const picture = (data: Buffer): GeminiAnswer => ({ kind: 'picture', data, mediaType: 'image/png' });
const good = picture(photo);
const blurred = picture(await sharp(photo).blur(8).png().toBuffer());
/** Another shape, and blurred: worse than that. */
const blurredStrip = picture(await sharp(photo).resize(320, 120, { fit: 'fill' }).blur(8).png().toBuffer());
const dot = picture(await sharp(photo).resize(1, 1).png().toBuffer());
gemini.always(good);
afterEach(() => gemini.always(good));

type Ordered = { account: string; id: string; conversationId: string };

/** Requested, looked at and paid: the maker is asked next. */
async function ordered(images: object = {}, where = studio, fields: object = {}): Promise<Ordered> {
  const account = await where.world.account({ firstHandler: 'robot', images });
  const { id, conversationId } = await where.request(account, 'wang', fields);
  await where.reaches(id, ({ quote }) => quote !== null);
  await where.pay(id, 'order-1');
  return { account, id, conversationId };
}

const worksOf = (task: Json) => task.attempts.filter(({ step }: Json) => step === 'processing');

/** The task failed, the contact knows that somebody looks after it, and somebody is called. */
async function expectPeople({ account, id, conversationId }: Ordered, code: string, where = studio): Promise<Json> {
  const failed = await where.becomes(id, 'failed');
  expect((await where.toldWords(conversationId)).at(-1)).toMatch(/a colleague looks after it/);
  expect(await where.alarms(account)).toEqual([code]);
  const { sessions } = await where.world.must('GET', `/v1/conversations/${conversationId}`);
  const waiting = sessions.filter(({ state }: Json) => state === 'pending');
  expect(waiting).toMatchObject([{ kind: 'manual_customer_service', reason: expect.stringContaining(failed.reason) }]);
  return failed;
}

describe('a maker that does not answer', () => {
  test('is given up after its time, asked again, and in the end people are told', async () => {
    gemini.always({ kind: 'hang' });
    const before = gemini.requests.length;
    const order = await ordered({ maxAttempts: 2 }, hasty);
    const failed = await expectPeople(order, 'image_not_made', hasty);
    expect(attemptsOf(failed, 'processing')).toEqual(['processing failed timeout', 'processing failed timeout']);
    expect(failed.reason).toMatch(/within 3/);
    const asked = gemini.requests.slice(before);
    expect(asked).toHaveLength(2);
    await Promise.all(asked.map(({ gone }) => gone));
    expect(await hasty.world.broken()).toEqual([]);
  });

  test('after one that was usable: that one is delivered, and reported', async () => {
    gemini.next(blurred);
    gemini.always({ kind: 'hang' });
    const { account, id, conversationId } = await ordered({ maxAttempts: 2 }, hasty);
    const shown = await hasty.becomes(id, 'awaiting_confirm');
    expect(attemptsOf(shown, 'processing')).toEqual(['processing done sharpness', 'processing failed timeout']);
    expect(await hasty.toldWords(conversationId)).toEqual(['round 1']);
    expect(await hasty.alarms(account)).toEqual(['image_quality']);
    expect(await hasty.world.broken()).toEqual([]);
  });
});

describe('a maker that refuses', () => {
  test.each([
    [{ kind: 'blocked', reason: 'PROHIBITED_CONTENT' }, 'prohibited_content'],
    [{ kind: 'finished', reason: 'IMAGE_SAFETY', message: 'The picture shows a person.' }, 'image_safety'],
  ] as const)('with status 200 (%o): it is not asked again, and people are told why', async (answer, code) => {
    gemini.next(answer);
    const before = gemini.requests.length;
    const order = await ordered();
    const failed = await expectPeople(order, 'image_not_made');
    expect(attemptsOf(failed, 'processing')).toEqual([`processing failed ${code}`]);
    expect(failed.reason).toContain(`Gemini refuses the wish: ${answer.reason}.`);
    expect(gemini.requests.length).toBe(before + 1);
    expect(await world.broken()).toEqual([]);
  });

  test('because nobody gave it a key: nothing is asked, and people are told', async () => {
    const failed = await expectPeople(await ordered({ provider: 'openai' }), 'image_not_made');
    expect(attemptsOf(failed, 'processing')).toEqual(['processing failed provider_off']);
    expect(worksOf(failed)[0]).toMatchObject({ maker: 'openai', detail: expect.stringContaining('no key') });
    expect(await world.broken()).toEqual([]);
  });
});

describe('a maker that wants to be asked later', () => {
  test('is asked after the delay that it names, which costs no attempt', async () => {
    for (let times = 0; times < 3; times += 1) gemini.next({ kind: 'rate_limited', retryDelay: '1s' });
    gemini.next(blurred);
    const { id } = await ordered({ maxAttempts: 2 });
    const shown = await studio.becomes(id, 'awaiting_confirm');
    const works = worksOf(shown);
    expect(works.map(({ state, code }: Json) => [state, code])).toEqual([
      ['failed', 'rate_limited'],
      ['failed', 'rate_limited'],
      ['failed', 'rate_limited'],
      ['done', 'sharpness'],
      ['done', null],
    ]);
    for (const [index, { beganAt }] of works.slice(1, 4).entries())
      expect(Date.parse(beganAt) - Date.parse(works[index].endedAt)).toBeGreaterThanOrEqual(1000);
    expect(await world.broken()).toEqual([]);
  });

  test('a long delay is kept in the ledger, where a restart does not lose it', async () => {
    gemini.next({ kind: 'rate_limited', retryDelay: '120s' });
    const { id } = await ordered();
    const waits = await studio.reaches(id, (task) => worksOf(task)[0]?.endedAt);
    const [{ wait }] = await world.sql(
      `select timestampdiff(microsecond, ?, due_at) / 1000 as wait from job where kind = 'image-task' and state = 'accepted' and payload like ?`,
      [new Date(worksOf(waits)[0].endedAt), `%${id}%`],
    );
    expect(Number(wait)).toBe(120_000);
    expect(waits).toMatchObject({ state: 'processing' });
    expect(await world.broken()).toEqual([]);
  });

  test('and one that fails by chance is asked again by itself', async () => {
    gemini.next({ kind: 'error', status: 503, code: 'UNAVAILABLE' });
    gemini.next({ kind: 'text', words: 'Here is your picture!' });
    const { id } = await ordered({ maxAttempts: 3 });
    const shown = await studio.becomes(id, 'awaiting_confirm');
    expect(attemptsOf(shown, 'processing')).toEqual([
      'processing failed unavailable',
      'processing failed text_only',
      'processing done',
    ]);
    expect(worksOf(shown)[1].detail).toContain('Here is your picture!');
    expect(await world.broken()).toEqual([]);
  });
});

describe('a maker whose picture is not good enough', () => {
  test.each([
    ['the same picture back', { kind: 'same' }, 'unchanged'],
    ['a picture of one pixel', dot, 'size'],
  ] as const)('%s is shown to nobody: after the last attempt people are told', async (_, answer, check) => {
    gemini.always(answer);
    const failed = await expectPeople(await ordered({ maxAttempts: 3 }), 'image_not_made');
    expect(attemptsOf(failed, 'processing')).toEqual(Array(3).fill(`processing done ${check}`));
    for (const { score, failed: checks } of worksOf(failed)) {
      expect(score).toBe(0);
      expect(checks).toContainEqual({ check, zh: expect.stringMatching(/\p{Script=Han}/u), en: expect.any(String) });
    }
    expect(failed.result).toBeNull();
    expect(await world.broken()).toEqual([]);
  });

  test('bad first, good second: the second one is delivered, and the first keeps its reasons', async () => {
    gemini.next(blurred);
    const { account, id, conversationId } = await ordered();
    const shown = await studio.becomes(id, 'awaiting_confirm');
    expect(attemptsOf(shown, 'processing')).toEqual(['processing done sharpness', 'processing done']);
    const [first, second] = worksOf(shown);
    expect(first.score).toBeLessThan(70);
    expect(first.failed).toEqual([
      { check: 'sharpness', zh: expect.stringContaining('清晰度'), en: expect.stringContaining('sharpness') },
    ]);
    expect(second).toMatchObject({ score: 100, failed: [], maker: 'gemini', model: 'gemini-2.5-flash-image' });
    expect(shown.score).toBe(100);
    expect(await studio.toldWords(conversationId)).toEqual(['round 1']);
    expect(await studio.alarms(account)).toEqual([]);
    expect(await world.broken()).toEqual([]);
  });

  test('below the bar each time: the best one is delivered, and operators are told what is wrong with it', async () => {
    gemini.next(blurred);
    gemini.next(blurredStrip);
    const { account, id, conversationId } = await ordered({ maxAttempts: 2 });
    const shown = await studio.becomes(id, 'awaiting_confirm');
    const [first, second] = worksOf(shown);
    expect(second.score).toBeLessThan(first.score);
    expect(shown).toMatchObject({ score: first.score, result: { width: 320, height: 240 } });
    expect(await studio.toldWords(conversationId)).toEqual(['round 1']);
    const { events } = await world.must('GET', `/v1/streams/board:${account}/events`);
    const ready = events.find(({ type }: Json) => type === 'image_task.result_ready');
    expect(ready.data).toMatchObject({ isGoodEnough: false, attempts: 2, score: first.score, failed: first.failed });
    expect(await studio.alarms(account)).toEqual(['image_quality']);
    const [alarm] = await world.sql('select detail from alarm where account_id = ?', [account]);
    expect(alarm.detail).toContain(first.failed[0].en);
    await studio.says(account, 'wang', 'wang@example.com');
    await studio.becomes(id, 'completed');
    expect(await world.broken()).toEqual([]);
  });
});

describe('the customer’s picture', () => {
  const lies = (name: string, data: Buffer | string, mediaType = 'image/png') =>
    host.at(`/${name}`, { kind: 'file', data: Buffer.from(data), mediaType });

  const CASES: readonly (readonly [is: string, code: string, where: () => string | Promise<string>])[] = [
    ['is gone', 'not_found', () => host.at('/gone.jpg', { kind: 'status', status: 404 })],
    ['is behind a login', 'forbidden', () => host.at('/closed.jpg', { kind: 'status', status: 403 })],
    ['lies in our own network', 'address_forbidden', () => 'http://127.0.0.1:9/secret.png'],
    [
      'hides behind a redirect there',
      'address_forbidden',
      () => host.at('/away.jpg', { kind: 'redirect', to: 'http://169.254.169.254/' }),
    ],
    ['is a page', 'not_a_picture', () => lies('page.png', '<html>Log in</html>')],
    ['is cut off', 'broken_picture', () => lies('half.jpg', photo.subarray(0, 2000), 'image/jpeg')],
    ['is a dot', 'too_small', async () => lies('dot.png', await sharp(photo).resize(8, 8).png().toBuffer())],
  ];

  test.each(CASES)('%s: the contact is asked for another one at once, and operators know', async (_, code, where) => {
    const account = await world.account({ firstHandler: 'robot' });
    const { id, conversationId } = await studio.request(account, 'wang', { image: await where() });
    const failed = await studio.becomes(id, 'failed');
    expect(attemptsOf(failed)).toEqual([`fetch failed ${code}`]);
    expect(await studio.toldWords(conversationId)).toEqual([
      'I can not open this picture. Please send the original again.',
    ]);
    expect(await studio.alarms(account)).toEqual(['image_fetch_failed']);
    const { sessions } = await world.must('GET', `/v1/conversations/${conversationId}`);
    expect(sessions.filter(({ state }: Json) => state === 'pending')).toEqual([]);

    const next = await studio.request(account, 'wang');
    await studio.reaches(next.id, ({ quote }) => quote !== null);
    expect(await world.broken()).toEqual([]);
  });

  test('does not come just now: it is fetched again until it does', async () => {
    for (const headers of [{ 'retry-after': '0' }, { 'retry-after': '1' }])
      host.next({ kind: 'status', status: 503, headers });
    host.next({ kind: 'file', data: photo, mediaType: 'image/jpeg' });
    const account = await world.account({ firstHandler: 'robot' });
    const { id, conversationId } = await studio.request(account, 'wang', { image: `${host.url}/busy.jpg` });
    const quoted = await studio.reaches(id, ({ quote }) => quote !== null);
    expect(attemptsOf(quoted, 'fetch')).toEqual(['fetch failed http_503', 'fetch failed http_503', 'fetch done']);
    expect(await studio.told(conversationId)).toEqual([]);
    expect(await world.broken()).toEqual([]);
  });

  test('never comes, and is paid: five attempts, then people are told', async () => {
    const account = await world.account({ firstHandler: 'robot' });
    const image = host.at('/never.jpg', { kind: 'status', status: 503, headers: { 'retry-after': '0' } });
    const { id, conversationId } = await studio.request(account, 'wang', { image });
    await studio.pay(id, 'order-1');
    const failed = await expectPeople({ account, id, conversationId }, 'image_fetch_failed');
    const fetches = attemptsOf(failed, 'fetch');
    expect(new Set(fetches)).toEqual(new Set(['fetch failed http_503']));
    // What was tried before the payment is of the round before.
    expect(worksOf(failed)).toEqual([]);
    expect(failed.attempts.filter(({ round }: Json) => round === 1)).toHaveLength(5);
    expect(await world.broken()).toEqual([]);
  });
});

describe('an operator', () => {
  const retry = (id: string) => world.call('POST', `/v1/image-tasks/${id}/retry`, { reason: 'the maker is back' });

  test('has a failed task worked on again', async () => {
    gemini.next({ kind: 'blocked', reason: 'OTHER' });
    const { id, conversationId } = await ordered();
    await studio.becomes(id, 'failed');
    expect(await retry(id)).toMatchObject({ status: 200, body: { state: 'processing', round: 2 } });
    expect(await retry(id)).toMatchObject({ status: 409, body: { code: 'illegal_move', state: 'processing' } });
    expect(await studio.becomes(id, 'awaiting_confirm')).toMatchObject({ round: 2, score: 100 });
    expect((await studio.toldWords(conversationId)).at(-1)).toBe('round 2');
    expect(await world.broken()).toEqual([]);
  });

  test('not while the contact has another one', async () => {
    gemini.next({ kind: 'blocked', reason: 'OTHER' });
    const { account, id } = await ordered();
    await studio.becomes(id, 'failed');
    const other = await studio.request(account, 'wang');
    expect(await retry(id)).toMatchObject({ status: 409, body: { code: 'task_open', taskId: other.id } });
    await world.must('POST', `/v1/image-tasks/${other.id}/cancel`, {});
    expect(await retry(id)).toMatchObject({ status: 200 });
    await studio.becomes(id, 'awaiting_confirm');
    expect(await world.broken()).toEqual([]);
  });

  test('after the task’s time was over, while the maker is still at it: what comes of that is noted, and it is made anew', async () => {
    const { promise, resolve: release } = Promise.withResolvers<void>();
    gemini.next({ kind: 'late', until: promise, answer: good });
    const before = gemini.requests.length;
    const order = await ordered({ deadlines: { processing: 8 } });
    await gemini.heard(before + 1);
    world.advance(9);
    await world.must('POST', '/v1/timeout-checks', {});
    await studio.becomes(order.id, 'failed');
    expect(await studio.alarms(order.account)).toEqual(['image_overdue']);
    expect(await retry(order.id)).toMatchObject({ status: 200, body: { round: 2 } });
    release();
    const shown = await studio.becomes(order.id, 'awaiting_confirm');
    expect(worksOf(shown).map(({ round, state }: Json) => [round, state])).toEqual([
      [1, 'done'],
      [2, 'done'],
    ]);
    expect((await studio.toldWords(order.conversationId)).filter((words) => words.startsWith('round'))).toEqual([
      'round 2',
    ]);
    expect(await world.broken()).toEqual([]);
  });
});

test('a handed-in result while the maker fails for the last time is not lost', async () => {
  const { promise, resolve: release } = Promise.withResolvers<void>();
  gemini.next({ kind: 'late', until: promise, answer: { kind: 'blocked', reason: 'OTHER' } });
  const before = gemini.requests.length;
  const { account, id } = await ordered();
  await gemini.heard(before + 1);
  await world.must('POST', `/v1/image-tasks/${id}/result`, { image: await studio.picture(`${account}-by-hand`) });
  release();
  const shown = await studio.becomes(id, 'awaiting_confirm');
  expect(attemptsOf(shown).slice(-2)).toEqual(['processing failed other', 'checking done']);
  expect(await studio.alarms(account)).toEqual([]);
  expect(await world.broken()).toEqual([]);
});

describe('a worker', () => {
  const running: Workers[] = [];
  afterAll(() => Promise.all(running.map((workers) => workers.stop())));

  test('that is told to stop in the middle gives the work back: another finishes it, and it costs no attempt', async () => {
    const bare = await Studio.open({ env, workers: 0 });
    const first = startWorkers(bare.world.kernel);
    running.push(first);
    gemini.next({ kind: 'hang' });
    const before = gemini.requests.length;
    const { id, conversationId } = await ordered({ maxAttempts: 2 }, bare);
    await gemini.heard(before + 1);
    await first.stop();
    running.splice(running.indexOf(first), 1);
    await gemini.requests[before]?.gone;
    const given = await bare.task(id);
    expect(attemptsOf(given, 'processing')).toEqual(['processing interrupted interrupted']);
    expect(given.state).toBe('processing');
    gemini.next(blurred);
    running.push(startWorkers(bare.world.kernel));
    const shown = await bare.becomes(id, 'awaiting_confirm');
    expect(attemptsOf(shown, 'processing')).toEqual([
      'processing interrupted interrupted',
      'processing done sharpness',
      'processing done',
    ]);
    expect(await bare.toldWords(conversationId)).toEqual(['round 1']);
    expect(await bare.world.broken()).toEqual([]);
  });

  test('that was away for longer than its lease can not undo what another has done', async () => {
    const bare = await Studio.open({ env, workers: 0 });
    const { kernel } = bare.world;
    const [slow, quick] = [
      openOutside(bare.world.config, kernel.producer),
      openOutside(bare.world.config, kernel.producer),
    ];
    const account = await bare.world.account({ firstHandler: 'robot' });
    const { id, conversationId } = await bare.request(account, 'wang');
    const nextJob = async () => {
      const [job] = await bare.world.sql("select id from job where kind = 'image-task' and state = 'accepted'");
      return job?.id ?? '';
    };
    for (const step of ['fetch', 'analysis'])
      expect(await imageTask(kernel, quick, await nextJob())).toMatch(new RegExp(`^${step}, .*(fetched|analysed)`));
    await bare.pay(id, 'order-1');
    const job = await nextJob();
    const { promise, resolve: release } = Promise.withResolvers<void>();
    gemini.next({ kind: 'late', until: promise, answer: good });
    gemini.next(blurred);
    const before = gemini.requests.length;
    const late = imageTask(kernel, slow, job);
    await gemini.heard(before + 1);
    bare.world.advance(20);
    expect(await imageTask(kernel, quick, job)).toMatch(/^processing, round 1, attempt 2: score \d+, tried again$/);
    release();
    expect(await late).toBe('processing, round 1, attempt 1: another worker has it by now');
    expect(attemptsOf(await bare.task(id), 'processing')).toEqual([
      'processing lost worker_lost',
      'processing done sharpness',
    ]);
    expect(await imageTask(kernel, quick, await nextJob())).toMatch(/attempt 3: score 100, delivered$/);
    expect(await bare.toldWords(conversationId)).toEqual(['round 1']);
    for (const outside of [slow, quick]) outside.close();
    expect(await bare.world.broken()).toEqual([]);
  });
});
