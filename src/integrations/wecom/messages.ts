// Messages of the app to members of the company: text, cards, their change and their recall. Whom WeCom did not reach is told apart:
// it answers "ok" as long as one receiver was right. What is too long is refused here, since WeCom would cut it without a word.
import { z } from 'zod';
import { fitsTextCard, LIMITS, type TemplateCard, type TextCard } from '../../domain/channels/wecom/card.ts';
import { bytesOf, TEXT_BYTES } from '../../domain/channels/wecom/text.ts';
import { OutsideFailure } from '../outside-failure.ts';
import type { Call } from './call.ts';

export type Sent = {
  /** For a recall within 24 h; empty where WeCom named none. */
  readonly msgid: string;
  /** Those of the receivers whom it does not reach, spelled as they were given. */
  readonly invalid: readonly string[];
};

export type SentCard = Sent & {
  /** Allows one change of the card, within 72 h; null: the card cannot be changed, or was sent before. */
  readonly responseCode: string | null;
  /** WeCom had a card of this task already: an earlier try got through, and nothing was sent now. */
  readonly isRepeat: boolean;
};

export type Messages = {
  /** One part of `splitText`. With a duplicate check WeCom swallows the same words to the same people for so many seconds (≤ 4 h). */
  readonly sendText: (
    userIds: readonly string[],
    content: string,
    options?: { readonly duplicateCheckSeconds?: number },
  ) => Promise<Sent>;
  readonly sendTextCard: (
    userIds: readonly string[],
    card: TextCard,
    options?: { readonly duplicateCheckSeconds?: number },
  ) => Promise<Sent>;
  /** @param to of a department, all of its members. */
  readonly sendTemplateCard: (to: Receivers, card: TemplateCard) => Promise<SentCard>;
  /** Puts a word in place of the buttons. @throws OutsideFailure `code_spent` (permanent): it was used before, perhaps by us. */
  readonly updateTemplateCard: (change: CardChange) => Promise<void>;
  readonly recall: (msgid: string) => Promise<void>;
};

/** Members by their ids, or all of a department. */
export type Receivers = readonly string[] | { readonly party: string };

export type CardChange = {
  readonly userIds: Receivers;
  readonly responseCode: string;
  readonly replaceName: string;
};

export function makeMessages(call: Call, agentId: number): Messages {
  const send = async (to: Receivers, message: object, isRepeatable: boolean) => {
    const address = 'party' in to ? { toparty: partyOf(to.party) } : { touser: receiversOf(to).join('|') };
    const body = { ...address, agentid: agentId, ...message };
    const answer = await call({ path: '/cgi-bin/message/send', body, isRepeatable }, Answer);
    const invalid = 'party' in to ? answer.invalidparty.filter((id) => id === to.party) : unreached(to, answer);
    if (invalid.length === ('party' in to ? 1 : to.length)) throw nobody('WeCom reaches none of the receivers.');
    return { msgid: answer.msgid, invalid, responseCode: answer.response_code };
  };
  return {
    sendText: async (userIds, content, { duplicateCheckSeconds: seconds } = {}) => {
      if (bytesOf(content) > TEXT_BYTES) throw tooLong(`The text has more than ${TEXT_BYTES} bytes.`);
      const message = { msgtype: 'text', text: { content }, ...checkFor(seconds) };
      const { msgid, invalid } = await send(userIds, message, false);
      return { msgid, invalid };
    },
    sendTextCard: async (userIds, card, { duplicateCheckSeconds: seconds } = {}) => {
      if (!fitsTextCard(card)) throw tooLong('The card has more words than WeCom shows.');
      const { title, description, url, button: btntxt } = card;
      const textcard = { title, description, url, btntxt };
      const { msgid, invalid } = await send(userIds, { msgtype: 'textcard', textcard, ...checkFor(seconds) }, false);
      return { msgid, invalid };
    },
    sendTemplateCard: async (to, card) => {
      if (!/^[\w@-]+$/.test(card.task_id) || card.task_id.length > LIMITS.taskId) {
        throw new OutsideFailure('permanent', 'bad_task', 'The id of the card’s task is none.');
      }
      try {
        const sent = await send(to, { msgtype: 'template_card', template_card: card }, true);
        return { ...sent, isRepeat: false };
      } catch (error) {
        if (!says(error, TASK_KNOWN)) throw error;
        return { msgid: '', invalid: [], responseCode: null, isRepeat: true };
      }
    },
    updateTemplateCard: async ({ userIds, responseCode, replaceName }) => {
      const button = { replace_name: replaceName };
      const to =
        'party' in userIds ? { partyids: [Number(partyOf(userIds.party))] } : { userids: receiversOf(userIds) };
      const body = { ...to, agentid: agentId, response_code: responseCode, button };
      try {
        await call({ path: '/cgi-bin/message/update_template_card', body, isRepeatable: true }, z.unknown());
      } catch (error) {
        if (!says(error, CODE_SPENT)) throw error;
        throw new OutsideFailure('permanent', 'code_spent', 'This code has changed its card already, or is too old.');
      }
    },
    recall: async (msgid) => {
      await call({ path: '/cgi-bin/message/recall', body: { msgid }, isRepeatable: true }, z.unknown());
    },
  };
}

/** What was said to somebody in so many seconds before is not said again. */
function checkFor(seconds: number | undefined): object {
  return seconds === undefined ? {} : { enable_duplicate_check: 1, duplicate_check_interval: seconds };
}

const Names = z
  .string()
  .catch('')
  .transform((names) => names.toLowerCase().split('|'));

const Answer = z.object({
  msgid: z.string().catch(''),
  invaliduser: Names,
  unlicenseduser: Names,
  invalidparty: Names,
  response_code: z
    .string()
    .catch('')
    .transform((code) => (code === '' ? null : code)),
});

/** WeCom gives ids back in small letters, whatever they were. */
function unreached(userIds: readonly string[], { invaliduser, unlicenseduser }: z.output<typeof Answer>): string[] {
  return userIds.filter((id) => [...invaliduser, ...unlicenseduser].includes(id.toLowerCase()));
}

/** Departments have numbers. */
function partyOf(id: string): string {
  if (/^\d{1,10}$/.test(id)) return id;
  throw new OutsideFailure('permanent', 'bad_receiver', 'That is no number of a department.');
}

const MOST_RECEIVERS = 1000;

/** `@all` is the whole company, and `|` stands between receivers: neither may come in by a name from outside. */
function receiversOf(userIds: readonly string[]): readonly string[] {
  if (userIds.length === 0) throw nobody('Nobody is named.');
  const isRight = (id: string) => /^[\w@.-]{1,64}$/.test(id) && id.toLowerCase() !== '@all';
  if (userIds.length > MOST_RECEIVERS || !userIds.every(isRight)) {
    throw new OutsideFailure('permanent', 'bad_receiver', 'The receivers are too many, or one is no id of a member.');
  }
  return userIds;
}

/** WeCom's list has no code for these two; it is known by its words only. */
const TASK_KNOWN = /task_?id.*(exist|repeat|duplicat|conflict|same)|(repeat|duplicat)\w* task_?id/i;
const CODE_SPENT = /response_?code/i;

function says(error: unknown, words: RegExp): boolean {
  return error instanceof OutsideFailure && error.kind === 'permanent' && words.test(error.message);
}

function nobody(detail: string): OutsideFailure {
  return new OutsideFailure('permanent', 'no_receiver', detail);
}

function tooLong(detail: string): OutsideFailure {
  return new OutsideFailure('permanent', 'too_long', detail);
}
