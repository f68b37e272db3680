// What of a message is written to WeCom, which is sent plain text alone: in parts that it takes whole, each of which is a message there.
import type { Language } from '../../accounts/settings.ts';
import { plainText } from '../plain-text.ts';
import { splitText } from './text.ts';

/** What an event says of a message. */
export type Telling = Readonly<Record<string, unknown>>;

/** @returns what the contact is sent, in order; nothing where the words were taken back. */
export function partsOf(telling: Telling, language: Language): string[] {
  const words = wordsOf(telling, language);
  return words === null ? [] : splitText(words);
}

/** Who takes part from outside is named. null: the words were taken back. */
function wordsOf({ sender, senderName, type, content }: Telling, language: Language): string | null {
  if (content === undefined || content === null) return null;
  const words = plainText(String(type), content, language);
  return sender === 'contact' && typeof senderName === 'string' ? `${senderName}: ${words}` : words;
}

/** For a notice, which shows one line. null: the words were taken back. */
export function previewOf(telling: Telling, language: Language): { sender: string | null; preview: string } | null {
  const { sender, senderName, type, content, last } = telling;
  if (last === undefined) {
    if (content === undefined || content === null) return null;
    const name = typeof senderName === 'string' ? senderName : WRITERS[language][String(sender)];
    return { sender: name ?? null, preview: plainText(String(type), content, language) };
  }
  const said = typeof last === 'object' && last !== null ? (last as Telling) : {}; // as the catalogue has it
  if (said.preview === '') return null;
  const name = WRITERS[language][String(said.sender)] ?? null;
  return { sender: name, preview: said.type === 'text' ? String(said.preview) : WORDS[language].something };
}

/** Where no name is known; of a contact, the name is. */
const WRITERS: Readonly<Record<Language, Readonly<Record<string, string>>>> = {
  zh: { robot: '机器人', human: '客服', system: '系统' },
  en: { robot: 'The robot', human: 'An agent', system: 'Baton' },
};

const WORDS = { zh: { something: '[消息]' }, en: { something: '[message]' } } as const;
