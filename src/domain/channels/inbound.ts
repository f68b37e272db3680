// What came in from a platform: whose conversation there is whose here, and what was said, which goes the way of every message that was
// said elsewhere: by ingest, under the id that it has there.
import type { z } from 'zod';
import type { Act } from '../act.ts';
import type { Profile } from '../contacts/profile.ts';
import { lockConversation } from '../conversations/lock-conversation.ts';
import { openConversations } from '../conversations/open-conversations.ts';
import type { Endpoint } from '../endpoints/endpoint.ts';
import { newId } from '../ids.ts';
import { planBatch } from '../jobs/plan-job.ts';
import type { BatchMessage } from '../messages/incoming.ts';
import { ConversationLink } from './conversation-link.ts';

/** What a job came to, for whoever looks at it. */
export type Taken = { readonly took: string; readonly [detail: string]: unknown };

export type Said = z.input<typeof BatchMessage>;

/** The same message again is counted, not stored. */
export function planIngest(act: Act, { accountId }: Pick<Endpoint, 'accountId'>, messages: readonly Said[]): void {
  if (messages.length > 0) planBatch(act, accountId, messages);
}

export type There = {
  /** Their conversation; of customer service in WeCom, the customer. */
  readonly externalId: string;
  readonly contact: Profile;
  /** What they call the contact. */
  readonly contactExternalId: string | null;
  readonly inbox: string | null;
  readonly platform: string | null;
  /** When the contact spoke there; null: they did not just now. */
  readonly heardAt: Date | null;
};

/** Finds or makes the link, and with it the conversation here, which is locked before a link to it is made. */
export async function linkTo(act: Act, endpoint: Endpoint, there: There): Promise<ConversationLink> {
  const { externalId, contact, heardAt, ...known } = there;
  const link = await act.em.findOne(ConversationLink, { endpointId: endpoint.id, externalId });
  if (link) {
    const isLater = heardAt !== null && (link.heardAt === null || heardAt > link.heardAt);
    const told = Object.fromEntries(Object.entries(known).filter(([, value]) => value !== null));
    act.em.assign(link, { ...told, ...(isLater ? { heardAt } : {}), updatedAt: act.now });
    await act.em.flush();
    return link;
  }
  const parties = await openConversations(act, endpoint.accountId, new Map([[contact.id, contact]]));
  const party = parties.get(contact.id);
  if (!party) throw new Error('a contact without a conversation');
  await lockConversation(act, party.conversationId);
  const made = act.em.create(ConversationLink, {
    id: newId(),
    endpointId: endpoint.id,
    externalId,
    conversationId: party.conversationId,
    ...known,
    status: null,
    statusAt: null,
    shownAt: null,
    replaced: null,
    heardAt,
    createdAt: act.now,
    updatedAt: act.now,
  });
  await act.em.flush();
  return made;
}
