// The transfer is taken: its session is transferred to the one that waited, here and once. Whoever calls gives the successor the
// floor and its agent the seat, in the same act.
import type { Settings } from '../accounts/settings.ts';
import type { Act } from '../act.ts';
import type { Agent } from '../agents/agent.ts';
import type { Conversation } from '../conversations/conversation.ts';
import { record } from '../events/record.ts';
import { isOver } from '../sessions/lifecycle.ts';
import { transferSession } from '../sessions/move-session.ts';
import { Session } from '../sessions/session.ts';
import { clearAlarm, transferData } from './tell-transfer.ts';
import { Transfer } from './transfer.ts';

/** The transfer that waits for this session to be taken; null: none does. */
export function findOpenTransferTo(act: Pick<Act, 'em'>, sessionId: string): Promise<Transfer | null> {
  return act.em.findOne(Transfer, { openTo: sessionId });
}

/** @param agent who takes it; null: a person outside. @throws DomainError transfer_closed */
export async function acceptTransfer(
  act: Act,
  conversation: Conversation,
  settings: Settings,
  transfer: Transfer,
  agent: Agent | null,
): Promise<void> {
  const answer = agent ? `${agent.name} accepted` : 'a person outside answered';
  transfer.moveTo('accepted', act.now, answer);
  clearAlarm(act, conversation, transfer, settings);
  const from = await act.em.findOneOrFail(Session, { id: transfer.fromSessionId });
  if (!isOver(from.state)) transferSession(act, conversation, from, transfer.toSessionId, settings, answer);
  const { data, subject } = transferData(conversation, transfer);
  record(act, 'transfer.accepted', agent ? { ...subject, agentId: agent.id } : subject, {
    ...data,
    agentId: agent?.id ?? null,
    agentName: agent?.name ?? null,
  });
}
