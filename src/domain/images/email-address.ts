// The e-mail address in what a contact wrote, with Chinese on both sides, spoken signs and slips. What is not certain is asked back,
// never guessed: a wrong address mails the work to a stranger.
import validator from 'validator';
import { plain } from '../messages/wording.ts';
import { hostMeant, MAIL_HOSTS } from './mail-hosts.ts';

export type Found =
  | { readonly kind: 'none' }
  | { readonly kind: 'one'; readonly address: string }
  | { readonly kind: 'several'; readonly addresses: readonly string[] }
  /** As it was typed, and what is likely meant. */
  | { readonly kind: 'typo'; readonly address: string; readonly meant: string }
  /** They tell an address, but not all of it. */
  | { readonly kind: 'incomplete'; readonly words: string };

/** Looks at the first 4,000 characters. The host of what it finds is in lower case. Never throws. */
export function addressesIn(text: string): Found {
  const words = spelled(text);
  const found = distinct([...words.matchAll(ADDRESS)].flatMap(([address]) => wholeAddress(address) ?? []));
  if (found.length === 0) return slipIn(words) ?? unfinishedIn(words) ?? { kind: 'none' };
  const slips = found.filter((address) => found.some((other) => other === meantBy(address)));
  const addresses = found.filter((address) => !slips.includes(address));
  const [address] = addresses;
  return address !== undefined && addresses.length === 1 ? checkAddress(address) : { kind: 'several', addresses };
}

/** Whether a whole address is likely the one that was meant. */
export function checkAddress(address: string): Extract<Found, { readonly kind: 'one' | 'typo' }> {
  const meant = meantBy(address);
  return meant === null ? { kind: 'one', address } : { kind: 'typo', address, meant };
}

/** Can be mailed to, as it stands. */
export function isAddress(text: string): boolean {
  return validator.isEmail(text);
}

/** The text with its addresses as they are meant to be spelled: "abc 艾特 qq点com" becomes "abc@qq.com". */
export function spelled(text: string): string {
  return SPELLINGS.reduce((words, [says, becomes]) => words.replaceAll(says, becomes), plain(text));
}

const ENDING = '(?:com|cn|net|org|edu|gov|con|cmo|comm)(?![a-z0-9])';
const HOST = `(?:(?:vip|mail) ?\\. ?)?[a-z0-9-]+ ?(?:[.。,、]|点|\\bdot\\b|[[(]dot[\\])]) ?${ENDING}`;
const BIG_HOST = `(?:${MAIL_HOSTS.map((host) => host.replaceAll('.', '\\.')).join('|')})`;
const BIG_NAME = `(?:${MAIL_HOSTS.map((host) => host.replaceAll('.', '\\.').replace(/\\\.[a-z]+$/, '')).join('|')})`;
const LOCAL_END = '(?<=[a-z0-9_])';
const CUE = '(?:邮箱|邮件|e-?mail|mail)(?: ?(?:地址|账号|号码?|address|id))?(?: ?(?:就是|是|为|:|=|is|to))*';
/** In English, "meet us @ example.com" is no address. */
const NO_LOCAL =
  '(?<!\\b(?:me|us|you|it|him|her|them|is|was|look|see|meet|find|buy|reach|visit|shop|order|now|or|and))';

/** How people spell what the keyboard or the filter of a platform makes hard, in order. */
const SPELLINGS: readonly (readonly [RegExp, string])[] = [
  [/\b(?!mailto:)[a-z][a-z0-9+.-]{1,20}:\/\/[!-~]+/gi, '\n'],
  [/\bmailto:/gi, ' '],
  [/@{2,}/g, '@'],
  [new RegExp(`${LOCAL_END} ?[([{<【「] ?(?:at|@|艾特) ?[)\\]}>】」] ?(?=[a-z0-9])`, 'gi'), '@'],
  [new RegExp(`${LOCAL_END} ?(?:艾特|圈a|小老鼠|at符号) ?(?=${HOST})`, 'gi'), '@'],
  [new RegExp(`(?<=${CUE} ?[a-z0-9][a-z0-9._-]{0,60}) at (?=${HOST})`, 'gi'), '@'],
  [new RegExp(`${LOCAL_END}${NO_LOCAL} at (?=[a-z0-9-]+ dot ${ENDING})`, 'gi'), '@'],
  [new RegExp(`${LOCAL_END}${NO_LOCAL} @ (?=${HOST})`, 'gi'), '@'],
  [new RegExp(`${LOCAL_END}@ (?=${HOST})`, 'gi'), '@'],
  [new RegExp(`${LOCAL_END}${NO_LOCAL} @(?=${BIG_NAME} ?[.。,、点] ?${ENDING})`, 'gi'), '@'],
  [/(?<=@(?:vip|mail)) ?[.。,、点] ?(?=(?:qq|163|126|sina)(?![a-z0-9]))/gi, '.'],
  [
    new RegExp(
      `(?<=@(?:(?:vip|mail)\\.)?(?!com(?![a-z0-9-]))[a-z0-9-]+) ?(?:[.。,、]+|点|\\bdot\\b|[[(]dot[\\])]) ?(?=${ENDING})`,
      'gi',
    ),
    '.',
  ],
  [/(?<=@[a-z0-9-]+\.com)。(?=cn(?![a-z0-9]))/gi, '.'],
];

/** To its left may stand Chinese or a sign, never a letter that could belong to it, nor "zhang ." */
const LEFT =
  "(?<![\\p{Script=Latin}\\p{Script=Cyrillic}\\p{Script=Greek}\\p{Nd}_@]|[\\p{Script=Latin}\\p{Nd}_][.%+'-]{1,9}|[a-z0-9] [._] ?|\\d (?=\\d+@)|(?<![a-z0-9])[a-z0-9] (?=[a-z0-9]@))";
const LOCAL = "[a-z0-9_](?:[a-z0-9._%+'-]{0,62}[a-z0-9_+-])?";
const RIGHT = '(?![\\p{Script=Latin}\\p{Nd}@]|[-.][a-z0-9]|:[\\w~-]+/)';
const ADDRESS = new RegExp(
  `${LEFT}${LOCAL}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\\.){1,8}[a-z]{2,24}${RIGHT}`,
  'giu',
);
/** photo@2x.png */
const FILE = /@\d(?:\.\d)?x\.|\.(?:png|jpe?g|gif|webp|psd|pdf|heic|bmp|tiff?|svg|mp4|docx?|xlsx?|txt|rar)$/i;

/** @returns null where it is a file's name, or nothing that mail goes to. */
function wholeAddress(typed: string): string | null {
  const at = typed.lastIndexOf('@');
  const address = `${typed.slice(0, at)}@${typed.slice(at + 1).toLowerCase()}`;
  return FILE.test(address) || !validator.isEmail(address) ? null : address;
}

function distinct(addresses: readonly string[]): string[] {
  return [...new Map(addresses.toReversed().map((address) => [address.toLowerCase(), address])).values()].toReversed();
}

/** @returns null: as typed. */
function meantBy(address: string): string | null {
  const at = address.lastIndexOf('@');
  const [local, host] = [address.slice(0, at).replace(/^www\./i, ''), address.slice(at + 1)];
  const meant = `${local}@${hostMeant(host) ?? host}`;
  return meant === address || !validator.isEmail(meant) ? null : meant;
}

const LABELS: Readonly<Record<string, string>> = Object.fromEntries(
  MAIL_HOSTS.filter((host) => host.split('.').length === 2).map((host) => [host.split('.')[0], host]),
);
const LABEL = `(${Object.keys(LABELS).join('|')})`;

/** What is no address as it stands, though it can hardly be another than one: `abc#qq.com`, `abc@qq`, `abc@qq.com123`. */
const SLIPS: readonly RegExp[] = [
  new RegExp(`${LEFT}(${LOCAL})[#&]${LABEL}\\.(?:com|cn|net)${RIGHT}`, 'iu'),
  new RegExp(`${LEFT}(${LOCAL})@${LABEL}(?:com|cn|net)?(?![a-z0-9.-])`, 'iu'),
  new RegExp(`${LEFT}(${LOCAL})@${LABEL}\\.(?:com|cn|net)[a-z0-9.-]+`, 'iu'),
  new RegExp(`${LEFT}(\\d{5,11})(qq)\\.com${RIGHT}`, 'iu'),
];

function slipIn(words: string): Found | null {
  for (const says of SLIPS) {
    const [address, local = '', label = ''] = says.exec(words) ?? [];
    const meant = `${local}@${LABELS[label.toLowerCase()]}`;
    if (address !== undefined && validator.isEmail(meant)) return { kind: 'typo', address, meant };
  }
  return null;
}

/** Somebody begins to tell an address. A bare number is an order as likely as a mailbox, so it needs the word for one beside it. */
const UNFINISHED: readonly RegExp[] = [
  /(?:邮箱|邮件|(?<![a-z])e-?mail|(?<![a-z])mail|(?<![a-z])qq|扣扣)(?:地址|账号|号码?|就是|是|为|填|发到?|我的?|address|id|is|to|[ :=,])*(?:\d{5,11}(?![\d元块])|[a-z][a-z._-]*\d[a-z0-9._-]*)(?!\w*@)/i,
  /(?:邮箱|邮件|e-?mail)(?:地址|账号)?(?:就是|是|为|[ :=])+[a-z][a-z0-9._-]{2,}(?![a-z0-9@])/i,
  /(?<![a-z0-9._%+-])[a-z0-9][a-z0-9._%+-]*@(?!(?:all|here|everyone|channel|me)(?![a-z0-9.]))(?=[a-z0-9.-]*[a-z])(?!\d(?:\.\d)?x\.)[a-z0-9-]{1,63}(?![a-z0-9-]|(?:\.[a-z]+)*:[\w~-]+\/)(?!\.(?:png|jpe?g|gif|webp|psd|pdf))(?!(?:\.\d+)+)/i,
  /(?<![a-z0-9._%+-])[a-z0-9][a-z0-9._%+-]{2,}@(?=$|\s|[,;。])/i,
  /@\p{Script=Han}+\.[a-z]{2,}/iu,
  new RegExp(`@${BIG_HOST}(?![a-z0-9.-])`, 'i'),
];

function unfinishedIn(words: string): Found | null {
  for (const says of UNFINISHED) {
    const [found] = says.exec(words) ?? [];
    if (found !== undefined) return { kind: 'incomplete', words: found.trim() };
  }
  return null;
}
