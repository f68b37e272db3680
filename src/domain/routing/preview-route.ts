// Routing without its consequences: what would be decided now, and what was decided last. Reads only; the law is the same.
import type { EntityManager } from '@mikro-orm/mysql';
import { Account } from '../accounts/account.ts';
import type { Needs } from '../accounts/settings.ts';
import { Contact } from '../contacts/contact.ts';
import { Conversation } from '../conversations/conversation.ts';
import type { HumanKind } from '../sessions/kinds.ts';
import { decideRoute, findAwaited } from './decide-route.ts';
import type { RouteVerdict } from './route.ts';
import { RouteDecision } from './route-decision.ts';

/** What routing this conversation would decide; null when nobody waits, or an offer stands. */
export async function previewRoute(
  em: EntityManager,
  { id, accountId }: Pick<Conversation, 'id' | 'accountId'>,
  now: Date,
): Promise<RouteVerdict | null> {
  const settings = (await em.findOneOrFail(Account, { id: accountId })).fullSettings;
  const awaited = await findAwaited(em, id);
  return awaited ? decideRoute(em, settings, awaited.waiting, now) : null;
}

export type Imagined = {
  readonly account: Account;
  readonly kind: HumanKind;
  readonly needs: Needs | null;
  /** External id; who served this contact last is preferred. A contact that does not exist met nobody. */
  readonly contact: string | null;
  readonly waitedSeconds: number;
};

/** What would be decided for a session that does not exist. */
export async function previewImagined(
  em: EntityManager,
  { account, kind, needs, contact, waitedSeconds }: Imagined,
  now: Date,
): Promise<RouteVerdict> {
  const conversationId = contact === null ? null : await conversationWith(em, account.id, contact);
  const openedAt = new Date(now.getTime() - waitedSeconds * 1000);
  const nobody = { sessionId: null, onlyAgentId: null, fromAgentId: null, askedSince: null };
  const waiting = { accountId: account.id, conversationId, kind, needs, openedAt, ...nobody };
  return decideRoute(em, account.fullSettings, waiting, now);
}

async function conversationWith(em: EntityManager, accountId: string, externalId: string): Promise<string | null> {
  const contact = await em.findOne(Contact, { accountId, externalId });
  const conversation = contact && (await em.findOne(Conversation, { contactId: contact.id }));
  return conversation?.id ?? null;
}

/** Of the session that waits; else of the one that was routed last. null: none ever was. */
export async function lastDecision(em: EntityManager, conversationId: string): Promise<RouteDecision | null> {
  const awaited = await findAwaited(em, conversationId);
  const newest = { orderBy: { id: 'desc' } } as const;
  const own = awaited && (await em.findOne(RouteDecision, { conversationId, sessionId: awaited.session.id }, newest));
  return own ?? em.findOne(RouteDecision, { conversationId }, newest);
}
