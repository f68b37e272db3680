// What is said in Chatwoot: to the contact, or as a private note. Chatwoot has no key that would keep a message from being made twice:
// one that may be there is looked for before it is sent again, and where nobody may look, it is not sent.
import { contentFor, type OutgoingContent, outgoingOf } from '../domain/channels/chatwoot/content.ts';
import { quoted } from '../domain/channels/chatwoot/literal.ts';
import { noteOf } from '../domain/channels/chatwoot/note.ts';
import { readBundle, readOtherMessages } from '../domain/channels/chatwoot/read-scene.ts';
import { ToldMessage, ToldNote } from '../domain/channels/told-message.ts';
import { type Outcome, skipped } from '../domain/deliveries/parcel.ts';
import { EVENTS } from '../domain/events/catalogue.ts';
import { OutsideFailure } from '../integrations/outside-failure.ts';
import { EVENT_GONE, type Work } from './chatwoot-work.ts';

const WITHDRAWN = skipped('withdrawn', 'The words were taken back before they were sent.');

export async function sayMessage(work: Work): Promise<Outcome> {
  const { event, link, language } = work;
  if (!event) return EVENT_GONE;
  const outgoing = outgoingOf(ToldMessage.parse(event.data), link.platform, language);
  return outgoing ? say(work, outgoing, false) : WITHDRAWN;
}

/** It comes under the robot's name there: whose words they are is said. */
export async function sayNote(work: Work): Promise<Outcome> {
  if (!work.event) return EVENT_GONE;
  const { content, senderName } = ToldNote.parse(work.event.data);
  if (content === undefined) return WITHDRAWN;
  const { content: words, ...rest } = contentFor({ type: 'text', content }, null, work.language);
  return say(work, { ...rest, content: senderName === null ? words : `**${quoted(senderName)}**: ${words}` }, true);
}

/** Why the conversation goes to people, and what they must know. */
export async function sayHandoff(work: Work): Promise<Outcome> {
  if (!work.event) return EVENT_GONE;
  const { transferId } = EVENTS['transfer.requested'].data.parse(work.event.data);
  const bundle = await readBundle(work.kernel.orm.em.fork(), transferId);
  if (!bundle) return skipped('transfer_gone', 'There is no such transfer any more.');
  const note = { content: noteOf(bundle, work.language), contentType: 'text', contentAttributes: {} } as const;
  return say(work, note, true);
}

async function say(work: Work, content: OutgoingContent, isPrivate: boolean): Promise<Outcome> {
  const { parcel, chatwoot, number, link } = work;
  const mark = `${parcel.endpoint.id}.${parcel.delivery.id}`;
  const earlier = parcel.delivery.doubt ? await look(work, { mark, content: content.content, isPrivate }) : null;
  if (earlier) return earlier;
  const { id } = await chatwoot.sendMessage(number, { ...content, isPrivate, mark, channel: link.platform });
  return { kind: 'delivered', externalId: String(id) };
}

type Sought = { readonly mark: string; readonly content: string; readonly isPrivate: boolean };

/**
 * Wherever the contact has been: they may have come back by another conversation since.
 * @returns null: it is not there.
 */
async function look({ kernel, chatwoot, parcel, conversation, links }: Work, sought: Sought): Promise<Outcome | null> {
  const except = await readOtherMessages(kernel.orm.em.fork(), parcel, conversation.id);
  const lost = { ...sought, since: parcel.firstAt, except };
  try {
    for (const { externalId } of links) {
      const found = await chatwoot.findMessage(Number(externalId), lost);
      if (found !== null) return { kind: 'delivered', externalId: String(found), detail: 'It was found there.' };
    }
    return null;
  } catch (error) {
    if (!(error instanceof OutsideFailure) || !BLIND.includes(error.code)) throw error;
    return { kind: 'unresolved', detail: `It may be there, and can not be looked for: ${error.message}` };
  }
}

/** Nobody may look, or nobody can find it in all that was said. */
const BLIND: readonly string[] = ['no_user_token', 'not_allowed', 'too_many_messages'];
