// A session for a contact, by their external id: their conversation is found or made, and the request is judged in it.
import { Account } from '../accounts/account.ts';
import type { Act } from '../act.ts';
import type { Profile } from '../contacts/profile.ts';
import { updateProfiles } from '../contacts/update-profiles.ts';
import type { Conversation } from '../conversations/conversation.ts';
import { lockConversation } from '../conversations/lock-conversation.ts';
import { openConversations } from '../conversations/open-conversations.ts';
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
  const beginsWithRobot = taskType === 'complaint' && account.fullSettings.complaints === 'robot_then_people';
  const named = kind ?? (taskType === null ? 'auto_customer_service' : KIND_OF_TASK[taskType]);
  const parties = await openConversations(act, accountId, profiles);
  await updateProfiles(act, accountId, profiles);
  const conversation = await lockConversation(act, parties.get(contact.id)?.conversationId ?? '');
  const task = wish.task ?? (taskType === null ? null : { type: taskType });
  const requested = await requestSession(act, account, conversation, {
    ...wish,
    task,
    kind: beginsWithRobot ? 'auto_customer_service' : named,
  });
  // A complaint that begins with a robot is handed on at once, by rule.
  if (beginsWithRobot && requested.session.state === 'active')
    planJob(act, 'transfer', accountId, {
      sessionId: requested.session.id,
      reason: 'a complaint',
      rule: 'task-type-complaint',
    });
  return { ...requested, conversation };
}
