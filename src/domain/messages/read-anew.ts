// Reads a conversation again where nothing is new but marks: the sessions in which they are set are taken apart, and those near
// them are read as a whole, since one that follows may go on in what a mark cut off. Nothing is written here.
import type { Settings } from '../accounts/settings.ts';
import type { Act } from '../act.ts';
import type { Conversation } from '../conversations/conversation.ts';
import type { Session } from '../sessions/session.ts';
import { leavesOpen } from './attachment.ts';
import { findNearSessions, spanOf } from './find-near-sessions.ts';
import { takenApart } from './grouping.ts';
import { attachParts, type ConversationReading } from './read-conversations.ts';
import { knownMessages, wholePart } from './read-parts.ts';

export type NewMarks = {
  /** The inferred sessions that hold the messages; at least one. */
  readonly sessions: readonly Session[];
  readonly messageIds: ReadonlySet<number>;
};

/** @returns null where a session that is open would not stay as it is: then nothing may be marked. */
export async function readAnew(
  act: Act,
  settings: Settings,
  conversation: Conversation,
  { sessions: marked, messageIds }: NewMarks,
): Promise<ConversationReading | null> {
  const range = { now: act.now.getTime(), gap: settings.groupingGap * 1000 };
  const found = await findNearSessions(act.em, new Map([[conversation.id, marked.map(spanOf)]]), range);
  const near = found.get(conversation.id) ?? { sessions: [], touched: [] };
  const inferred = near.touched.filter((session) => !session.isSettled);
  const whole = inferred.map(wholePart);
  const holds = new Set<string | null>(marked.map(({ id }) => id));
  const apart = new Set(takenApart(whole, ({ sessionId }) => holds.has(sessionId)).map(({ sessionId }) => sessionId));
  const opened = inferred.filter(({ id }) => apart.has(id));
  const known = (await knownMessages(act.em, conversation.id, opened)).map((part) =>
    messageIds.has(part.messageId ?? 0) ? { ...part, beginsTopic: true } : part,
  );
  const parts = [...whole.filter(({ sessionId }) => !apart.has(sessionId)), ...known];
  const reading = attachParts(act, settings, near, inferred, parts);
  if (!leavesOpen(reading, inferred)) return null;
  return { conversation, sessions: near.sessions, settled: [], outside: [], reading };
}
