// What somebody saw in a picture: how much work it is, and with that what it costs. The quote is pushed to the robot as advice, once.
import type { Act } from '../act.ts';
import { DomainError } from '../errors.ts';
import { isOpenImage } from './lifecycle.ts';
import type { LockedTask } from './lock-image.ts';
import { planStep, tellImage } from './move-image.ts';
import { adviceFor, type Quote, quoteFor } from './quote.ts';
import type { Analysis } from './requirements.ts';

/** A later look replaces an earlier one; it is quoted again only where that changes the price, and never once it was paid. */
export async function takeAnalysis(act: Act, locked: LockedTask, analysis: Analysis): Promise<void> {
  const { task, profile } = locked;
  const known = task.wanted.analysis;
  if (JSON.stringify(known) === JSON.stringify(analysis)) return;
  task.want({ analysis }, act.now);
  profile.sawAnalysis(task.source, analysis);
  await act.em.flush();
  if (task.state === 'pending' && !task.isPaid) await quote(act, locked, analysis);
}

/** By upstream, at any time while the task is open: what comes late counts for the next round. @throws DomainError illegal_move when it is over */
export async function analyseImage(act: Act, locked: LockedTask, analysis: Analysis): Promise<void> {
  const { state, id: taskId } = locked.task;
  if (!isOpenImage(state))
    throw new DomainError('illegal_move', `An image task that is ${state} is not looked at any more.`, {
      taskId,
      state,
    });
  const before = locked.task.nextStep(locked.settings);
  await takeAnalysis(act, locked, analysis);
  if (before === null) planStep(act, locked);
}

async function quote(act: Act, locked: LockedTask, analysis: Analysis): Promise<void> {
  const { task, settings, account } = locked;
  const quoted: Quote = quoteFor(analysis.complexity, settings.prices);
  const text = JSON.stringify(quoted);
  if (task.quote === text) return;
  task.quote = text;
  const advice = adviceFor(quoted, analysis, account.fullSettings.language);
  await tellImage(act, locked, task, 'image_task.quoted', { complexity: analysis.complexity, ...quoted, advice });
}
