// What WeCom posts to us: proved to be from WeCom by its signature, decrypted, proved to be for us, and read as plain elements. Nothing
// is thrown at what comes from outside; what is not right is refused with one word.
import { createDecipheriv, createHash, timingSafeEqual } from 'node:crypto';
import { XMLParser, XMLValidator } from 'fast-xml-parser';

export type CallbackKeys = {
  /** Token and EncodingAESKey (43 characters), as the app's page of "API 接收消息" shows them. */
  readonly token: string;
  readonly aesKey: string;
  /** For an app of the company: its corpid. */
  readonly receiveId: string;
};

export type CallbackRefusal =
  | 'bad_query'
  | 'too_large'
  | 'bad_xml'
  | 'bad_key'
  | 'wrong_signature'
  | 'bad_cipher'
  | 'wrong_receiver';

export type CallbackQuery = Readonly<Record<string, unknown>>;

export const LONGEST_CALLBACK = 64 * 1024;

/** For the GET by which WeCom tries the address: `echo` is to be answered as it is, within 1 s. */
export function verifyUrl(
  query: CallbackQuery,
  keys: CallbackKeys,
): { readonly echo: string } | { readonly refused: CallbackRefusal } {
  const { echostr } = query;
  if (typeof echostr !== 'string' || echostr.length > LONGEST_CALLBACK) return { refused: 'bad_query' };
  const opened = open(echostr, query, keys);
  return 'refused' in opened ? opened : { echo: opened.text };
}

/** @param rawXml the body as it came. @returns the elements of the message, all text, for `readCallback`. */
export function openCallback(
  query: CallbackQuery,
  rawXml: Buffer,
  keys: CallbackKeys,
): { readonly plain: Record<string, unknown> } | { readonly refused: CallbackRefusal } {
  if (rawXml.length > LONGEST_CALLBACK) return { refused: 'too_large' };
  const envelope = elementsOf(rawXml.toString());
  const sealed = envelope?.Encrypt;
  if (typeof sealed !== 'string') return { refused: 'bad_xml' };
  const opened = open(sealed.trim(), query, keys);
  if ('refused' in opened) return opened;
  const plain = elementsOf(opened.text);
  return plain === null ? { refused: 'bad_xml' } : { plain };
}

type Opened = { readonly text: string } | { readonly refused: CallbackRefusal };

function open(sealed: string, query: CallbackQuery, keys: CallbackKeys): Opened {
  const { msg_signature: signature, timestamp, nonce } = query;
  if (typeof signature !== 'string' || typeof timestamp !== 'string' || typeof nonce !== 'string') {
    return { refused: 'bad_query' };
  }
  const right = createHash('sha1').update([keys.token, timestamp, nonce, sealed].sort().join('')).digest('hex');
  if (!isSame(signature, right)) return { refused: 'wrong_signature' };
  return decrypt(sealed, keys);
}

function isSame(given: string, right: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(right)];
  return one.length === other.length && timingSafeEqual(one, other);
}

const RANDOM_BYTES = 16;
const LENGTH_BYTES = 4;
const BLOCK = 16;
/** WeCom fills up to blocks of 32 bytes, not of the 16 that the cipher has; so it is done by hand. */
const LONGEST_PADDING = 32;

/** AES-256-CBC, the vector being the key's beginning: 16 bytes of chance, the length, the message, whom it is for, padding. */
function decrypt(sealed: string, { aesKey, receiveId }: CallbackKeys): Opened {
  const key = /^[A-Za-z0-9+/]{43}$/.test(aesKey) ? Buffer.from(`${aesKey}=`, 'base64') : null;
  if (key === null) return { refused: 'bad_key' };
  const bytes = /^[A-Za-z0-9+/]+={0,2}$/.test(sealed) ? Buffer.from(sealed, 'base64') : Buffer.alloc(0);
  if (bytes.length === 0 || bytes.length % BLOCK !== 0) return { refused: 'bad_cipher' };
  const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, BLOCK)).setAutoPadding(false);
  const plain = withoutPadding(Buffer.concat([decipher.update(bytes), decipher.final()]));
  const start = RANDOM_BYTES + LENGTH_BYTES;
  if (plain === null || plain.length < start) return { refused: 'bad_cipher' };
  const end = start + plain.readUInt32BE(RANDOM_BYTES);
  if (end > plain.length) return { refused: 'bad_cipher' };
  if (!isSame(plain.subarray(end).toString(), receiveId)) return { refused: 'wrong_receiver' };
  const text = textOf(plain.subarray(start, end));
  return text === null ? { refused: 'bad_cipher' } : { text };
}

function withoutPadding(plain: Buffer): Buffer | null {
  const length = plain.at(-1) ?? 0;
  if (length < 1 || length > LONGEST_PADDING || length > plain.length) return null;
  const padding = plain.subarray(plain.length - length);
  return padding.every((byte) => byte === length) ? plain.subarray(0, plain.length - length) : null;
}

function textOf(bytes: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

const parser = new XMLParser({
  ignoreAttributes: true,
  ignoreDeclaration: true,
  processEntities: false,
  parseTagValue: false,
  maxNestedTags: 10,
});

/** What stands in `<xml>`. null: it is no XML, or declares a type of document or entities, which WeCom never does. */
function elementsOf(text: string): Record<string, unknown> | null {
  const markup = text.replaceAll(/<!\[CDATA\[[\s\S]*?\]\]>/g, '');
  if (/<!(DOCTYPE|ENTITY)/i.test(markup)) return null;
  try {
    if (XMLValidator.validate(text) !== true) return null;
    const root: unknown = parser.parse(text);
    const inner: unknown = isObject(root) ? root.xml : null;
    return isObject(inner) ? inner : null;
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
