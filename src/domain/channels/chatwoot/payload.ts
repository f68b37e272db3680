// The pieces of which Chatwoot's answers and webhooks are made, each in both of the shapes in which it comes: the kind of a message as a
// number or a word, a time as unix seconds or as a text. What is not named here (tokens among it) is never carried further.
import { z } from 'zod';

export const CHATWOOT_STATUSES = ['open', 'pending', 'resolved', 'snoozed'] as const;
export type ChatwootStatus = (typeof CHATWOOT_STATUSES)[number];
export const CHATWOOT_PRIORITIES = ['low', 'medium', 'high', 'urgent'] as const;
export type ChatwootPriority = (typeof CHATWOOT_PRIORITIES)[number];

/** In the order of Chatwoot's numbers. */
const DIRECTIONS = ['incoming', 'outgoing', 'activity', 'template'] as const;
export type Direction = (typeof DIRECTIONS)[number];

export type Person = { readonly id: number; readonly name: string | null };
export type ChatwootContact = Person & {
  readonly email: string | null;
  readonly phone: string | null;
  readonly identifier: string | null;
};
export type ChatwootSender = {
  readonly type: 'contact' | 'user' | 'agent_bot' | 'unknown';
  readonly id: number | null;
  readonly name: string | null;
};
export type ChatwootAttachment = { readonly type: string; readonly url: string; readonly name: string | null };

export const Id = z.int().positive();

const Words = z
  .string()
  .nullish()
  .transform((text) => (text === undefined || text === '' ? null : text));

export const Moment = z.union([z.number(), z.string()]).transform((value, context) => {
  const date = momentOf(value);
  if (date !== null) return date;
  context.addIssue({ code: 'custom', message: 'is no time that we can read' });
  return z.NEVER;
});

/** `message_type`. */
export const MessageDirection = z.union([z.number(), z.string()]).transform((value, context) => {
  const found = DIRECTIONS.find((name, number) => name === value || number === value || String(number) === value);
  if (found) return found;
  context.addIssue({ code: 'custom', message: 'is no kind of message that we know' });
  return z.NEVER;
});

export const PersonPiece = z.object({ id: Id, name: Words }).nullish().catch(null);

export const ContactPiece = z
  .object({ id: Id, name: Words, email: Words, phone_number: Words, identifier: Words })
  .transform(({ phone_number, ...rest }): ChatwootContact => ({ ...rest, phone: phone_number }));

const SENDER_TYPES = { contact: 'contact', user: 'user', agentbot: 'agent_bot' } as const;

/** Webhooks of some versions leave the type out. */
export const SenderPiece = z
  .object({ id: Id.nullish().catch(null), name: Words, type: Words })
  .transform(({ id, name, type }): ChatwootSender => {
    const known = Object.entries(SENDER_TYPES).find(([word]) => word === type?.toLowerCase().replaceAll('_', ''));
    return { type: known?.[1] ?? 'unknown', id: id ?? null, name };
  })
  .nullish()
  .catch(null);

const AttachmentPiece = z.object({
  file_type: z.string().catch('file'),
  data_url: Words.catch(null),
  fallback_title: Words.catch(null),
  coordinates_lat: z.number().nullish().catch(null),
  coordinates_long: z.number().nullish().catch(null),
});

/** Those without an address say nothing that could be shown; a place on a map becomes an address (RFC 5870). */
export const AttachmentPieces = z
  .array(AttachmentPiece)
  .nullish()
  .catch([])
  .transform((pieces): ChatwootAttachment[] =>
    (pieces ?? []).flatMap((piece) => {
      const url = piece.data_url ?? placeOf(piece);
      return url === null ? [] : [{ type: piece.file_type, url, name: piece.fallback_title ?? nameIn(url) }];
    }),
  );

export const Attributes = z.record(z.string(), z.unknown()).catch({});
export type Attributes = Readonly<Record<string, unknown>>;

/** A message of ours carries a mark, by which it is known again: as a key of our own among its `content_attributes`, and, where that
 * does no harm, in `source_id`. Older versions keep neither, or only the second. */
export const MARK_KEY = 'baton_mark';
const SOURCE_PREFIX = 'baton:';

export function sourceIdFor(mark: string): string {
  return `${SOURCE_PREFIX}${mark}`;
}

/** null: it is not ours, or this Chatwoot does not keep marks. */
export function markOf(attributes: Attributes, sourceId: string | null): string | null {
  const mark = attributes[MARK_KEY];
  if (typeof mark === 'string') return mark;
  return sourceId?.startsWith(SOURCE_PREFIX) ? sourceId.slice(SOURCE_PREFIX.length) : null;
}

/**
 * Whether a message may go out with a `source_id`: to any other channel Chatwoot takes a message that has one for an echo of that
 * channel, keeps it, and never sends it.
 */
export function bearsSourceId(channel: string | null, isPrivate: boolean): boolean {
  return isPrivate || channel === 'Channel::WebWidget' || channel === 'Channel::Api';
}

/** Above this a number is milliseconds: as seconds it would lie after the year 5000. */
const MOST_SECONDS = 1e11;
const TEXT_TIME = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d(?:\.\d+)?) ?(Z|UTC|[+-]\d\d:?\d\d)?$/;

/** A text without an offset is meant as UTC. null: unreadable, or not set (Chatwoot says 0 then). */
export function momentOf(value: number | string): Date | null {
  if (typeof value === 'string' && !/^\d+(\.\d+)?$/.test(value)) return momentOfText(value);
  const number = Number(value);
  if (!(number > 0)) return null;
  return valid(new Date(number > MOST_SECONDS ? number : number * 1000));
}

function momentOfText(text: string): Date | null {
  const [, day, time, zone = 'Z'] = TEXT_TIME.exec(text) ?? [];
  if (day === undefined || time === undefined) return null;
  const offset = zone === 'UTC' ? 'Z' : zone.replace(/^([+-]\d\d):?(\d\d)$/, '$1:$2');
  return valid(new Date(`${day}T${time}${offset}`));
}

function valid(date: Date): Date | null {
  return Number.isNaN(date.getTime()) ? null : date;
}

function placeOf({ coordinates_lat: lat, coordinates_long: long }: z.output<typeof AttachmentPiece>): string | null {
  return typeof lat === 'number' && typeof long === 'number' ? `geo:${lat},${long}` : null;
}

/** The last part of an address, as people read it. */
function nameIn(url: string): string | null {
  const last = URL.parse(url)?.pathname.split('/').at(-1) ?? '';
  if (!last.includes('.')) return null;
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}
