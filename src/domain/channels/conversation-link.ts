// Whose conversation there is whose here. A contact may have had many there; the one that they were heard in last is where they are.
import { defineEntity, type EntityManager, LockMode, p } from '@mikro-orm/mysql';
import type { Act } from '../act.ts';

const ConversationLinkSchema = defineEntity({
  name: 'ConversationLink',
  tableName: 'conversation_link',
  properties: {
    id: p.string().primary(),
    endpointId: p.string(),
    externalId: p.string(),
    conversationId: p.string(),
    contactExternalId: p.string().strictNullable(),
    inbox: p.string().strictNullable(),
    platform: p.string().strictNullable(),
    status: p.string().strictNullable(),
    statusAt: p.datetime(3).strictNullable(),
    heardAt: p.datetime(3).strictNullable(),
    createdAt: p.datetime(3),
    updatedAt: p.datetime(3),
  },
});

export class ConversationLink extends ConversationLinkSchema.class {
  /** @returns whether that is news: what is older than what is known is none. */
  knowStatus(status: string, at: Date, now: Date): boolean {
    if (this.statusAt !== null && at < this.statusAt) return false;
    const isNews = this.status !== status;
    this.status = status;
    this.statusAt = at;
    this.updatedAt = now;
    return isNews;
  }
}
ConversationLinkSchema.setClass(ConversationLink);

const LATEST_FIRST = { orderBy: { heardAt: 'desc', id: 'desc' } } as const;

/** Where the contact of a conversation is on that endpoint just now; null: they were never there. */
export function findLink(
  em: EntityManager,
  endpointId: string,
  conversationId: string,
): Promise<ConversationLink | null> {
  return em.findOne(ConversationLink, { endpointId, conversationId }, LATEST_FIRST);
}

const MOST_LINKS = 10;

/** Where they have been there too, the latest first. */
export function findLinks(em: EntityManager, endpointId: string, conversationId: string): Promise<ConversationLink[]> {
  return em.find(ConversationLink, { endpointId, conversationId }, { ...LATEST_FIRST, limit: MOST_LINKS });
}

/**
 * We have told the platform a status.
 * @param at when that call began: whatever a webhook showed before is older.
 */
export async function noteStatus(act: Act, linkId: string, status: string, at: Date): Promise<void> {
  const lock = { lockMode: LockMode.PESSIMISTIC_WRITE } as const;
  const link = await act.em.findOne(ConversationLink, { id: linkId }, lock);
  link?.knowStatus(status, at, act.now);
  await act.em.flush();
}
