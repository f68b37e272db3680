// What is to be done with a picture, and how the contact's words say it: rules in order, what is specific before what is general.

import { firstSaid, folded } from '../messages/wording.ts';
import { OPERATION_RULES, VAGUE_OPERATION_RULES } from './operation-rules.ts';
import type { Requirements } from './requirements.ts';

export const OPERATIONS = ['enhance', 'remove_bg', 'resize', 'fix_old_photo', 'layered'] as const;
export type Operation = (typeof OPERATIONS)[number];

export type ReadOperation = {
  readonly operation: Operation;
  /** The rule's id. */
  readonly rule: string;
  /** The words that it found. */
  readonly words: string;
};

/** @returns null: they say nothing of what is to be done. Never throws. */
export function operationOf(words: string): ReadOperation | null {
  const text = folded(words);
  const said = firstSaid(text, OPERATION_RULES) ?? namedSize(text) ?? firstSaid(text, VAGUE_OPERATION_RULES);
  const rule = said && RULES.find(({ id }) => id === said.rule);
  return said && rule ? { operation: rule.operation, ...said } : null;
}

const NAMED_SIZE = 'named_size';
const RULES: readonly { readonly id: string; readonly operation: Operation }[] = [
  ...OPERATION_RULES,
  { id: NAMED_SIZE, operation: 'resize' },
  ...VAGUE_OPERATION_RULES,
];

function namedSize(text: string): { rule: string; words: string } | null {
  const named = sizeOf(text);
  if (named === null) return null;
  const { size, ratio = '' } = named;
  return { rule: NAMED_SIZE, words: size ? `${size.width}x${size.height}` : ratio };
}

export type NamedSize = {
  /** Pixels, each side 16-8000. */
  readonly size?: { readonly width: number; readonly height: number };
  /** Width to height, both 1-100, as "16:9". */
  readonly ratio?: string;
};

/** The size or the ratio that the words name; sides in centimetres or inches name a ratio. @returns null: neither. Never throws. */
export function sizeOf(words: string): NamedSize | null {
  const text = folded(words);
  return printSize(text) ?? pixelSize(text) ?? namedRatio(text);
}

/** Chinese photographs for documents, at 300 dots an inch. */
const PRINTS = [
  { says: /(?:小一寸|小1寸)/, size: { width: 260, height: 378 } },
  { says: /(?:大一寸|大1寸)/, size: { width: 390, height: 567 } },
  { says: /小[二两2]寸/, size: { width: 413, height: 531 } },
  { says: /(?<![\d十百.点])[一1]寸(?![照片]?[之的]?[高宽长])/, size: { width: 295, height: 413 } },
  { says: /(?<![\d十百.点])[二两2]寸/, size: { width: 413, height: 579 } },
] as const;

function printSize(text: string): NamedSize | null {
  const print = PRINTS.find(({ says }) => says.test(text));
  return print ? { size: print.size } : null;
}

const UNIT = '(?:像素|pixels?|px)';
const TIMES = '(?:x|\\*|×|✕|乘以?|by)';
const SIDES = new RegExp(
  `(?<![\\d.x*×])(\\d{1,5})(?:\\.\\d+)? ?(cm|mm|厘米|毫米|公分|英寸|inch(?:es)?|in\\b|"|${UNIT})? ?${TIMES} ?(\\d{1,5})(?![\\dx*×]|\\.\\d)(?: ?${TIMES} ?\\d)? ?(cm|mm|厘米|毫米|公分|米|m\\b|英寸|寸|inch(?:es)?|in\\b|"|${UNIT}|[元块张份个件只条])?`,
  'g',
);
const NAMED_SIDES = new RegExp(
  `(?:宽度?|width) ?(?:是|为|:|=|of)? ?(\\d{2,5}) ?${UNIT}?[,、 和]*(?:and )?(?:高度?|height) ?(?:是|为|:|=|of)? ?(\\d{2,5})`,
);

function pixelSize(text: string): NamedSize | null {
  const named = NAMED_SIDES.exec(text);
  const size = named && sizeWithin(Number(named[1]), Number(named[2]));
  if (size) return { size };
  for (const [, width, inner, height, outer] of text.matchAll(SIDES)) {
    const found = sidesIn(Number(width), Number(height), outer ?? inner ?? '');
    if (found) return found;
  }
  return null;
}

/** Three digits, or the word for pixels; "2*3元" is a price. */
function sidesIn(width: number, height: number, unit: string): NamedSize | null {
  if (/^[元块张份个件只条]$/.test(unit)) return null;
  const isPixels = new RegExp(`^${UNIT}$`).test(unit);
  if (unit !== '' && !isPixels) return ratioWithin(width, height);
  const size = isPixels || (width >= 100 && height >= 100) ? sizeWithin(width, height) : null;
  return size && { size };
}

function sizeWithin(width: number, height: number): NonNullable<NamedSize['size']> | null {
  const isWithin = (side: number) => side >= 16 && side <= 8000;
  return isWithin(width) && isWithin(height) ? { width, height } : null;
}

/** Ratios that pictures have. Others count only beside the word for it, since "10:30" is a time. */
const RATIOS = /^(?:1:1|2:3|3:2|3:4|4:3|4:5|5:4|5:7|7:5|9:16|16:9|9:21|21:9|1:2|2:1|1:3|3:1)$/;
const RATIO = /(?<![\d:./])(\d{1,3}) ?(?::|比) ?(\d{1,3})(?![\d:/]|\.\d)/g;
/** A time of day; and 1:1 as the word for an exact copy. */
const NO_RATIO = {
  before: /(?:上午|下午|早上|晚上|中午|点|at|before|after|比分|score)(?: is)? ?$/,
  after: /^ ?(?:[ap]\.?m|分|还原|复刻|复制|仿)/,
};

function namedRatio(text: string): NamedSize | null {
  for (const { 0: words, 1: width, 2: height, index } of text.matchAll(RATIO)) {
    const [before, after] = [text.slice(0, index), text.slice(index + words.length)];
    if (NO_RATIO.before.test(before) || NO_RATIO.after.test(after)) continue;
    const isKnown = RATIOS.test(`${Number(width)}:${Number(height)}`);
    if (isKnown || /(?:比例|ratio)[^\d]{0,4}$/.test(before) || /^ ?的?(?:比例|ratio)/.test(after))
      return ratioWithin(Number(width), Number(height));
  }
  return null;
}

function ratioWithin(width: number, height: number): NamedSize | null {
  const divisor = greatestDivisor(width, height);
  if (divisor === 0) return null;
  const [wide, high] = [width / divisor, height / divisor];
  return wide >= 1 && high >= 1 && wide <= 100 && high <= 100 ? { ratio: `${wide}:${high}` } : null;
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}

/** The later wish replaces the earlier one, be it a size or a ratio. */
export function shapeIn(words: string): Partial<Pick<Requirements, 'size' | 'ratio'>> {
  const named = sizeOf(words);
  return named === null ? {} : { size: named.size ?? null, ratio: named.ratio ?? null };
}
