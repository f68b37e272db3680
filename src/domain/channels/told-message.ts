// What the events of messages and notes tell of them. The words are left out once they were taken back.
import { z } from 'zod';
import { EVENTS } from '../events/catalogue.ts';
import { MESSAGE_TYPES } from '../messages/incoming.ts';

/** Whether the contact said it: they have it already. Whoever takes part from outside speaks on the same side. */
export function isOwnWord({ sender, senderId, contactId }: Readonly<Record<string, unknown>>): boolean {
  return sender === 'contact' && (typeof senderId !== 'string' || senderId === contactId);
}

const content = z.unknown().optional();

/** With its type as one that we know. */
export const ToldMessage = EVENTS['message.created'].data.extend({ type: z.enum(MESSAGE_TYPES), content });
export const ToldNote = EVENTS['note.created'].data.extend({ content });
