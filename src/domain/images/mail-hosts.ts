// The big mail hosts, and which of them somebody meant who typed a host that is nearly one. A host that is itself known is never doubted.

/** By how many people here use them: of two that are equally near, the first is meant. */
export const MAIL_HOSTS = [
  'qq.com',
  '163.com',
  'gmail.com',
  '126.com',
  'outlook.com',
  'hotmail.com',
  'foxmail.com',
  'icloud.com',
  'sina.com',
  '139.com',
  'yahoo.com',
  'vip.qq.com',
  'yeah.net',
  'sohu.com',
  'aliyun.com',
  '189.cn',
  'live.com',
  'protonmail.com',
] as const;

/** Hosts that exist and stand one slip from a bigger one, or that are theirs in other countries. */
const ALSO_KNOWN =
  /^(?:vip\.(?:163|126|sina)\.com|188\.com|sina\.cn|sina\.com\.cn|tom\.com|263\.net|21cn\.com|wo\.cn|mail\.com|email\.com|ymail\.com|rocketmail\.com|googlemail\.com|aol\.com|me\.com|mac\.com|msn\.com|gmx\.(?:com|net|de)|mail\.ru|proton\.me|zoho\.com|naver\.com|(?:yahoo|hotmail|live|outlook)\.(?:com?\.)?(?!cm$|co$|om$|nt$)[a-z]{2})$/;

export function isMailHost(host: string): boolean {
  return MAIL_HOSTS.some((known) => known === host) || ALSO_KNOWN.test(host);
}

/** Endings that are nobody's, and what was meant. The finger slipped, or the pinyin keyboard did. */
const ENDINGS: Readonly<Record<string, string>> = {
  con: 'com',
  cmo: 'com',
  ocm: 'com',
  comm: 'com',
  coom: 'com',
  cpm: 'com',
  vom: 'com',
  xom: 'com',
  cim: 'com',
  clm: 'com',
  cm: 'com',
  om: 'com',
  come: 'com',
  comn: 'com',
  nte: 'net',
  ner: 'net',
  ogr: 'org',
};

/** Names too short to be told by distance: 163 and 126 are two hosts. */
const SHORT_SLIPS: Readonly<Record<string, string>> = {
  'qqq.com': 'qq.com',
  'q.com': 'qq.com',
  'qq.cn': 'qq.com',
  'qq.co': 'qq.com',
  'qq.net': 'qq.com',
  'qq.com.cn': 'qq.com',
  'qq.coml': 'qq.com',
  '163.cn': '163.com',
  '163.co': '163.com',
  '163.com.cn': '163.com',
  '16.com': '163.com',
  '1163.com': '163.com',
  '1633.com': '163.com',
  '136.com': '163.com',
  '126.cn': '126.com',
  '126.co': '126.com',
  '126.com.cn': '126.com',
  '1266.com': '126.com',
  '139.cn': '139.com',
  '189.com': '189.cn',
  'icould.com': 'icloud.com',
};

/** @param host in lower case. @returns null: nothing speaks against it. */
export function hostMeant(host: string): string | null {
  const ending = host.slice(host.lastIndexOf('.') + 1);
  const ended = Object.hasOwn(ENDINGS, ending) ? `${host.slice(0, -ending.length)}${ENDINGS[ending]}` : host;
  const meant = isMailHost(ended) ? ended : (SHORT_SLIPS[ended] ?? nearHost(ended) ?? gluedTo(ended) ?? ended);
  return meant === host ? null : meant;
}

const SHORTEST_TOLD_BY_DISTANCE = 'sina.com'.length;

function nearHost(host: string): string | null {
  const near = MAIL_HOSTS.filter((known) => known.length >= SHORTEST_TOLD_BY_DISTANCE && isOneSlipFrom(host, known));
  return near[0] ?? null;
}

/** A word that stuck to it: `qq.comthanks`, `work.com.ok`. Two letters after `.com` are a country. */
function gluedTo(host: string): string | null {
  const known = MAIL_HOSTS.find((each) => host.startsWith(each));
  return known ?? /^(.+\.(?:com|net|org))\.[a-z]{3,}$/.exec(host)?.[1] ?? null;
}

/** Damerau's four slips: one letter left out, put in, another, or two that changed places. Whether they are one apart at most. */
function isOneSlipFrom(typed: string, known: string): boolean {
  const start = [...known].findIndex((letter, at) => typed[at] !== letter);
  if (start === -1) return typed.length - known.length <= 1;
  const [rest, knownRest] = [typed.slice(start), known.slice(start)];
  const swapped = `${rest[1] ?? ''}${rest[0] ?? ''}${rest.slice(2)}`;
  return (
    rest.slice(1) === knownRest.slice(1) ||
    rest === knownRest.slice(1) ||
    rest.slice(1) === knownRest ||
    swapped === knownRest
  );
}
