// Customer service of WeCom (微信客服): rows are fetched by a cursor, messages to customers carry an id of ours, by which WeCom knows a
// repeat. What was sent through this interface never comes back among the rows.
import { z } from 'zod';
import type { KfState } from '../../domain/channels/wecom/kf-states.ts';
import { bytesOf, TEXT_BYTES } from '../../domain/channels/wecom/text.ts';
import { OutsideFailure } from '../outside-failure.ts';
import type { Call } from './call.ts';

export type KfPage = {
  /** Rows for `readKfRow`; there may be fewer than were asked for although more wait. */
  readonly messages: readonly unknown[];
  /** Kept together with what the rows became. */
  readonly nextCursor: string;
  readonly hasMore: boolean;
};

export type KfPlace = { readonly openKfid: string; readonly externalUserid: string };

export type CustomerService = {
  /** @param page `token`: of the bell, for 10 minutes; without it WeCom allows few calls. `limit`: at most 1,000. */
  readonly kfSync: (page: {
    readonly openKfid: string;
    readonly cursor: string | null;
    readonly token: string | null;
    readonly limit: number;
  }) => Promise<KfPage>;
  /**
   * @param message `msgid`: our own, 1-32 of [0-9A-Za-z_-], the same on every try. `text`: one part of `splitText`.
   * @returns isRepeat: an earlier try got through.
   * @throws OutsideFailure refused `kf_limit`: five messages since the customer wrote, or 48 h; `kf_state`, `kf_ended`.
   */
  readonly kfSend: (
    message: KfPlace & { readonly msgid: string; readonly text: string },
  ) => Promise<{ readonly msgid: string; readonly isRepeat: boolean }>;
  readonly kfState: (place: KfPlace) => Promise<{ readonly state: KfState; readonly servicerUserid: string | null }>;
  /** @param move `servicerUserid`: needed for the state 3 alone. */
  readonly kfTransfer: (move: KfPlace & { readonly state: KfState; readonly servicerUserid?: string }) => Promise<void>;
};

/** @param call by the secret of customer service, which is another one than the app's; null: there is none. */
export function makeCustomerService(call: Call | null): CustomerService {
  const ask: Call = async (asked, shape) => {
    if (call) return call(asked, shape);
    throw new OutsideFailure('auth', 'no_kf_secret', 'The secret of customer service is not set.');
  };
  return {
    kfSync: ({ openKfid, cursor, token, limit }) => {
      const place = { ...(cursor === null ? {} : { cursor }), ...(token === null ? {} : { token }) };
      const body = { open_kfid: openKfid, ...place, limit, voice_format: 0 };
      return ask({ path: '/cgi-bin/kf/sync_msg', body, isRepeatable: true }, PageAnswer);
    },
    kfSend: async ({ openKfid, externalUserid, msgid, text }) => {
      checkMessage(msgid, text);
      const message = { msgid, msgtype: 'text', text: { content: text } };
      const body = { touser: externalUserid, open_kfid: openKfid, ...message };
      try {
        await ask({ path: '/cgi-bin/kf/send_msg', body, isRepeatable: true }, z.unknown());
        return { msgid, isRepeat: false };
      } catch (error) {
        if (isKnown(error)) return { msgid, isRepeat: true };
        throw error;
      }
    },
    kfState: ({ openKfid, externalUserid }) => {
      const body = { open_kfid: openKfid, external_userid: externalUserid };
      return ask({ path: '/cgi-bin/kf/service_state/get', body, isRepeatable: true }, StateAnswer);
    },
    kfTransfer: async ({ openKfid, externalUserid, state, servicerUserid }) => {
      const servicer = servicerUserid === undefined ? {} : { servicer_userid: servicerUserid };
      const body = { open_kfid: openKfid, external_userid: externalUserid, service_state: state, ...servicer };
      await ask({ path: '/cgi-bin/kf/service_state/trans', body, isRepeatable: true }, z.unknown());
    },
  };
}

const PageAnswer = z
  .object({ next_cursor: z.string(), has_more: z.number(), msg_list: z.array(z.unknown()).default([]) })
  .transform(
    ({ next_cursor, has_more, msg_list }): KfPage => ({
      messages: msg_list,
      nextCursor: next_cursor,
      hasMore: has_more === 1,
    }),
  );

const StateAnswer = z
  .object({
    service_state: z.literal([0, 1, 2, 3, 4]),
    servicer_userid: z.string().nullish(),
  })
  .transform(({ service_state: state, servicer_userid: servicer }) => ({
    state,
    servicerUserid: servicer === undefined || servicer === null || servicer === '' ? null : servicer,
  }));

function checkMessage(msgid: string, text: string): void {
  if (!/^[\w-]{1,32}$/.test(msgid)) throw new OutsideFailure('permanent', 'bad_msgid', 'The message’s own id is none.');
  if (bytesOf(text) <= TEXT_BYTES) return;
  throw new OutsideFailure('permanent', 'too_long', `The text has more than ${TEXT_BYTES} bytes.`);
}

/** WeCom's list has no code for it; it is known by its words only. */
const ID_KNOWN = /msg_?id.*(exist|repeat|duplicat|conflict)|(repeat|duplicat)\w* msg_?id/i;

function isKnown(error: unknown): boolean {
  return error instanceof OutsideFailure && error.kind === 'permanent' && ID_KNOWN.test(error.message);
}
