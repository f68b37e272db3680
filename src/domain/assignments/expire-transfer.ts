// A transfer that nobody took in time: back, or up a level.
import { Account } from '../accounts/account.ts';
import type { Act } from '../act.ts';
import { lockIfFree } from '../conversations/lock-conversation.ts';
import { Transfer } from '../transfers/transfer.ts';
import { settleTransfer } from './settle-transfer.ts';

/** @returns false when it is not due any more, or somebody else has its conversation. */
export async function expireTransfer(act: Act, transferId: string): Promise<boolean> {
  const seen = await act.em.findOne(Transfer, { id: transferId });
  const conversation = seen ? await lockIfFree(act, seen.conversationId) : null;
  if (!seen || !conversation) return false;
  await act.em.refresh(seen);
  if (!seen.isOpen || !seen.deadlineAt || seen.deadlineAt > act.now) return false;
  const account = await act.em.findOneOrFail(Account, { id: conversation.accountId });
  await settleTransfer(act, account, conversation, seen, 'expired', 'nobody took it in time');
  return true;
}
