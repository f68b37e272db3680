// The bundle of a transfer as the private note that an agent reads in Chatwoot: why, how urgent, what is advised, who it is, and
// what was said last. Never longer than it may be; of what was said the newest is kept.
import type { Language } from '../../accounts/settings.ts';
import type { Bundle } from '../../transfers/bundle.ts';
import { plainText } from '../plain-text.ts';
import { quoted } from './literal.ts';

/** UTF-16 units of the whole note. */
export const NOTE_LIMIT = 5000;
const MOST_MESSAGES = 10;
/** Of those that asked for a person. */
const MOST_WORDS = 5;

export function noteOf(bundle: Bundle, language: Language): string {
  const words = WORDS[language];
  const head = headOf(bundle, words).join('\n').slice(0, NOTE_LIMIT).toWellFormed();
  const messages = bundle.messages.slice(-MOST_MESSAGES).map((message) => messageLine(message, words, language));
  const left = bundle.earlierMessages + bundle.messages.length - messages.length;
  return withNewest(head, messages, left, words);
}

type Message = Bundle['messages'][number];

function headOf({ reason, cause, urgency, advice, contact }: Bundle, words: Words): string[] {
  const said =
    cause?.words
      .slice(0, MOST_WORDS)
      .map((each) => words.quote(bounded(each, 40)))
      .join(words.comma) ?? '';
  const profile = [contact.department, contact.position, contact.level].filter((part) => part !== null).join(' · ');
  const rule =
    cause === null ? undefined : `${words.cause}${[bounded(cause.rule, 80), said].filter(Boolean).join(' ')}`;
  return [
    `🔁 **${words.title}**`,
    `${words.reason}${bounded(reason, 400)}`,
    rule,
    `${words.urgency}${urgency}/5`,
    advice === null || advice === '' ? undefined : `${words.advice}${bounded(advice, 600)}`,
    `${words.contact}${bounded(contact.name ?? contact.externalId, 120)}${contact.vip ? ' ⭐ VIP' : ''}`,
    profile === '' ? undefined : `${words.profile}${bounded(profile, 200)}`,
  ].filter((line) => line !== undefined);
}

function messageLine({ sender, senderName, type, content, sentAt }: Message, words: Words, language: Language): string {
  const who = senderName === null ? (words.senders[sender] ?? sender) : bounded(senderName, 60);
  return `> ${sentAt.slice(5, 16).replace('T', ' ')} **${who}**: ${bounded(plainText(type, content, language), 400)}`;
}

/** From the newest backwards, as many as there is room for. */
function withNewest(head: string, messages: readonly string[], left: number, words: Words): string {
  const kept: string[] = [];
  // Room for the heading and the line that says how many are left out.
  let room = NOTE_LIMIT - head.length - words.messages.length - words.earlier(left + messages.length).length - 4;
  for (const line of messages.toReversed()) {
    room -= line.length + 1;
    if (room < 0) break;
    kept.unshift(line);
  }
  if (kept.length === 0) return head;
  const unseen = left + messages.length - kept.length;
  return [head, '', words.messages, ...(unseen === 0 ? [] : [words.earlier(unseen)]), ...kept].join('\n');
}

/** Others' words. Shortened before they are quoted, which may double them: all bounds together leave room for the newest message. */
function bounded(text: string, most: number): string {
  const shown = text.length > most ? `${text.slice(0, most).toWellFormed()}…` : text;
  return quoted(shown);
}

type Words = Readonly<
  Record<'title' | 'reason' | 'cause' | 'urgency' | 'advice' | 'contact' | 'profile' | 'messages' | 'comma', string>
> & {
  readonly quote: (words: string) => string;
  readonly earlier: (count: number) => string;
  readonly senders: Readonly<Record<string, string>>;
};

const WORDS: Readonly<Record<Language, Words>> = {
  zh: {
    title: '转人工',
    reason: '原因：',
    cause: '触发：',
    urgency: '紧急程度：',
    advice: '建议：',
    contact: '客户：',
    profile: '资料：',
    messages: '最近的消息（UTC）：',
    comma: '、',
    quote: (words) => `“${words}”`,
    earlier: (count) => `（更早的 ${count} 条未列出）`,
    senders: { contact: '客户', robot: '机器人', human: '客服', system: '系统' },
  },
  en: {
    title: 'Handed over to a person',
    reason: 'Reason: ',
    cause: 'Because of: ',
    urgency: 'Urgency: ',
    advice: 'Advice: ',
    contact: 'Contact: ',
    profile: 'Profile: ',
    messages: 'Last messages (UTC):',
    comma: ', ',
    quote: (words) => `"${words}"`,
    earlier: (count) => `(${count} earlier ones are not shown)`,
    senders: { contact: 'Contact', robot: 'Robot', human: 'Agent', system: 'System' },
  },
};
