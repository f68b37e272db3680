// Sends a message or a private note, with a mark by which it is found again: Chatwoot has no key that would keep a message from being
// made twice.
import { z } from 'zod';
import { type Attributes, bearsSourceId, Id, MARK_KEY, sourceIdFor } from '../../domain/channels/chatwoot/payload.ts';
import { type ChatwootOptions, exchange, notUnderstood } from './exchange.ts';

export type Outgoing = {
  readonly content: string;
  /** A note that contacts never see. */
  readonly isPrivate: boolean;
  /** `text`, `cards`, `input_select`, `form`; see `contentFor`. */
  readonly contentType: string;
  readonly contentAttributes: Attributes;
  /** Unique among all that we ever send; visible to the contact's browser, so it tells nothing. */
  readonly mark: string;
  /** As Chatwoot names it (`Channel::Api`); unknown: the mark stands in fewer places. */
  readonly channel?: string | null;
};

const Sent = z.object({ id: Id });

export async function sendMessage(
  options: ChatwootOptions,
  conversation: number,
  { content, isPrivate, contentType, contentAttributes, mark, channel = null }: Outgoing,
): Promise<{ readonly id: number }> {
  const body = {
    content,
    message_type: 'outgoing',
    private: isPrivate,
    content_type: contentType,
    content_attributes: { ...contentAttributes, [MARK_KEY]: mark },
    echo_id: mark,
    ...(bearsSourceId(channel, isPrivate) && { source_id: sourceIdFor(mark) }),
  };
  const path = `/conversations/${conversation}/messages`;
  const answer = await exchange(options, { as: 'bot', method: 'POST', path, body, isRepeatable: false });
  const { data } = Sent.safeParse(answer);
  if (!data) throw notUnderstood(false);
  return { id: data.id };
}
