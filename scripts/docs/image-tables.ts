// The tables of docs/images.md, read out of the laws: each is asked, and what it answers is what the table says.
import { readFileSync } from 'node:fs';
import { IMAGE_PHRASES, ImageSettings } from '../../src/domain/accounts/image-settings.ts';
import { addressesIn, type Found } from '../../src/domain/images/email-address.ts';
import { IMAGE_STATES, imageDeadline, isOpenImage, WHEN_IMAGE_DUE } from '../../src/domain/images/lifecycle.ts';
import { operationOf, sizeOf } from '../../src/domain/images/operation.ts';
import { judge, type Measurements, type Wanted } from '../../src/domain/images/quality.ts';
import { type ReplyContext, type Understood, understandReply } from '../../src/domain/images/reply.ts';
import { COMPLEXITIES } from '../../src/domain/images/requirements.ts';
import { afterFailure, type Failure, STEPS, type Step } from '../../src/domain/images/steps.ts';
import { table } from './table.ts';

const settings = ImageSettings.parse({});

export function imageDeadlineTable(): string {
  const rows = IMAGE_STATES.filter(isOpenImage).map((state) => {
    const seconds = (imageDeadline(state, new Date(0), settings, false)?.getTime() ?? 0) / 1000;
    const setting = state.replace(/_(\w)/, (_, letter: string) => letter.toUpperCase());
    const { to, reason } = WHEN_IMAGE_DUE[state];
    return [state, `\`images.deadlines.${setting}\` (${seconds.toLocaleString('en')})`, to, reason];
  });
  return table(['state', 'deadline, in seconds', 'becomes', 'reason'], rows);
}

const KINDS: Readonly<Record<Exclude<Failure['kind'], 'unknown'>, string>> = {
  retryable: 'it may go well next time: no answer in time, no connection, 5xx, an answer without a picture',
  rate_limited: 'it will, after the pause that was named: 429',
  refused: 'they will not do this very thing: an unwanted picture, a mailbox that is not there',
  auth: 'our key or password is wrong, or there is none',
  permanent: 'our request is wrong: no picture there, not offered, too large',
};

/** What follows each kind of failure at each step, as the law answers it. */
export function failureTable(): string {
  const kinds = Object.entries(KINDS) as [keyof typeof KINDS, string][]; // the keys are the kinds
  const rows = kinds.map(([kind, says]) => [`\`${kind}\``, says, ...STEPS.map((step) => patience(step, kind))]);
  return table(['kind', 'means', ...STEPS], rows);
}

/** The pauses between attempts, until the law gives up. */
function patience(step: Step, kind: Failure['kind']): string {
  const pauses: number[] = [];
  for (let attempt = 1; attempt < 100; attempt += 1) {
    const [counted, put] = kind === 'rate_limited' ? [0, attempt] : [attempt, 0];
    const next = afterFailure(step, { kind, retryAfterMs: null }, counted, put, settings.maxAttempts);
    if (next.kind === 'give_up') break;
    pauses.push(next.afterMs / 1000);
  }
  if (pauses.length === 0) return 'ends';
  if (kind === 'rate_limited') return `put off as they say, else ${pauses[0]} s; ${pauses.length} times`;
  return `${pauses.length + 1} attempts; ${pauses.join(', ')} s between`;
}

const ORIGINAL: Measurements = {
  width: 1200,
  height: 900,
  bytes: 200_000,
  sharpness: 300,
  meanLuminance: 120,
  clippedShare: 0.01,
  isBlank: false,
  transparentShare: null,
  similarity: 1,
};
const GOOD = { ...ORIGINAL, width: 2400, height: 1800, sharpness: 400, similarity: 0.9 };
const ENHANCE: Wanted = { operation: 'enhance', original: ORIGINAL, ratio: null, size: null };

const MADE: readonly (readonly [what: string, made: Measurements | null, wanted: Wanted])[] = [
  ['as it should be', GOOD, ENHANCE],
  ['a file that is no picture', null, ENHANCE],
  ['1×1 pixels', { ...GOOD, width: 1, height: 1 }, ENHANCE],
  ['one colour all over', { ...GOOD, isBlank: true }, ENHANCE],
  ['the same picture back', ORIGINAL, ENHANCE],
  ['smaller than was asked', { ...GOOD, width: 600, height: 450 }, { ...ENHANCE, size: { width: 1200, height: 900 } }],
  ['another shape than was asked', GOOD, { ...ENHANCE, ratio: { width: 1, height: 1 } }],
  ['less sharp than the original', { ...GOOD, sharpness: 100 }, ENHANCE],
  ['burnt out', { ...GOOD, clippedShare: 0.4 }, ENHANCE],
  ['the background still there', GOOD, { ...ENHANCE, operation: 'remove_bg' }],
];

export function qualityTable(): string {
  const rows = MADE.map(([what, made, wanted]) => {
    const { score, failed, isUsable } = judge(made, wanted);
    const [zh, en] = [failed.map((each) => each.zh).join(' '), failed.map((each) => each.en).join(' ')];
    const checks = failed.map(({ check }) => `\`${check}\``).join(', ');
    return [what, checks || 'none', String(score), isUsable ? 'yes' : 'never', en, zh];
  });
  return table(['what was made', 'fails', 'score', 'may be delivered', 'reason', 'in Chinese'], rows);
}

export function priceTable(): string {
  const { currency } = settings.prices;
  const rows = COMPLEXITIES.map((complexity) => {
    const { from, to } = settings.prices[complexity];
    return [complexity, `\`images.prices.${complexity}\``, `${from}-${to} ${currency}`];
  });
  return table(['complexity', 'setting', 'default'], rows);
}

/** Name, default and remark, read from the words beside each setting. */
export function imageSettingsTable(): string {
  const path = new URL('../../src/domain/accounts/image-settings.ts', import.meta.url);
  const [, source = ''] = readFileSync(path, 'utf8').split('export const ImageSettings');
  const rows = Object.entries(settings).flatMap(([name, value]) => {
    const remark = new RegExp(`/\\*\\* ([^*]+) \\*/\\s+${name}:`).exec(source)?.[1];
    if (typeof value === 'object') return [];
    return [
      [`\`images.${name}\``, `\`${typeof value === 'number' ? value.toLocaleString('en') : value}\``, remark ?? ''],
    ];
  });
  return table(['setting', 'default', 'what'], rows);
}

export function phraseTable(): string {
  const rows = Object.entries(IMAGE_PHRASES).map(([name, [zh, en]]) => [`\`${name}\``, zh, en]);
  return table(['phrase', 'Chinese', 'English'], rows);
}

const WISHES = [
  '这张照片太模糊了，能变清晰吗？',
  'Can you make it sharper?',
  '帮我抠图，换成白底',
  'please remove the background',
  '改成 16:9 的',
  'resize to 800x600',
  '一寸证件照',
  '老照片，有划痕，能修复吗',
  'I need a layered PSD',
  '不要去背景，只要清楚一点',
  '多少钱一张？',
] as const;

export function wishTable(): string {
  const rows = WISHES.map((words) => {
    const [read, shape] = [operationOf(words), sizeOf(words)];
    const size = shape?.size ? `${shape.size.width}x${shape.size.height}` : (shape?.ratio ?? '');
    return [words, read ? `\`${read.operation}\`` : 'none; then `enhance`', read?.rule ?? '', size];
  });
  return table(['the contact says', 'operation', 'by rule', 'size or ratio'], rows);
}

const SHOWN: ReplyContext = { state: 'awaiting_confirm', asked: null, knownAddress: null };
const TYPO = { question: 'typo', address: 'li@qq.con', meant: 'li@qq.com' } as const;
const SEVERAL = { question: 'which_address', addresses: ['li@qq.com', 'li@163.com'] } as const;
const ARRIVED = { question: 'mail_arrived', address: 'li@qq.com' } as const;
const IMAGE = { question: 'which_image', image: 'https://example.com/2.jpg' } as const;

const REPLIES: readonly (readonly [when: string, words: string, context: ReplyContext])[] = [
  ['a result was sent', '可以，发到 li@qq.com', SHOWN],
  ['a result was sent', 'Perfect!', SHOWN],
  ['the same, their address is known', '可以', { ...SHOWN, knownAddress: 'li@qq.com' }],
  ['a result was sent', '颜色不对，改一下', SHOWN],
  ['a result was sent', 'make it brighter and send it to li@qq.com', SHOWN],
  ['a result was sent', '可以改几次？', SHOWN],
  ['a result was sent', '快递什么时候到？', SHOWN],
  ['we asked what to change', '天空要更蓝一点', { ...SHOWN, state: 'revision' }],
  ['we asked what to change', '在吗', { ...SHOWN, state: 'revision' }],
  ['we asked what to change', '算了，就这样吧', { ...SHOWN, state: 'revision' }],
  ['we asked: did you mean li@qq.com?', '是的', { ...SHOWN, asked: TYPO }],
  ['we asked which address', '第二个', { ...SHOWN, asked: SEVERAL }],
  ['we asked whether the mail arrived', '收到了', { ...SHOWN, asked: ARRIVED }],
  ['we asked whether the mail arrived', '没收到', { ...SHOWN, asked: ARRIVED }],
  ['we asked which picture', 'the new one', { ...SHOWN, state: 'pending', asked: IMAGE }],
  ['not begun yet', '我的邮箱 li@qq.com', { ...SHOWN, state: 'pending' }],
];

export function replyTable(): string {
  const rows = REPLIES.map(([when, words, context]) => [when, words, meaningOf(understandReply(words, context))]);
  return table(['when', 'the contact says', 'understood as'], rows);
}

function meaningOf(understood: Understood): string {
  const address = 'address' in understood && understood.address ? ` (${understood.address})` : '';
  return `\`${understood.kind}\`${address}`;
}

const ADDRESSES = [
  '我的邮箱abc@qq.com谢谢',
  'ＡＢＣ＠ｑｑ．ｃｏｍ',
  'abc 艾特 qq点com',
  'mail it to Li.Wei+photo@example.co.uk, please',
  'abc@qq.con',
  'abc@gamil.com',
  'abc@qq.com 或者 def@163.com',
  '邮箱 12345678',
  'abc@公司.com',
  'photo@2x.png',
] as const;

export function addressTable(): string {
  return table(
    ['text', 'found'],
    ADDRESSES.map((text) => [text, foundIn(addressesIn(text))]),
  );
}

function foundIn(found: Found): string {
  switch (found.kind) {
    case 'none':
      return 'no address';
    case 'one':
      return `\`${found.address}\``;
    case 'several':
      return `several: asked which of ${found.addresses.map((each) => `\`${each}\``).join(', ')}`;
    case 'typo':
      return `a likely slip: asked whether \`${found.meant}\` is meant`;
    case 'incomplete':
      return 'not the whole of it: asked for the whole';
  }
}
