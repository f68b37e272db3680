// Tasks whose next step is ours and that nobody makes: their account's settings have changed, or their job has failed at every try.
import type { EntityManager } from '@mikro-orm/mysql';
import type { Act } from '../act.ts';
import { lockIfFree } from '../conversations/lock-conversation.ts';
import { ImageTask } from './image-task.ts';
import { lockImage } from './lock-image.ts';
import { planStep } from './move-image.ts';
import { beginRound } from './take-payment.ts';

/** By the settings of the account `a`; what they leave out is so. */
export const AUTOMATIC = "coalesce(json_unquote(json_extract(a.settings, '$.images.automatic')), 'true') <> 'false'";

/** Those that nothing moved for a while, the longest first. */
export async function findRestingImages(em: EntityManager, since: Date, limit: number): Promise<string[]> {
  const rows: { id: string }[] = await em.execute(
    `select t.id from image_task t join account a on a.id = t.account_id
     where (t.state in ('pending', 'processing') and t.original_file_id is null or t.state = 'awaiting_confirm' and t.mail_state = 'wanted'
         or t.state = 'processing' and t.submitted is not null
         or ${AUTOMATIC} and (t.state = 'processing' or t.state = 'pending' and t.paid_at is not null))
       and t.updated_at < ? and not exists (select 1 from job j where j.kind = 'image-task' and j.state in ('accepted', 'running')
         and j.payload = concat('{"taskId":"', t.id, '"}'))
     order by t.updated_at limit ?`,
    [since, limit],
  );
  return rows.map(({ id }) => id);
}

/** @returns whether it goes on. */
export async function resumeImage(act: Act, taskId: string): Promise<boolean> {
  const seen = await act.em.findOne(ImageTask, { id: taskId }, { disableIdentityMap: true });
  if (!seen || !(await lockIfFree(act, seen.conversationId))) return false;
  const locked = await lockImage(act, taskId);
  const { task, settings } = locked;
  if (task.state === 'pending' && task.isPaid && settings.automatic) {
    await beginRound(act, locked, 'paid; automatic work was switched on');
    return true;
  }
  planStep(act, locked);
  return task.nextStep(settings) !== null;
}
