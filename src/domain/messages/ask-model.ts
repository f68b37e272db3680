// What a language model is shown of a conversation, and what becomes of its answer: it may see what no rule saw, and never unsees what
// one did.
import type { EntityManager } from '@mikro-orm/mysql';
import { Account } from '../accounts/account.ts';
import type { Act } from '../act.ts';
import { Conversation } from '../conversations/conversation.ts';
import { lockConversation } from '../conversations/lock-conversation.ts';
import { record } from '../events/record.ts';
import { planJob } from '../jobs/plan-job.ts';
import { subjectOf } from '../sessions/move-session.ts';
import { Session } from '../sessions/session.ts';
import { showWishes } from './hear-wishes.ts';
import { Message } from './message.ts';
import type { Intent, Verdict } from './understanding.ts';

export type Asked = {
  readonly text: string;
  readonly context: readonly { readonly sender: string; readonly text: string }[];
  readonly language: 'zh' | 'en';
};
export type Guess = { readonly intent: Intent; readonly words: string; readonly confidence: number };

const CONTEXT = 10;

/** @param messages external ids. @returns null: there is nothing to ask any more; the robot has lost the floor, or the words were taken back. */
export async function readAsked(
  em: EntityManager,
  conversationId: string,
  sessionId: string,
  messages: readonly string[],
): Promise<Asked | null> {
  const floor = await em.findOne(Session, { id: sessionId, activeIn: conversationId });
  const conversation = await em.findOneOrFail(Conversation, { id: conversationId });
  const { fullSettings } = await em.findOneOrFail(Account, { id: conversation.accountId });
  if (floor?.handler !== 'robot' || fullSettings.understanding.model === 'off') return null;
  const recent = await em.find(
    Message,
    { conversationId, private: false, type: 'text', status: { $nin: ['recalled', 'deleted'] as const } },
    { orderBy: { sentAt: 'desc', id: 'desc' }, limit: CONTEXT + messages.length },
  );
  const asked = recent.filter(({ externalId }) => messages.includes(externalId)).toReversed();
  const before = recent.filter((message) => !asked.includes(message)).toReversed();
  if (asked.length === 0) return null;
  return {
    text: asked.map(({ content }) => content).join('\n'),
    context: before.map(({ sender, content }) => ({ sender, text: content })),
    language: fullSettings.language,
  };
}

/** Of which the model must be so sure that a robot falls silent by it. */
const SURE = 0.7;

/**
 * What was asked may be long ago: it is looked at once more in the locked conversation, and nothing follows where the robot has lost the
 * floor by now, or the words were taken back.
 * @param guesses with the words as they stood in the asked text. @returns whether the session goes to people.
 */
export async function heedModel(
  act: Act,
  { conversationId, sessionId, messages }: { conversationId: string; sessionId: string; messages: readonly string[] },
  guesses: readonly Guess[],
): Promise<boolean> {
  const conversation = await lockConversation(act, conversationId);
  const asked = await readAsked(act.em, conversationId, sessionId, messages);
  if (!asked) return false;
  const said = asked.text;
  const verdicts = guesses.filter(({ words }) => said.includes(words)).map((guess) => verdictOf(guess, said));
  if (verdicts.length === 0) return false;
  const account = await act.em.findOneOrFail(Account, { id: conversation.accountId });
  const settings = account.fullSettings.understanding;
  const { contactId } = conversation;
  const told = verdicts.map((verdict) => ({ ...verdict, by: 'model' as const }));
  const externalId = messages.at(-1) ?? '';
  record(act, 'message.understood', subjectOf(conversation), {
    conversationId,
    contactId,
    sessionId,
    externalId,
    verdicts: told,
  });
  const sure = verdicts.filter(({ confidence }) => confidence >= SURE);
  if (settings.flags) showWishes(act, conversation, sure);
  await act.em.flush();
  const cause = sure.find(({ intent }) => intent === 'wants_person');
  if (!cause || !settings.transfer) return false;
  const reason = 'a language model reads that the contact wants a person';
  planJob(act, 'transfer', account.id, { sessionId, reason, rule: cause.rule, words: [cause.words] });
  return true;
}

function verdictOf({ intent, words, confidence }: Guess, text: string): Verdict {
  const from = Math.max(0, text.indexOf(words));
  return { intent, rule: `model.${intent}`, words, from, to: from + words.length, confidence };
}
