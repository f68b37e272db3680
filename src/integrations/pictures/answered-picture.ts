// What a maker outside sent as a picture: judged by its bytes, and cut to the wanted ratio where only a little is over. Makers
// offer a handful of ratios and miss even those: Gemini's 4:3 has been seen as 1184x864.
import sharp, { type Metadata } from 'sharp';
import { OutsideFailure } from '../outside-failure.ts';
import { pictureTypeOf } from '../picture-signature.ts';
import type { Picture } from './provider.ts';

const MOST_PIXELS = 100_000_000;
/** Off by less than this is a matter of whole pixels. */
const SAME = 0.003;
/** Off by more than this is another composition: it is left as it is, for those who judge the quality. */
const MOST_CUT = 0.08;

export type AnsweredPicture = Pick<Picture, 'data' | 'mediaType'> & { readonly isCut: boolean };

/** @param ratio width to height. @throws OutsideFailure `bad_answer`, retryable: makers that chance what they draw may do better. */
export async function readAnsweredPicture(base64: string, ratio: number): Promise<AnsweredPicture> {
  const data = Buffer.from(base64, 'base64');
  const mediaType = pictureTypeOf(data);
  if (mediaType !== 'image/png' && mediaType !== 'image/jpeg' && mediaType !== 'image/webp') throw notPicture();
  try {
    const { width, height } = await open(data).metadata();
    const off = Math.abs(width / height / ratio - 1);
    if (off <= SAME || off > MOST_CUT) return { data, mediaType, isCut: false };
    return { data: await cut(data, { width, height }, ratio), mediaType, isCut: true };
  } catch (error) {
    throw notPicture(error);
  }
}

/** Width to height of an original. @throws OutsideFailure `not_a_picture` */
export async function ratioOfPicture(original: Buffer): Promise<number> {
  try {
    const { width, height } = await open(original).metadata();
    return width / height;
  } catch (error) {
    throw new OutsideFailure('permanent', 'not_a_picture', 'The original cannot be read.', { cause: error });
  }
}

function open(data: Buffer) {
  return sharp(data, { limitInputPixels: MOST_PIXELS });
}

/** As much off either side; nothing is stretched. */
function cut(data: Buffer, { width, height }: Pick<Metadata, 'width' | 'height'>, ratio: number): Promise<Buffer> {
  const kept = {
    width: Math.min(width, Math.max(1, Math.round(height * ratio))),
    height: Math.min(height, Math.max(1, Math.round(width / ratio))),
  };
  const left = Math.floor((width - kept.width) / 2);
  const top = Math.floor((height - kept.height) / 2);
  // Each keeps its format; the settings are heeded by the format that they are for.
  return open(data)
    .extract({ left, top, ...kept })
    .jpeg({ quality: 95, chromaSubsampling: '4:4:4', force: false })
    .webp({ quality: 95, force: false })
    .toBuffer();
}

function notPicture(cause?: unknown): OutsideFailure {
  return new OutsideFailure(
    'retryable',
    'bad_answer',
    'The answer holds no PNG, JPEG or WebP picture that can be read.',
    {
      cause,
    },
  );
}
