// What can be measured of a picture without a model: its size, sharpness, light, transparency and likeness to the original.
// Transparent parts are looked at as on white paper.
import sharp from 'sharp';
import type { Measurements } from '../../domain/images/quality.ts';

const LIMITS = { limitInputPixels: 100_000_000, failOn: 'error' } as const;

/** @param original null: this is the original. @returns null: it does not decode, or has more than 100 million pixels. */
export async function measurePicture(data: Buffer, original: Buffer | null): Promise<Measurements | null> {
  const picture = await sampleOf(data);
  if (picture === null) return null;
  const known = original === null ? null : await sampleOf(original);
  const grey = greyOf(picture);
  return {
    width: picture.fullWidth,
    height: picture.fullHeight,
    bytes: data.length,
    sharpness: laplacianVariance(grey, picture.width, picture.height),
    ...lightOf(grey, picture),
    isBlank: isBlank(picture),
    transparentShare: picture.hasAlpha ? transparentShareOf(picture) : null,
    similarity: await likeness(picture, original === null ? picture : known),
  };
}

/** A picture at the width at which it is measured, upright, 4 bytes a pixel. */
type Sample = {
  readonly pixels: Buffer;
  readonly width: number;
  readonly height: number;
  readonly fullWidth: number;
  readonly fullHeight: number;
  readonly hasAlpha: boolean;
};

const WIDTH = 512;
/** So that a ribbon of a picture does not fill the memory. */
const TALLEST = 4096;

/** Everything is measured on this one decoding: of 100 megapixels a second one would cost seconds. */
async function sampleOf(data: Buffer): Promise<Sample | null> {
  try {
    const { autoOrient, hasAlpha } = await sharp(data, LIMITS).metadata();
    const { data: pixels, info } = await sharp(data, LIMITS)
      .autoOrient()
      // Not by the decoder: WebP's own scaling takes 36 % of the sharpness away, and files would differ by their format.
      .resize({ width: WIDTH, height: TALLEST, fit: 'inside', fastShrinkOnLoad: false })
      .toColourspace('srgb')
      .ensureAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    const { width: fullWidth, height: fullHeight } = autoOrient;
    return { pixels, width: info.width, height: info.height, fullWidth, fullHeight, hasAlpha: hasAlpha ?? false };
  } catch {
    return null;
  }
}

/** Luma of Rec. 601. */
function greyOf({ pixels, width, height }: Pick<Sample, 'pixels' | 'width' | 'height'>): Float32Array {
  const grey = new Float32Array(width * height);
  for (let at = 0; at < grey.length; at++) {
    const luma = 0.299 * channel(pixels, at, 0) + 0.587 * channel(pixels, at, 1) + 0.114 * channel(pixels, at, 2);
    const opacity = channel(pixels, at, 3) / 255;
    grey[at] = luma * opacity + 255 * (1 - opacity);
  }
  return grey;
}

function channel(pixels: Buffer, at: number, number: 0 | 1 | 2 | 3): number {
  return pixels[at * 4 + number] ?? 0;
}

/** Pech-Pacheco et al., "Diatom autofocusing in brightfield microscopy" (2000): what is in focus has strong second derivatives. */
function laplacianVariance(grey: Float32Array, width: number, height: number): number {
  let [sum, squares, count] = [0, 0, 0];
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x;
      const around =
        pixelAt(grey, at - 1) + pixelAt(grey, at + 1) + pixelAt(grey, at - width) + pixelAt(grey, at + width);
      const value = around - 4 * pixelAt(grey, at);
      sum += value;
      squares += value * value;
      count += 1;
    }
  }
  return count === 0 ? 0 : Math.max(0, squares / count - (sum / count) ** 2);
}

function pixelAt(grey: Float32Array, at: number): number {
  return grey[at] ?? 0;
}

const BLACK = 2;
const WHITE = 253;
const SEE_THROUGH = 128;

/** See-through pixels are neither black nor white. */
function lightOf(grey: Float32Array, { pixels }: Sample): Pick<Measurements, 'meanLuminance' | 'clippedShare'> {
  let [sum, clipped, seen] = [0, 0, 0];
  grey.forEach((value, at) => {
    sum += value;
    if (channel(pixels, at, 3) < SEE_THROUGH) return;
    seen += 1;
    if (value <= BLACK || value >= WHITE) clipped += 1;
  });
  return { meanLuminance: sum / grey.length, clippedShare: seen === 0 ? 0 : clipped / seen };
}

/** Steps that a lossy encoding of one colour may make. */
const NOISE = 2;

/** Its opacity counts as a colour: white on nothing is a picture. */
function isBlank({ pixels }: Sample): boolean {
  const lowest = [255, 255, 255, 255];
  const highest = [0, 0, 0, 0];
  pixels.forEach((value, at) => {
    const number = at % 4;
    const shown = number < 3 && (pixels[at - number + 3] ?? 0) === 0 ? 0 : value;
    if (shown < (lowest[number] ?? 0)) lowest[number] = shown;
    if (shown > (highest[number] ?? 0)) highest[number] = shown;
  });
  return highest.every((high, number) => high - (lowest[number] ?? 0) <= NOISE);
}

function transparentShareOf({ pixels, width, height }: Sample): number {
  const count = width * height;
  let through = 0;
  for (let at = 0; at < count; at++) if (channel(pixels, at, 3) < SEE_THROUGH) through += 1;
  return through / count;
}

const LIKENESS_WIDTH = 256;

/** @param original null: it does not decode, and nothing is like it. */
async function likeness(picture: Sample, original: Sample | null): Promise<number> {
  if (original === null) return 0;
  const height = Math.max(WINDOW, Math.round((LIKENESS_WIDTH * original.height) / original.width));
  const size = { width: LIKENESS_WIDTH, height: Math.min(height, TALLEST / 2) };
  const [one, other] = await Promise.all([picture, original].map((sample) => greyAt(sample, size)));
  return one && other ? structuralSimilarity(one, other, size) : 0;
}

type Size = { readonly width: number; readonly height: number };

async function greyAt({ pixels, width, height }: Sample, size: Size): Promise<Float32Array> {
  const raw = { width, height, channels: 4 } as const;
  const fitted = await sharp(pixels, { raw })
    .resize({ ...size, fit: 'fill' })
    .raw()
    .toBuffer();
  return greyOf({ pixels: fitted, ...size });
}

/** Wang, Bovik, Sheikh and Simoncelli, "Image quality assessment: from error visibility to structural similarity" (2004). */
const WINDOW = 8;
const STEP = 4;
const C1 = (0.01 * 255) ** 2;
const C2 = (0.03 * 255) ** 2;

/** Their mean index, over square windows of 8 pixels that overlap by half. */
function structuralSimilarity(one: Float32Array, other: Float32Array, { width, height }: Size): number {
  let [sum, windows] = [0, 0];
  for (let top = 0; top + WINDOW <= height; top += STEP) {
    for (let left = 0; left + WINDOW <= width; left += STEP) {
      sum += windowSimilarity(one, other, top * width + left, width);
      windows += 1;
    }
  }
  return Math.min(1, Math.max(0, sum / windows));
}

function windowSimilarity(one: Float32Array, other: Float32Array, corner: number, width: number): number {
  const count = WINDOW * WINDOW;
  let [a, b, aa, bb, ab] = [0, 0, 0, 0, 0];
  for (let step = 0; step < count; step++) {
    const at = corner + Math.floor(step / WINDOW) * width + (step % WINDOW);
    const [x, y] = [pixelAt(one, at), pixelAt(other, at)];
    a += x;
    b += y;
    aa += x * x;
    bb += y * y;
    ab += x * y;
  }
  const [meanA, meanB] = [a / count, b / count];
  const [varianceA, varianceB] = [aa / count - meanA ** 2, bb / count - meanB ** 2];
  const covariance = ab / count - meanA * meanB;
  const light = (2 * meanA * meanB + C1) / (meanA ** 2 + meanB ** 2 + C1);
  return (light * (2 * covariance + C2)) / (varianceA + varianceB + C2);
}
