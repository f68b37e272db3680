// A transfer that nobody takes is settled: it goes back to who asked, or up a level to be offered again. Nothing is left between.

import type { Account } from '../accounts/account.ts';
import { phraseFor } from '../accounts/settings.ts';
import type { Act } from '../act.ts';
import { raiseAlarm } from '../alarms/raise-alarm.ts';
import type { Conversation } from '../conversations/conversation.ts';
import { record } from '../events/record.ts';
import { planJob } from '../jobs/plan-job.ts';
import { ownId } from '../messages/incoming.ts';
import { postMessage } from '../messages/post-message.ts';
import { handOnFloor } from '../sessions/hand-on-floor.ts';
import { isOver } from '../sessions/lifecycle.ts';
import { Session } from '../sessions/session.ts';
import { settleDesk } from '../sessions/settle-desk.ts';
import { consequenceOf } from '../transfers/escalation.ts';
import { clearAlarm, transferData } from '../transfers/tell-transfer.ts';
import type { Transfer } from '../transfers/transfer.ts';
import { endOne } from './end-session.ts';
import { freeSeatOf, openAssignmentOf } from './seats.ts';

/** The request was declined by all who could be asked, or its time is over: what the account wishes for that. */
export async function settleTransfer(
  act: Act,
  account: Account,
  conversation: Conversation,
  transfer: Transfer,
  why: 'declined' | 'expired',
  reason: string,
): Promise<void> {
  const { onTimeout, maxHops } = account.fullSettings.transfers;
  const to = await act.em.findOneOrFail(Session, { id: transfer.toSessionId });
  const consequence = consequenceOf({ onTimeout, hops: transfer.hops, maxHops, level: to.level });
  if (consequence.kind === 'return') return giveBack(act, account, conversation, transfer, why, reason);
  await withdrawOffer(act, conversation, to, reason);
  await escalate(act, account, conversation, transfer, to, consequence);
}

/** Back to the session that asked: it speaks again, the one that waited is cancelled, and everybody is told. */
export async function giveBack(
  act: Act,
  account: Account,
  conversation: Conversation,
  transfer: Transfer,
  why: 'declined' | 'expired' | 'returned',
  reason: string,
): Promise<void> {
  const settings = account.fullSettings;
  transfer.moveTo(why, act.now, reason);
  clearAlarm(act, conversation, transfer, settings);
  const { data, subject } = transferData(conversation, transfer);
  if (why === 'returned') record(act, 'transfer.returned', subject, { ...data, note: reason, newSessionId: null });
  else record(act, `transfer.${why}`, subject, { ...data, reason });
  const to = await act.em.findOneOrFail(Session, { id: transfer.toSessionId });
  const from = await act.em.findOneOrFail(Session, { id: transfer.fromSessionId });
  from.onHold = transfer.wasOnHold && from.state === 'paused';
  await act.em.flush();
  // A session that waited for a person before goes on waiting.
  const own = transfer.opened(to);
  if (own && !isOver(to.state)) await endOne(act, account, conversation, to, 'cancelled', reason);
  else await lookForOthers(act, conversation, to, reason);
  const speaker = await handOnFloor(act, conversation, settings, `the transfer was ${why}: ${reason}`);
  await settleDesk(act, conversation, reason);
  const excused = why === 'returned' || !own || speaker?.handler === 'human';
  if (excused || from.handler === 'human' || isOver(from.state)) return;
  const notice = {
    externalId: ownId('nobody', transfer.id),
    type: 'system',
    content: phraseFor(settings, 'nobodyCame'),
    private: false,
  } as const;
  await postMessage(act, account, conversation, from, { sender: 'system', id: null, name: null }, notice);
}

/** It was offered for this transfer; from now on to anybody, as before. */
async function lookForOthers(act: Act, conversation: Conversation, session: Session, reason: string): Promise<void> {
  await withdrawOffer(act, conversation, session, reason);
  planJob(act, 'route-conversation', conversation.accountId, { conversationId: conversation.id });
}

async function withdrawOffer(act: Act, conversation: Conversation, session: Session, reason: string): Promise<void> {
  const offer = await openAssignmentOf(act, session.id);
  if (offer) freeSeatOf(act, conversation, offer, 'released', reason);
  await act.em.flush();
}

async function escalate(
  act: Act,
  account: Account,
  conversation: Conversation,
  transfer: Transfer,
  to: Session,
  { kind, hops, level }: { kind: 'escalate' | 'alarm'; hops: number; level: number },
): Promise<void> {
  to.level = level;
  transfer.hops = hops;
  transfer.askedSince = act.now;
  transfer.toAgentId = null;
  const within = new Date(act.now.getTime() + account.fullSettings.transfers.acceptWithin * 1000);
  const deadlineAt = kind === 'alarm' && to.deadlineAt && to.deadlineAt > within ? to.deadlineAt : within;
  transfer.deadlineAt = deadlineAt;
  const { data, subject } = transferData(conversation, transfer);
  const told = { hops, level, deadlineAt: deadlineAt.toISOString() };
  record(act, 'transfer.escalated', subject, { ...data, ...told });
  if (kind === 'alarm') {
    const detail = `Nobody takes a transfer after ${hops} escalations; it stays first in the queue: ${transfer.reason}`;
    const { accountId, id: conversationId } = conversation;
    await raiseAlarm(act, { code: 'transfer_not_taken', detail, accountId, conversationId });
  }
  planJob(act, 'route-conversation', conversation.accountId, { conversationId: conversation.id });
}
