// Looks whether a message of ours arrived of which the answer was lost. By its mark, where this Chatwoot keeps marks; else by its words,
// its kind and its time, in what our own token wrote.
import type { ChatwootMessage } from '../../domain/channels/chatwoot/message.ts';
import { bearsSourceId, MARK_KEY } from '../../domain/channels/chatwoot/payload.ts';
import { OutsideFailure } from '../outside-failure.ts';
import type { ChatwootOptions } from './exchange.ts';
import { messagesBefore } from './history.ts';

export type Lost = {
  readonly mark: string;
  readonly content: string;
  readonly isPrivate: boolean;
  /** As it was named when the message was sent. */
  readonly channel?: string | null;
  /** When it was first tried to be sent, by our clock. */
  readonly since: Date;
  /** Messages that are known to be others of ours: the same words may have been said twice. */
  readonly except?: readonly number[];
};

/** Between our clock and theirs, and the second to which theirs is cut. */
const TOLERANCE_MS = 5000;
/** 2,000 messages since then: no conversation is so lively. */
const MOST_PAGES = 100;

/** @throws OutsideFailure `unknown`, `too_many_messages`: it can not be told. */
export async function findMessage(options: ChatwootOptions, conversation: number, lost: Lost): Promise<number | null> {
  const messages = await messagesSince(options, conversation, lost.since.getTime() - TOLERANCE_MS);
  const marked = messages.find(({ mark }) => mark === lost.mark);
  if (marked) return marked.messageId;
  if (messages.some((message) => showsThatMarksAreKept(message, lost))) return null;
  const isOurs = (message: ChatwootMessage) => isWrittenByUs(message, options) && isSame(message, lost);
  return messages.find(isOurs)?.messageId ?? null;
}

async function messagesSince(
  options: ChatwootOptions,
  conversation: number,
  since: number,
): Promise<ChatwootMessage[]> {
  const found: ChatwootMessage[] = [];
  let before: number | null = null;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const { messages, next } = await messagesBefore(options, conversation, before);
    const fresh = messages.filter(({ sentAt }) => sentAt.getTime() >= since);
    found.unshift(...fresh);
    if (next === null || fresh.length < messages.length) return found;
    before = next;
  }
  throw new OutsideFailure('unknown', 'too_many_messages', 'Too much was said since then to find one message in it.');
}

/** Where this Chatwoot keeps marks, and ours bore one, ours would show it. */
function showsThatMarksAreKept(
  { mark, contentAttributes }: ChatwootMessage,
  { channel = null, isPrivate }: Lost,
): boolean {
  return MARK_KEY in contentAttributes || (mark !== null && bearsSourceId(channel, isPrivate));
}

/** With a bot's token nothing is written in a person's name, and a person who wrote the same is not us. */
function isWrittenByUs({ direction, sender }: ChatwootMessage, { botToken }: ChatwootOptions): boolean {
  if (direction !== 'outgoing') return false;
  return botToken === null ? sender?.type === 'user' : sender?.type !== 'user' && sender?.type !== 'contact';
}

function isSame({ messageId, isPrivate, content }: ChatwootMessage, lost: Lost): boolean {
  if (isPrivate !== lost.isPrivate || lost.except?.includes(messageId)) return false;
  return normal(content) === normal(lost.content);
}

/** Databases and browsers end lines in their own ways. */
function normal(text: string): string {
  return text.replaceAll('\r\n', '\n').trim();
}
