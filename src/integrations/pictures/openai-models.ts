// How OpenAI's image models differ in what they take. By its reference of images.edit, as the library of version 7.57 carries it.
import type { Requirements } from '../../domain/images/requirements.ts';
import { nearestRatio } from './ratio.ts';

const STANDARD_SIZES = ['1024x1024', '1536x1024', '1024x1536'] as const;
const STANDARD_AREA = 1536 * 1024;
/** Above it, sizes are "experimental"; within it, no side comes near the longest that is taken, 3840. */
const MOST_AREA = 2560 * 1440;
const STEP = 16;
/** Neither side may be more than three times the other. */
const WIDEST = 3;

/** gpt-image-2 has transparency as a preview only, which an account need not have. */
export function makesTransparency(model: string): boolean {
  return !/^gpt-image-2(-\d{4}-\d{2}-\d{2})?$/.test(model);
}

/** Takes `input_fidelity: high`: faces and details of the original are kept with more care. Others refuse the field. */
export function keepsFaces(model: string): boolean {
  return /^gpt-image-1\.5\b/.test(model);
}

/** The size to ask for: the ratio to within a percent or so where the model takes any size, else the nearest of three. */
export function sizeFor(model: string, ratio: number, size: Requirements['size']): string {
  if (!/^gpt-image-[2-9]/.test(model)) return nearestRatio(STANDARD_SIZES, ratio);
  const asked = size === null ? STANDARD_AREA : size.width * size.height;
  return freeSize(Math.min(Math.max(ratio, 1 / WIDEST), WIDEST), Math.min(Math.max(asked, STANDARD_AREA), MOST_AREA));
}

/** Sides are multiples of 16. Among those of nearly that area, the pair whose ratio is nearest. */
function freeSize(ratio: number, area: number): string {
  const width = Math.sqrt(area * ratio);
  let best = { text: '1024x1024', error: Number.POSITIVE_INFINITY };
  for (let side = toStep(width * 0.9); side <= width; side += STEP) {
    const height = toStep(side / ratio);
    const error = Math.abs(side / height / ratio - 1);
    // The larger of two that are equally near.
    if (side * height <= area && error <= best.error) best = { text: `${side}x${height}`, error };
  }
  return best.text;
}

function toStep(pixels: number): number {
  return Math.max(STEP, Math.round(pixels / STEP) * STEP);
}
