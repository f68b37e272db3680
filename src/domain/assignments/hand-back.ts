// The work goes back: an agent who took a transfer hands it to a robot again, with a note and the bundle of what happened since.

import { Account } from '../accounts/account.ts';
import { phraseFor } from '../accounts/settings.ts';
import type { Act } from '../act.ts';
import { Agent } from '../agents/agent.ts';
import type { Conversation } from '../conversations/conversation.ts';
import { lockConversation } from '../conversations/lock-conversation.ts';
import { DomainError } from '../errors.ts';
import { record } from '../events/record.ts';
import { ownId } from '../messages/incoming.ts';
import { postMessage } from '../messages/post-message.ts';
import { handOnFloor } from '../sessions/hand-on-floor.ts';
import { openSession } from '../sessions/move-session.ts';
import { Session } from '../sessions/session.ts';
import { settleDesk } from '../sessions/settle-desk.ts';
import { freezeBundle } from '../transfers/freeze-bundle.ts';
import { transferData } from '../transfers/tell-transfer.ts';
import { Transfer } from '../transfers/transfer.ts';
import { endOne } from './end-session.ts';
import { checkServes } from './find-session.ts';
import { giveBack } from './settle-transfer.ts';

export type HandedBack = { readonly transfer: Transfer; readonly session: Session };

/** @throws DomainError transfer_not_found */
export async function lockTransfer(
  act: Act,
  transferId: string,
): Promise<{ transfer: Transfer; conversation: Conversation; account: Account }> {
  const seen = await act.em.findOne(Transfer, { id: transferId });
  if (!seen) throw new DomainError('transfer_not_found', `There is no transfer ${transferId}.`);
  const conversation = await lockConversation(act, seen.conversationId);
  await act.em.refresh(seen);
  const account = await act.em.findOneOrFail(Account, { id: conversation.accountId });
  return { transfer: seen, conversation, account };
}

/**
 * Before anybody took it: it is withdrawn, and who asked goes on. After: by whoever serves it, to a new robot session that follows
 * the one that was transferred; ids of sessions that are over are fences, and stay so.
 * @param agentId who must serve it; null: upstream.
 * @throws DomainError transfer_not_found, transfer_closed, not_serving, illegal_move where it did not come from a robot
 */
export async function returnTransfer(
  act: Act,
  transferId: string,
  agentId: string | null,
  note: string | null,
): Promise<HandedBack> {
  const { transfer, conversation, account } = await lockTransfer(act, transferId);
  const from = await act.em.findOneOrFail(Session, { id: transfer.fromSessionId });
  if (transfer.isOpen) {
    if (agentId !== null && transfer.toAgentId !== agentId) await checkServes(act, { session: from }, agentId);
    await giveBack(act, account, conversation, transfer, 'returned', note ?? 'withdrawn');
    return { transfer, session: from };
  }
  const served = await heldNow(act, transfer.toSessionId);
  if (transfer.state !== 'accepted' || served.state !== 'active')
    throw new DomainError(
      'transfer_closed',
      `This transfer is ${transfer.state} and its session ${served.state}; there is nothing to hand back.`,
      {
        transferId,
        state: transfer.state,
      },
    );
  await checkServes(act, { session: served }, agentId);
  if (from.handler !== 'robot')
    throw new DomainError(
      'illegal_move',
      'This work did not come from a robot; hand it to the agent by a transfer of its own.',
      {
        sessionId: from.id,
        state: from.state,
      },
    );
  return handBack(act, account, conversation, transfer, { from, served }, { agentId, note });
}

/** The session, or the one that it was handed on to since. */
async function heldNow(act: Act, sessionId: string): Promise<Session> {
  const session = await act.em.findOneOrFail(Session, { id: sessionId });
  return session.successorId === null ? session : heldNow(act, session.successorId);
}

async function handBack(
  act: Act,
  account: Account,
  conversation: Conversation,
  transfer: Transfer,
  { from, served }: { from: Session; served: Session },
  { agentId, note }: { agentId: string | null; note: string | null },
): Promise<HandedBack> {
  const settings = account.fullSettings;
  const agent = agentId === null ? null : await act.em.findOneOrFail(Agent, { id: agentId });
  const reason = note ?? 'handed back';
  const bundle = await freezeBundle(act, conversation, served, {
    reason,
    cause: null,
    urgency: transfer.urgency,
    advice: note,
  });
  const content = phraseFor(settings, 'handedBack', { agent: agent?.name ?? account.name });
  const notice = { externalId: ownId('back', transfer.id), type: 'system', content, private: false } as const;
  await postMessage(act, account, conversation, served, { sender: 'system', id: null, name: null }, notice);
  await endOne(act, account, conversation, served, 'completed', reason);
  const task = from.task === null ? {} : { task: JSON.parse(from.task) };
  const session = openSession(act, conversation, settings, {
    kind: from.kind,
    state: 'pending',
    origin: 'requested',
    heard: 'robot',
    firstAt: act.now,
    lastAt: act.now,
    reason,
    level: from.level,
    predecessorId: from.id,
    ...task,
  });
  act.em.persist(session);
  transfer.moveTo('returned', act.now, reason);
  transfer.returnBundle = JSON.stringify(bundle);
  const { data, subject } = transferData(conversation, transfer);
  record(act, 'transfer.returned', subject, { ...data, note, newSessionId: session.id });
  await handOnFloor(act, conversation, settings, reason);
  await settleDesk(act, conversation, reason);
  return { transfer, session };
}
