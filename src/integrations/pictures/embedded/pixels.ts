// A picture as bytes in memory, and the way there and back. Whatever cannot be read is said so in our own words.
import sharp, { type Sharp } from 'sharp';
import { OutsideFailure } from '../../outside-failure.ts';

/** Red, green, blue and, with four channels, alpha; rows from the top. */
export type Pixels = {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly channels: 3 | 4;
};
export type Extent = Pick<Pixels, 'width' | 'height'>;

/** More is refused before it is unpacked: 50 megapixels are 150 MB. */
export const MOST_PIXELS = 50_000_000;
/** Below this there is nothing to work on. */
export const LEAST_SIDE = 16;

/** Upright and in sRGB. @throws OutsideFailure `not_a_picture`, `too_large`, `too_small` */
export async function unpack(original: Buffer, alpha: 'keep' | 'flatten'): Promise<Pixels> {
  const { width, height } = await sizeOf(original);
  if (width * height > MOST_PIXELS) throw failure('too_large', `${width}x${height} pixels are too many.`);
  if (Math.min(width, height) < LEAST_SIDE) throw failure('too_small', `${width}x${height} pixels are too few.`);
  const upright = sharp(original, { limitInputPixels: MOST_PIXELS, failOn: 'error' }).rotate().toColourspace('srgb');
  const wanted = alpha === 'flatten' ? upright.flatten({ background: 'white' }) : upright;
  try {
    const { data, info } = await wanted.raw().toBuffer({ resolveWithObject: true });
    return { data, width: info.width, height: info.height, channels: info.channels === 4 ? 4 : 3 };
  } catch (error) {
    throw failure('not_a_picture', 'The picture is cut off or damaged.', error);
  }
}

export function pack({ data, width, height, channels }: Pixels): Sharp {
  return sharp(data, { raw: { width, height, channels } });
}

/** Does one step and unpacks it again, so that a thread that is to end need not wait for all of them. */
export async function step(pixels: Pixels, work: (picture: Sharp) => Sharp): Promise<Pixels> {
  const { data, info } = await work(pack(pixels)).raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: info.channels === 4 ? 4 : 3 };
}

/** Made smaller where it has more pixels than some work can bear; else the very same. */
export async function atMost(pixels: Pixels, most: number): Promise<Pixels> {
  const factor = Math.sqrt(most / (pixels.width * pixels.height));
  if (factor >= 1) return pixels;
  return step(pixels, (picture) => picture.resize(Math.floor(pixels.width * factor)));
}

async function sizeOf(original: Buffer): Promise<Extent> {
  try {
    return await sharp(original, { failOn: 'error' }).metadata();
  } catch (error) {
    throw failure('not_a_picture', 'This is no picture that can be read.', error);
  }
}

function failure(code: string, detail: string, cause?: unknown): OutsideFailure {
  return new OutsideFailure('permanent', code, detail, { cause });
}
