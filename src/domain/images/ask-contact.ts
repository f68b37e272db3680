// A question to the contact, after something that they said; what was asked is kept with the task until it is answered.
import type { PhraseName } from '../accounts/settings.ts';
import type { Act } from '../act.ts';
import type { LockedTask } from './lock-image.ts';
import type { Question } from './reply.ts';
import { tellContact } from './tell-contact.ts';

export type Heard = { readonly heardAs: string; readonly words: string; readonly saidAt: Date };
/** Something that was heard, and where it belongs. */
export type Answer = { readonly act: Act; readonly locked: LockedTask; readonly heard: Heard };

/** @param question null: whatever they say next is taken as it is. */
export async function askContact(
  { act, locked, heard }: Answer,
  question: Question | null,
  phrase: PhraseName,
  gaps: Readonly<Record<string, string>> = {},
): Promise<string> {
  locked.task.ask(question, act.now);
  await tellContact(act, locked, `${locked.task.id}:ask:${heard.heardAs}`, phrase, gaps);
  return question?.question ?? 'asked_back';
}
