// The messages of a conversation, page by page into the past.
import { z } from 'zod';
import { type ChatwootMessage, MessagePiece, messageOf } from '../../domain/channels/chatwoot/message.ts';
import { type ChatwootOptions, exchange, notUnderstood } from './exchange.ts';

export type Page = {
  /** Oldest first; what Chatwoot notes by itself and private notes are among them. */
  readonly messages: readonly ChatwootMessage[];
  /** Before which to go on; null: there is nothing older. */
  readonly next: number | null;
};

/** How many Chatwoot gives at once. */
const PAGE_SIZE = 20;

const Pages = z.object({ payload: z.array(z.unknown()) });
const Numbered = z.object({ id: z.int() });

/** A message that can not be read is left out; it hides none of the others. */
export async function messagesBefore(
  options: ChatwootOptions,
  conversation: number,
  before: number | null,
): Promise<Page> {
  const query = before === null ? '' : `?before=${before}`;
  const path = `/conversations/${conversation}/messages${query}`;
  const answer = await exchange(options, { as: 'user', method: 'GET', path, isRepeatable: true });
  const { data } = Pages.safeParse(answer);
  if (!data) throw notUnderstood(true);
  const messages = data.payload.flatMap((raw) => {
    const piece = MessagePiece.safeParse(raw).data;
    return piece ? [messageOf(piece)] : [];
  });
  const ids = data.payload.flatMap((raw) => Numbered.safeParse(raw).data?.id ?? []);
  return { messages, next: ids.length < PAGE_SIZE ? null : nextOf(ids, before) };
}

/** Always further back, whatever the answer was. */
function nextOf(ids: readonly number[], before: number | null): number | null {
  const oldest = Math.min(...ids);
  return before === null || oldest < before ? oldest : null;
}
