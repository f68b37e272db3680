// Somebody who understands the words (a language model) says, later and outside, which messages begin a new topic. That is written
// on the messages, and what was read out of them is read anew with it. Where somebody acted, or the contact waits for a person or
// speaks with one, no mark is set: nobody is ever cut from the person whom they wait for.
import { Account } from '../accounts/account.ts';
import type { Act } from '../act.ts';
import type { Conversation } from '../conversations/conversation.ts';
import { lockConversations } from '../conversations/lock-conversation.ts';
import { DomainError } from '../errors.ts';
import { Session } from '../sessions/session.ts';
import { applyReadings } from './apply-readings.ts';
import { type Attachment, mayBeCut } from './attachment.ts';
import { type NewMarks, readAnew } from './read-anew.ts';

export type CutByMeaning = {
  /** Messages that were marked now. */
  readonly marked: number;
  /** How often what was one session is two by now. */
  readonly cut: number;
};

/**
 * @param marks external ids of messages. Those that are marked already, or may not be, change nothing: it can run twice.
 * @throws DomainError conversation_not_found
 */
export async function cutByMeaning(act: Act, conversationId: string, marks: readonly string[]): Promise<CutByMeaning> {
  const conversation = (await lockConversations(act, [conversationId])).get(conversationId);
  if (!conversation) throw new DomainError('conversation_not_found', `There is no conversation ${conversationId}.`);
  const marked = await findMarkable(act, conversation, marks);
  if (!marked) return NOTHING;
  const { fullSettings } = await act.em.findOneOrFail(Account, { id: conversation.accountId });
  const found = await readAnew(act, fullSettings, conversation, marked);
  if (!found) return NOTHING;
  const ids = [...marked.messageIds];
  await act.em.execute('update message set begins_topic = true where id in (?)', [ids], 'run');
  await applyReadings(act, fullSettings, [found]);
  return { marked: ids.length, cut: cutsIn(found.reading.attachments) };
}

const NOTHING: CutByMeaning = { marked: 0, cut: 0 };

async function findMarkable(
  act: Act,
  { id, accountId }: Conversation,
  marks: readonly string[],
): Promise<NewMarks | null> {
  if (marks.length === 0) return null;
  const rows: { id: number; session_id: string }[] = await act.em.execute(
    'select id, session_id from message where account_id = ? and external_id in (?) and conversation_id = ? and begins_topic = false',
    [accountId, marks, id],
  );
  const named = [...new Set(rows.map((row) => row.session_id))];
  const found = await act.em.find(Session, { id: { $in: named } }, { disableIdentityMap: true });
  const sessions = found.filter((session) => !session.isSettled && mayBeCut(session));
  const markable = new Set(sessions.map((session) => session.id));
  const messageIds = new Set(rows.flatMap((row) => (markable.has(row.session_id) ? [row.id] : [])));
  return messageIds.size > 0 ? { sessions, messageIds } : null;
}

/** A cut lies where the group before holds a piece of the session that the first piece was in. */
function cutsIn(attachments: readonly Attachment[]): number {
  const isCut = (each: Attachment, index: number) => {
    const from = each.pieces[0]?.sessionId ?? null;
    return from !== null && attachments[index - 1]?.pieces.some(({ sessionId }) => sessionId === from);
  };
  return attachments.filter(isCut).length;
}
