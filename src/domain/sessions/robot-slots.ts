// The robot sessions that an account may have on floors at once, as numbered places: a place is taken by a row with a unique key,
// so the database refuses one too many. Sessions that are only read out of messages take none: what is said elsewhere is a fact.
import type { EntityManager } from '@mikro-orm/mysql';
import type { Settings } from '../accounts/settings.ts';
import type { Act } from '../act.ts';
import { planJob } from '../jobs/plan-job.ts';
import { handlerOf, SESSION_KINDS } from './kinds.ts';
import { Session } from './session.ts';

/**
 * The lowest free place; null when all are taken. The account's gate is locked from here to the commit, after every conversation
 * and agent: two robots that begin at once take different places.
 */
export async function freeRobotSlot(act: Act, accountId: string, most: number): Promise<number | null> {
  await act.em.flush();
  await lockGate(act, accountId);
  const rows = await act.em.find(
    Session,
    { accountId, robotSlot: { $ne: null } },
    { fields: ['robotSlot'], disableIdentityMap: true },
  );
  const taken = new Set(rows.map(({ robotSlot }) => robotSlot));
  for (let slot = 0; slot < most; slot += 1) if (!taken.has(slot)) return slot;
  return null;
}

/** Not the account's own row: each new contact holds that one, shared, and many at once would wait for each other in a circle. */
async function lockGate(act: Act, accountId: string): Promise<void> {
  const sql = 'insert into robot_gate (account_id) values (?) on duplicate key update account_id = account_id';
  await act.em.execute(sql, [accountId], 'run');
}

const ROBOT_KINDS = SESSION_KINDS.filter((kind) => handlerOf(kind) === 'robot');

/**
 * Places are free again: the conversations of the robots that are next for one are looked at. Called once others have left the floor,
 * and that is written. Behind the gate: a robot that is just told that there is no place either sees this one, or is seen here.
 */
export async function planNextRobots(act: Act, accountId: string, settings: Settings, places = 1): Promise<void> {
  // Whoever was just told that there is no place has the gate, and is seen once they have committed. No robot yet: no gate, no wait.
  await act.em.execute('select 1 from robot_gate where account_id = ? for update', [accountId]);
  for (const conversationId of await findWaitingRobots(act.em, accountId, settings, places))
    planJob(act, 'route-conversation', accountId, { conversationId });
}

/**
 * Conversations in which a robot waits for nothing but a place, in the order of precedence: those that never had the floor, and those
 * that were interrupted.
 */
export async function findWaitingRobots(
  em: EntityManager,
  accountId: string,
  { robotsWaitForPeople }: Settings,
  limit: number,
): Promise<string[]> {
  const rows: { conversation_id: string }[] = await em.execute(
    `select s.conversation_id from session s where s.account_id = ? and ${WAITS} ${robotsWaitForPeople ? NOBODY_AWAITED : ''}
     order by s.level, field(s.kind, ?), s.opened_at limit ?`,
    [accountId, ROBOT_KINDS, ...(robotsWaitForPeople ? [ROBOT_KINDS] : []), ROBOT_KINDS, limit],
  );
  return [...new Set(rows.map((row) => row.conversation_id))];
}

/** Accounts in which robots wait, with the places that are taken there. */
export function countWaitingRobots(em: EntityManager): Promise<{ id: string; taken: number }[]> {
  return em.execute(
    `select s.account_id as id, (select count(*) from session t where t.account_id = s.account_id and t.robot_slot is not null) as taken
     from session s where ${WAITS} group by s.account_id`,
    [ROBOT_KINDS],
  );
}

const WAITS = `s.state in ('pending', 'paused') and s.on_hold = false and s.kind in (?)
  and not exists (select 1 from session h where h.active_in = s.conversation_id)`;
const NOBODY_AWAITED = `and not exists
  (select 1 from session w where w.conversation_id = s.conversation_id and w.state = 'pending' and w.kind not in (?))`;
