// The size and ratio that a picture is to have. A size is met exactly. For a ratio the largest part that has it is kept: nothing
// is stretched, nothing made up at the sides.
import sharp from 'sharp';
import type { Requirements } from '../../../domain/images/requirements.ts';
import { ratioOf } from '../ratio.ts';
import { type Extent, type Pixels, step } from './pixels.ts';

export type Shaped = { readonly pixels: Pixels; readonly notes: readonly string[] };

/** When a side loses less than this, the middle is kept: the eye would not see why another part was chosen. */
const LITTLE = 0.12;

/** Only what was asked for by name: the ratio that an analysis saw is no reason to cut a picture that is to be sharper. */
export function wantedExtent({ size, ratio }: Pick<Requirements, 'size' | 'ratio'>, from: Extent): Extent | null {
  if (size !== null) return size;
  return ratio === null ? null : largestPart(ratioOf(ratio), from);
}

/** The largest part of a picture with a ratio of width to height. */
export function largestPart(ratio: number, { width, height }: Extent): Extent {
  return width / height > ratio
    ? { width: Math.max(1, Math.round(height * ratio)), height }
    : { width, height: Math.max(1, Math.round(width / ratio)) };
}

/** Fills the size, and cuts off what is over: where that is much, the part with the most to look at is kept. */
export async function cover(pixels: Pixels, wanted: Extent | null): Promise<Shaped> {
  if (wanted === null || isSame(wanted, pixels)) return { pixels, notes: [] };
  const part = largestPart(wanted.width / wanted.height, pixels);
  const lost = 1 - (part.width * part.height) / (pixels.width * pixels.height);
  const position = lost < LITTLE ? 'centre' : sharp.strategy.attention;
  const shaped = await step(pixels, (picture) =>
    picture.resize({ ...wanted, fit: 'cover', position, kernel: 'lanczos3' }),
  );
  return { pixels: shaped, notes: notesOf(pixels, wanted, lost, wanted.width / part.width) };
}

/** Shows the whole picture in the size, on nothing: for a subject that must not be cut. */
export async function contain(pixels: Pixels, { size, ratio }: Pick<Requirements, 'size' | 'ratio'>): Promise<Shaped> {
  const wanted = size ?? (ratio === null ? null : smallestFrame(ratioOf(ratio), pixels));
  if (wanted === null || isSame(wanted, pixels)) return { pixels, notes: [] };
  const background = { r: 0, g: 0, b: 0, alpha: 0 };
  const shaped = await step(pixels, (picture) =>
    picture.resize({ ...wanted, fit: 'contain', background, kernel: 'lanczos3' }),
  );
  return { pixels: shaped, notes: [`Set in a frame of ${wanted.width}x${wanted.height} pixels; nothing is cut off.`] };
}

function smallestFrame(ratio: number, { width, height }: Extent): Extent {
  return width / height > ratio
    ? { width, height: Math.round(width / ratio) }
    : { width: Math.round(height * ratio), height };
}

function isSame(a: Extent, b: Extent): boolean {
  return a.width === b.width && a.height === b.height;
}

function notesOf(from: Extent, to: Extent, lost: number, factor: number): string[] {
  const notes = [`From ${from.width}x${from.height} to ${to.width}x${to.height} pixels.`];
  if (lost >= 0.005) notes.push(`Cut off at the sides: ${Math.round(lost * 100)} %.`);
  if (factor > 1.02) notes.push(`Enlarged ${factor.toFixed(1)} times: that adds pixels, no detail.`);
  return notes;
}
