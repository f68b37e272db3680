// A session is to go to another holder: the bundle is frozen, a human session is opened that waits, and who hands on falls silent
// now, or keeps speaking until somebody accepts, as the account says.

import type { Account } from '../accounts/account.ts';
import { type Needs, phraseFor, type Settings } from '../accounts/settings.ts';
import type { Act } from '../act.ts';
import type { Conversation } from '../conversations/conversation.ts';
import { record } from '../events/record.ts';
import { newId } from '../ids.ts';
import { planJob } from '../jobs/plan-job.ts';
import { ownId } from '../messages/incoming.ts';
import { postMessage } from '../messages/post-message.ts';
import type { HumanKind } from '../sessions/kinds.ts';
import { leaveFloor, type NewSession, openSession, openSessionsOf, subjectOf } from '../sessions/move-session.ts';
import { planNextRobots } from '../sessions/robot-slots.ts';
import type { Session } from '../sessions/session.ts';
import type { Cause } from './bundle.ts';
import { checkMayBeTransferred, nextInChain } from './check-transfer.ts';
import { freezeBundle } from './freeze-bundle.ts';
import { tellRequested } from './tell-transfer.ts';
import { Transfer } from './transfer.ts';

export type TransferRequest = {
  readonly reason: string;
  readonly cause: Cause | null;
  readonly urgency: number;
  readonly advice: string | null;
  readonly kind: HumanKind | null;
  readonly needs: Needs | null;
  readonly toAgentId: string | null;
};

/**
 * @param session open in the locked conversation; whoever calls has checked that the requester may hand it on.
 * @throws DomainError illegal_move unless it is active or paused, transfer_open, transfer_loop
 */
export async function requestTransfer(
  act: Act,
  account: Account,
  conversation: Conversation,
  session: Session,
  request: TransferRequest,
): Promise<Transfer> {
  const settings = account.fullSettings;
  await checkMayBeTransferred(act, session);
  const chain = await nextInChain(act, conversation, settings.transfers.maxHops);
  session.settle();
  const bundle = await freezeBundle(act, conversation, session, request);
  const to = await waitingSession(act, conversation, settings, session, request);
  const transfer = act.em.create(Transfer, {
    id: newId(),
    accountId: conversation.accountId,
    conversationId: conversation.id,
    fromSessionId: session.id,
    toSessionId: to.id,
    toAgentId: request.toAgentId,
    state: 'requested',
    openFrom: session.id,
    openTo: to.id,
    requestedBy: `${act.actor.type}:${act.actor.id}`,
    reason: request.reason,
    cause: request.cause ? JSON.stringify(request.cause) : null,
    urgency: request.urgency,
    advice: request.advice,
    hops: 0,
    chain,
    bundle: JSON.stringify(bundle),
    returnBundle: null,
    answer: null,
    wasOnHold: session.onHold,
    askedSince: act.now,
    deadlineAt: new Date(act.now.getTime() + settings.transfers.acceptWithin * 1000),
    createdAt: act.now,
    endedAt: null,
  });
  await act.em.flush();
  raiseUrgency(act, conversation, request);
  tellRequested(act, conversation, transfer);
  if (session.handler === 'robot') await goSilent(act, account, conversation, session, settings, request.reason);
  await act.em.flush();
  planJob(act, 'route-conversation', conversation.accountId, { conversationId: conversation.id });
  return transfer;
}

/** What is urgent to whoever hands on is urgent on the desk. */
function raiseUrgency(act: Act, conversation: Conversation, { urgency, reason }: TransferRequest): void {
  const { id: conversationId, contactId, urgency: from } = conversation;
  if (urgency <= from) return;
  conversation.flag({ urgency }, act.now);
  record(act, 'conversation.priority_changed', subjectOf(conversation), {
    conversationId,
    contactId,
    from,
    to: urgency,
    reason,
  });
}

/** One that waits for a person already is taken; else a new one is opened. */
async function waitingSession(
  act: Act,
  conversation: Conversation,
  settings: Settings,
  from: Session,
  { kind, needs, reason }: TransferRequest,
): Promise<Session> {
  const open = await openSessionsOf(act, conversation.id);
  const waiting = open.find(({ handler, state }) => handler === 'human' && state === 'pending');
  if (waiting) {
    waiting.settle();
    return waiting;
  }
  const to = openSession(act, conversation, settings, {
    kind: kind ?? (from.handler === 'human' ? humanKindOf(from) : 'manual_customer_service'),
    state: 'pending',
    origin: 'requested',
    heard: null,
    firstAt: act.now,
    lastAt: act.now,
    reason,
    predecessorId: from.id,
    ...inherited(from, needs),
  });
  act.em.persist(to);
  await act.em.flush();
  return to;
}

/** What is worked on goes along; and between people what was asked for, and how urgent it is. */
function inherited(from: Session, needs: Needs | null): Partial<NewSession> {
  const asked = needs ?? (from.handler === 'human' && from.needs !== null ? JSON.parse(from.needs) : null);
  return {
    ...(from.task === null ? {} : { task: JSON.parse(from.task) }),
    ...(asked ? { needs: asked } : {}),
    ...(from.handler === 'human' ? { level: from.level } : {}),
  };
}

function humanKindOf({ kind }: Session): HumanKind {
  if (kind === 'manual_urgent' || kind === 'manual_complaint') return kind;
  return 'manual_customer_service';
}

/** The contact is told that a person is looked for; by whom they are told depends on nobody: it is a notice of ours. */
async function goSilent(
  act: Act,
  account: Account,
  conversation: Conversation,
  session: Session,
  settings: Settings,
  reason: string,
): Promise<void> {
  const notice = {
    externalId: ownId('waiting', `${session.id}:${act.now.getTime()}`),
    type: 'system',
    content: phraseFor(settings, 'waiting'),
    private: false,
  } as const;
  await postMessage(act, account, conversation, session, { sender: 'system', id: null, name: null }, notice);
  if (settings.transfers.pauseAt === 'accept') return;
  if (session.state === 'active') leaveFloor(act, conversation, session, 'paused', settings, reason);
  session.hold();
  await act.em.flush();
  await planNextRobots(act, conversation.accountId, settings);
}
