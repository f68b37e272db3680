// Which sessions new messages may change: those within reach of them, and one further where that makes a difference. Every
// open session is found too, since the desk shows what is open.
import type { EntityManager } from '@mikro-orm/mysql';
import { Session } from '../sessions/session.ts';
import { furtherReach, type Range, reachOf, type Span } from './grouping.ts';

/** `touched`: those of the sessions that are within reach. */
export type NearSessions = { readonly sessions: readonly Session[]; readonly touched: readonly Session[] };

/** Many are read, few change: write-sessions.ts writes those. */
const UNTRACKED = { disableIdentityMap: true } as const;

type Window = { readonly conversationId: string; readonly from: number; readonly to: number };

/** @param fresh the new messages of each conversation, by its id. */
export async function findNearSessions(
  em: EntityManager,
  fresh: ReadonlyMap<string, readonly Span[]>,
  range: Range,
): Promise<Map<string, NearSessions>> {
  const open = await em.find(Session, { conversationId: { $in: [...fresh.keys()] }, endedAt: null }, UNTRACKED);
  const windows = [...fresh].map(([conversationId, spans]) => ({ conversationId, ...reachOf(spans, range) }));
  const over = await findOver(em, windows);
  const found = Map.groupBy([...open, ...over], ({ conversationId }) => conversationId);
  const further = windows.flatMap((window) => {
    const touched = withinReach(found.get(window.conversationId) ?? [], window.to);
    const to = furtherReach(touched.map(spanOf), fresh.get(window.conversationId) ?? [], range);
    return to > window.to ? [{ conversationId: window.conversationId, from: window.to, to }] : [];
  });
  const next = Map.groupBy(await findOver(em, further), ({ conversationId }) => conversationId);
  const ends = new Map([...windows, ...further].map(({ conversationId, to }) => [conversationId, to]));
  return new Map(
    windows.map(({ conversationId }) => {
      const sessions = [...new Set([...(found.get(conversationId) ?? []), ...(next.get(conversationId) ?? [])])];
      return [conversationId, { sessions, touched: withinReach(sessions, ends.get(conversationId) ?? 0) }];
    }),
  );
}

export function spanOf({ firstAt, lastAt, heard, beginsTopic }: Session): Span {
  return { from: firstAt.getTime(), to: lastAt.getTime(), heard, beginsTopic };
}

function withinReach(sessions: readonly Session[], to: number): Session[] {
  return sessions.filter((session) => session.firstAt.getTime() <= to);
}

/** Sessions that are over, and not merged into another: each conversation's within its window. */
async function findOver(em: EntityManager, windows: readonly Window[]): Promise<Session[]> {
  const found: Session[] = [];
  for (const together of ofOneTime(windows)) {
    const byConversation = new Map(together.map((window) => [window.conversationId, window]));
    const since = new Date(together.reduce((least, { from }) => Math.min(least, from), Number.POSITIVE_INFINITY));
    const over = { lastAt: { $gte: since }, endedAt: { $ne: null }, mergedInto: null };
    const ids = [...byConversation.keys()];
    const sessions = await em.find(Session, { conversationId: { $in: ids }, ...over }, UNTRACKED);
    found.push(...sessions.filter((session) => isWithin(session, byConversation.get(session.conversationId))));
  }
  return found;
}

function isWithin({ firstAt, lastAt }: Session, window: Window | undefined): boolean {
  return window !== undefined && lastAt.getTime() >= window.from && firstAt.getTime() <= window.to;
}

const DAY_MS = 86_400_000;

/** Asked for in one query where the windows begin within a day: one old message must not bring in the history of all others. */
function* ofOneTime(windows: readonly Window[]): Generator<Window[]> {
  let together: Window[] = [];
  for (const window of windows.toSorted((a, b) => a.from - b.from)) {
    if (together[0] && window.from - together[0].from > DAY_MS) {
      yield together;
      together = [];
    }
    together.push(window);
  }
  if (together.length > 0) yield together;
}
