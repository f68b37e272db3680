// An attempt comes back with what came of it: that is written down together with all that follows from it, and the next step is planned.
import type { Act } from '../act.ts';
import { finishJobs } from '../jobs/finish-job.ts';
import { holdsLease } from '../jobs/lease-job.ts';
import { shortened } from '../messages/incoming.ts';
import type { LinkTo } from './deliver-result.ts';
import { ImageAttempt } from './image-attempt.ts';
import type { ImageTask } from './image-task.ts';
import { keepFile } from './keep-file.ts';
import { type LockedTask, lockImage } from './lock-image.ts';
import { planStep } from './move-image.ts';
import type { Outcome } from './outcome.ts';
import { settleFailure } from './settle-failure.ts';
import { mailSent } from './settle-mail.ts';
import { type Ended, settleMade } from './settle-result.ts';
import { takeAnalysis } from './take-analysis.ts';
import type { Work } from './work.ts';

/** @returns a few words for whoever looks at the queue; null when the lease was somebody else's by now, and nothing was written. */
export async function endAttempt(act: Act, work: Work, outcome: Outcome, linkTo: LinkTo): Promise<string | null> {
  const locked = await lockImage(act, work.taskId);
  if (!(await holdsLease(act, work.jobId, work.attemptId))) return null;
  const attempt = await act.em.findOneOrFail(ImageAttempt, { id: work.attemptId });
  const said = await settle(act, { ...locked, linkTo }, work, attempt, outcome);
  await act.em.flush();
  const { step, round, number } = work;
  await finishJobs(act, 'image-task', new Map([[work.jobId, { step, round, attempt: number, outcome: said }]]));
  return said;
}

async function settle(act: Act, locked: Ended, work: Work, attempt: ImageAttempt, outcome: Outcome): Promise<string> {
  if (outcome.kind === 'interrupted') {
    attempt.moveTo('interrupted', act.now, 'interrupted', 'The worker was told to stop; this attempt does not count.');
    await act.em.flush();
    planStep(act, locked);
    return 'interrupted';
  }
  const isWanted = stillWants(locked.task, work);
  if (outcome.kind === 'failed') return settleFailure(act, locked, attempt, outcome.failure, isWanted);
  if (outcome.kind === 'made') return settleMade(act, locked, attempt, outcome, isWanted);
  attempt.moveTo('done', act.now);
  await act.em.flush();
  if (outcome.kind === 'mailed') {
    attempt.detail = shortened(outcome.response, 500);
    if (isWanted) await mailSent(act, locked, attempt);
    else planStep(act, locked);
    return 'mailed';
  }
  if (isWanted && outcome.kind === 'fetched') await takeOriginal(act, locked, attempt, outcome.original);
  if (isWanted && outcome.kind === 'analysed') await takeAnalysis(act, locked, outcome.analysis);
  planStep(act, locked);
  return isWanted ? outcome.kind : 'not wanted any more';
}

/** While the outside was asked, the contact may have sent another picture, upstream its analysis, or an operator may have ended the task. */
function stillWants(task: ImageTask, { step, round, source, submitted, original }: Work): boolean {
  const { state } = task;
  if (step === 'mail') return state === 'awaiting_confirm' && task.round === round;
  if (step === 'processing') return state === 'processing' && task.round === round && task.submitted === null;
  if (step === 'checking') return state === 'processing' && task.round === round && task.submitted === submitted;
  if (state !== 'pending' && state !== 'processing') return false;
  if (step === 'fetch') return task.source === source;
  return task.originalFileId === original?.id && task.wanted.analysis === null;
}

type Original = Extract<Outcome, { readonly kind: 'fetched' }>['original'];

async function takeOriginal(act: Act, locked: LockedTask, attempt: ImageAttempt, original: Original): Promise<void> {
  const file = keepFile(act, locked, original);
  attempt.fileId = file.id;
  locked.task.originalFileId = file.id;
  await act.em.flush();
}
