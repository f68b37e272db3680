// A session for a contact, by their external id: their conversation is found or made, and the request is judged in it.
import { Account } from '../accounts/account.ts';
import type { Act } from '../act.ts';
import type { Profile } from '../contacts/profile.ts';
import { updateProfiles } from '../contacts/update-profiles.ts';
import type { Conversation } from '../conversations/conversation.ts';
import { lockConversation } from '../conversations/lock-conversation.ts';
import { openConversations } from '../conversations/open-conversations.ts';
import { DomainError } from '../errors.ts';
import { planJob } from '../jobs/plan-job.ts';
import { KIND_OF_TASK, type SessionKind, type TaskType } from '../sessions/kinds.ts';
import { type Requested, requestSession, type SessionRequest } from './request-session.ts';

export type Wish = Omit<SessionRequest, 'kind'> & {
  /** One of the two. */
  readonly kind: SessionKind | null;
  readonly taskType: TaskType | null;
};

/** @throws DomainError as requestSession */
export async function openSessionFor(
  act: Act,
  accountId: string,
  contact: Profile,
  { kind, taskType, ...wish }: Wish,
): Promise<Requested & { readonly conversation: Conversation }> {
  const profiles = new Map([[contact.id, contact]]);
  const account = await act.em.findOneOrFail(Account, { id: accountId });
  const parties = await openConversations(act, accountId, profiles);
  const conversation = await lockConversation(act, parties.get(contact.id)?.conversationId ?? '');
  await updateProfiles(act, accountId, profiles); // after the lock, as everywhere
  const named = kind ?? (taskType === null ? 'auto_customer_service' : KIND_OF_TASK[taskType]);
  const task = wish.task ?? (taskType === null ? null : { type: taskType });
  const request = { ...wish, task, kind: named };
  const robotFirst = taskType === 'complaint' && account.fullSettings.complaints === 'robot_then_people';
  const requested = robotFirst
    ? await beginWithRobot(act, account, conversation, request)
    : await requestSession(act, account, conversation, request);
  return { ...requested, conversation };
}

/** A complaint that begins with a robot is handed on at once, by rule; where no robot can speak just now, it goes to a person. */
async function beginWithRobot(
  act: Act,
  account: Account,
  conversation: Conversation,
  request: SessionRequest,
): Promise<Requested> {
  const robot: SessionRequest = {
    ...request,
    kind: 'auto_customer_service',
    level: null,
    onConflict: 'reject',
    agentId: null,
  };
  const begun = await requestSession(act, account, conversation, robot).catch(refusedOnly);
  if (!begun) return requestSession(act, account, conversation, request);
  const payload = { sessionId: begun.session.id, reason: 'a complaint', rule: 'task-type-complaint' };
  planJob(act, 'transfer', account.id, payload);
  return begun;
}

function refusedOnly(error: unknown): null {
  if (error instanceof DomainError && (error.code === 'floor_taken' || error.code === 'robots_full')) return null;
  throw error;
}
