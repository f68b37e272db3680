// Queue timeout-check: whatever is due ends: sessions on which nothing hangs many together, every other row in an act of its own.
// The scheduler asks every few seconds (queues.ts), and operators by hand, with a row of the ledger; checks at the same time share
// the rows out.
import { setTimeout as pause } from 'node:timers/promises';
import { runAct } from '../act.ts';
import { claimJob } from '../domain/jobs/claim-jobs.ts';
import { finishJobs } from '../domain/jobs/finish-job.ts';
import { expireLoneSessions, type LoneEnds } from '../domain/sessions/expire-lone-sessions.ts';
import { DUE_THINGS, type DueRow, type DueThing, findDueRows } from '../domain/timeouts/due-rows.ts';
import { expireRow } from '../domain/timeouts/timeout-check.ts';
import type { Kernel } from '../kernel.ts';
import { SCHEDULED } from '../queues.ts';
import { SYSTEM } from './perform.ts';

const ROWS_AT_ONCE = 2_000;
/** Sessions that end in one act, where nothing hangs on them. */
const LONE_AT_ONCE = 200;
const ACTS_AT_ONCE = 4;

export async function timeoutCheck(kernel: Kernel, id: string): Promise<void> {
  const expired = await expireDue(kernel);
  if (id === SCHEDULED) return;
  await runAct(kernel, SYSTEM, async (act) => {
    if (await claimJob(act, id)) await finishJobs(act, 'timeout-check', new Map([[id, { expired }]]));
  });
}

/** Rows that somebody is at just now are looked at again so often, after a moment; then they are left to the next check. */
const LOOKS_AT_BUSY = 3;
const MOMENT_MS = 50;

type Look = { readonly due: number; readonly ended: number };

/** Looks until it finds nothing more to end. @returns how many rows ended here. */
export async function expireDue(kernel: Kernel): Promise<number> {
  const failed = new Set<string>();
  let expired = 0;
  for (let fruitless = 0; fruitless < LOOKS_AT_BUSY; ) {
    const { due, ended } = await look(kernel, failed);
    expired += ended;
    if (due === ended) return expired;
    fruitless = ended === 0 ? fruitless + 1 : 0;
    await pause(MOMENT_MS);
  }
  return expired;
}

/** @param failed not tried again by this check. */
async function look(kernel: Kernel, failed: Set<string>): Promise<Look> {
  let [due, ended] = [0, 0];
  for (const what of DUE_THINGS) {
    const each = await expireAll(kernel, what, failed);
    due += each.due;
    ended += each.ended;
  }
  return { due, ended };
}

/** Page after page, so that however many rows can not be ended, those behind them are. */
async function expireAll(kernel: Kernel, what: DueThing, failed: Set<string>): Promise<Look> {
  let [due, ended] = [0, 0];
  let page: DueRow[] = [];
  do {
    page = await findDueRows(kernel.orm.em.fork(), what, kernel.clock(), ROWS_AT_ONCE, page.at(-1));
    const rows = page.filter(({ id }) => !failed.has(id));
    const count = await (what === 'session' ? expireSessions : expireAlone)(kernel, rows, failed);
    kernel.metrics.swept.inc({ what: 'due' }, count);
    due += rows.length;
    ended += count;
  } while (page.length === ROWS_AT_ONCE);
  return { due, ended };
}

/** Sessions on which nothing hangs end together: an act for each would take ten times as long. */
async function expireSessions(kernel: Kernel, rows: readonly DueRow[], failed: Set<string>): Promise<number> {
  const conversations = [...new Set(rows.map(({ conversation_id }) => conversation_id))].sort();
  const parts = await sideBySide(partsOf(conversations, LONE_AT_ONCE), (part) => expireTogether(kernel, part));
  const left = new Set(parts.flatMap((part) => part.left));
  const alone = rows.filter(({ conversation_id }) => left.has(conversation_id));
  const together = parts.reduce((sum, { ended }) => sum + ended.length, 0);
  return together + (await expireAlone(kernel, alone, failed));
}

/** Where one of them fails, each is tried alone. */
function expireTogether(kernel: Kernel, part: readonly string[]): Promise<LoneEnds> {
  return runAct(kernel, SYSTEM, (act) => expireLoneSessions(act, part)).catch((err) => {
    kernel.log.warn({ err }, 'due sessions could not be ended together; each is done alone');
    return { ended: [], left: part };
  });
}

/** One that fails holds up no other; the next check finds it again. */
async function expireAlone(kernel: Kernel, rows: readonly DueRow[], failed: Set<string>): Promise<number> {
  const ended = await sideBySide(rows, (row) =>
    runAct(kernel, SYSTEM, (act) => expireRow(act, row)).catch((err) => {
      kernel.log.warn({ err, what: row.what, row: row.id }, 'a due row could not be ended; the next check comes');
      failed.add(row.id);
      return false;
    }),
  );
  return ended.filter((done) => done).length;
}

function partsOf<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, index) =>
    all.slice(index * size, (index + 1) * size),
  );
}

/** A few at a time, in order. */
async function sideBySide<T, R>(all: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const left = all.values();
  const results: R[] = [];
  const lane = async () => {
    for (const item of left) results.push(await work(item));
  };
  await Promise.all(Array.from({ length: ACTS_AT_ONCE }, lane));
  return results;
}
