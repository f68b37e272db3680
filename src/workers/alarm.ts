// Queue alarm: tells operators, in the chat of their group, everything that is due by now in one message. Workers take turns, so that
// what one is telling no other tells. Should it die between the message and its note, they are told twice: better than never.
import { createHash } from 'node:crypto';
import { runAct } from '../act.ts';
import { alarmText } from '../domain/alarms/alarm-text.ts';
import { type DueAlarm, findDueAlarms, markTold } from '../domain/alarms/tell-operators.ts';
import { claimJob } from '../domain/jobs/claim-jobs.ts';
import { finishJobs } from '../domain/jobs/finish-job.ts';
import { planJob } from '../domain/jobs/plan-job.ts';
import { OutsideFailure } from '../integrations/outside-failure.ts';
import { spendFor } from '../integrations/rate-limits.ts';
import { sendToRobot } from '../integrations/wecom-robot.ts';
import type { Kernel } from '../kernel.ts';
import { SYSTEM } from './perform.ts';

const AT_ONCE = 50;
const TIMEOUT_MS = 10_000;
/** What WeCom takes from one robot. */
const A_MINUTE = { points: 20, seconds: 60 };

/** Longer than a message takes; shorter than a silence for which a connection is given up. */
const TURN_SECONDS = 15;
const SOON_MS = 2_000;

export function alarm(kernel: Kernel, id: string): Promise<string> {
  return kernel.orm.em.fork().transactional(async (em) => {
    // The transaction only keeps the connection that the lock is held by: it reads and locks no row.
    const name = `baton-alarm-${kernel.config.REDIS_PREFIX}`;
    const [turn]: { held: number }[] = await em.execute('select get_lock(?, ?) as held', [name, TURN_SECONDS]);
    if (turn?.held !== 1) return putOff(kernel, id, SOON_MS);
    try {
      return await tellDue(kernel, id);
    } finally {
      await em.execute('select release_lock(?)', [name]);
    }
  });
}

async function tellDue(kernel: Kernel, id: string): Promise<string> {
  const { ALARM_ROBOT_URL: url } = kernel.config;
  const due = await findDueAlarms(kernel.orm.em.fork(), kernel.clock(), AT_ONCE);
  if (url !== '' && due.length > 0) {
    const wait = await send(kernel, url, due);
    if (wait !== null) return putOff(kernel, id, wait);
  }
  const told = url === '' ? 0 : due.length;
  await runAct(kernel, SYSTEM, async (act) => {
    await markTold(act, due);
    if (await claimJob(act, id)) await finishJobs(act, 'alarm', new Map([[id, { told }]]));
  });
  return url === '' ? 'no robot is named' : `told ${told} alarms`;
}

/** @returns milliseconds after which to try again, where the robot takes no more just now. */
async function send(kernel: Kernel, url: string, due: readonly DueAlarm[]): Promise<number | null> {
  const full = await spend(kernel, url);
  if (full !== null) return full;
  const alarms = due.map(({ waiting, ...each }) => ({ ...each, count: waiting }));
  try {
    await sendToRobot({ url, timeoutMs: TIMEOUT_MS }, alarmText(alarms, 'zh'));
    return null;
  } catch (error) {
    if (error instanceof OutsideFailure && error.kind === 'rate_limited') return error.retryAfterMs ?? 60_000;
    throw error;
  }
}

/** All workers share the robot's minute. Where Redis is away, the robot itself says when it is enough. */
function spend({ producer, config }: Kernel, url: string): Promise<number | null> {
  const key = `robot:${createHash('sha256').update(url).digest('hex').slice(0, 16)}`;
  return spendFor(producer, config.REDIS_PREFIX, key, [A_MINUTE]);
}

async function putOff(kernel: Kernel, id: string, milliseconds: number): Promise<string> {
  await runAct(kernel, SYSTEM, async (act) => {
    if (!(await claimJob(act, id))) return;
    await finishJobs(act, 'alarm', new Map([[id, { told: 0 }]]));
    planJob(act, 'alarm', null, {}, new Date(act.now.getTime() + milliseconds));
  });
  return `put off for ${Math.round(milliseconds / 1000)} s`;
}
