// Customer service of WeCom (微信客服): what its rows say in our words. Rows that we have no use for are ignored with the reason, so
// that one row of a new kind never stops the others.
import { z } from 'zod';
import { CONTENT_LIMIT, type Content, type MessageType, shortened } from '../../messages/incoming.ts';

type Place = { readonly openKfid: string; readonly externalUserid: string; readonly at: Date };

export type KfRow =
  | (Place & {
      readonly kind: 'message';
      readonly messageId: string;
      readonly origin: 'customer' | 'servicer';
      readonly servicerUserid: string | null;
      readonly type: MessageType;
      readonly content: Content;
      /** Of the menu's line that was clicked. */
      readonly menuId: string | null;
    })
  | (Place & { readonly kind: 'entered'; readonly welcomeCode: string | null; readonly scene: string | null })
  | (Place & { readonly kind: 'send_failed'; readonly messageId: string; readonly reason: string })
  | (Place & { readonly kind: 'recalled'; readonly messageId: string; readonly by: 'customer' | 'servicer' })
  | (Place & {
      readonly kind: 'session_changed';
      readonly change: 'taken' | 'handed_on' | 'ended' | 'taken_again';
      readonly servicerUserid: string | null;
    })
  | { readonly kind: 'ignored'; readonly why: string };

/** @param raw one of `msg_list`. */
export function readKfRow(raw: unknown): KfRow {
  const { data } = Row.safeParse(raw);
  if (!data) return { kind: 'ignored', why: 'it has no id, no time or no type' };
  if (data.msgtype === 'event') return readEvent(data);
  return readMessage(data);
}

/** Names and ids as WeCom gives them. */
const Name = z.string().min(1).max(128);
const Optional = z
  .string()
  .nullish()
  .transform((text) => (text === undefined || text === null || text === '' ? null : text));

const Row = z.looseObject({
  msgid: Name,
  /** Seconds. */
  send_time: z.number().int().positive(),
  msgtype: Name,
  origin: z.number().int().optional(),
  open_kfid: Optional,
  external_userid: Optional,
  servicer_userid: Optional,
  event: z.unknown().optional(),
});
type Row = z.output<typeof Row>;

/** Who made a row: a customer, or a servicer of the company in WeCom's own client. `4` is WeCom itself, which makes events only. */
const ORIGINS: Readonly<Record<number, 'customer' | 'servicer'>> = { 3: 'customer', 5: 'servicer' };

function readMessage(row: Row): KfRow {
  const origin = ORIGINS[row.origin ?? 0];
  if (origin === undefined) return { kind: 'ignored', why: `messages of the origin ${row.origin} are not known` };
  if (row.open_kfid === null || row.external_userid === null) return { kind: 'ignored', why: 'nobody is named in it' };
  const shape = Object.hasOwn(SHAPES, row.msgtype) ? SHAPES[row.msgtype] : undefined;
  if (!shape) return { kind: 'ignored', why: `messages of the type ${shortened(row.msgtype, 32)} are not known` };
  const said = shape.safeParse(row[row.msgtype]).data;
  if (!said) return { kind: 'ignored', why: `a ${row.msgtype} message that says nothing` };
  return {
    kind: 'message',
    messageId: row.msgid,
    openKfid: row.open_kfid,
    externalUserid: row.external_userid,
    at: new Date(row.send_time * 1000),
    origin,
    servicerUserid: row.servicer_userid,
    menuId: null,
    ...said,
  };
}

type Shape = { readonly type: MessageType; readonly content: Content; readonly menuId?: string | null };

const File = z.object({ media_id: Name });
const file = (kind: string) =>
  File.transform(({ media_id: mediaId }): Shape => ({ type: 'file', content: { kind, mediaId } }));

/** By `msgtype` (document/31078). A click on a menu comes as the text of its line. Files stay with WeCom for three days. */
const SHAPES: Readonly<Record<string, z.ZodType<Shape>>> = {
  text: z
    .object({ content: z.string().refine((text) => text.trim() !== ''), menu_id: Optional })
    .transform(
      ({ content, menu_id: menuId }): Shape => ({ type: 'text', content: shortened(content, CONTENT_LIMIT), menuId }),
    ),
  image: File.transform(({ media_id: mediaId }): Shape => ({ type: 'image', content: { mediaId } })),
  voice: file('voice'),
  video: file('video'),
  file: file('file'),
  location: z
    .object({ latitude: z.number(), longitude: z.number(), name: Optional, address: Optional })
    .transform(({ latitude, longitude, name, address }): Shape => {
      const title = name ?? address ?? `${latitude}, ${longitude}`;
      return { type: 'card', content: { kind: 'location', title, ...known({ address }), latitude, longitude } };
    }),
  link: z.object({ title: Optional, desc: Optional, url: z.string().min(1), pic_url: Optional }).transform(
    ({ title, desc: description, url, pic_url: image }): Shape => ({
      type: 'card',
      content: { kind: 'link', ...known({ title: title ?? url, description, url, image }) },
    }),
  ),
  business_card: z
    .object({ userid: Name })
    .transform(({ userid: userId }): Shape => ({ type: 'card', content: { kind: 'person', title: userId, userId } })),
  miniprogram: z.object({ title: Optional, appid: Name, pagepath: Optional }).transform(
    ({ title, appid, pagepath: page }): Shape => ({
      type: 'card',
      content: { kind: 'miniprogram', ...known({ title: title ?? appid, appid, page }) },
    }),
  ),
};

function known(fields: Readonly<Record<string, string | null>>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
}

const Event = z.object({
  event_type: Name,
  open_kfid: Optional,
  external_userid: Optional,
  welcome_code: Optional,
  scene: Optional,
  fail_msgid: Optional,
  fail_type: z.number().int().default(0),
  recall_msgid: Optional,
  change_type: z.number().int().optional(),
  new_servicer_userid: Optional,
});

const CHANGES = { 1: 'taken', 2: 'handed_on', 3: 'ended', 4: 'taken_again' } as const;

function readEvent(row: Row): KfRow {
  const { data } = Event.safeParse(row.event);
  if (!data) return { kind: 'ignored', why: 'an event without a name' };
  // The place of an event stands within it; older ones have it outside.
  const openKfid = data.open_kfid ?? row.open_kfid;
  const externalUserid = data.external_userid ?? row.external_userid;
  if (openKfid === null || externalUserid === null) return { kind: 'ignored', why: `${data.event_type} names nobody` };
  const place = { openKfid, externalUserid, at: new Date(row.send_time * 1000) };
  switch (data.event_type) {
    case 'enter_session':
      return { kind: 'entered', ...place, welcomeCode: data.welcome_code, scene: data.scene };
    case 'msg_send_fail': {
      if (data.fail_msgid === null) return { kind: 'ignored', why: 'a failure without its message' };
      return { kind: 'send_failed', ...place, messageId: data.fail_msgid, reason: reasonOf(data.fail_type) };
    }
    case 'user_recall_msg':
    case 'servicer_recall_msg': {
      if (data.recall_msgid === null) return { kind: 'ignored', why: 'a recall without its message' };
      const by = data.event_type === 'user_recall_msg' ? 'customer' : 'servicer';
      return { kind: 'recalled', ...place, messageId: data.recall_msgid, by };
    }
    case 'session_status_change': {
      const change = changeOf(data.change_type);
      if (change === null) return { kind: 'ignored', why: `a change of the kind ${data.change_type} is not known` };
      return { kind: 'session_changed', ...place, change, servicerUserid: data.new_servicer_userid };
    }
    default:
      return { kind: 'ignored', why: `${shortened(data.event_type, 64)} is of no use to us` };
  }
}

function changeOf(type: number | undefined) {
  if (type === 1 || type === 2 || type === 3 || type === 4) return CHANGES[type];
  return null;
}

/** `fail_type`, as third parties list it. */
const REASONS: Readonly<Record<number, string>> = {
  1: 'the account of customer service was deleted',
  2: 'the app was switched off',
  4: 'the customer wrote more than 48 hours ago',
  5: 'the conversation was closed',
  6: 'five messages were sent since the customer wrote',
  10: 'the customer refuses messages',
};

function reasonOf(type: number): string {
  return REASONS[type] ?? `WeCom gives no reason (${type})`;
}
