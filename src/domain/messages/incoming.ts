// A message as it arrives: its shape, and why one is refused. Each message of a batch is judged alone.
import { z } from 'zod';
import { ExternalId, mergeProfiles, Profile, WholeText } from '../contacts/profile.ts';
import { ID_PATTERN } from '../ids.ts';

export const SENDERS = ['contact', 'robot', 'human', 'system'] as const;
export type Sender = (typeof SENDERS)[number];
export const MESSAGE_TYPES = ['text', 'image', 'file', 'card', 'order_card', 'select', 'form', 'system'] as const;
export type MessageType = (typeof MESSAGE_TYPES)[number];

/** Longest text, in UTF-16 units; structured content is bounded by the same number of JSON characters. */
export const CONTENT_LIMIT = 20_000;
const EARLIEST = Date.UTC(2000, 0, 1);
const CLOCK_TOLERANCE_MS = 5 * 60_000;

const Text = WholeText.refine((text) => text.trim() !== '', 'must not be empty').max(CONTENT_LIMIT);
const Structure = z
  .record(z.string().max(100), z.json())
  .refine(
    (value) => JSON.stringify(value).length <= CONTENT_LIMIT,
    `must be at most ${CONTENT_LIMIT} characters of JSON`,
  );

/** `text` and `system` carry a string, every other type an object. */
export const Content = z.union([Text, Structure]);
export type Content = z.output<typeof Content>;

/** Ids of messages that are said here; upstream's own can not collide with them. */
const OURS = 'baton:';

/** The id of what an author says here: the author's part keeps it from naming anybody else's message. */
export function ownId(author: string, id: string): string {
  return `${OURS}${author}:${id}`;
}

function isOurs(id: string): boolean {
  return id.startsWith(OURS);
}

export const BatchMessage = z
  .strictObject({
    id: ExternalId.refine((id) => !isOurs(id), `must not begin with ${OURS}`),
    account: z.string().regex(ID_PATTERN, 'must be the id of an account').optional(),
    contact: z.union([ExternalId.transform((id): Profile => ({ id })), Profile]),
    sender: z.enum(SENDERS),
    senderName: WholeText.min(1).max(120).optional(),
    type: z.enum(MESSAGE_TYPES).default('text'),
    content: Content,
    sentAt: z.iso.datetime({ offset: true }),
  })
  .refine(contentFitsType, {
    path: ['content'],
    message: 'must be a string for text and system messages, an object for every other type',
  });

export type BatchMessage = z.output<typeof BatchMessage>;

export function contentFitsType({ type, content }: { type: MessageType; content: Content }): boolean {
  return (typeof content === 'string') === (type === 'text' || type === 'system');
}

export type Refusal = {
  readonly index: number;
  readonly id: string | null;
  readonly code: string;
  readonly pointer: string;
  readonly detail: string;
};

/** A message that may be stored. `batch` and `index` say where it was posted. */
export type Incoming = {
  readonly externalId: string;
  readonly accountId: string;
  readonly contact: Profile;
  readonly sender: Sender;
  readonly senderId: string | null;
  readonly senderName: string | null;
  readonly type: MessageType;
  readonly content: string;
  readonly private: boolean;
  readonly sentAt: Date;
  readonly batch: string;
};

/** @returns the message, or why it is refused: the first thing that is wrong, with a JSON pointer into the batch. */
export function checkMessage(
  raw: unknown,
  index: number,
  batch: string,
  defaultAccount: string | undefined,
  now: Date,
): Incoming | Refusal {
  const parsed = BatchMessage.safeParse(raw);
  if (!parsed.success) return refusalOf(raw, index, parsed.error);
  const { id, account, contact, sender, senderName, type, content, sentAt } = parsed.data;
  const refuse = (code: string, field: string, detail: string): Refusal => ({
    index,
    id,
    code,
    pointer: `/messages/${index}/${field}`,
    detail,
  });
  const accountId = account ?? defaultAccount;
  if (accountId === undefined)
    return refuse('account_missing', 'account', 'name the account here or once for the whole batch');
  const at = new Date(sentAt);
  if (at.getTime() < EARLIEST) return refuse('sent_too_early', 'sentAt', 'must be after the year 2000');
  if (at.getTime() > now.getTime() + CLOCK_TOLERANCE_MS)
    return refuse('sent_in_future', 'sentAt', 'must not be more than 5 minutes ahead of our clock');
  return {
    externalId: id,
    accountId,
    contact,
    sender,
    senderId: null,
    senderName: senderName ?? null,
    type,
    content: storedContent(content),
    private: false,
    sentAt: at,
    batch,
  };
}

export function isRefusal(checked: Incoming | Refusal): checked is Refusal {
  return 'pointer' in checked;
}

/** What the messages say of each contact; of two that differ the later one is right. */
export function profilesOf(incoming: readonly Incoming[]): Map<string, Profile> {
  const profiles = new Map<string, Profile>();
  for (const { contact } of incoming.toSorted((a, b) => a.sentAt.getTime() - b.sentAt.getTime())) {
    profiles.set(contact.id, mergeProfiles(profiles.get(contact.id) ?? contact, contact));
  }
  return profiles;
}

/** Content as the table keeps it: a text as it is, a structure as JSON; `shownContent` is the way back. */
export function storedContent(content: Content): string {
  return typeof content === 'string' ? content : JSON.stringify(content);
}

export function shownContent(type: string, stored: string): unknown {
  return type === 'text' || type === 'system' ? stored : JSON.parse(stored);
}

/** Of a refusal: an unknown field is named in it, and may be of any length. */
const DETAIL_LIMIT = 300;

function refusalOf(raw: unknown, index: number, error: z.ZodError): Refusal {
  const issue = deepest(error.issues[0]);
  const path = issue?.path ?? [];
  const field = path[0] === undefined ? 'message' : String(path[0]);
  const id = typeof raw === 'object' && raw !== null ? Reflect.get(raw, 'id') : undefined;
  return {
    index,
    id: typeof id === 'string' ? shortened(id, 128) : null,
    code: `bad_${field.toLowerCase()}`,
    pointer: ['/messages', index, ...path.map(String)].join('/'),
    detail: shortened(issue?.message ?? 'does not fit', DETAIL_LIMIT),
  };
}

/** The beginning of a text, without the half character that a cut may leave: databases refuse it in JSON. */
export function shortened(text: string, length: number): string {
  return text.slice(0, length).toWellFormed();
}

/** A union says only that nothing fits; what its last, fullest form says is what helps. */
function deepest(issue: z.core.$ZodIssue | undefined): { path: PropertyKey[]; message: string } | undefined {
  if (issue?.code !== 'invalid_union') return issue;
  const inner = issue.errors.flat().find((each) => each.code !== 'invalid_type') ?? issue.errors.at(-1)?.[0];
  return inner ? { path: [...issue.path, ...inner.path], message: inner.message } : issue;
}
