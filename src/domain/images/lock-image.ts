// An image task, its locked conversation and its account: what every deed on a task begins with.
import { Account } from '../accounts/account.ts';
import type { ImageSettings } from '../accounts/image-settings.ts';
import type { Act } from '../act.ts';
import type { Conversation } from '../conversations/conversation.ts';
import { lockConversation } from '../conversations/lock-conversation.ts';
import { DomainError } from '../errors.ts';
import { type ImageProfile, profileOf } from './image-profile.ts';
import { ImageTask } from './image-task.ts';

/** Where pictures of a contact are worked on. */
export type Studio = {
  readonly account: Account;
  readonly settings: ImageSettings;
  readonly conversation: Conversation;
  readonly profile: ImageProfile;
};
export type LockedTask = Studio & { readonly task: ImageTask };

/** @throws DomainError conversation_not_found */
export async function lockStudio(act: Act, conversationId: string): Promise<Studio> {
  const conversation = await lockConversation(act, conversationId);
  const account = await act.em.findOneOrFail(Account, { id: conversation.accountId });
  const profile = await profileOf(act, conversation.accountId, conversation.contactId);
  return { account, settings: account.fullSettings.images, conversation, profile };
}

/** @throws DomainError image_task_not_found */
export async function lockImage(act: Act, taskId: string): Promise<LockedTask> {
  const seen = await act.em.findOne(ImageTask, { id: taskId }, { disableIdentityMap: true });
  if (!seen) throw new DomainError('image_task_not_found', `There is no image task ${taskId}.`);
  const studio = await lockStudio(act, seen.conversationId);
  return { ...studio, task: await act.em.findOneOrFail(ImageTask, { id: taskId }, { refresh: true }) };
}

/** The open task of the locked conversation; null: there is none. */
export function openTaskOf(act: Act, { conversation }: Pick<Studio, 'conversation'>): Promise<ImageTask | null> {
  return act.em.findOne(ImageTask, { openIn: conversation.id });
}
