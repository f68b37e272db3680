// What the law of routing is asked for a session, read out of the database, and its answer. Reads only: the decision and its
// preview both come from here.
import type { EntityManager } from '@mikro-orm/mysql';
import type { Needs, Settings } from '../accounts/settings.ts';
import { Assignment } from '../assignments/assignment.ts';
import { isBarred } from '../assignments/barring.ts';
import type { SessionKind } from '../sessions/kinds.ts';
import { Session } from '../sessions/session.ts';
import { byPrecedence } from '../sessions/succession.ts';
import { Transfer } from '../transfers/transfer.ts';
import type { Wanted } from './candidate.ts';
import { type About, findCandidates } from './find-candidates.ts';
import { needsOf } from './needs.ts';
import { type RouteVerdict, route } from './route.ts';

/** A session that waits, or one that might. */
export type Waiting = About & {
  readonly conversationId: string | null;
  readonly kind: SessionKind;
  readonly needs: Needs | null;
  readonly openedAt: Date;
  readonly onlyAgentId: string | null;
  readonly fromAgentId: string | null;
};

export async function decideRoute(
  em: EntityManager,
  settings: Settings,
  waiting: Waiting,
  now: Date,
): Promise<RouteVerdict> {
  const wanted = await wantedBy(em, settings, waiting, now);
  const candidates = await findCandidates(em, waiting, now, settings.routing.declineFor);
  return route(wanted, candidates, settings.routing);
}

export async function wantedBy(em: EntityManager, settings: Settings, waiting: Waiting, now: Date): Promise<Wanted> {
  const { conversationId } = waiting;
  const { stickyFor } = settings.routing;
  const lastAgentId = conversationId === null ? null : await lastAgentOf(em, conversationId, now, stickyFor);
  return { ...askedBy(settings, waiting, now), lastAgentId };
}

/** All of it but who served the contact last, which makes nobody fit or unfit. */
export function askedBy(
  { routing }: Settings,
  { kind, needs, openedAt, onlyAgentId, fromAgentId }: Waiting,
  now: Date,
): Wanted {
  return {
    ...needsOf(routing.needs, kind, needs),
    waited: (now.getTime() - openedAt.getTime()) / 1000,
    lastAgentId: null,
    onlyAgentId,
    fromAgentId,
  };
}

/** Who served this conversation last; null when that is too long ago. */
async function lastAgentOf(
  em: EntityManager,
  conversationId: string,
  now: Date,
  stickyFor: number,
): Promise<string | null> {
  if (stickyFor === 0) return null;
  const since = new Date(now.getTime() - stickyFor * 1000);
  const rows: { agent_id: string }[] = await em.execute(
    `select agent_id from assignment where conversation_id = ? and served_at is not null and coalesce(ended_at, served_at) >= ?
     order by served_at desc, id desc limit 1`,
    [conversationId, since],
  );
  return rows[0]?.agent_id ?? null;
}

export type Awaited = { readonly session: Session; readonly transfer: Transfer | null; readonly waiting: Waiting };

/**
 * The session of a conversation that waits for an agent: the foremost that may have the floor. While it is offered to somebody,
 * nobody else is looked for.
 */
export async function findAwaited(em: EntityManager, conversationId: string): Promise<Awaited | null> {
  const open = await em.find(Session, { conversationId, endedAt: null }, { orderBy: { id: 'asc' } });
  const pending = open.filter(({ handler, state }) => handler === 'human' && state === 'pending').sort(byPrecedence);
  for (const session of pending) {
    if (await isBarred({ em }, open, session)) continue;
    if ((await em.count(Assignment, { sessionId: session.id, seat: { $ne: null } })) > 0) return null;
    const transfer = await em.findOne(Transfer, { openTo: session.id });
    const from = transfer ? await em.findOne(Assignment, { serves: transfer.fromSessionId }) : null;
    return { session, transfer, waiting: waitingOf(session, transfer, from?.agentId ?? null) };
  }
  return null;
}

function waitingOf(session: Session, transfer: Transfer | null, fromAgentId: string | null): Waiting {
  const { accountId, conversationId, id: sessionId, kind, needs, openedAt } = session;
  return {
    accountId,
    conversationId,
    sessionId,
    kind,
    needs: needs === null ? null : JSON.parse(needs),
    openedAt,
    onlyAgentId: transfer?.toAgentId ?? null,
    fromAgentId,
    askedSince: transfer?.askedSince ?? null,
  };
}
