// What conversations are read from, piece by piece: messages that are new, messages that are known, and inferred sessions as a
// whole where their messages are not needed.
import type { EntityManager } from '@mikro-orm/mysql';
import { utc } from '../rows.ts';
import type { Heard, Session } from '../sessions/session.ts';
import { spanOf } from './find-near-sessions.ts';
import type { Piece } from './grouping.ts';
import type { Incoming, Sender } from './incoming.ts';

/** A message that is new, one that is known (by its id), or an inferred session as a whole. */
export type Part = Piece & { readonly incoming?: Incoming; readonly messageId?: number };

export function partOf(incoming: Incoming): Part {
  const at = incoming.sentAt.getTime();
  const { externalId: key, sender } = incoming;
  return { from: at, to: at, key, heard: heardFrom(sender), sessionId: null, beginsTopic: false, incoming };
}

export function wholePart(session: Session): Part {
  return { ...spanOf(session), key: '', sessionId: session.id };
}

export async function knownMessages(
  em: EntityManager,
  conversationId: string,
  sessions: readonly Session[],
): Promise<Part[]> {
  const from = new Date(sessions.reduce((low, { firstAt }) => Math.min(low, firstAt.getTime()), Number.MAX_VALUE));
  const to = new Date(sessions.reduce((high, { lastAt }) => Math.max(high, lastAt.getTime()), 0));
  const rows: Row[] = await em.execute(
    `select id, external_id, session_id, sender, sent_at, begins_topic from message
     where conversation_id = ? and sent_at between ? and ? and session_id in (?)`,
    [conversationId, from, to, sessions.map(({ id }) => id)],
  );
  return rows.map((row) => {
    const at = utc(row.sent_at).getTime();
    return {
      from: at,
      to: at,
      key: row.external_id,
      heard: heardFrom(row.sender),
      sessionId: row.session_id,
      beginsTopic: row.begins_topic === 1,
      messageId: row.id,
    };
  });
}

type Row = {
  readonly id: number;
  readonly external_id: string;
  readonly session_id: string;
  readonly sender: Sender;
  readonly sent_at: string;
  readonly begins_topic: 0 | 1;
};

function heardFrom(sender: Sender): Heard | null {
  return sender === 'robot' || sender === 'human' ? sender : null;
}
