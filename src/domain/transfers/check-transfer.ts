// Whether a session may be handed on now: by its state, one transfer at a time, and not in circles.
import type { Act } from '../act.ts';
import type { Conversation } from '../conversations/conversation.ts';
import { DomainError } from '../errors.ts';
import { Message } from '../messages/message.ts';
import type { Session } from '../sessions/session.ts';
import { Transfer } from './transfer.ts';

/** @throws DomainError transfer_open, illegal_move unless it is active or paused */
export async function checkMayBeTransferred(act: Act, session: Session): Promise<void> {
  const known = await act.em.findOne(Transfer, { conversationId: session.conversationId, state: 'requested' });
  if (known)
    throw new DomainError('transfer_open', 'This conversation is being handed on already; wait for the answer.', {
      transferId: known.id,
    });
  if (session.state === 'active' || session.state === 'paused') return;
  throw new DomainError(
    'illegal_move',
    `A session that is ${session.state} can not become transferred; only one that is active or paused can.`,
    { sessionId: session.id, state: session.state },
  );
}

/**
 * The number of this transfer among those that follow each other without a word of the contact.
 * @throws DomainError transfer_loop when there were as many as the account allows.
 */
export async function nextInChain(act: Act, conversation: Conversation, most: number): Promise<number> {
  const last = await act.em.findOne(
    Transfer,
    { conversationId: conversation.id },
    { orderBy: { id: 'desc' }, fields: ['id', 'chain', 'createdAt'] },
  );
  if (!last) return 1;
  const heard = await act.em.count(Message, {
    conversationId: conversation.id,
    sender: 'contact',
    createdAt: { $gt: last.createdAt },
  });
  if (heard > 0) return 1;
  if (last.chain < most) return last.chain + 1;
  throw new DomainError(
    'transfer_loop',
    `This conversation was handed on ${last.chain} times without a word of the contact; somebody must answer first.`,
    { chain: last.chain },
  );
}
