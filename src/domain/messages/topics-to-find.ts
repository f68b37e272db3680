// Which messages of a conversation somebody should read who can tell where a new topic begins: those of the newest session and of
// those that it follows within a pause, as far as marks may still cut them.
import type { EntityManager } from '@mikro-orm/mysql';
import { Account } from '../accounts/account.ts';
import { Session } from '../sessions/session.ts';
import { mayBeCut } from './attachment.ts';
import { type MessageType, type Sender, shortened } from './incoming.ts';

/** `id` is the message's external id, by which cutByMeaning takes the marks. */
export type Spoken = { readonly id: string; readonly sender: Sender; readonly text: string };

/** The newest that are shown. */
const MOST = 60;
/** In fewer there is hardly more than one topic. */
const LEAST = 6;
/** Of one message; UTF-16 units. */
const TEXT_LENGTH = 500;

/** @returns oldest first; null where there is nothing to find: too few words, or somebody acted on the newest session or waits in it. */
export async function topicsToFind(em: EntityManager, conversationId: string): Promise<readonly Spoken[] | null> {
  const sessions = await findCuttable(em, conversationId);
  if (sessions.length === 0) return null;
  const rows: { external_id: string; sender: Sender; type: MessageType; content: string }[] = await em.execute(
    `select external_id, sender, type, content from message
     where conversation_id = ? and session_id in (?) and private = false and status not in ('recalled', 'deleted')
     order by sent_at desc, external_id desc limit ?`,
    [conversationId, sessions.map(({ id }) => id), MOST],
  );
  if (rows.length < LEAST) return null;
  return rows
    .reverse()
    .map(({ external_id: id, sender, type, content }) => ({ id, sender, text: textOf(type, content) }));
}

async function findCuttable(em: EntityManager, conversationId: string): Promise<readonly Session[]> {
  const own = { conversationId, mergedInto: null };
  const order = { lastAt: 'desc', firstAt: 'desc' } as const;
  const newest = await em.findOne(Session, own, { orderBy: order, disableIdentityMap: true });
  if (!newest || !isCuttable(newest)) return [];
  const { fullSettings } = await em.findOneOrFail(Account, { id: newest.accountId }, { disableIdentityMap: true });
  const since = new Date(newest.firstAt.getTime() - fullSettings.groupingGap * 1000);
  const near = await em.find(Session, { ...own, lastAt: { $gte: since } }, { disableIdentityMap: true });
  return near.filter(isCuttable);
}

function isCuttable(session: Session): boolean {
  return !session.isSettled && mayBeCut(session);
}

function textOf(type: MessageType, content: string): string {
  return type === 'text' || type === 'system' ? shortened(content, TEXT_LENGTH) : `[${type}]`;
}
