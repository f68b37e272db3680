// Many robot sessions whose time is over at once, past the ORM's bookkeeping: those that stand alone in their conversation, so that
// nobody is next, nobody holds a seat, and no contact is told. All others end one by one, each with what hangs on it.
import { LockMode } from '@mikro-orm/mysql';
import { Account } from '../accounts/account.ts';
import type { Settings } from '../accounts/settings.ts';
import type { Act } from '../act.ts';
import { Conversation } from '../conversations/conversation.ts';
import { updateConversations } from '../conversations/lock-conversation.ts';
import { whenDue } from './due.ts';
import { isOpen } from './lifecycle.ts';
import { leaveFloor } from './move-session.ts';
import { planNextRobots } from './robot-slots.ts';
import { Session } from './session.ts';
import { showOnDesk } from './settle-desk.ts';
import { updateEnded } from './write-sessions.ts';

/** By the ids of conversations. What is in neither is being changed by somebody else. */
export type LoneEnds = {
  readonly ended: readonly string[];
  /** More hangs on their sessions, or nothing is due any more. */
  readonly left: readonly string[];
};

const UNTRACKED = { disableIdentityMap: true } as const;

/** @param conversationIds in which a session is due. Each is locked; the sessions of those that others have locked stay as they are. */
export async function expireLoneSessions(act: Act, conversationIds: readonly string[]): Promise<LoneEnds> {
  const conversations = await act.em.find(
    Conversation,
    { id: { $in: [...conversationIds] } },
    { ...UNTRACKED, lockMode: LockMode.PESSIMISTIC_PARTIAL_WRITE, orderBy: { id: 'asc' } },
  );
  const open = await openSessionsIn(act, conversations);
  const settings = await settingsFor(act, conversations);
  const ended: Session[] = [];
  const freed = new Map<string, number>();
  for (const conversation of conversations) {
    const own = settings.get(conversation.accountId);
    const [session, other] = open.get(conversation.id) ?? [];
    if (!own || !session || other || !isLoneAndDue(session, act.now)) continue;
    if (session.robotSlot !== null) freed.set(conversation.accountId, (freed.get(conversation.accountId) ?? 0) + 1);
    end(act, conversation, session, own);
    ended.push(session);
  }
  const settled = new Set(ended.map(({ conversationId }) => conversationId));
  const [changed, left] = [
    conversations.filter(({ id }) => settled.has(id)),
    conversations.filter(({ id }) => !settled.has(id)),
  ];
  await updateEnded(act.em, ended);
  await updateConversations(act, changed);
  for (const [accountId, places] of [...freed].sort()) {
    const own = settings.get(accountId);
    if (own) await planNextRobots(act, accountId, own, places);
  }
  return { ended: [...settled], left: left.map(({ id }) => id) };
}

async function openSessionsIn(act: Act, conversations: readonly Conversation[]): Promise<Map<string, Session[]>> {
  const ids = conversations.map(({ id }) => id);
  const open = await act.em.find(Session, { conversationId: { $in: ids }, endedAt: null }, UNTRACKED);
  return Map.groupBy(open, ({ conversationId }) => conversationId);
}

async function settingsFor(act: Act, conversations: readonly Conversation[]): Promise<Map<string, Settings>> {
  const ids = [...new Set(conversations.map(({ accountId }) => accountId))];
  const accounts = await act.em.find(Account, { id: { $in: ids } });
  return new Map(accounts.map((account) => [account.id, account.fullSettings]));
}

function isLoneAndDue({ handler, state, deadlineAt }: Session, now: Date): boolean {
  return handler === 'robot' && state !== 'transferred' && deadlineAt !== null && deadlineAt <= now;
}

function end(act: Act, conversation: Conversation, session: Session, settings: Settings): void {
  if (!isOpen(session.state)) return;
  const { to, reason } = whenDue(session, session.state);
  session.settle();
  leaveFloor(act, conversation, session, to, settings, reason);
  showOnDesk(act, conversation, [], reason);
}
