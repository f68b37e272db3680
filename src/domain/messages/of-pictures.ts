// Which messages the work on pictures listens to.
import type { Conversation } from '../conversations/conversation.ts';
import type { Incoming } from './incoming.ts';

/** What contacts say while their picture is worked on may be an answer to that work; and a picture of theirs is remembered. */
export function isOfPictures(
  { imageTaskId }: Conversation,
  messages: readonly { readonly incoming: Pick<Incoming, 'sender' | 'type'> }[],
): boolean {
  return messages.some(
    ({ incoming: { sender, type } }) => sender === 'contact' && (type === 'image' || imageTaskId !== null),
  );
}
