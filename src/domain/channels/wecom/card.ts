// The cards that members of the company get in WeCom: an invitation into a conversation, what became of it, and a notice to somebody
// who is not online. Each text is cut to what the card shows; names and words from outside stay on one line and format nothing.
import type { Language } from '../../accounts/settings.ts';
import { bytesOf, cutToBytes, cutToCharacters, onOneLine } from './text.ts';

/** As WeCom takes it (document/path/90236, template card). `task_id`: unique in the app; a second card with it is refused. */
export type TemplateCard = {
  readonly card_type: 'text_notice' | 'button_interaction';
  readonly task_id: string;
  readonly main_title: { readonly title: string; readonly desc?: string };
  readonly sub_title_text?: string;
  readonly horizontal_content_list?: readonly { readonly keyname: string; readonly value: string }[];
  readonly card_action: { readonly type: 1; readonly url: string };
  readonly button_list?: readonly { readonly text: string; readonly style: 1; readonly key: string }[];
};

/** The older card, for apps without a callback: it opens a link and cannot be changed afterwards. */
export type TextCard = {
  readonly title: string;
  readonly description: string;
  readonly url: string;
  readonly button: string;
};

export type Invitation = {
  readonly participantId: string;
  /** The account as people know it. */
  readonly desk: string;
  /** The agent who asks. */
  readonly inviter: string;
  /** Whom the conversation is with. */
  readonly contact: string | null;
  /** Opens the conversation for this participant alone. */
  readonly url: string;
};

/** The button's key: a click on it is a wish to join. */
export const JOIN_KEY = 'join';

/** The whole card opens the link, and its button comes back to us as a click: either way leads in. */
export function invitationCard(invitation: Invitation, language: Language): TemplateCard {
  const { participantId, url } = invitation;
  const words = WORDS[language];
  return {
    card_type: 'button_interaction',
    task_id: taskIdOf(participantId),
    main_title: { title: shown(words.title(invitation.desk), LIMITS.title) },
    sub_title_text: shown(words.ask, LIMITS.subtitle),
    horizontal_content_list: detailsOf(invitation, language),
    card_action: { type: 1, url },
    button_list: [{ text: words.join, style: 1, key: JOIN_KEY }],
  };
}

/** The same invitation as the older card. */
export function invitationTextCard({ desk, inviter, url }: Invitation, language: Language): TextCard {
  const words = WORDS[language];
  return {
    title: cutToBytes(withoutMarks(words.title(desk)), TEXT_CARD.title),
    description: cutToBytes(withoutMarks(`${words.inviter}: ${inviter}. ${words.ask}`), TEXT_CARD.description),
    url,
    button: words.joinShort,
  };
}

/** What the button says when there is nothing more to click. */
export function invitationEnd(state: 'joined' | 'over', language: Language): string {
  return WORDS[language][state];
}

/** Of a card's task; null: the card is no invitation. */
export function participantOf(taskId: string): string | null {
  return /^invite-([0-9A-Z]{26})$/.exec(taskId)?.[1] ?? null;
}

function taskIdOf(participantId: string): string {
  return `invite-${participantId}`;
}

export type Notice = {
  /** One word or number for this notice: a repeat of it is not shown twice. */
  readonly id: string;
  readonly sender: string;
  /** What was said, or what kind of thing was sent. */
  readonly preview: string;
  readonly contact: string | null;
  readonly url: string;
};

/** For people who are not online: who wrote what, and the way there. */
export function noticeCard({ id, sender, preview, contact, url }: Notice, language: Language): TemplateCard {
  const words = WORDS[language];
  return {
    card_type: 'text_notice',
    task_id: `notice-${id.replaceAll(/[^\w-]/g, '-')}`.slice(0, LIMITS.taskId),
    main_title: { title: shown(words.wrote(onOneLine(sender)), LIMITS.title) },
    sub_title_text: shown(preview, LIMITS.subtitle),
    ...(contact === null
      ? {}
      : { horizontal_content_list: [{ keyname: words.contact, value: shown(contact, LIMITS.value) }] }),
    card_action: { type: 1, url },
  };
}

function detailsOf({ inviter, contact }: Invitation, language: Language) {
  const words = WORDS[language];
  return [
    { keyname: words.inviter, value: shown(inviter, LIMITS.value) },
    ...(contact === null ? [] : [{ keyname: words.contact, value: shown(contact, LIMITS.value) }]),
  ];
}

/** In characters, what clients show in full (document/path/101032); bytes for the task's id. */
export const LIMITS = { title: 26, subtitle: 112, keyname: 5, value: 26, button: 10, taskId: 128 } as const;
/** In bytes of UTF-8, but the button: four characters (document/path/90236). */
export const TEXT_CARD = { title: 128, description: 512, button: 4 } as const;

const WORDS = {
  zh: {
    title: (desk: string) => `${cutToCharacters(onOneLine(desk), LIMITS.title - 7)}邀请您加入会话`,
    ask: '请点击「加入会话」查看详情并参与讨论。',
    join: '加入会话',
    joinShort: '加入会话',
    joined: '已加入',
    over: '已失效',
    inviter: '邀请人',
    contact: '客户',
    wrote: (sender: string) => `${cutToCharacters(sender, LIMITS.title - 6)}给您发来消息`,
  },
  en: {
    title: (desk: string) => `${cutToCharacters(onOneLine(desk), LIMITS.title - 12)} invites you`,
    ask: 'Open the card to read the conversation and take part in it.',
    join: 'Join',
    joinShort: 'Join',
    joined: 'Joined',
    over: 'Over',
    inviter: 'By',
    contact: 'With',
    wrote: (sender: string) => `${cutToCharacters(sender, LIMITS.title - 10)} wrote you`,
  },
} as const;

function shown(text: string, most: number): string {
  return cutToCharacters(onOneLine(text), most);
}

/** The description of a text card is read as a little HTML. */
function withoutMarks(text: string): string {
  return onOneLine(text).replaceAll('<', '＜').replaceAll('>', '＞').replaceAll('&', '＆');
}

/** Whether WeCom takes it whole. */
export function fitsTextCard({ title, description, button }: TextCard): boolean {
  return (
    bytesOf(title) <= TEXT_CARD.title &&
    bytesOf(description) <= TEXT_CARD.description &&
    [...button].length <= TEXT_CARD.button
  );
}
