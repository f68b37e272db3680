// Handing a session on: a robot's to people, or an agent's to a colleague, who accepts, or (direct) has it at once.

import type { Act } from '../act.ts';
import type { Agent } from '../agents/agent.ts';
import { DomainError } from '../errors.ts';
import { planJob } from '../jobs/plan-job.ts';
import { Session } from '../sessions/session.ts';
import { settleDesk } from '../sessions/settle-desk.ts';
import { requestTransfer, type TransferRequest } from '../transfers/request-transfer.ts';
import { Transfer } from '../transfers/transfer.ts';
import { type Accepted, lockAgentOf } from './accept-conversation.ts';
import { declineOffer } from './answer-offer.ts';
import { Assignment } from './assignment.ts';
import { checkNotBarred } from './barring.ts';
import { checkServes, type Locked, lockSession } from './find-session.ts';
import { lockTransfer } from './hand-back.ts';
import { findHolder, nameOf } from './holder.ts';
import { createAssignment, findSeat, tellEnd } from './seats.ts';
import { serveSession } from './serve-session.ts';

export type Mode = 'accept' | 'direct';

/**
 * @param agentId who must serve it; null: upstream or the robot.
 * @throws DomainError session_not_found, not_serving, already_owner, agent_offline, agent_full, illegal_move, transfer_open, transfer_loop
 */
export async function transferSession(
  act: Act,
  sessionId: string,
  agentId: string | null,
  request: TransferRequest,
  mode: Mode,
): Promise<{ transfer: Transfer; session: Session }> {
  const locked = await lockSession(act, sessionId);
  await checkServes(act, locked, agentId);
  const target = request.toAgentId === null ? null : await checkTarget(act, locked, request.toAgentId);
  const { account, conversation, session } = locked;
  const transfer = await requestTransfer(act, account, conversation, session, request);
  const to = await act.em.findOneOrFail(Session, { id: transfer.toSessionId });
  if (mode === 'direct' && target) await serveSession(act, account, conversation, to, target, null);
  else await settleDesk(act, conversation, request.reason);
  return { transfer, session: to };
}

/** A rule asks for a person. @param words by which it was read. @returns null when the session is over, or handed on already. @throws DomainError session_not_found, transfer_loop */
export async function transferByRule(
  act: Act,
  sessionId: string,
  reason: string,
  rule: string | null,
  words: readonly string[] = [],
): Promise<Transfer | null> {
  const { account, conversation, session } = await lockSession(act, sessionId);
  const open = await act.em.count(Transfer, { conversationId: conversation.id, state: 'requested' });
  if (open > 0 || (session.state !== 'active' && session.state !== 'paused')) return null;
  const cause = rule === null ? null : { rule, words: [...words] };
  const asked = { urgency: conversation.urgency, advice: null, kind: null, needs: null, toAgentId: null };
  const transfer = await requestTransfer(act, account, conversation, session, { ...asked, reason, cause });
  await settleDesk(act, conversation, reason);
  return transfer;
}

/** Not to the one who has it, not to one who is away or full: asked before anything moves. */
async function checkTarget(act: Act, { conversation, session }: Locked, toAgentId: string): Promise<Agent> {
  const before = await act.em.findOne(Assignment, { serves: session.id });
  if (before?.agentId === toAgentId)
    throw new DomainError('already_owner', 'This agent serves the session already; name somebody else.', {
      agentId: toAgentId,
    });
  const agent = await lockAgentOf(act, conversation, toAgentId).catch((error) => {
    throw error instanceof DomainError ? new DomainError('agent_not_found', `There is no agent ${toAgentId}.`) : error;
  });
  await findSeat(act, agent);
  return agent;
}

/** The one whom it is offered to, or any agent where it is offered to nobody by name. @throws as accepting does; transfer_closed with the holder */
export async function acceptTransferAs(act: Act, transferId: string, agentId: string): Promise<Accepted> {
  const { transfer, conversation, account } = await lockTransfer(act, transferId);
  if (!transfer.isOpen) {
    const assignment = await act.em.findOne(Assignment, { serves: transfer.toSessionId, agentId });
    const session = await act.em.findOne(Session, { id: transfer.toSessionId });
    if (assignment && session) return { conversation, session, assignment };
    throw await closed(act, transfer);
  }
  if (transfer.toAgentId !== null && transfer.toAgentId !== agentId)
    throw new DomainError('not_invited', 'This session is handed to somebody else by name.', { transferId });
  const agent = await lockAgentOf(act, conversation, agentId);
  const session = await act.em.findOneOrFail(Session, { id: transfer.toSessionId });
  await checkNotBarred(act, conversation, session);
  const offer = await act.em.findOne(Assignment, { offeredFor: session.id, agentId });
  const assignment = await serveSession(act, account, conversation, session, agent, offer);
  return { conversation, session, assignment };
}

/** An offer of it is declined; who has none says beforehand that they will not take it. @throws DomainError transfer_not_found, transfer_closed */
export async function declineTransferAs(
  act: Act,
  transferId: string,
  agentId: string,
  reason: string | null,
): Promise<Transfer> {
  const { transfer, conversation } = await lockTransfer(act, transferId);
  if (!transfer.isOpen) throw await closed(act, transfer);
  const offer = await act.em.findOne(Assignment, { offeredFor: transfer.toSessionId, agentId });
  if (offer) {
    await declineOffer(act, offer.id, agentId, reason);
    return transfer;
  }
  const agent = await lockAgentOf(act, conversation, agentId);
  const to = await act.em.findOneOrFail(Session, { id: transfer.toSessionId });
  const declined = await createAssignment(act, conversation, to, agent, { state: 'declined', reason });
  tellEnd(act, conversation, declined, 'declined');
  planJob(act, 'route-conversation', conversation.accountId, { conversationId: conversation.id });
  return transfer;
}

async function closed(act: Act, transfer: Transfer): Promise<DomainError> {
  const holder = await findHolder(act.em, transfer.conversationId);
  return new DomainError(
    'transfer_closed',
    `This transfer is ${transfer.state}${transfer.answer ? ` (${transfer.answer})` : ''}; ${nameOf(holder)} holds the conversation now.`,
    { transferId: transfer.id, state: transfer.state, holder },
  );
}
