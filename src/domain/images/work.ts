// One step of a task, as the worker who makes it is told: everything that it needs to know, and nothing that it could change.
import type { Act } from '../act.ts';
import type { ImageAttempt } from './image-attempt.ts';
import type { LockedTask } from './lock-image.ts';
import { wasTooLarge } from './mail-size.ts';
import type { Operation } from './operation.ts';
import type { Requirements } from './requirements.ts';
import type { Step } from './steps.ts';
import { StoredFile } from './stored-file.ts';

export type Work = {
  readonly attemptId: string;
  readonly jobId: string;
  readonly taskId: string;
  readonly step: Step;
  readonly round: number;
  readonly number: number;
  readonly maker: string;
  readonly provider: 'default' | 'embedded' | 'gemini' | 'openai';
  readonly operation: Operation;
  readonly requirements: Requirements;
  readonly source: string;
  readonly submitted: string | null;
  readonly original: Kept | null;
  readonly result: Kept | null;
  readonly email: string | null;
  readonly messageId: string | null;
  readonly language: 'zh' | 'en';
  /** The account's name, under the mail. */
  readonly shop: string;
  readonly mailLimit: number;
  readonly linksFor: number;
};
export type Kept = {
  readonly id: string;
  readonly hash: string;
  readonly mediaType: string;
  readonly name: string;
  readonly bytes: number;
};

/** @param maker who is asked. */
export async function workOf(act: Act, locked: LockedTask, attempt: ImageAttempt, maker: string): Promise<Work> {
  const { task, settings, account } = locked;
  const { id: attemptId, jobId, taskId, step, round, number, messageId } = attempt;
  const { operation, wanted: requirements, source, submitted, email } = task;
  const { provider, linksFor } = settings;
  const mailLimit = (await wasTooLarge(act.em, attempt)) ? 0 : settings.mailLimit;
  const { language } = account.fullSettings;
  const which = { attemptId, jobId, taskId, step, round, number, maker, provider };
  const wish = { operation, requirements, source, submitted };
  const mail = { email, messageId, mailLimit, linksFor, language, shop: account.name };
  const [original, result] = [await kept(act, task.originalFileId), await kept(act, task.resultFileId)];
  return { ...which, ...wish, ...mail, original, result };
}

async function kept(act: Act, id: string | null): Promise<Kept | null> {
  if (id === null) return null;
  const { hash, mediaType, name, bytes } = await act.em.findOneOrFail(StoredFile, { id });
  return { id, hash, mediaType, name, bytes };
}
