// What was said last in a conversation, which Chatwoot shows with whatever else it tells of it: what was done there was done after that.
import { z } from 'zod';
import { type ChatwootMessage, MessagePiece, messageOf } from './message.ts';

const Messages = z.object({ messages: z.array(z.unknown()) });
const Within = z.object({ conversation: Messages }).transform(({ conversation }) => conversation);

/** null: Chatwoot does not say. */
export function lastWordsIn(hook: unknown): ChatwootMessage | null {
  const last = z.union([Within, Messages]).safeParse(hook).data?.messages.at(-1);
  const piece = MessagePiece.safeParse(last).data;
  return piece ? messageOf(piece) : null;
}
