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
    shownAt: p.datetime(3).strictNullable(),
    replaced: p.string().strictNullable(),
    heardAt: p.datetime(3).strictNullable(),
    createdAt: p.datetime(3),
    updatedAt: p.datetime(3),
  },
});

/** So late a webhook may still be that tells of a time before. */
const OLDEST_VIEW_MS = 3_600_000;

export class ConversationLink extends ConversationLinkSchema.class {
  /**
   * The status that they show. Their times are compared with theirs alone, since clocks differ. What was there before we set ours is
   * taken for an older view, until ours is shown.
   * @param at by their clock; null: they do not say. @param setAt when people set it there; null: it was us.
   * @returns whether that is news.
   */
  shows(status: string, at: Date | null, setAt: Date | null, now: Date): boolean {
    if (at !== null && this.shownAt !== null && at < this.shownAt) return false;
    const isJustSet = this.statusAt !== null && now.getTime() - this.statusAt.getTime() < OLDEST_VIEW_MS;
    if (status === this.replaced && isJustSet) return false;
    const isNews = this.status !== status;
    if (isNews || this.replaced !== null) this.statusAt = isNews ? setAt : null;
    this.status = status;
    this.replaced = null;
    this.shownAt = at ?? this.shownAt;
    this.updatedAt = now;
    return isNews;
  }

  /** We have set it there. */
  isTold(status: string, now: Date): void {
    if (this.status === status) return;
    this.replaced = this.status;
    this.status = status;
    this.statusAt = now;
    this.updatedAt = now;
  }

  /** Whether people have set it there since then. */
  isSetThereSince(time: Date): boolean {
    return this.replaced === null && this.statusAt !== null && this.statusAt > time;
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

/** We have set a status on the platform. */
export async function noteStatus(act: Act, linkId: string, status: string): Promise<void> {
  const lock = { lockMode: LockMode.PESSIMISTIC_WRITE } as const;
  const link = await act.em.findOne(ConversationLink, { id: linkId }, lock);
  link?.isTold(status, act.now);
  await act.em.flush();
}
