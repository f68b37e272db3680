// What time has brought: the rows whose deadline has come, found by index, a page at a time. Who looks locks nothing; each row is
// then taken by itself, unless another is at it.
import type { EntityManager } from '@mikro-orm/mysql';
import { OPEN_IMAGE_STATES } from '../images/lifecycle.ts';
import { OPEN_STATES } from '../sessions/lifecycle.ts';

/** What has a deadline; the smaller thing ends first. */
export const DUE_THINGS = ['offer', 'transfer', 'session', 'image'] as const;
export type DueThing = (typeof DUE_THINGS)[number];

export type DueRow = {
  readonly what: DueThing;
  readonly id: string;
  readonly conversation_id: string;
  readonly deadline_at: string;
};

/** The longest due first, at most `limit`. @param after the last row of the page before. */
export async function findDueRows(
  em: EntityManager,
  what: DueThing,
  now: Date,
  limit: number,
  after: DueRow | undefined,
): Promise<DueRow[]> {
  const { table, states } = PLACE_OF[what];
  const pages: DueRow[] = [];
  for (const state of states) pages.push(...(await dueIn(em, what, table, state, now, limit, after)));
  return pages.sort(byDeadline).slice(0, limit);
}

const PLACE_OF = {
  offer: { table: 'assignment', states: ['offered'] },
  transfer: { table: 'transfer', states: ['requested'] },
  session: { table: 'session', states: OPEN_STATES },
  image: { table: 'image_task', states: OPEN_IMAGE_STATES },
} as const satisfies Record<DueThing, { table: string; states: readonly string[] }>;

/** One state at a time: that is what the index holds in the order of deadlines. */
function dueIn(
  em: EntityManager,
  what: DueThing,
  table: string,
  state: string,
  now: Date,
  limit: number,
  after: DueRow | undefined,
): Promise<DueRow[]> {
  const behind = after ? 'and deadline_at >= ? and (deadline_at > ? or id > ?)' : '';
  const place = after ? [after.deadline_at, after.deadline_at, after.id] : [];
  return em.execute(
    `select '${what}' as what, id, conversation_id, deadline_at from ${table}
     where state = ? and deadline_at <= ? ${behind} order by deadline_at, id limit ?`,
    [state, now, ...place, limit],
  );
}

function byDeadline(a: DueRow, b: DueRow): number {
  if (a.deadline_at !== b.deadline_at) return a.deadline_at < b.deadline_at ? -1 : 1;
  return a.id < b.id ? -1 : 1;
}
