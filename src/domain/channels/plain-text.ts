// Structured messages as plain text, for channels that can show nothing else: options numbered, links written out, the fields of a
// form as questions. What a person would have read is all there; what only machines read (values, payloads) is not.
import type { Language } from '../accounts/settings.ts';
import { orderText } from './chatwoot/order.ts';
import {
  type Action,
  Attached,
  type Card,
  Card as CardShape,
  Cards,
  type Field,
  Form,
  OrderCard,
  Select,
} from './chatwoot/structure.ts';

/** @param content a text, or the structure of a message of this type. */
export function plainText(type: string, content: unknown, language: Language): string {
  if (typeof content === 'string') return content;
  return shapedText(type, content, language) ?? outline(content);
}

/** null: it has none of the shapes that we know. */
function shapedText(type: string, content: unknown, language: Language): string | null {
  switch (type) {
    case 'image':
    case 'file':
      return read(Attached, content, ({ name, text, url }) =>
        lines(`${LABELS[language][type]}${name === undefined ? '' : ` ${name}`}`, text, url),
      );
    case 'card':
      return (
        read(Cards, content, ({ cards }) => cards.map((card) => cardText(card, language)).join('\n\n')) ??
        read(CardShape, content, (card) => cardText(card, language))
      );
    case 'order_card':
      return read(OrderCard, content, (order) =>
        lines(orderText(order, language), ...actionLines(order.actions, language)),
      );
    case 'select':
      return read(Select, content, ({ text, options }) =>
        lines(text, ...options.map(({ title }, index) => `${index + 1}. ${title}`), WORDS[language].number),
      );
    case 'form':
      return read(Form, content, ({ text, fields }) =>
        lines(text, WORDS[language].form, ...fields.map((field, index) => question(field, index + 1, language))),
      );
    default:
      return null;
  }
}

function read<T>(
  shape: { safeParse: (content: unknown) => { success: boolean; data?: T | undefined } },
  content: unknown,
  write: (value: T) => string,
): string | null {
  const { data } = shape.safeParse(content);
  return data === undefined ? null : write(data);
}

function cardText({ title, description, image, actions }: Card, language: Language): string {
  return lines(title, description, image, ...actionLines(actions, language));
}

function actionLines(actions: readonly Action[] | undefined, language: Language): string[] {
  return (actions ?? []).map((action) =>
    'url' in action ? `${action.text}${WORDS[language].colon}${action.url}` : WORDS[language].say(action.text),
  );
}

function question(
  { label, type, placeholder, options, default: usual }: Field,
  number: number,
  language: Language,
): string {
  const { choices, usually, colon, or } = WORDS[language];
  const hints = [
    placeholder,
    type === 'select' && options ? `${choices}${options.map((option) => option.label).join(or)}` : undefined,
    usual === undefined || usual === '' ? undefined : `${usually}${labelOf(usual, options)}`,
  ].filter((hint) => hint !== undefined);
  const hint = hints.length === 0 ? '' : language === 'zh' ? `（${hints.join('；')}）` : ` (${hints.join('; ')})`;
  const asked = /[?？:：]$/.test(label) ? label : `${label}${colon.trimEnd()}`;
  return `${number}. ${asked}${hint}`;
}

function labelOf(value: string, options: Field['options']): string {
  return options?.find((option) => option.value === value)?.label ?? value;
}

/** Deeper than this nothing is meant for people. */
const DEEPEST = 5;

/** Any structure as lines of name and value. */
function outline(content: unknown, indent = ''): string {
  if (indent.length > 2 * DEEPEST) return `${indent}${JSON.stringify(content)}`;
  if (typeof content !== 'object' || content === null) return `${indent}${String(content)}`;
  return Object.entries(content)
    .map(([name, value]) =>
      typeof value === 'object' && value !== null
        ? `${indent}${name}:\n${outline(value, `${indent}  `)}`
        : `${indent}${name}: ${String(value)}`,
    )
    .join('\n');
}

function lines(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join('\n');
}

const LABELS = {
  zh: { image: '[图片]', file: '[文件]' },
  en: { image: '[Image]', file: '[File]' },
} as const;

const WORDS = {
  zh: {
    colon: '：',
    or: ' / ',
    number: '请回复序号。',
    form: '请回复以下信息：',
    choices: '可选：',
    usually: '默认：',
    say: (text: string) => `${text}（请回复“${text}”）`,
  },
  en: {
    colon: ': ',
    or: ' / ',
    number: 'Please reply with a number.',
    form: 'Please reply with the following:',
    choices: 'one of: ',
    usually: 'usually: ',
    say: (text: string) => `${text} (reply "${text}")`,
  },
} as const;
