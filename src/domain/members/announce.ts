// What is said in the conversation itself when somebody is asked in, comes, or goes: one system message each, and never twice.
import { type PhraseName, phraseFor } from '../accounts/settings.ts';
import type { Act } from '../act.ts';
import { ownId } from '../messages/incoming.ts';
import { postMessage } from '../messages/post-message.ts';
import { findHeir } from '../sessions/heir.ts';
import type { Place } from './serving.ts';

/** @param member the id of the row that the sentence is about. @param sessionId that they are members of; where its work is over, nothing is said. */
export async function announce(
  act: Act,
  { conversation, account }: Place,
  phrase: PhraseName & ('invited' | 'joined' | 'removed' | 'left'),
  member: { readonly id: string; readonly sessionId: string },
  gaps: { readonly name: string; readonly agent?: string },
): Promise<void> {
  await act.em.flush();
  const session = await findHeir(act.em, member.sessionId);
  if (!session) return;
  const content = phraseFor(account.fullSettings, phrase, gaps);
  const notice = { externalId: ownId(phrase, member.id), type: 'system', content, private: false } as const;
  await postMessage(act, account, conversation, session, { sender: 'system', id: null, name: null }, notice);
}
