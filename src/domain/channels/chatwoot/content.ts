// How a message of ours is written to Chatwoot: as cards, a select or a form where Chatwoot's own rules take it and the channel behind
// shows it, else as plain text. What leaves here is never refused for its shape.
import type { Language } from '../../accounts/settings.ts';
import { plainText } from '../plain-text.ts';
import { literally } from './literal.ts';
import { orderText, orderTitle } from './order.ts';
import { type InboxKind, inboxKindOf } from './snapshot.ts';
import { type Action, Card, Cards, Form, OrderCard, Select } from './structure.ts';

export type OutgoingContent = {
  readonly content: string;
  readonly contentType: 'text' | 'cards' | 'input_select' | 'form';
  readonly contentAttributes: Readonly<Record<string, unknown>>;
};

/** @param channel as Chatwoot names it (`Channel::Api`); null: unknown, so nothing but text. */
export function contentFor(
  message: { readonly type: string; readonly content: unknown },
  channel: string | null,
  language: Language,
): OutgoingContent {
  const { type, content } = message;
  const kind = channel === null ? 'other' : inboxKindOf(channel);
  const rich = typeof content === 'string' || !Object.hasOwn(RICH, type) ? null : RICH[type]?.(content, kind, language);
  const chosen = rich ?? { content: plainText(type, content, language), contentType: 'text', contentAttributes: {} };
  return { ...chosen, content: literally(chosen.content) };
}

/**
 * A message as its event tells it. Whoever takes part from outside speaks under our name there, so theirs is said.
 * @returns null: the words were taken back.
 */
export function outgoingOf(
  { sender, senderName, type, content }: Told,
  channel: string | null,
  language: Language,
): OutgoingContent | null {
  if (content === undefined) return null;
  if (sender !== 'contact' || senderName === null) return contentFor({ type, content }, channel, language);
  const words = `${senderName}: ${plainText(type, content, language)}`;
  return contentFor({ type: 'text', content: words }, channel, language);
}

type Told = {
  readonly sender: string;
  readonly senderName: string | null;
  readonly type: string;
  readonly content?: unknown;
};

type Rich = (content: unknown, kind: InboxKind, language: Language) => OutgoingContent | null;

const RICH: Readonly<Record<string, Rich>> = {
  card: asCards,
  order_card: asOrder,
  select: asSelect,
  form: asForm,
};

/** Chatwoot's widget shows everything; of its API channel it is the client that shows it. */
function showsAll(kind: InboxKind): boolean {
  return kind === 'web_widget' || kind === 'api';
}

/** Chatwoot refuses cards without actions: one such card, and all of them are text. */
function asCards(content: unknown, kind: InboxKind, language: Language): OutgoingContent | null {
  const cards = Cards.safeParse(content).data?.cards ?? Card.safeParse(content).data;
  if (cards === undefined || !showsAll(kind)) return null;
  const items = [cards].flat().map(({ title, description, image, actions }) => ({
    title,
    ...(description !== undefined && { description }),
    ...(image !== undefined && { media_url: image }),
    actions: actionsOf(actions),
  }));
  return cardsOf(plainText('card', content, language), items);
}

/** The widget shows of cards only the cards: the order is told in the card too, not just in the text above it. */
function asOrder(content: unknown, kind: InboxKind, language: Language): OutgoingContent | null {
  const order = OrderCard.safeParse(content).data;
  if (order === undefined || !showsAll(kind)) return null;
  const image = order.items?.find((item) => item.image !== undefined)?.image;
  const card = {
    title: orderTitle(order, language),
    description: orderText(order, language),
    ...(image !== undefined && { media_url: image }),
    actions: actionsOf(order.actions),
  };
  return cardsOf(
    orderText(order, language, (words) => `**${words}**`),
    [card],
  );
}

type Item = { readonly title: string; readonly actions: readonly object[] };

function cardsOf(content: string, items: readonly Item[]): OutgoingContent | null {
  if (items.some(({ actions }) => actions.length === 0)) return null;
  return { content, contentType: 'cards', contentAttributes: { items } };
}

function actionsOf(actions: readonly Action[] | undefined): object[] {
  return (actions ?? []).map((action) =>
    'url' in action
      ? { type: 'link', text: action.text, uri: action.url }
      : { type: 'postback', text: action.text, payload: action.payload },
  );
}

function asSelect(content: unknown, kind: InboxKind): OutgoingContent | null {
  const select = Select.safeParse(content).data;
  if (select === undefined || !canSelect(select, kind)) return null;
  const items = select.options.map(({ title, value }) => ({ title, value }));
  return { content: select.text, contentType: 'input_select', contentAttributes: { items } };
}

/**
 * WhatsApp shows up to three options as buttons of 20 characters, up to ten as a list with rows of 24, under at most 1,024 characters,
 * and fails the message beyond that; Telegram takes values of at most 64 bytes.
 */
function canSelect({ text, options }: Select, kind: InboxKind): boolean {
  if (showsAll(kind)) return true;
  if (kind === 'telegram') return options.every(({ value }) => new TextEncoder().encode(value).length <= 64);
  if (kind !== 'whatsapp') return false;
  const widest = options.length <= 3 ? 20 : 24;
  return (
    options.length <= 10 &&
    text.length <= 1024 &&
    options.every(({ title, value }) => title.length <= widest && value.length <= 200)
  );
}

/** The widget does not show what stands above a form: there the first question begins with it. */
function asForm(content: unknown, kind: InboxKind, language: Language): OutgoingContent | null {
  const form = Form.safeParse(content).data;
  if (form === undefined || !showsAll(kind)) return null;
  const isUnseen = form.text !== undefined && kind === 'web_widget';
  const items = form.fields.map(({ name, label, type, placeholder, default: usual, options }, index) => ({
    name,
    label: isUnseen && index === 0 ? `${form.text}\n${label}` : label,
    type,
    ...(placeholder !== undefined && { placeholder }),
    ...(usual !== undefined && { default: usual }),
    ...(options !== undefined && { options: options.map((option) => ({ label: option.label, value: option.value })) }),
  }));
  const text = form.text ?? (language === 'zh' ? '请填写表单。' : 'Please fill in the form.');
  return { content: text, contentType: 'form', contentAttributes: { items } };
}
