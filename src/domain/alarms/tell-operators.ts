// The alarms that are due, and what is written down once they were told.
import type { EntityManager } from '@mikro-orm/mysql';
import type { Act } from '../act.ts';
import { planJob } from '../jobs/plan-job.ts';
import { utc } from '../rows.ts';
import { FOLD_SECONDS } from './raise-alarm.ts';

export type DueAlarm = {
  readonly id: string;
  readonly code: string;
  readonly detail: string;
  readonly account: string | null;
  readonly contact: string | null;
  readonly waiting: number;
  readonly firstAt: Date;
  readonly lastAt: Date;
};

type Row = Omit<DueAlarm, 'firstAt' | 'lastAt'> & { readonly first_at: string; readonly last_at: string };

/** The oldest first, at most `limit`. */
export async function findDueAlarms(em: EntityManager, now: Date, limit: number): Promise<DueAlarm[]> {
  const rows: Row[] = await em.execute(
    `select r.id, r.code, r.detail, r.waiting, r.first_at, r.last_at, a.name as account, coalesce(c.name, c.external_id) as contact
     from alarm r left join account a on a.id = r.account_id
       left join conversation v on v.id = r.conversation_id left join contact c on c.id = v.contact_id
     where r.due_at <= ? order by r.due_at, r.id limit ?`,
    [now, limit],
  );
  return rows.map(({ first_at, last_at, ...row }) => ({ ...row, firstAt: utc(first_at), lastAt: utc(last_at) }));
}

/** What was raised meanwhile waits for the next time. */
export async function markTold(act: Act, told: readonly DueAlarm[]): Promise<void> {
  for (const { id, waiting } of told) {
    await act.em.execute(
      `update alarm set due_at = if(waiting > ?, ? + interval ? second, null), waiting = waiting - least(waiting, ?),
         first_at = last_at, sent_at = ? where id = ?`,
      [waiting, act.now, FOLD_SECONDS, waiting, act.now, id],
      'run',
    );
  }
  const next = await nextDue(act);
  if (next && !(await isAwaited(act, next))) planJob(act, 'alarm', null, {}, next);
}

async function nextDue(act: Act): Promise<Date | null> {
  const [row]: { due_at: string | null }[] = await act.em.execute('select min(due_at) as due_at from alarm');
  return row?.due_at ? utc(row.due_at) : null;
}

/** Whether a job comes by then anyway, and looks further from there: else every telling would leave one more behind. */
async function isAwaited(act: Act, next: Date): Promise<boolean> {
  const rows: unknown[] = await act.em.execute(
    "select 1 from job where kind = 'alarm' and state = 'accepted' and due_at > ? and due_at <= ? limit 1",
    [act.now, next],
  );
  return rows.length > 0;
}
