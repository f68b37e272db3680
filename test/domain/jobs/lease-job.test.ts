// The laws of a lease on the real database: who has it is alone with the work, and whoever's lease ran out can write nothing any more.
import { afterAll, describe, expect, test } from 'vitest';
import { runAct } from '../../../src/act.ts';
import type { Act } from '../../../src/domain/act.ts';
import { newId } from '../../../src/domain/ids.ts';
import { beginAttempt, markSending } from '../../../src/domain/images/begin-attempt.ts';
import { endAttempt } from '../../../src/domain/images/end-attempt.ts';
import type { Outcome } from '../../../src/domain/images/outcome.ts';
import type { Work } from '../../../src/domain/images/work.ts';
import { claimJob } from '../../../src/domain/jobs/claim-jobs.ts';
import { failJob, finishJobs, postponeJob } from '../../../src/domain/jobs/finish-job.ts';
import {
  claimLeasable,
  holdsLease,
  isLeased,
  LEASE_SECONDS,
  leaseJob,
  releaseLease,
  renewLease,
  takeBackLeases,
} from '../../../src/domain/jobs/lease-job.ts';
import { planJob } from '../../../src/domain/jobs/plan-job.ts';
import type { MailSender } from '../../../src/integrations/mail.ts';
import { imageTask } from '../../../src/workers/image-task.ts';
import { LeaseLost, Stopping, underLease } from '../../../src/workers/lease.ts';
import { openOutside } from '../../../src/workers/outside.ts';
import { startWorkers, type Workers } from '../../../src/workers/start.ts';
import { sweep } from '../../../src/workers/sweep.ts';
import { somebodyWaits } from '../../support/gate.ts';
import { startProcess } from '../../support/processes.ts';
import { attemptsOf, Studio } from '../../support/studio.ts';

const studio = await Studio.open({ workers: 0 });
const { world } = studio;
const { kernel } = world;
const SYSTEM = { type: 'system', id: 'test' } as const;

function act<T>(deed: (act: Act) => Promise<T>): Promise<T> {
  return runAct(kernel, SYSTEM, deed);
}

/** A job of which only its row matters. */
async function job(): Promise<string> {
  return act(async (one) => planJob(one, 'image-task', null, { taskId: newId() }).id);
}

/** @returns the name of the run that has it. */
async function leased(id: string): Promise<string> {
  const lease = newId();
  const mine = await act(async (one) => {
    const found = await claimLeasable(one, id);
    if (found) await leaseJob(one, id, lease);
    return found !== null;
  });
  if (!mine) throw new Error('somebody else has it');
  return lease;
}

const claims = (id: string) => act((one) => claimLeasable(one, id));

async function rowOf(id: string) {
  const [row] = await world.sql('select state, lease, leased_until from job where id = ?', [id]);
  return row;
}

describe('a leased job', () => {
  test('is nobody else’s until its lease ran out', async () => {
    const id = await job();
    const lease = await leased(id);
    expect(await claims(id)).toBeNull();
    expect(await act((one) => claimJob(one, id))).toBeNull();
    expect(await act((one) => isLeased(one, id))).toBe(true);
    world.advance(LEASE_SECONDS - 1);
    expect(await claims(id)).toBeNull();
    world.advance(2);
    expect(await act((one) => isLeased(one, id))).toBe(false);
    expect(await claims(id)).toMatchObject({ id });
    expect(await act((one) => holdsLease(one, id, lease))).toBe(true); // as long as nobody has taken it
  });

  test('stays its worker’s as long as it is renewed', async () => {
    const id = await job();
    const lease = await leased(id);
    for (let times = 0; times < 4; times += 1) {
      world.advance(LEASE_SECONDS - 1);
      expect(await renewLease(kernel.orm.em.fork(), lease, id, kernel.clock())).toBe(true);
      expect(await claims(id)).toBeNull();
    }
  });

  test('is taken once, however many want it', async () => {
    const id = await job();
    const wanted = Array.from({ length: 16 }, () => leased(id));
    const taken = (await Promise.allSettled(wanted)).filter(({ status }) => status === 'fulfilled');
    expect(taken).toHaveLength(1);
  });

  test('once it is taken by another run, can neither be renewed nor ended by the first', async () => {
    const id = await job();
    const first = await leased(id);
    world.advance(LEASE_SECONDS + 1);
    const second = await leased(id);
    expect(await renewLease(kernel.orm.em.fork(), first, id, kernel.clock())).toBe(false);
    expect(await act((one) => holdsLease(one, id, first))).toBe(false);
    expect(await act((one) => holdsLease(one, id, second))).toBe(true);
  });

  test('that failed can be asked for again', async () => {
    const id = await job();
    await leased(id);
    await act((one) => failJob(one, id, 'image-task', 'it broke'));
    await leased(id);
    expect(await rowOf(id)).toMatchObject({ state: 'running' });
  });
});

describe('whatever ends a run clears its lease', () => {
  const ENDS: readonly (readonly [string, (one: Act, id: string) => Promise<unknown>, string])[] = [
    ['done', (one, id) => finishJobs(one, 'image-task', new Map([[id, {}]])), 'done'],
    ['failed', (one, id) => failJob(one, id, 'image-task', 'it broke'), 'failed'],
    ['put off', (one, id) => postponeJob(one, id, 'not just now', one.now), 'accepted'],
    ['given back', (one, id) => releaseLease(one, id, one.now), 'accepted'],
  ];

  test.each(ENDS)('%s', async (_name, end, state) => {
    const id = await job();
    const lease = await leased(id);
    await act((one) => end(one, id));
    expect(await rowOf(id)).toEqual({ state, lease: null, leased_until: null });
    expect(await renewLease(kernel.orm.em.fork(), lease, id, kernel.clock())).toBe(false);
  });
});

test('leases that ran out are taken back, those that live are not', async () => {
  const [gone, alive] = [await job(), await job()];
  await leased(gone);
  world.advance(LEASE_SECONDS - 5);
  await leased(alive);
  world.advance(6);
  const taken = await act((one) => takeBackLeases(one, 500));
  expect(taken.map(({ id }) => id)).toContain(gone);
  expect(taken.map(({ id }) => id)).not.toContain(alive);
  expect(await rowOf(gone)).toEqual({ state: 'accepted', lease: null, leased_until: null });
  expect(await rowOf(alive)).toMatchObject({ state: 'running' });
});

test('the sweep takes them back', async () => {
  const id = await job();
  await leased(id);
  world.advance(LEASE_SECONDS + 1);
  expect((await sweep(kernel)).runs).toBeGreaterThanOrEqual(1);
  expect(await rowOf(id)).toMatchObject({ state: 'accepted', lease: null });
});

describe('a worker that waits for the outside', () => {
  /** The outside, which says nothing until it is given up. */
  const hang = (signal: AbortSignal) =>
    new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  const never = new AbortController().signal;

  test('renews its lease by itself', async () => {
    const id = await job();
    const lease = await leased(id);
    const { leased_until: until } = await rowOf(id);
    const renewed = new AbortController();
    const look = setInterval(async () => {
      const row = await rowOf(id);
      if (row.leased_until > until) renewed.abort(new Error('renewed'));
    }, 100);
    await expect(underLease(kernel, id, lease, renewed.signal, hang)).rejects.toThrow('renewed');
    clearInterval(look);
  }, 20_000);

  test('gives up when another has its lease', async () => {
    const id = await job();
    const lease = await leased(id);
    const waiting = underLease(kernel, id, lease, never, hang);
    await world.sql('update job set lease = ? where id = ?', [newId(), id]);
    await expect(waiting).rejects.toBeInstanceOf(LeaseLost);
  }, 20_000);

  test('gives up at once when it is to stop', async () => {
    const id = await job();
    const lease = await leased(id);
    const stopping = new AbortController();
    const waiting = underLease(kernel, id, lease, stopping.signal, hang);
    stopping.abort(new Stopping());
    await expect(waiting).rejects.toBeInstanceOf(Stopping);
  });
});

/** The job that makes the next step of a task, and a run that begins it. */
async function begin(task: string): Promise<Work> {
  const sql = "select id from job where kind = 'image-task' and payload like ? and state in ('accepted', 'running')";
  const [row] = await world.sql(sql, [`%${task}%`]);
  const work = await act((one) => beginAttempt(one, row.id, task, () => 'test'));
  if (!work) throw new Error('there was nothing to begin');
  return work;
}

const linkTo = () => 'https://baton.example/file';
const end = (work: Work, outcome: Outcome) => act((one) => endAttempt(one, work, outcome, linkTo));
const failure = (kind: 'permanent' | 'unknown') =>
  ({ kind: 'failed', failure: { kind, code: 'late', detail: 'too late', retryAfterMs: null } }) as const;
const made = { hash: 'a'.repeat(64), bytes: 1, mediaType: 'image/png', width: 1, height: 1, name: 'x.png' };

/** A task whose result was confirmed with an address: its mail is next. */
async function toBeMailed(): Promise<string> {
  const account = await world.account();
  const workers = startWorkers(kernel);
  const { id } = await studio.shown(account, newId());
  await world.quiet();
  await workers.stop();
  await studio.reply(id, 'Good, send it to wang@example.com');
  return id;
}

async function tables(task: string) {
  return [
    await world.sql('select * from image_task where id = ?', [task]),
    await world.sql('select * from image_attempt where task_id = ? order by id', [task]),
    await world.sql('select count(*) as count from event'),
    await world.sql('select count(*) as count from message'),
    await world.sql('select id, state, lease from job order by id'),
    await world.sql('select count(*) as count from stored_file'),
  ];
}

describe('a run whose lease was taken', () => {
  const LATE: readonly Outcome[] = [{ kind: 'fetched', original: made }, { kind: 'interrupted' }, failure('permanent')];

  test.each(LATE)('writes nothing: $kind', async (outcome) => {
    const { id } = await studio.request(await world.account(), 'wang');
    const first = await begin(id);
    world.advance(LEASE_SECONDS + 1);
    const second = await begin(id);
    expect([second.jobId, second.number]).toEqual([first.jobId, 2]);
    const before = await tables(id);
    expect(await end(first, outcome)).toBeNull();
    expect(await tables(id)).toEqual(before);
    expect(attemptsOf(await studio.task(id))).toEqual(['fetch lost worker_lost', 'fetch begun']);
    expect(await end(second, { kind: 'fetched', original: made })).toBe('fetched');
    expect(await world.broken()).toEqual([]);
  });

  test('sends no mail: it is told so before the first byte', async () => {
    const id = await toBeMailed();
    const first = await begin(id);
    world.advance(LEASE_SECONDS + 1);
    const second = await begin(id);
    expect(second.step).toBe('mail');
    expect(await act((one) => markSending(one, first))).toBe(false);
    expect(await act((one) => markSending(one, second))).toBe(true);
    expect(await end(first, failure('unknown'))).toBeNull();
    expect(await end(second, { kind: 'mailed', response: '250 OK' })).toBe('mailed');
    expect(await studio.task(id)).toMatchObject({ state: 'completed', mail: 'sent' });
    expect(await world.broken()).toEqual([]);
  });

  test('sends no mail when it comes to the mail server after another did', async () => {
    const id = await toBeMailed();
    const [job] = await world.sql("select id from job where kind = 'image-task' and state = 'accepted'");
    const late = openOutside(world.config, kernel.producer);
    const arrived = Promise.withResolvers<void>();
    const released = Promise.withResolvers<void>();
    // The real mail server, which it reaches late.
    const send: MailSender['send'] = async (...mail) => {
      arrived.resolve();
      await released.promise;
      return late.mail().send(...mail);
    };
    const slow = imageTask(kernel, { ...late, mail: () => ({ ...late.mail(), send }) }, job.id);
    await arrived.promise;
    world.advance(LEASE_SECONDS + 1);
    const quick = openOutside(world.config, kernel.producer);
    const before = studio.smtp.mails.length;
    expect(await imageTask(kernel, quick, job.id)).toBe('mail, round 1, attempt 2: mailed');
    released.resolve();
    expect(await slow).toBe('mail, round 1, attempt 1: another worker has it by now');
    expect(studio.smtp.mails).toHaveLength(before + 1);
    expect(attemptsOf(await studio.task(id), 'mail')).toEqual(['mail lost worker_lost', 'mail done']);
    for (const outside of [late, quick]) outside.close();
    expect(await world.broken()).toEqual([]);
  });

  test('but notes at that very moment that its mail goes out, is waited for, and no second mail is sent', async () => {
    const id = await toBeMailed();
    const first = await begin(id);
    world.advance(LEASE_SECONDS + 1);
    const em = kernel.orm.em.fork();
    await em.begin();
    expect(await markSending({ em, now: kernel.clock(), actor: SYSTEM, recorded: [], planned: [] }, first)).toBe(true);
    const second = begin(id).catch((error: Error) => error.message);
    await somebodyWaits(world);
    await em.commit();
    expect(await second).toBe('there was nothing to begin');
    const task = await studio.task(id);
    expect(task).toMatchObject({ state: 'awaiting_confirm', mail: 'unknown', asked: 'mail_arrived' });
    expect(attemptsOf(task, 'mail')).toEqual(['mail unknown worker_lost']);
    expect(await world.broken()).toEqual([]);
  });
});

test('a second job of the same task does nothing while the first is at it', async () => {
  const { id } = await studio.request(await world.account(), 'wang');
  await begin(id);
  const other = await act(async (one) => planJob(one, 'image-task', null, { taskId: id }).id);
  expect(await act((one) => beginAttempt(one, other, id, () => 'test'))).toBeNull();
  expect(await rowOf(other)).toMatchObject({ state: 'done' });
  expect(attemptsOf(await studio.task(id))).toEqual(['fetch begun']);
});

describe('a process that is told to stop', () => {
  const running: Workers[] = [];
  afterAll(() => Promise.all(running.map((workers) => workers.stop())));

  test('gives up what it waits for, and ends; another goes on, and the attempt is noted as interrupted', async () => {
    const own = await Studio.open({ workers: 0 });
    const worker = await startProcess('worker', own.world.config);
    const account = await own.world.account({ images: { analyser: 'upstream' } });
    own.host.next({ kind: 'hang' });
    const { id } = await own.request(account, 'wang', { image: `${own.host.url}/slow.jpg` });
    await own.host.heard(1);
    const started = performance.now();
    worker.send('SIGTERM');
    expect(await worker.exit, worker.lines.join('\n')).toEqual({ code: 0, signal: null });
    expect(performance.now() - started).toBeLessThan(10_000);
    await own.host.requests[0]?.gone;
    expect(attemptsOf(await own.task(id))).toEqual(['fetch interrupted interrupted']);
    expect(await own.world.sql("select id from job where state = 'running'")).toEqual([]);
    expect(await own.world.broken()).toEqual([]);

    own.host.at('/slow.jpg', { kind: 'status', status: 404 });
    running.push(startWorkers(own.world.kernel));
    const failed = await own.becomes(id, 'failed');
    expect(attemptsOf(failed)).toEqual(['fetch interrupted interrupted', 'fetch failed not_found']);
    expect(await own.world.broken()).toEqual([]);
  }, 60_000);
});
