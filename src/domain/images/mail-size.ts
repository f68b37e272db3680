// A mail that its server finds too large goes out again with a link in place of the picture.
import type { EntityManager } from '@mikro-orm/mysql';
import { ImageAttempt } from './image-attempt.ts';

/** The code of such an attempt. */
export const TOO_LARGE = 'too_large';

/** Whether an earlier mail of the round was. */
export async function wasTooLarge(
  em: EntityManager,
  { id, taskId, round }: Pick<ImageAttempt, 'id' | 'taskId' | 'round'>,
): Promise<boolean> {
  return (await em.count(ImageAttempt, { taskId, round, step: 'mail', code: TOO_LARGE, id: { $ne: id } })) > 0;
}
