// A result goes to the contact, once a round, and they are asked to confirm it. Where it is below the bar, people are told as well.

import { phraseFor } from '../accounts/settings.ts';
import type { Act } from '../act.ts';
import { raiseAlarm } from '../alarms/raise-alarm.ts';
import { hearContact } from './hear-contact.ts';
import { ImageAttempt } from './image-attempt.ts';
import type { LockedTask } from './lock-image.ts';
import { moveImage, tellImage } from './move-image.ts';
import { isGoodEnough, type Quality } from './quality.ts';
import { StoredFile } from './stored-file.ts';
import { sendPicture } from './tell-contact.ts';

/** A signed address at which a stored picture is read until then; made by whoever knows the secret and where we are reached. */
export type LinkTo = (fileId: string, expiresAt: Date) => string;

export async function deliverResult(
  act: Act,
  locked: LockedTask,
  attempt: ImageAttempt,
  quality: Quality,
  linkTo: LinkTo,
): Promise<void> {
  const { task, settings, profile, conversation } = locked;
  // What was said before the contact has seen it is no answer to it.
  await hearContact(act, conversation.id);
  task.resultFileId = attempt.fileId;
  task.previewFileId = attempt.previewFileId;
  task.score = quality.score;
  task.submitted = null;
  task.peopleTold = false;
  task.mailState = 'none';
  task.email ??= profile.knownAddress;
  await moveImage(act, locked, 'awaiting_confirm', `round ${task.round}`);
  const { sentAt } = await sendPicture(act, locked, `${task.id}:${task.round}`, await contentOf(act, locked, linkTo));
  task.askedAt = sentAt;
  const good = isGoodEnough(quality, settings.qualityBar);
  const attempts = await act.em.count(ImageAttempt, { taskId: task.id, round: task.round, step: attempt.step });
  await tellImage(act, locked, task, 'image_task.result_ready', {
    round: task.round,
    attempts,
    score: quality.score,
    isGoodEnough: good,
    failed: [...quality.failed],
    fileId: task.resultFileId,
    reason: null,
  });
  if (good) return;
  const why = quality.failed.map(({ en }) => en).join(' ');
  const detail = `A picture was delivered that is below the bar (${quality.score} of 100 after ${attempts} attempts): ${why}`;
  await raiseAlarm(act, {
    code: 'image_quality',
    detail,
    accountId: task.accountId,
    conversationId: task.conversationId,
  });
}

async function contentOf(act: Act, { task, account, settings }: LockedTask, linkTo: LinkTo) {
  const fileId = task.previewFileId ?? task.resultFileId ?? '';
  const { width, height } = await act.em.findOneOrFail(StoredFile, { id: fileId });
  const text =
    task.email === null
      ? phraseFor(account.fullSettings, 'imageReady')
      : phraseFor(account.fullSettings, 'imageReadyKnown', { address: task.email });
  const url = linkTo(fileId, new Date(act.now.getTime() + settings.linksFor * 1000));
  return { taskId: task.id, round: task.round, fileId, url, width, height, text };
}
