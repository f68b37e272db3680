// A picture was made, or handed in: it is judged, tried again where it is not good enough, and in the end the best of the round goes to
// the contact.
import type { Act } from '../act.ts';
import { deliverResult, type LinkTo } from './deliver-result.ts';
import { giveUp } from './give-up.ts';
import { ImageAttempt } from './image-attempt.ts';
import type { ImageTask } from './image-task.ts';
import { keepFile } from './keep-file.ts';
import type { LockedTask } from './lock-image.ts';
import { planStep } from './move-image.ts';
import type { Outcome } from './outcome.ts';
import { isGoodEnough, judge, type Measurements } from './quality.ts';

export type Ended = LockedTask & { readonly linkTo: LinkTo };

/** @param isWanted false where the task has moved on meanwhile: then it is written down, and that is all. */
export async function settleMade(
  act: Act,
  locked: Ended,
  attempt: ImageAttempt,
  made: Extract<Outcome, { readonly kind: 'made' }>,
  isWanted: boolean,
): Promise<string> {
  const { task, settings } = locked;
  const quality = judge(made.measured, { ...wantedOf(task, made.measured), original: made.original });
  attempt.fileId = keepFile(act, locked, made.file).id;
  attempt.previewFileId = made.preview ? keepFile(act, locked, made.preview).id : null;
  attempt.madeBy(made.model);
  attempt.judge(quality);
  attempt.moveTo('done', act.now, quality.failed[0]?.check ?? null, made.notes.join(' ') || null);
  await act.em.flush();
  const said = `score ${quality.score}`;
  if (!isWanted) {
    planStep(act, locked);
    return `${said}, not wanted any more`;
  }
  const counted = await countedAttempts(act, attempt);
  const again = attempt.step === 'processing' && counted < settings.maxAttempts;
  if (!isGoodEnough(quality, settings.qualityBar) && again) {
    planStep(act, locked);
    return `${said}, tried again`;
  }
  return `${said}, ${await endRound(act, locked, attempt)}`;
}

/** What was asked for by name; what the analysis saw counts where a ratio is the work, or where the maker went by it. */
function wantedOf({ operation, wanted: { ratio, size, analysis } }: ImageTask, made: Measurements | null) {
  const seen = ratioOf(analysis?.ratio ?? null);
  const goesBySeen = operation === 'resize' || (seen !== null && made !== null && isNear(made, seen));
  return { operation, size, ratio: ratioOf(ratio) ?? (goesBySeen ? seen : null) };
}

type Shape = { readonly width: number; readonly height: number };

function ratioOf(text: string | null): Shape | null {
  const [width, height] = (text ?? '').split(':').map(Number);
  return width && height ? { width, height } : null;
}

function isNear(made: Shape, wanted: Shape): boolean {
  return Math.abs((made.width * wanted.height) / (made.height * wanted.width) - 1) <= 0.01;
}

/** The best of the round is delivered, good or bad; where none can be shown, people are told. */
export async function endRound(act: Act, locked: Ended, last: ImageAttempt): Promise<string> {
  const best = await bestOf(act, last);
  if (best) {
    await deliverResult(act, locked, best.attempt, best.quality, locked.linkTo);
    return 'delivered';
  }
  await giveUp(act, locked, 'image_not_made', reasonOf(last));
  return 'given up';
}

/** What somebody hands in replaces what they handed in before, and what was made. */
async function bestOf(act: Act, last: ImageAttempt) {
  const { taskId, round, step } = last;
  const made = { taskId, round, step, state: 'done' } as const;
  const attempts = await act.em.find(ImageAttempt, made, { orderBy: { score: 'desc', id: 'asc' } });
  const judged = (step === 'checking' ? [last] : attempts).flatMap((attempt) => {
    const quality = attempt.judged;
    return quality?.isUsable ? [{ attempt, quality }] : [];
  });
  return judged[0] ?? null;
}

function reasonOf({ judged, detail }: ImageAttempt): string {
  return judged?.failed.map(({ en }) => en).join(' ') || detail || 'no result';
}

/** Attempts that count: those that were made, or failed by themselves; of a mail, those to the same address. */
export function countedAttempts(act: Act, { taskId, step, round, recipient }: ImageAttempt): Promise<number> {
  const not = { $nin: ['begun', 'interrupted', 'lost'] } as const;
  return act.em.count(ImageAttempt, {
    taskId,
    step,
    round,
    recipient,
    state: not,
    $or: [{ code: null }, { code: { $ne: PUT_OFF } }],
  });
}

/** The code of an attempt that was put off because the outside asked for it. */
export const PUT_OFF = 'rate_limited';
