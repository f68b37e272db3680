// Stores messages that are new to an account, each in its session: the reading (attachment.ts) says which that is.

import type { Settings } from '../accounts/settings.ts';
import type { Act } from '../act.ts';
import { updateProfiles } from '../contacts/update-profiles.ts';
import type { Conversation } from '../conversations/conversation.ts';
import { lockConversations } from '../conversations/lock-conversation.ts';
import { openConversations } from '../conversations/open-conversations.ts';
import { applyReadings, type StoredConversation } from './apply-readings.ts';
import { type Incoming, profilesOf } from './incoming.ts';
import { insertMessages } from './insert-messages.ts';
import { leaveOutKnown } from './leave-out-known.ts';
import { planTopics } from './plan-topics.ts';
import { readConversations } from './read-conversations.ts';

export type Outcome = { readonly stored: readonly StoredConversation[]; readonly duplicates: readonly Incoming[] };

/** @param incoming of one account, in any order, copies included. Locks every conversation that it names, in the order of their ids. */
export async function storeMessages(
  act: Act,
  accountId: string,
  settings: Settings,
  incoming: readonly Incoming[],
): Promise<Outcome> {
  const parties = await openConversations(act, accountId, profilesOf(incoming));
  const conversations = await lockConversations(
    act,
    [...parties.values()].map(({ conversationId }) => conversationId).sort(),
  );
  const { fresh, duplicates } = await leaveOutKnown(act, accountId, incoming);
  await updateProfiles(act, accountId, profilesOf(fresh));
  const arrivals = new Map<Conversation, Incoming[]>();
  for (const each of fresh) {
    const conversation = conversations.get(parties.get(each.contact.id)?.conversationId ?? '');
    if (!conversation) throw new Error('a contact without a conversation');
    const own = arrivals.get(conversation);
    if (own) own.push(each);
    else arrivals.set(conversation, [each]);
  }
  const readings = await readConversations(act, settings, arrivals);
  const stored = await applyReadings(act, settings, readings);
  await insertMessages(act, stored);
  await planTopics(act, settings, [...arrivals.keys()]);
  return { stored, duplicates };
}
