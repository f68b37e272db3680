// What operators read in the chat of their group: the alarms that wait, oldest first, a line each, in one message that the robot takes.
// Names and details come from outside: they are shown as they are, and neither format the message nor call anybody.

export type Alarm = {
  /** One word of ours. */
  readonly code: string;
  readonly detail: string;
  /** Names, for people. */
  readonly account: string | null;
  readonly contact: string | null;
  /** How often it was raised. */
  readonly count: number;
  readonly firstAt: Date;
  readonly lastAt: Date;
};

/** What the robot takes (WeCom group robot, msgtype markdown), in bytes of UTF-8. */
export const MOST_BYTES = 4096;
const NAME_BYTES = 90;
/** In a digest no detail crowds out the alarms behind it. */
const DETAIL_BYTES = 400;

const WORDS = {
  en: {
    title: (alarms: number) => (alarms === 1 ? 'Baton: 1 alarm' : `Baton: ${alarms} alarms`),
    rest: (alarms: number) => `… and ${alarms} more`,
    account: 'account',
    contact: 'contact',
  },
  zh: {
    title: (alarms: number) => `Baton：${alarms} 条告警`,
    rest: (alarms: number) => `… 还有 ${alarms} 条`,
    account: '账号',
    contact: '客户',
  },
} as const;
type Language = keyof typeof WORDS;

/** @returns markdown of at most 4,096 bytes; empty where there is no alarm. What does not fit is counted in the last line. */
export function alarmText(alarms: readonly Alarm[], language: Language): string {
  if (alarms.length === 0) return '';
  const { title, rest } = WORDS[language];
  const head = `**${title(alarms.length)}**`;
  const oldestFirst = alarms.toSorted((one, other) => one.firstAt.getTime() - other.firstAt.getTime());
  const room = oldestFirst.length === 1 ? MOST_BYTES - bytesOf(head) - 1 : null;
  const lines = oldestFirst.map((alarm) => lineOf(alarm, language, room));
  // The most lines that fit together with the count of those that do not.
  const message = (shown: number) =>
    [head, ...lines.slice(0, shown), ...(shown < lines.length ? [rest(lines.length - shown)] : [])].join('\n');
  for (let shown = lines.length; shown > 0; shown -= 1) {
    const text = message(shown);
    if (bytesOf(text) <= MOST_BYTES) return text;
  }
  return message(0);
}

/** @param room bytes for the whole line; null: it is one of several. */
function lineOf(alarm: Alarm, language: Language, room: number | null): string {
  const words = WORDS[language];
  const named = [
    ...(alarm.account === null ? [] : [`${words.account} ${cut(plain(alarm.account), NAME_BYTES)}`]),
    ...(alarm.contact === null ? [] : [`${words.contact} ${cut(plain(alarm.contact), NAME_BYTES)}`]),
  ];
  const what = `\`${cut(alarm.code.replaceAll(/[^\w.-]/g, '?'), NAME_BYTES)}\`${alarm.count > 1 ? ` ×${alarm.count}` : ''}`;
  const start = `${[what, ...named, timesOf(alarm)].join(' · ')}: `;
  return start + cut(plain(alarm.detail), room === null ? DETAIL_BYTES : room - bytesOf(start));
}

/** To the minute, in UTC: those who read it may sit in several zones. */
function timesOf({ firstAt, lastAt }: Alarm): string {
  const [first, last] = [firstAt, lastAt].map((time) => time.toISOString().slice(0, 16).replace('T', ' '));
  if (first === undefined || last === undefined || first === last) return `${first} UTC`;
  return `${first} – ${last.startsWith(first.slice(0, 10)) ? last.slice(11) : last} UTC`;
}

const WIDE: Readonly<Record<string, string>> = {
  '<': '＜',
  '>': '＞',
  '*': '＊',
  '`': '｀',
  '[': '［',
  ']': '］',
  '#': '＃',
  '~': '～',
  '|': '｜',
  '\\': '＼',
  _: '＿',
};

/** One line without any mark of markdown: each becomes its wide twin, which looks alike and means nothing. So does what calls all. */
function plain(text: string): string {
  return (
    text
      .toWellFormed()
      .replaceAll(/[\p{Zl}\p{Zp}\p{Cc}\s]+/gu, ' ')
      // Characters that cannot be seen, and those that turn the direction of what follows; the joiner of emoji stays.
      .replaceAll(/(?!\u200d)\p{Cf}/gu, '')
      .replaceAll(/[<>*`[\]#~|\\]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, (mark) => WIDE[mark] ?? '')
      .replaceAll(/@(?=all\b)/gi, '＠')
      .trim()
  );
}

/** Cut between two characters as people count them, so that no emoji is torn; the cut is marked. */
function cut(text: string, most: number): string {
  if (bytesOf(text) <= most) return text;
  const room = most - bytesOf('…');
  let kept = 0;
  let end = 0;
  // No character takes less than a byte for each of its units, so the rest cannot matter.
  for (const { segment, index } of new Intl.Segmenter().segment(text.slice(0, most))) {
    kept += bytesOf(segment);
    if (kept > room) break;
    end = index + segment.length;
  }
  return `${text.slice(0, end)}…`;
}

function bytesOf(text: string): number {
  return Buffer.byteLength(text);
}
