// A message of Chatwoot as messages of ours: its words, and each of its attachments as a message of its own. Read the same way out of a
// webhook and out of history, under the same ids, so that what comes by both ways is one.
import { CONTENT_LIMIT, shortened } from '../../messages/incoming.ts';
import type { Said } from '../inbound.ts';
import type { ChatwootMessage } from './message.ts';
import type { ChatwootAttachment } from './payload.ts';

/** Who spoke, as we call them; null: nobody whose words are kept. */
export type Speaker = 'contact' | 'human' | 'robot' | 'system' | null;

/** Chatwoot notes and says things by itself, and people note what contacts never see: none of that was said to anybody. */
export function speakerOf({ direction, isPrivate, sender }: ChatwootMessage): Speaker {
  if (isPrivate || direction === 'activity' || direction === 'template') return null;
  if (direction === 'incoming') return 'contact';
  if (sender === null) return 'system'; // one of Chatwoot's automations
  return sender.type === 'agent_bot' ? 'robot' : 'human';
}

export type Writer = { readonly id: string; readonly name?: string };

const NAME_LENGTH = 120;

/** @param contact whose conversation it is. @param now their clock may be ahead of ours: nothing was said later than this. */
export function saidIn(message: ChatwootMessage, contact: Writer, now: Date): Said[] {
  const speaker = speakerOf(message);
  if (speaker === null) return [];
  const { messageId, content, attachments, sender } = message;
  const name = sender?.name ? wholeName(sender.name) : undefined;
  const common = {
    contact,
    sender: speaker,
    ...(name && { senderName: name }),
    sentAt: new Date(Math.min(message.sentAt.getTime(), now.getTime())).toISOString(),
  };
  const words = shortened(content, CONTENT_LIMIT);
  const text: Said[] =
    words.trim() === '' ? [] : [{ ...common, id: messageIdOf(messageId), type: 'text', content: words }];
  const files = attachments.map((file, index): Said => {
    return { ...common, id: `${messageIdOf(messageId)}:${index + 1}`, ...contentOf(file) };
  });
  return [...text, ...files];
}

/** What a contact chose or filled in, under a message of ours or of theirs. */
export function answerSaid(messageId: number, text: string, contact: Writer, at: Date): Said {
  const content = shortened(text, CONTENT_LIMIT);
  const sentAt = at.toISOString();
  return { id: answerIdOf(messageId), contact, sender: 'contact', type: 'text', content, sentAt };
}

function messageIdOf(id: number): string {
  return `chatwoot:${id}`;
}

export function answerIdOf(messageId: number): string {
  return `${messageIdOf(messageId)}:answer`;
}

/** Their number, as a name that nobody else’s contacts have: an account may have contacts from elsewhere too. */
export function writerOf(id: number | string, name: string | null): Writer {
  const whole = name === null ? '' : wholeName(name);
  return { id: `chatwoot:${id}`, ...(whole && { name: whole }) };
}

function wholeName(name: string): string {
  return shortened(name.trim(), NAME_LENGTH);
}

function contentOf({ type, url, name }: ChatwootAttachment): Pick<Said, 'type' | 'content'> {
  const content = { url, ...(name !== null && { name }) };
  return { type: type === 'image' ? 'image' : 'file', content };
}
