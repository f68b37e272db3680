// Calls operators: always on the stream `ops`, and outside by the job `alarm`. Equal alarms are folded: the first is told at once, those
// that follow within ten minutes together, with their number.
import { createHash } from 'node:crypto';
import type { Act } from '../act.ts';
import { record } from '../events/record.ts';
import { newId } from '../ids.ts';
import { planJob } from '../jobs/plan-job.ts';
import { utc } from '../rows.ts';

export type Raised = {
  /** One word, for instance `transfer_not_taken`. */
  readonly code: string;
  /** A sentence. What it names decides which alarms are equal. */
  readonly detail: string;
  readonly accountId: string | null;
  readonly conversationId: string | null;
};

/** Seconds in which equal alarms are told together. */
export const FOLD_SECONDS = 600;
/** What waits for so long has lost its job: whoever comes next brings one. */
const OVERDUE_MS = 60_000;
const DETAIL_LENGTH = 1000;

export async function raiseAlarm(act: Act, raised: Raised): Promise<void> {
  const { code, accountId, conversationId } = raised;
  const detail = raised.detail.slice(0, DETAIL_LENGTH).toWellFormed();
  const subject = { accountId: accountId ?? undefined, conversationId: conversationId ?? undefined };
  record(act, 'ops.alert_raised', subject, { code, detail, accountId, conversationId });
  const foldKey = createHash('sha256')
    .update(JSON.stringify([code, detail, accountId]))
    .digest('hex');
  const dueAt = await fold(act, foldKey, { ...raised, detail });
  if (dueAt) planJob(act, 'alarm', null, {}, dueAt);
}

/** @returns when it is to be told; null when one that waits takes it along. */
async function fold(
  act: Act,
  foldKey: string,
  { code, detail, accountId, conversationId }: Raised,
): Promise<Date | null> {
  const { em, now } = act;
  await em.execute(
    `insert into alarm (id, fold_key, code, detail, account_id, conversation_id, waiting, total, first_at, last_at, due_at)
     values (?, ?, ?, ?, ?, ?, 1, 1, ?, ?, ?)
     on duplicate key update first_at = if(waiting = 0, values(first_at), first_at),
       due_at = if(waiting = 0, greatest(values(due_at), coalesce(sent_at + interval ? second, values(due_at))), due_at),
       waiting = waiting + 1, total = total + 1, last_at = values(last_at), conversation_id = values(conversation_id)`,
    [newId(), foldKey, code, detail, accountId, conversationId, now, now, now, FOLD_SECONDS],
    'run',
  );
  const [row]: { waiting: number; due_at: string }[] = await em.execute(
    'select waiting, due_at from alarm where fold_key = ?',
    [foldKey],
  );
  if (!row) return null;
  const dueAt = utc(row.due_at);
  const isOverdue = dueAt.getTime() < now.getTime() - OVERDUE_MS;
  return row.waiting === 1 || isOverdue ? dueAt : null;
}
