// Everybody does something with the same picture at the same moment: the contact, upstream, operators, the clock. Whoever comes first, what
// is left is one consistent state, and nothing was done twice.
import { describe, expect, test } from 'vitest';
import { runAct } from '../../../src/act.ts';
import { newId } from '../../../src/domain/ids.ts';
import { beginAttempt } from '../../../src/domain/images/begin-attempt.ts';
import { endAttempt } from '../../../src/domain/images/end-attempt.ts';
import { Analysis } from '../../../src/domain/images/requirements.ts';
import { imageTask } from '../../../src/workers/image-task.ts';
import { openOutside } from '../../../src/workers/outside.ts';
import { SYSTEM } from '../../../src/workers/perform.ts';
import { makeChance } from '../../support/chance.ts';
import { Studio } from '../../support/studio.ts';
import type { Json, Reply } from '../../support/world.ts';

const studio = await Studio.open({ workers: 2, apis: 2 });
const { world, smtp } = studio;

type Race = { readonly account: string; readonly id: string; readonly image: string };
type Deed = (race: Race) => Promise<Reply>;

const WORDS = [
  'the colour is wrong',
  'make the sky bluer',
  'never mind, it is fine',
  'wang@example.com',
  'no, wrong address: wei@example.com',
  'the new one',
  'received, thank you',
  'When do you ship?',
];

/** By turns at the one API server and at the other. */
let turn = 0;
const call = (method: string, path: string, body: object): Promise<Reply> => {
  turn += 1;
  return world.call(method, path, body, { url: world.apis[turn % world.apis.length]?.url ?? world.url });
};

const of =
  (path: string, body: (race: Race) => object = () => ({})): Deed =>
  (race) =>
    call('POST', `/v1/image-tasks/${race.id}/${path}`, body(race));
const paid = (orderId: string) => ({ orderId, amount: 12 });

const DEEDS: readonly Deed[] = [
  of('payment', () => paid('order-1')),
  of('payment', () => paid('order-2')),
  ({ account }) => call('POST', '/v1/payments', { account, contact: 'wang', ...paid('order-1') }),
  of('cancel'),
  of('retry'),
  of('result', ({ image }) => ({ image })),
  of('analysis', () => ({ complexity: 'hard' })),
  ({ account, image }) => call('POST', '/v1/image-tasks', { account, contact: 'wang', image }),
  () => call('POST', '/v1/timeout-checks', {}),
  ...WORDS.map((text) => of('reply', () => ({ text }))),
  ...WORDS.map(
    (content): Deed =>
      ({ account }) => {
        const sentAt = new Date(world.kernel.clock().getTime() + 1).toISOString();
        return call('POST', '/v1/batches', { messages: [world.message(account, 'wang', { content, sentAt })] });
      },
  ),
];

/** Where the race begins. */
const STARTS = {
  'a picture that is quoted': async (account) => {
    const { id } = await studio.request(account, 'wang');
    await studio.reaches(id, ({ quote }) => quote !== null);
    return id;
  },
  'a picture that nobody has looked at': async (account) => (await studio.request(account, 'wang')).id,
  'a result that was sent': async (account) => (await studio.shown(account, 'wang')).id,
  'a change that was asked for': async (account) => {
    const { id } = await studio.shown(account, 'wang');
    await studio.reply(id, 'the colour is wrong');
    return id;
  },
} satisfies Record<string, (account: string) => Promise<string>>;

const RACERS = 16;
const SEEDS = [1, 2, 3];
const CASES = Object.entries(STARTS).flatMap(([name, start]) => SEEDS.map((seed) => ({ name, start, seed })));

describe('16 acts at once', () => {
  test.each(CASES)('on $name (seed $seed): one consistent state, and nothing twice', async ({ start, seed }) => {
    const account = await world.account({ firstHandler: 'robot' });
    const race = { account, id: await start(account), image: await studio.picture(`${account}-other`) };
    const chance = makeChance(seed);
    const deeds = Array.from({ length: RACERS }, () => DEEDS[Math.floor(chance() * DEEDS.length)]);
    const replies = await Promise.all(deeds.map((deed) => deed?.(race)));
    const refusals = replies.filter((reply) => reply && reply.status >= 400);
    for (const refused of refusals)
      expect(refused).toMatchObject({
        status: 409,
        body: { code: expect.stringMatching(/^(illegal_move|task_open)$/) },
      });
    await world.quiet(60);

    expect(await world.sql("select kind, error from job where state = 'failed'")).toEqual([]);
    await expectNothingTwice(account);
    const [conversation] = await world.sql('select image_task_id from conversation where account_id = ?', [account]);
    const tasks = await world.must('GET', `/v1/image-tasks?account=${account}`);
    // Nothing is under way any more; what is open waits for the contact.
    for (const { id, state } of tasks.data) {
      expect(state).not.toBe('processing');
      expect(['pending', 'awaiting_confirm', 'revision'].includes(state)).toBe(id === conversation.image_task_id);
    }
    await expectProfile(tasks.data);
    expect(await world.broken()).toEqual([]);
  });
});

/** The database refuses most of it; what it can not refuse is counted. */
async function expectNothingTwice(account: string): Promise<void> {
  const attempts = await world.sql(
    'select a.step, a.state, a.message_id from image_attempt a join image_task t on t.id = a.task_id where t.account_id = ?',
    [account],
  );
  expect(attempts.filter(({ state }) => state === 'begun')).toEqual([]);
  const mailed = attempts.filter(({ step, state }) => step === 'mail' && state === 'done');
  const names = mailed.map(({ message_id }) => message_id);
  // The name of a mail is that of its task, round and address.
  expect(new Set(names).size).toBe(names.length);
  const arrived = smtp.mails.map(({ messageId }) => messageId).filter((name) => names.includes(name));
  expect(arrived.sort()).toEqual(names.sort());
}

/** The counts of the profile are those of the tasks. */
async function expectProfile(tasks: readonly Json[]): Promise<void> {
  const [first] = tasks;
  const profile = await world.must('GET', `/v1/contacts/${first.contactId}/image-profile`);
  const inState = (wanted: string) => tasks.filter(({ state }) => state === wanted).length;
  const payments = await world.sql('select id from payment where contact_id = ?', [first.contactId]);
  expect(profile).toMatchObject({
    completed: inState('completed'),
    cancelled: inState('cancelled'),
    revisions: tasks.reduce((sum, { revisions }) => sum + revisions, 0),
    orders: payments.length,
  });
}

test('what upstream sees while we are looking ourselves counts, and is quoted alone', async () => {
  const bare = await Studio.open({ workers: 0 });
  const { kernel } = bare.world;
  const outside = openOutside(bare.world.config, kernel.producer);
  const account = await bare.world.account({ firstHandler: 'robot' });
  const { id } = await bare.request(account, 'wang');
  const nextJob = async () => {
    const [job] = await bare.world.sql("select id from job where kind = 'image-task' and state = 'accepted'");
    return job?.id ?? '';
  };
  await imageTask(kernel, outside, await nextJob());
  const job = await nextJob();
  const work = await runAct(kernel, SYSTEM, (act) => beginAttempt(act, job, id, outside.makerOf));
  if (work?.step !== 'analysis') throw new Error(`the next step is ${work?.step}`);
  const seen = { complexity: 'hard', subject: 'a house' } as const;
  await bare.world.must('POST', `/v1/image-tasks/${id}/analysis`, seen);
  const ours = { kind: 'analysed', analysis: Analysis.parse({ complexity: 'simple' }) } as const;
  await runAct(kernel, SYSTEM, (act) => endAttempt(act, work, ours, outside.linkTo));
  outside.close();
  const task = await bare.task(id);
  expect(task).toMatchObject({ requirements: { analysis: seen }, quote: { from: 25, to: 30 } });
  expect(await bare.world.sql("select id from event where type = 'image_task.quoted'")).toHaveLength(1);
  expect(await bare.world.broken()).toEqual([]);
});

test('what the contact says in 8 batches at once is heard once, each word', async () => {
  const account = await world.account({ firstHandler: 'robot' });
  const { id, contactId } = await studio.request(account, 'wang');
  const after = new Date(world.kernel.clock().getTime() + 1).toISOString();
  const said = (batch: number, index: number) => `make it clearer, ${batch}.${index}`;
  const batches = Array.from({ length: 8 }, (_, batch) =>
    Array.from({ length: 5 }, (_, index) =>
      world.message(account, 'wang', { id: newId(), content: said(batch, index), sentAt: after }),
    ),
  );
  // Each is posted twice, as upstream does that had no answer.
  await Promise.all([...batches, ...batches].map((messages) => world.must('POST', '/v1/batches', { messages })));
  await world.quiet(60);

  const replies = await world.sql('select words, understood from image_reply where task_id = ?', [id]);
  const everything = batches.flat().map(({ content }) => content);
  expect(replies.map(({ words }) => words).sort()).toEqual([...everything].sort());
  expect(new Set(replies.map(({ understood }) => understood))).toEqual(new Set(['wish']));
  const heard = await world.sql(
    "select result from job where kind = 'image-task' and account_id = ? and payload like '%heardIn%'",
    [account],
  );
  const counts = heard.map(({ result }) => (typeof result === 'string' ? JSON.parse(result) : result).heard);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(everything.length);
  const [{ heard_to: pointer }] = await world.sql('select heard_to from image_profile where contact_id = ?', [
    contactId,
  ]);
  const [{ newest }] = await world.sql(
    "select max(id) as newest from message where account_id = ? and sender = 'contact'",
    [account],
  );
  expect(Number(pointer)).toBe(Number(newest));
  expect(await world.broken()).toEqual([]);
});
