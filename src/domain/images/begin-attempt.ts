// The next step of a task is begun: its job is leased and the attempt written down, before anybody outside is asked.
import { createHash } from 'node:crypto';
import type { Act } from '../act.ts';
import { newId } from '../ids.ts';
import { finishJobs } from '../jobs/finish-job.ts';
import { claimLeasable, isLeased, leaseJob } from '../jobs/lease-job.ts';
import { giveUp } from './give-up.ts';
import { ImageAttempt } from './image-attempt.ts';
import type { ImageTask } from './image-task.ts';
import { type LockedTask, lockImage } from './lock-image.ts';
import { mailUnknown } from './settle-mail.ts';
import type { Step } from './steps.ts';
import { type Work, workOf } from './work.ts';

/** @param maker who will be asked. @returns null when there is nothing to do (any more), or somebody is at it. */
export async function beginAttempt(
  act: Act,
  jobId: string,
  taskId: string,
  makerOf: (step: Step, provider: Work['provider']) => string,
): Promise<Work | null> {
  if (!(await claimLeasable(act, jobId))) return null;
  const locked = await lockImage(act, taskId);
  const { task, settings } = locked;
  const others = await act.em.find(ImageAttempt, { taskId, state: 'begun' });
  for (const other of others) {
    if (other.jobId !== jobId && (await isLeased(act, other.jobId))) return end(act, jobId, 'somebody is at it');
    await giveUpLost(act, locked, other);
  }
  const step = task.nextStep(settings);
  if (step === null) return end(act, jobId, null);
  if (await losesWorkers(act, task, step)) {
    await giveUp(
      act,
      locked,
      'image_workers_lost',
      'Every worker that tried was lost; the picture may be too much for it.',
    );
    return end(act, jobId, 'given up');
  }
  const maker = makerOf(step, settings.provider);
  const attempt = await createAttempt(act, task, jobId, step, maker);
  await leaseJob(act, jobId, attempt.id);
  return workOf(act, locked, attempt, maker);
}

async function end(act: Act, jobId: string, because: string | null): Promise<null> {
  await finishJobs(act, 'image-task', new Map([[jobId, { step: null, because }]]));
  return null;
}

/** Its worker is gone. What it asked for may be asked for again; but a mail may have gone out already. */
async function giveUpLost(act: Act, locked: LockedTask, attempt: ImageAttempt): Promise<void> {
  if (attempt.step === 'mail' && attempt.sendingAt !== null) {
    attempt.moveTo('unknown', act.now, 'worker_lost', 'The worker was lost while the mail went out.');
    await act.em.flush();
    if (locked.task.mailState === 'wanted') await mailUnknown(act, locked, attempt);
    return;
  }
  attempt.moveTo('lost', act.now, 'worker_lost', 'The worker was lost; the step is made again.');
  await act.em.flush();
}

/** What kills its worker each time must not do so for ever. A mail that was lost before it went out harms nobody. */
async function losesWorkers(act: Act, { id: taskId, round }: ImageTask, step: Step): Promise<boolean> {
  return step !== 'mail' && (await act.em.count(ImageAttempt, { taskId, step, round, state: 'lost' })) >= LOST_AT_MOST;
}

const LOST_AT_MOST = 5;

async function createAttempt(
  act: Act,
  task: ImageTask,
  jobId: string,
  step: Step,
  maker: string,
): Promise<ImageAttempt> {
  const { id: taskId, round, email } = task;
  const before = await act.em.count(ImageAttempt, { taskId, step, round });
  const attempt = act.em.create(ImageAttempt, {
    id: newId(),
    taskId,
    jobId,
    step,
    round,
    number: before + 1,
    state: 'begun',
    maker,
    model: null,
    recipient: step === 'mail' ? email : null,
    // The same for every attempt at the same address: whoever gets two copies can tell that they are one.
    messageId: step === 'mail' ? `<${taskId.toLowerCase()}.${round}.${addressMark(email)}@baton>` : null,
    sendingAt: null,
    code: null,
    detail: null,
    quality: null,
    score: null,
    fileId: null,
    previewFileId: null,
    beganAt: act.now,
    endedAt: null,
  });
  await act.em.flush();
  return attempt;
}

/** Of the whole address: two that begin alike must not share a Message-ID. */
function addressMark(email: string | null): string {
  return createHash('sha256')
    .update(email ?? '')
    .digest('hex')
    .slice(0, 32);
}

/**
 * From here on the mail may have gone out.
 * @returns false when it must not: the attempt is over, or the contact has corrected the address, asked for a change, or called it off.
 */
export async function markSending(
  act: Act,
  { taskId, attemptId }: Pick<Work, 'taskId' | 'attemptId'>,
): Promise<boolean> {
  const { task } = await lockImage(act, taskId);
  const attempt = await act.em.findOneOrFail(ImageAttempt, { id: attemptId });
  const isWanted = task.state === 'awaiting_confirm' && task.mailState === 'wanted' && task.round === attempt.round;
  if (attempt.state !== 'begun' || !isWanted || task.email !== attempt.recipient) return false;
  attempt.sendingAt = act.now;
  await act.em.flush();
  return true;
}
