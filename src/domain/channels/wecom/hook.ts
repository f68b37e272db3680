// What WeCom tells about its members and customers, read out of the plain callback: messages in our shapes, clicks on cards, the bell
// of customer service. Nothing is refused: what we have no use for is ignored, with the reason.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { CONTENT_LIMIT, type Content, type MessageType, shortened } from '../../messages/incoming.ts';

type Said = {
  readonly userId: string;
  readonly at: Date;
};

export type WecomMessage = Said & {
  readonly kind: 'message';
  readonly messageId: string;
  readonly type: MessageType;
  readonly content: Content;
};

export type WecomHook =
  | WecomMessage
  /** A button of a template card. The code allows one update of the card, within 72 h. */
  | (Said & {
      readonly kind: 'card_clicked';
      readonly taskId: string;
      readonly eventKey: string;
      readonly responseCode: string | null;
    })
  /** A member opened the app. */
  | (Said & { readonly kind: 'enter_agent' })
  /** The app became visible to a member, or is no more. */
  | (Said & { readonly kind: 'subscribe' | 'unsubscribe' })
  /** Any other event, such as a click on the app's menu. */
  | (Said & { readonly kind: 'event'; readonly event: string; readonly key: string | null })
  /** Something waits in customer service, and is fetched with this token within 10 minutes. */
  | { readonly kind: 'kf_bell'; readonly openKfid: string; readonly token: string; readonly at: Date }
  | { readonly kind: 'ignored'; readonly why: string };

/** @param plain the elements of the callback's `<xml>`, all text. */
export function readCallback(plain: Readonly<Record<string, unknown>>): WecomHook {
  const { data } = Frame.safeParse(plain);
  if (!data) return { kind: 'ignored', why: 'it has no type or no time' };
  const at = new Date(data.CreateTime * 1000);
  if (data.MsgType === 'event' && data.Event === 'kf_msg_or_event') return readBell(plain, at);
  if (data.FromUserName === undefined) return { kind: 'ignored', why: 'nobody is named in it' };
  const said = { userId: data.FromUserName, at };
  return data.MsgType === 'event' ? readEvent(plain, said) : readMessage(plain, data.MsgType, said);
}

/**
 * What is the same in every copy of one callback and in no other: WeCom repeats what is not answered within 5 s, up to three times.
 * A bell has a token of its own, so that a second bell in the same second is another one.
 */
export function dedupeKey(plain: Readonly<Record<string, unknown>>): string {
  const { MsgId: id } = plain;
  if (typeof id === 'string' && /^[\w-]{1,64}$/.test(id)) return `message:${id}`;
  const parts = NAMING.map((name) => plain[name] ?? null);
  return `event:${createHash('sha256').update(JSON.stringify(parts)).digest('hex')}`;
}

const NAMING = [
  'MsgType',
  'FromUserName',
  'CreateTime',
  'Event',
  'EventKey',
  'TaskId',
  'AgentID',
  'OpenKfId',
  'Token',
  'MsgId',
];

const Text = z.string();
const Name = z.string().min(1).max(128);
/** An element that is left out and one that is empty say the same. */
const Optional = z
  .string()
  .optional()
  .transform((text) => (text === undefined || text === '' ? null : text));

const Frame = z.object({
  MsgType: Name,
  /** Seconds. */
  CreateTime: z
    .string()
    .regex(/^\d{9,10}$/)
    .transform(Number),
  FromUserName: Name.optional(),
  Event: Name.optional(),
});

const Bell = z.object({ OpenKfId: Name, Token: Name });

function readBell(plain: unknown, at: Date): WecomHook {
  const { data } = Bell.safeParse(plain);
  if (!data) return { kind: 'ignored', why: 'the bell names no account of customer service' };
  return { kind: 'kf_bell', openKfid: data.OpenKfId, token: data.Token, at };
}

const Event = z.object({ Event: Name, EventKey: Optional, TaskId: Optional, ResponseCode: Optional });

function readEvent(plain: unknown, said: Said): WecomHook {
  const { data } = Event.safeParse(plain);
  if (!data) return { kind: 'ignored', why: 'an event without a name' };
  const { Event: event, EventKey: key, TaskId: taskId, ResponseCode: responseCode } = data;
  switch (event) {
    case 'template_card_event':
      if (taskId === null) return { kind: 'ignored', why: 'the click names no card' };
      return { kind: 'card_clicked', ...said, taskId, eventKey: key ?? '', responseCode };
    case 'enter_agent':
    case 'subscribe':
    case 'unsubscribe':
      return { kind: event, ...said };
    default:
      return { kind: 'event', ...said, event, key };
  }
}

function readMessage(plain: unknown, msgType: string, said: Said): WecomHook {
  const shape = Object.hasOwn(SHAPES, msgType) ? SHAPES[msgType] : undefined;
  if (!shape) return { kind: 'ignored', why: `messages of the type ${shortened(msgType, 32)} are not known` };
  const id = z.object({ MsgId: z.string().regex(/^[\w-]{1,64}$/) }).safeParse(plain).data?.MsgId;
  const message = shape.safeParse(plain).data;
  if (id === undefined || !message) return { kind: 'ignored', why: `a ${msgType} message that says nothing` };
  return { kind: 'message', ...said, messageId: id, ...message };
}

type Shape = { readonly type: MessageType; readonly content: Content };

/** By `MsgType` (document/path/90239). Files stay with WeCom, by their `mediaId`, for three days. */
const SHAPES: Readonly<Record<string, z.ZodType<Shape>>> = {
  text: z
    .object({ Content: Text.refine((text) => text.trim() !== '') })
    .transform(({ Content }): Shape => ({ type: 'text', content: shortened(Content, CONTENT_LIMIT) })),
  image: z
    .object({ PicUrl: Optional, MediaId: Optional })
    .refine(({ PicUrl, MediaId }) => PicUrl !== null || MediaId !== null)
    .transform(({ PicUrl, MediaId }): Shape => ({ type: 'image', content: known({ url: PicUrl, mediaId: MediaId }) })),
  voice: z
    .object({ MediaId: Name, Format: Optional })
    .transform(({ MediaId, Format }): Shape => fileOf('voice', { mediaId: MediaId, format: Format })),
  video: z
    .object({ MediaId: Name, ThumbMediaId: Optional })
    .transform(({ MediaId, ThumbMediaId }): Shape => fileOf('video', { mediaId: MediaId, thumbMediaId: ThumbMediaId })),
  file: z
    .object({ MediaId: Optional, FileName: Optional })
    .transform(({ MediaId, FileName }): Shape => fileOf('file', { mediaId: MediaId, name: FileName })),
  location: z.object({ Location_X: Name, Location_Y: Name, Label: Optional }).transform(
    ({ Location_X: latitude, Location_Y: longitude, Label }): Shape => ({
      type: 'card',
      content: { kind: 'location', title: Label ?? `${latitude}, ${longitude}`, latitude, longitude },
    }),
  ),
  link: z.object({ Title: Optional, Description: Optional, Url: Text.min(1), PicUrl: Optional }).transform(
    ({ Title, Description, Url, PicUrl }): Shape => ({
      type: 'card',
      content: { kind: 'link', ...known({ title: Title ?? Url, description: Description, url: Url, image: PicUrl }) },
    }),
  ),
};

function fileOf(kind: string, fields: Readonly<Record<string, string | null>>): Shape {
  return { type: 'file', content: { kind, ...known(fields) } };
}

function known(fields: Readonly<Record<string, string | null>>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
}
