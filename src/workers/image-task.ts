// Queue image-task: one step of a task a run. The attempt is written down, the outside is asked with no transaction open, and what came
// of it is written down with all that follows. Or, by the other payload, a look at what a contact has said.
import { passingCause, runAct } from '../act.ts';
import { beginAttempt } from '../domain/images/begin-attempt.ts';
import { endAttempt } from '../domain/images/end-attempt.ts';
import { hearContact, passOver } from '../domain/images/hear-contact.ts';
import type { Outcome } from '../domain/images/outcome.ts';
import type { Work } from '../domain/images/work.ts';
import type { JobPayload } from '../domain/jobs/catalogue.ts';
import { claimJob } from '../domain/jobs/claim-jobs.ts';
import { finishJobs } from '../domain/jobs/finish-job.ts';
import { Job } from '../domain/jobs/job.ts';
import { OutsideFailure } from '../integrations/outside-failure.ts';
import type { Kernel } from '../kernel.ts';
import { wordsOf } from '../log.ts';
import { makeStep } from './image-steps.ts';
import { LeaseLost, Stopping, underLease } from './lease.ts';
import type { Outside } from './outside.ts';
import { SYSTEM } from './perform.ts';
import { untilWritten } from './until-written.ts';

/** @returns a few words for whoever looks at the queue. */
export async function imageTask(kernel: Kernel, outside: Outside, id: string): Promise<string> {
  const job = await kernel.orm.em.fork().findOne(Job, { id }, { populate: ['payload'] });
  if (!job) return 'there is no such job';
  const payload: JobPayload['image-task'] = JSON.parse(job.payload);
  return 'heardIn' in payload ? hear(kernel, id, payload.heardIn) : step(kernel, outside, id, payload.taskId);
}

async function hear(kernel: Kernel, id: string, conversationId: string): Promise<string> {
  const heard = await hearPage(kernel, id, conversationId).catch(async (err) => {
    if (passingCause(err) !== null) throw err;
    kernel.log.warn({ err, job: id }, 'messages could not be heard together; each is heard alone');
    return hearAlone(kernel, id, conversationId);
  });
  return `listened to ${heard} messages`;
}

function hearPage(kernel: Kernel, id: string, conversationId: string, most?: number): Promise<number> {
  return runAct(kernel, SYSTEM, async (act) => {
    if (!(await claimJob(act, id))) return 0;
    const heard = await hearContact(act, conversationId, most);
    await finishJobs(act, 'image-task', new Map([[id, { heard }]]));
    return heard;
  });
}

/** One that can not be heard must not make us deaf for those behind it. */
function hearAlone(kernel: Kernel, id: string, conversationId: string): Promise<number> {
  return hearPage(kernel, id, conversationId, 1).catch(async (err) => {
    if (passingCause(err) !== null) throw err;
    kernel.log.error({ err, job: id }, 'a message can not be heard; it is passed over');
    await runAct(kernel, SYSTEM, async (act) => {
      if (!(await claimJob(act, id))) return;
      await passOver(act, conversationId);
      await finishJobs(act, 'image-task', new Map([[id, { heard: 0 }]]));
    });
    return 0;
  });
}

async function step(kernel: Kernel, outside: Outside, id: string, taskId: string): Promise<string> {
  const work = await runAct(kernel, SYSTEM, (act) => beginAttempt(act, id, taskId, outside.makerOf));
  if (!work) return 'nothing to do';
  const { step: name, round, number } = work;
  const said = await underLease(kernel, id, work.attemptId, outside.stopping, async (signal) => {
    const outcome = await attempt(kernel, outside, work, signal);
    return untilWritten(() => runAct(kernel, SYSTEM, (act) => endAttempt(act, work, outcome, outside.linkTo)));
  }).catch(lostOnly);
  kernel.metrics.imageSteps.inc({ step: name, outcome: (said ?? 'lost').split(/[ ,]/)[0] ?? '' });
  return `${name}, round ${round}, attempt ${number}: ${said ?? 'another worker has it by now'}`;
}

function lostOnly(error: unknown): null {
  if (error instanceof LeaseLost) return null;
  throw error;
}

/** Whatever goes wrong is an outcome too, so that no task is asked for again for ever. */
async function attempt(kernel: Kernel, outside: Outside, work: Work, signal: AbortSignal): Promise<Outcome> {
  const end = kernel.metrics.imageTime.startTimer({ step: work.step });
  const limit = AbortSignal.timeout(kernel.config.IMAGE_SECONDS * 1000);
  try {
    return await makeStep(kernel, outside, work, AbortSignal.any([signal, limit]));
  } catch (error) {
    if (signal.reason instanceof LeaseLost) throw signal.reason;
    if (signal.reason instanceof Stopping && !isUnknown(error)) return { kind: 'interrupted' };
    if (!(error instanceof OutsideFailure))
      kernel.log.warn({ err: error, task: work.taskId, step: work.step }, 'a step failed');
    return { kind: 'failed', failure: limit.aborted && !isUnknown(error) ? late(kernel) : failureOf(error) };
  } finally {
    end();
  }
}

function isUnknown(error: unknown): boolean {
  return error instanceof OutsideFailure && error.kind === 'unknown';
}

type Failed = Extract<Outcome, { kind: 'failed' }>['failure'];

function late({ config }: Kernel): Failed {
  const detail = `It was not done within ${config.IMAGE_SECONDS} s.`;
  return { kind: 'retryable', code: 'timeout', detail, retryAfterMs: null };
}

function failureOf(error: unknown): Failed {
  if (error instanceof OutsideFailure) {
    const { kind, code, message: detail, retryAfterMs } = error;
    return { kind, code, detail, retryAfterMs };
  }
  return { kind: 'retryable', code: 'fault', detail: wordsOf(error), retryAfterMs: null };
}
