// What the local WeCom looks at in a message before it takes it, and what of it members see.
import { type Answer, codeIn, refusal } from './wecom-answers.ts';

export type Body = {
  readonly touser?: string;
  readonly toparty?: string;
  readonly agentid?: number;
  readonly msgtype?: string;
  readonly text?: { readonly content?: string };
  readonly textcard?: Readonly<Record<string, string>>;
  readonly template_card?: CardBody;
  readonly enable_duplicate_check?: number;
  readonly duplicate_check_interval?: number;
  readonly [name: string]: unknown;
};

export type CardBody = Readonly<Record<string, unknown>>;

/** null: it is taken. */
export function problemIn(
  { msgtype, text, textcard, template_card: card }: Body,
  cards: readonly { readonly taskId: string | null }[],
): Answer | null {
  switch (msgtype) {
    case 'text':
      return text?.content?.trim() ? null : refusal(44_004, 'empty content');
    case 'textcard':
      return textcard?.title && textcard.description && textcard.url
        ? null
        : refusal(40_058, 'textcard misses a field');
    case 'template_card':
      return card ? taskProblem(card, cards) : refusal(40_058, 'template_card missing');
    default:
      return refusal(40_008, 'invalid message type');
  }
}

function taskProblem(card: CardBody, cards: readonly { readonly taskId: string | null }[]): Answer | null {
  const taskId = taskIdOf(card);
  if (card.card_type === 'text_notice' && !codeIn(card.card_action, 'url')) {
    return refusal(40_058, 'card_action.url missing');
  }
  if (taskId === null) return canChange(card) ? refusal(40_058, 'task_id missing') : null;
  if (!/^[0-9A-Za-z_\-@]{1,128}$/.test(taskId)) return refusal(40_058, 'task_id is invalid');
  return cards.some((each) => each.taskId === taskId) ? refusal(TASK_REFUSED, `task_id repeated: ${taskId}`) : null;
}

/** The real code is not known; callers are to look at the words. */
const TASK_REFUSED = 40_998;

export function taskIdOf({ task_id: id }: CardBody): string | null {
  return typeof id === 'string' ? id : null;
}

export function canChange(card: CardBody): boolean {
  return card.card_type === 'button_interaction' || card.action_menu !== undefined;
}

/** Cut where it is too long. */
export function shownOf({ text, textcard, template_card: card }: Body): unknown {
  if (text) return cutSilently(text.content ?? '', 2048);
  if (!textcard) return card;
  const { title = '', description = '' } = textcard;
  return { ...textcard, title: cutSilently(title, 128), description: cutSilently(description, 512) };
}

/** As WeCom does it: without a word, and in the middle of a character where it so falls. */
function cutSilently(text: string, bytes: number): string {
  return Buffer.from(text).subarray(0, bytes).toString();
}
