// What every deed on members begins with: the locked conversation, its account, and the agent who serves it now.
import { Account } from '../accounts/account.ts';
import type { Act } from '../act.ts';
import { findHolder, type Holder, nameOf } from '../assignments/holder.ts';
import type { Conversation } from '../conversations/conversation.ts';
import { lockConversation } from '../conversations/lock-conversation.ts';
import { DomainError } from '../errors.ts';

export type Place = { readonly conversation: Conversation; readonly account: Account };
/** The holder is an agent. */
export type Served = Place & { readonly sessionId: string; readonly holderId: string; readonly holderName: string };

/** @throws DomainError conversation_not_found */
export async function lockPlace(act: Act, conversationId: string): Promise<Place> {
  const conversation = await lockConversation(act, conversationId);
  return { conversation, account: await act.em.findOneOrFail(Account, { id: conversation.accountId }) };
}

/** @throws DomainError conversation_not_found; not_serving where no agent holds the floor. */
export async function lockServed(act: Act, conversationId: string): Promise<Served> {
  return servedNow(act, await lockPlace(act, conversationId));
}

/** @throws DomainError not_serving */
export async function servedNow(act: Act, place: Place): Promise<Served> {
  const holder = await findHolder(act.em, place.conversation.id);
  if (!holder || holder.agentId === null || holder.agentName === null) throw nobodyServes(holder);
  return { ...place, sessionId: holder.sessionId, holderId: holder.agentId, holderName: holder.agentName };
}

function nobodyServes(holder: Holder | null): DomainError {
  return new DomainError(
    'not_serving',
    `No agent serves this conversation, ${nameOf(holder)} holds it; accept it first.`,
    { holder },
  );
}
