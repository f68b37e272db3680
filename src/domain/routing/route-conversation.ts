// Looks for who takes a conversation that waits: the floor where it is free, then an agent for the session that waits for one. Running
// it again for one that waits no more does nothing.
import { Account } from '../accounts/account.ts';
import type { Settings } from '../accounts/settings.ts';
import type { Act } from '../act.ts';
import type { Agent } from '../agents/agent.ts';
import { offerSession } from '../assignments/offer-session.ts';
import { serveSession } from '../assignments/serve-session.ts';
import { settleTransfer } from '../assignments/settle-transfer.ts';
import { Contact } from '../contacts/contact.ts';
import type { Conversation } from '../conversations/conversation.ts';
import { lockConversation, lockIfFree } from '../conversations/lock-conversation.ts';
import { record } from '../events/record.ts';
import { newId } from '../ids.ts';
import { handOnFloor } from '../sessions/hand-on-floor.ts';
import { subjectOf } from '../sessions/move-session.ts';
import type { Session } from '../sessions/session.ts';
import { settleDesk } from '../sessions/settle-desk.ts';
import { isAlarmed } from '../transfers/escalation.ts';
import type { Candidate } from './candidate.ts';
import { type Awaited, findAwaited } from './decide-route.ts';
import { findCandidates } from './find-candidates.ts';
import { findAhead } from './find-takeable.ts';
import { findTaker } from './find-taker.ts';
import type { RouteVerdict } from './route.ts';
import { RouteDecision } from './route-decision.ts';

/** @returns the verdict on the session that waits; null when none does. @throws DomainError conversation_not_found */
export async function routeConversation(act: Act, conversationId: string): Promise<RouteVerdict | null> {
  const wait = await begin(act, await lockConversation(act, conversationId));
  return wait && decide(act, wait);
}

/** The same for one of many that wait. @returns 'busy' while another act has the conversation, without waiting for it. */
export async function routeUnlessBusy(act: Act, conversationId: string): Promise<RouteVerdict | null | 'busy'> {
  const conversation = await lockIfFree(act, conversationId);
  if (!conversation) return 'busy';
  const wait = await begin(act, conversation);
  return wait && decide(act, wait);
}

export type InTurn = { readonly verdict: RouteVerdict | null; readonly ahead: readonly string[] };

/**
 * The same, but nothing is given while others come first who could have it as well: a newcomer does not take the seat that somebody
 * waits for longer. @returns those others, who are to be routed before.
 */
export async function routeInTurn(act: Act, conversationId: string): Promise<InTurn> {
  const wait = await begin(act, await lockConversation(act, conversationId));
  if (!wait) return { verdict: null, ahead: [] };
  const { settings, awaited, candidates } = wait;
  const ahead = await findAhead(act.em, settings, awaited.waiting, candidates, act.now);
  return ahead.length > 0 ? { verdict: null, ahead } : { verdict: await decide(act, wait), ahead };
}

type Wait = {
  readonly account: Account;
  readonly settings: Settings;
  readonly conversation: Conversation;
  readonly awaited: Awaited;
  readonly candidates: readonly Candidate[];
};

/** First the floor, where it is free. @returns null when nobody waits for an agent. */
async function begin(act: Act, conversation: Conversation): Promise<Wait | null> {
  const account = await act.em.findOneOrFail(Account, { id: conversation.accountId });
  const settings = account.fullSettings;
  const { epoch } = conversation;
  await handOnFloor(act, conversation, settings, 'the floor is free, and it is next');
  if (conversation.epoch !== epoch) await settleDesk(act, conversation, 'the floor was handed on');
  const awaited = await findAwaited(act.em, conversation.id);
  if (!awaited) return null;
  const candidates = await findCandidates(act.em, awaited.waiting, act.now, settings.routing.declineFor);
  return { account, settings, conversation, awaited, candidates };
}

async function decide(act: Act, { account, settings, conversation, awaited, candidates }: Wait): Promise<RouteVerdict> {
  const { session, transfer, waiting } = awaited;
  const { verdict, agent } = await findTaker(act, settings, waiting, candidates);
  if (agent) {
    await give(act, account, conversation, awaited, verdict, agent);
    return verdict;
  }
  await tellNobody(act, conversation, session, verdict);
  if (transfer && verdict.declinedByAll && !isAlarmed(transfer, settings.transfers))
    await settleTransfer(act, account, conversation, transfer, 'declined', 'declined by all who could be asked');
  return verdict;
}

/** By name it is always offered: the one who hands on asked for a colleague, not for a decree. */
async function give(
  act: Act,
  account: Account,
  conversation: Conversation,
  { session, transfer }: Awaited,
  verdict: RouteVerdict,
  agent: Agent,
): Promise<void> {
  const { mode, offerFor } = account.fullSettings.routing;
  if (mode === 'direct' && !transfer?.toAgentId) {
    await serveSession(act, account, conversation, session, agent, null);
    await keep(act, conversation, session, verdict);
    return;
  }
  if (transfer?.toAgentId && transfer.deadlineAt && transfer.deadlineAt <= act.now) return; // it is about to expire
  const within = new Date(act.now.getTime() + offerFor * 1000);
  const deadlineAt = transfer?.toAgentId && transfer.deadlineAt ? transfer.deadlineAt : within;
  const decisionId = newId();
  await offerSession(act, conversation, session, agent, { decisionId, explanation: verdict.explanation, deadlineAt });
  await keep(act, conversation, session, verdict, decisionId);
}

/** Told and kept when it says something new: a conversation that waits is looked at often. */
async function tellNobody(
  act: Act,
  conversation: Conversation,
  session: Session,
  verdict: RouteVerdict,
): Promise<void> {
  const last = await act.em.findOne(RouteDecision, { sessionId: session.id }, { orderBy: { id: 'desc' } });
  if (last && JSON.parse(last.verdict).explanation === verdict.explanation) return;
  await keep(act, conversation, session, verdict);
  const contact = await act.em.findOneOrFail(Contact, { id: conversation.contactId });
  record(act, 'conversation.queued', subjectOf(conversation), {
    conversationId: conversation.id,
    contactId: contact.id,
    sessionId: session.id,
    contactName: contact.name,
    waitingSince: session.openedAt.toISOString(),
    eligibleAgents: verdict.eligible,
    explanation: verdict.explanation,
  });
}

async function keep(
  act: Act,
  conversation: Conversation,
  session: Session,
  verdict: RouteVerdict,
  id = newId(),
): Promise<void> {
  act.em.create(RouteDecision, {
    id,
    accountId: conversation.accountId,
    conversationId: conversation.id,
    sessionId: session.id,
    chosenAgentId: verdict.chosen,
    verdict: JSON.stringify(verdict),
    decidedAt: act.now,
  });
  await act.em.flush();
}
