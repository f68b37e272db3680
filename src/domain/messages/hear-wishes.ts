// What contacts want, read in what they have just written, and what follows: a robot hands over to people, the desk sees what is urgent,
// and what no rule is sure of is left to a language model, where the account has one. What is old is history, and asks for nothing.
import type { Settings } from '../accounts/settings.ts';
import type { Act } from '../act.ts';
import type { Conversation, WantedFlags } from '../conversations/conversation.ts';
import { record } from '../events/record.ts';
import type { Subject } from '../events/streams.ts';
import { planJob } from '../jobs/plan-job.ts';
import { isOver } from '../sessions/lifecycle.ts';
import { subjectOf } from '../sessions/move-session.ts';
import type { Session } from '../sessions/session.ts';
import type { Incoming } from './incoming.ts';
import { forcesTransfer, understand, type Verdict } from './understanding.ts';

export type Heard = { readonly incoming: Incoming; readonly session: Session };
type Understood = Heard & { readonly verdicts: readonly Verdict[] };

/** @param heard what is new in the locked conversation. @param floor who holds it now. The caller writes the conversation. */
export function hearWishes(
  act: Act,
  settings: Settings,
  conversation: Conversation,
  heard: readonly Heard[],
  floor: Session | null,
): void {
  const live = heard.filter((each) => isLive(act, settings, each));
  const understood = live.map((each) => ({
    ...each,
    verdicts: understand(each.incoming.content, settings.understanding.rules),
  }));
  for (const each of understood) tellUnderstood(act, conversation, each);
  if (settings.understanding.flags)
    showWishes(
      act,
      conversation,
      understood.flatMap(({ verdicts }) => verdicts),
    );
  if (floor?.handler !== 'robot') return;
  const isForced = settings.understanding.transfer && planTransfer(act, settings, floor, understood);
  if (!isForced && settings.understanding.model === 'on') planModel(act, conversation, floor, understood);
}

/** The contact's own words, in a session that is open, and fresh. */
function isLive(act: Act, { groupingGap }: Settings, { incoming, session }: Heard): boolean {
  const { sender, type, sentAt } = incoming;
  const isFresh = act.now.getTime() - sentAt.getTime() <= groupingGap * 1000;
  return sender === 'contact' && type === 'text' && !isOver(session.state) && isFresh;
}

function tellUnderstood(act: Act, conversation: Conversation, { incoming, session, verdicts }: Understood): void {
  if (verdicts.length === 0) return;
  const { id: conversationId, contactId } = conversation;
  record(act, 'message.understood', subjectIn(conversation, session), {
    conversationId,
    contactId,
    sessionId: session.id,
    externalId: incoming.externalId,
    verdicts: verdicts.map((verdict) => ({ ...verdict, by: 'rule' as const })),
  });
}

/** A session that is only our reading of messages has no stream that anybody follows. */
function subjectIn(conversation: Conversation, { id, isSettled }: Session): Subject {
  return isSettled ? { ...subjectOf(conversation), sessionId: id } : subjectOf(conversation);
}

/** Only ever louder: what people have set stays. */
export function showWishes(act: Act, conversation: Conversation, verdicts: readonly Pick<Verdict, 'intent'>[]): void {
  const has = (intent: Verdict['intent']) => verdicts.some((verdict) => verdict.intent === intent);
  const from = conversation.urgency;
  const urgency = has('urgency') ? Math.max(from, URGENT) : from;
  const wanted: WantedFlags = {
    ...(has('complaint') ? { needIntervene: true } : {}),
    ...(has('anger') && conversation.emotion === 'neutral' ? { emotion: 'angry' } : {}),
    urgency,
  };
  const { urgency: to, ...flags } = conversation.flag(wanted, act.now);
  const { id: conversationId, contactId } = conversation;
  const data = { conversationId, contactId };
  const subject = subjectOf(conversation);
  if (Object.values(flags).some((value) => value !== undefined))
    record(act, 'conversation.flags_changed', subject, { ...data, ...flags });
  if (to !== undefined)
    record(act, 'conversation.priority_changed', subject, {
      ...data,
      from,
      to,
      reason: 'the contact says that it is urgent',
    });
}

const URGENT = 4;

/** @returns whether it goes to people. */
function planTransfer(act: Act, { language }: Settings, floor: Session, understood: readonly Understood[]): boolean {
  for (const { verdicts } of understood) {
    const cause = forcesTransfer(verdicts);
    if (!cause) continue;
    const { rule, words, intent } = cause;
    const reason = REASONS[language][intent === 'complaint' ? 'complaint' : 'wants_person'];
    planJob(act, 'transfer', floor.accountId, { sessionId: floor.id, reason, rule, words: [words] });
    return true;
  }
  return false;
}

/** Agents read them, in the account's language. */
const REASONS = {
  zh: { wants_person: '客户要求转人工', complaint: '客户投诉' },
  en: { wants_person: 'the contact asks for a person', complaint: 'the contact complains' },
} as const;

const MOST_TO_ASK = 10;

function planModel(
  act: Act,
  { id: conversationId, accountId }: Conversation,
  floor: Session,
  understood: readonly Understood[],
): void {
  const messages = understood.map(({ incoming }) => incoming.externalId).slice(-MOST_TO_ASK);
  if (messages.length > 0) planJob(act, 'understanding', accountId, { conversationId, sessionId: floor.id, messages });
}
