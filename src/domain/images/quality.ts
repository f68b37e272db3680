// Whether a picture that was made is good enough: weighted checks of what was measured, each with its reason in two languages.
// Long, so that all checks and their thresholds are read in one place.
import type { Operation } from './operation.ts';

/** What was measured of a picture (integrations/pictures/measure.ts). */
export type Measurements = {
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
  /** Laplacian variance of the grey picture at a width of 512. */
  readonly sharpness: number;
  /** 0-255. */
  readonly meanLuminance: number;
  /** Share of pixels that are quite black or quite white, 0-1. */
  readonly clippedShare: number;
  /** One colour all over. */
  readonly isBlank: boolean;
  /** Share of pixels that are see-through, 0-1; null where the picture has no alpha. */
  readonly transparentShare: number | null;
  /** Structural similarity to the original at the same size, 0-1: 1 means that nothing was changed. */
  readonly similarity: number;
};

export type Wanted = {
  readonly operation: Operation;
  readonly original: Measurements;
  /** Width to height; null: the original's. */
  readonly ratio: { readonly width: number; readonly height: number } | null;
  readonly size: { readonly width: number; readonly height: number } | null;
};

export const CHECKS = ['decodes', 'size', 'aspect', 'sharpness', 'blank', 'clipped', 'alpha', 'unchanged'] as const;
export type Check = (typeof CHECKS)[number];
export type FailedCheck = { readonly check: Check; readonly zh: string; readonly en: string };

export type Quality = {
  /** 0-100. */
  readonly score: number;
  readonly failed: readonly FailedCheck[];
  /** May be handed to the contact, if need be with a report: it is a picture, and not the one they sent. */
  readonly isUsable: boolean;
};

/** @param made null: it does not decode. @returns a score that no worse measure raises, and that every failed check lowers. */
export function judge(made: Measurements | null, wanted: Wanted): Quality {
  if (made === null) return { score: 0, failed: [UNREADABLE], isUsable: false };
  const fatal = [tooSmall(made), blank(made), unchanged(made, wanted)].filter((check) => check !== null);
  const faults = WEIGHED.flatMap(([check, find]) => {
    const fault = fatal.some((failed) => failed.check === check) ? null : find(made, wanted);
    return fault ? [{ check, ...fault }] : [];
  });
  const failed = [...fatal, ...faults.map(({ check, zh, en }) => ({ check, zh, en }))];
  const kept = faults.reduce((share, { check, severity }) => share * (1 - costOf(check, severity)), 1);
  return { score: fatal.length > 0 ? 0 : Math.round(100 * kept), failed, isUsable: fatal.length === 0 };
}

/** @param bar 0-100. */
export function isGoodEnough({ score, isUsable }: Quality, bar: number): boolean {
  return isUsable && score >= bar;
}

const UNREADABLE: FailedCheck = { check: 'decodes', zh: '图片无法解码。', en: 'The picture does not decode.' };

/** Pixels a side, below which nothing is to be seen. */
const SMALLEST = 16;

function tooSmall({ width, height }: Measurements): FailedCheck | null {
  if (width >= SMALLEST && height >= SMALLEST) return null;
  const [size, least] = [`${width}x${height}`, `${SMALLEST}x${SMALLEST}`];
  return {
    check: 'size',
    zh: `尺寸只有 ${size}，至少应为 ${least}。`,
    en: `The size is ${size}; at least ${least} is wanted.`,
  };
}

function blank({ isBlank }: Measurements): FailedCheck | null {
  return isBlank
    ? {
        check: 'blank',
        zh: '整张图片只有一种颜色，应有内容。',
        en: 'The picture is one colour all over; a picture with content is wanted.',
      }
    : null;
}

/**
 * Likeness says it for the same pixels only: encoded again as JPEG they measured 0.998-0.9991, and a blurred original, well sharpened,
 * 0.9996-0.9998. So it must be no sharper either (that one was by 39 %).
 */
const SAME = 0.9995;
const NO_SHARPER = 1.02;

/** Layers put together again are the original, and a picture that has the size already need not change for it. */
function unchanged(made: Measurements, wanted: Wanted): FailedCheck | null {
  const { operation, original } = wanted;
  if (operation === 'layered' || made.similarity < SAME) return null;
  if (made.sharpness > original.sharpness * NO_SHARPER) return null;
  if (made.width !== original.width || made.height !== original.height) return null;
  if ((made.transparentShare ?? 0) > (original.transparentShare ?? 0) + TRANSPARENT.least) return null;
  if (operation === 'resize' && (wanted.size !== null || wanted.ratio !== null) && fits(original, wanted)) return null;
  const likeness = `${percent(made.similarity, 2)}`;
  return {
    check: 'unchanged',
    zh: `与原图相似度 ${likeness}，没有任何变化，应低于 ${percent(SAME, 2)}。`,
    en: `It is ${likeness} like the original, so nothing was changed; less than ${percent(SAME, 2)} is wanted.`,
  };
}

function fits(made: Measurements, wanted: Wanted): boolean {
  return size(made, wanted) === null && aspect(made, wanted) === null;
}

/** `severity` 0-1: how far from what is wanted. */
type Fault = { readonly severity: number; readonly zh: string; readonly en: string };
type Finder = (made: Measurements, wanted: Wanted) => Fault | null;

const WEIGHED: readonly (readonly [Check, Finder])[] = [
  ['size', size],
  ['aspect', aspect],
  ['sharpness', sharpness],
  ['clipped', clipped],
  ['alpha', alpha],
];

/** What share of the score the worst fault of a kind costs; the slightest costs three tenths of that. One bad fault misses a bar of 70. */
const WEIGHTS: Readonly<Partial<Record<Check, number>>> = {
  size: 0.35,
  aspect: 0.35,
  sharpness: 0.35,
  clipped: 0.25,
  alpha: 0.45,
};
const SLIGHTEST = 0.3;

function costOf(check: Check, severity: number): number {
  return (WEIGHTS[check] ?? 0) * (SLIGHTEST + (1 - SLIGHTEST) * Math.min(1, Math.max(0, severity)));
}

function size({ width, height }: Measurements, { size: asked }: Wanted): Fault | null {
  if (asked === null || (width >= asked.width && height >= asked.height)) return null;
  const share = Math.min(width / asked.width, height / asked.height);
  const [is, least] = [`${width}x${height}`, `${asked.width}x${asked.height}`];
  return {
    severity: (1 - share) / 0.25,
    zh: `尺寸 ${is}，应不小于 ${least}。`,
    en: `The size is ${is}; at least ${least} is wanted.`,
  };
}

/** 1 %, which is what rounding to whole pixels may cost a small picture. */
const ASPECT_TOLERANCE = 0.01;

function aspect({ width, height }: Measurements, wanted: Wanted): Fault | null {
  const shape = wanted.size ?? wanted.ratio ?? wanted.original;
  const off = deviation(width / height, shape.width / shape.height);
  if (off <= ASPECT_TOLERANCE) return null;
  const [is, should] = [(width / height).toFixed(3), (shape.width / shape.height).toFixed(3)];
  return {
    severity: (off - ASPECT_TOLERANCE) / 0.1,
    zh: `宽高比 ${is}，应为 ${should}（${shape.width}:${shape.height}）。`,
    en: `The ratio of width to height is ${is}; ${should} (${shape.width}:${shape.height}) is wanted.`,
  };
}

/** Share by which the greater exceeds the smaller. */
function deviation(a: number, b: number): number {
  return Math.max(a / b, b / a) - 1;
}

/** Share of the original's sharpness that must be left. Measured values differ tenfold between sharp pictures, so only the original tells. */
const LEAST_SHARPNESS: Readonly<Record<Operation, number>> = {
  enhance: 0.8,
  resize: 0.8,
  // Grain counts as sharpness, and is to go: pictures that were perfectly cleaned of it kept 0.66-0.11 of it, blurred ones (σ 4) 0.03.
  fix_old_photo: 0.1,
  // What was in the background is gone.
  remove_bg: 0,
  layered: 0.8,
};
/** Below it a picture is mush, whatever it shows (sharp ones have 250 and more), and may stay so: what was never there can not be kept. */
const MUSH = 15;
/** Sharpness is measured at this width: a narrower wish can not be compared. */
const MEASURED_WIDTH = 512;

function sharpness(made: Measurements, wanted: Wanted): Fault | null {
  const { original, operation } = wanted;
  const isNarrow = wanted.size !== null && wanted.size.width < Math.min(MEASURED_WIDTH, original.width);
  if (original.sharpness < MUSH || isNarrow) return null;
  const least = LEAST_SHARPNESS[operation] * original.sharpness * sharedArea(wanted);
  if (made.sharpness >= least) return null;
  const [is, of, should] = [made.sharpness, original.sharpness, least].map((value) => value.toFixed(1));
  return {
    severity: (1 - made.sharpness / least) / 0.5,
    zh: `清晰度 ${is}（原图 ${of}），应不低于 ${should}。`,
    en: `The sharpness is ${is} (the original has ${of}); at least ${should} is wanted.`,
  };
}

/** In another shape part of the original is cut away, or bare ground is added: so much of the area is both. */
function sharedArea({ size: asked, ratio, original }: Wanted): number {
  const shape = asked ?? ratio ?? original;
  return 1 / (1 + deviation(shape.width / shape.height, original.width / original.height));
}

/** How much more may be quite black or quite white than in the original. */
const MORE_CLIPPED: Readonly<Record<Operation, number>> = {
  enhance: 0.1,
  resize: 0.1,
  // A yellowed border becomes white.
  fix_old_photo: 0.25,
  // Only what is left counts: a white shirt may be most of it.
  remove_bg: 0.5,
  layered: 0.1,
};

function clipped(made: Measurements, { operation, original }: Wanted): Fault | null {
  const most = Math.min(1, original.clippedShare + MORE_CLIPPED[operation]);
  if (made.clippedShare <= most) return null;
  const [is, should] = [percent(made.clippedShare), percent(most)];
  return {
    severity: (made.clippedShare - most) / 0.25,
    zh: `过曝或死黑的部分占 ${is}，应不超过 ${should}。`,
    en: `${is} of it is quite black or quite white; at most ${should} is wanted.`,
  };
}

/** Less see-through than this: the background is still there; more: the subject is gone too. */
const TRANSPARENT = { least: 0.02, most: 0.95 };

function alpha({ transparentShare }: Measurements, { operation }: Wanted): Fault | null {
  if (operation !== 'remove_bg') return null;
  const share = transparentShare ?? 0;
  if (share >= TRANSPARENT.least && share <= TRANSPARENT.most) return null;
  const [is, least, most] = [share, TRANSPARENT.least, TRANSPARENT.most].map((value) => percent(value));
  return {
    severity: 1,
    zh: `透明部分占 ${is}，应在 ${least} 到 ${most} 之间。`,
    en: `${is} of it is see-through; ${least} to ${most} is wanted.`,
  };
}

function percent(share: number, digits = 0): string {
  return `${(share * 100).toFixed(digits)} %`;
}
