// An attempt went wrong: it is made again, now or after a pause, or the task is given up and people are told.
import type { Act } from '../act.ts';
import { raiseAlarm } from '../alarms/raise-alarm.ts';
import { callPeople } from './call-people.ts';
import { giveUp } from './give-up.ts';
import { ImageAttempt } from './image-attempt.ts';
import { TOO_LARGE, wasTooLarge } from './mail-size.ts';
import { planStep } from './move-image.ts';
import type { Outcome } from './outcome.ts';
import { mailRefused, mailUnknown } from './settle-mail.ts';
import { countedAttempts, type Ended, endRound, PUT_OFF } from './settle-result.ts';
import { afterFailure } from './steps.ts';

/** @param isWanted false where the task has moved on meanwhile: then it is written down, and that is all. */
export async function settleFailure(
  act: Act,
  locked: Ended,
  attempt: ImageAttempt,
  failure: Extract<Outcome, { readonly kind: 'failed' }>['failure'],
  isWanted: boolean,
): Promise<string> {
  const { task, settings } = locked;
  const { step, taskId, round } = attempt;
  const unknown = failure.kind === 'unknown' && step === 'mail';
  const code = failure.kind === 'rate_limited' ? PUT_OFF : failure.code;
  attempt.moveTo(unknown ? 'unknown' : 'failed', act.now, code, failure.detail);
  await act.em.flush();
  if (!isWanted) {
    planStep(act, locked);
    return `${code}, not wanted any more`;
  }
  if (unknown) {
    await mailUnknown(act, locked, attempt);
    return 'nobody knows';
  }
  if (step === 'mail' && code === TOO_LARGE && !(await wasTooLarge(act.em, attempt))) {
    planStep(act, locked);
    return `${code}, again as a link`;
  }
  const put = await act.em.count(ImageAttempt, { taskId, step, round, code: PUT_OFF });
  const next = afterFailure(step, failure, await countedAttempts(act, attempt), put, settings.maxAttempts);
  if (next.kind === 'again') {
    planStep(act, locked, new Date(act.now.getTime() + next.afterMs));
    return `${code}, again in ${Math.round(next.afterMs / 1000)} s`;
  }
  if (step === 'mail') await mailRefused(act, locked, attempt, failure.kind);
  else if (step === 'processing') return `${code}, ${await endRound(act, locked, attempt)}`;
  else if (step === 'checking' && task.isPaid && settings.automatic) await goOnByOurselves(act, locked, failure.detail);
  else if (task.state === 'pending' && step === 'analysis')
    await callPeople(act, locked, 'image_not_analysed', failure.detail);
  else await giveUp(act, locked, `image_${step}_failed`, failure.detail);
  return `${code}, given up`;
}

/** What was handed in can not be had: the work goes on as if nobody had. */
async function goOnByOurselves(act: Act, locked: Ended, detail: string): Promise<void> {
  const { task } = locked;
  task.submitted = null;
  await act.em.flush();
  const { accountId, conversationId } = task;
  const said = `A result that was handed in can not be used: ${detail}`;
  await raiseAlarm(act, { code: 'image_checking_failed', detail: said, accountId, conversationId });
  planStep(act, locked);
}
