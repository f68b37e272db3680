// Robots that wait although a place is free for them: what every other way has missed, or a setting that was raised.
import type { EntityManager } from '@mikro-orm/mysql';
import { Account } from '../accounts/account.ts';
import { countWaitingRobots, findWaitingRobots } from '../sessions/robot-slots.ts';

/** The conversations to look at, no more in each account than it has free places. */
export async function findForgottenRobots(em: EntityManager): Promise<string[]> {
  const waiting = await countWaitingRobots(em);
  const accounts = await em.find(Account, { id: { $in: waiting.map(({ id }) => id) } });
  const taken = new Map(waiting.map((row) => [row.id, Number(row.taken)]));
  const found: string[] = [];
  for (const { id, fullSettings } of accounts) {
    const free = fullSettings.maxRobotSessions - (taken.get(id) ?? 0);
    if (free > 0) found.push(...(await findWaitingRobots(em, id, fullSettings, free)));
  }
  return found;
}
