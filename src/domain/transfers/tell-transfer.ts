// The events of a transfer: what each of them says, and whose streams it goes to.
import type { Settings } from '../accounts/settings.ts';
import type { Act } from '../act.ts';
import type { Conversation } from '../conversations/conversation.ts';
import { record } from '../events/record.ts';
import { subjectOf } from '../sessions/move-session.ts';
import { isAlarmed } from './escalation.ts';
import type { Transfer } from './transfer.ts';

/** What every event of a transfer says, and where it goes. */
export function transferData(conversation: Conversation, transfer: Transfer) {
  const { id: transferId, fromSessionId, toSessionId, toAgentId } = transfer;
  const data = {
    conversationId: conversation.id,
    contactId: conversation.contactId,
    transferId,
    fromSessionId,
    toSessionId,
    toAgentId,
  };
  const subject = { ...subjectOf(conversation), sessionId: fromSessionId };
  return { data, subject: toAgentId === null ? subject : { ...subject, agentId: toAgentId } };
}

export function tellRequested(act: Act, conversation: Conversation, transfer: Transfer): void {
  const { data, subject } = transferData(conversation, transfer);
  const { requestedBy, reason, urgency, advice, deadlineAt } = transfer;
  if (!deadlineAt) throw new Error('an open transfer without a deadline');
  const told = { requestedBy, reason, urgency, advice, deadlineAt: deadlineAt.toISOString() };
  record(act, 'transfer.requested', subject, { ...data, ...told });
}

/** Operators were called for it, and it is over now. Called wherever a transfer ends. */
export function clearAlarm(act: Act, conversation: Conversation, transfer: Transfer, settings: Settings): void {
  if (!isAlarmed(transfer, settings.transfers)) return;
  const { accountId, id: conversationId } = conversation;
  const detail = `The transfer that nobody took is ${transfer.state}.`;
  record(
    act,
    'ops.alert_cleared',
    { accountId, conversationId },
    { code: 'transfer_not_taken', detail, accountId, conversationId },
  );
}
