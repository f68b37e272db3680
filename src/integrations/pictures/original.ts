// Takes in a picture that somebody sent: it is what it says it is, upright, in the colours of screens, and tells nothing of where
// and by whom it was taken. Whatever else came with it stays outside.
import sharp, { type Metadata, type Sharp } from 'sharp';
import { OutsideFailure } from '../outside-failure.ts';
import { pictureTypeOf } from '../picture-signature.ts';

export type OriginalLimits = {
  /** Refused before they are unpacked: a small file can unfold to gigabytes. */
  readonly maxPixels?: number;
  readonly maxBytes?: number;
  /** Pixels. */
  readonly minSide?: number;
};
export type Original = {
  readonly data: Buffer;
  /** JPEG; PNG where it is see-through somewhere. */
  readonly mediaType: 'image/jpeg' | 'image/png';
  readonly width: number;
  readonly height: number;
};

const MAX_PIXELS = 50_000_000;
const MAX_BYTES = 50_000_000;
const MIN_SIDE = 16;

/** JPEG, PNG, WebP, TIFF and GIF; of several pages or frames the first. @throws OutsideFailure permanent: `not_a_picture`, `broken_picture`, `too_large`, `too_small` */
export async function readOriginal(
  data: Buffer,
  { maxPixels = MAX_PIXELS, maxBytes = MAX_BYTES, minSide = MIN_SIDE }: OriginalLimits = {},
): Promise<Original> {
  if (data.length > maxBytes) throw refused('too_large', `The file has ${data.length} bytes; ${maxBytes} are allowed.`);
  if (pictureTypeOf(data) === null)
    throw refused('not_a_picture', 'The file is not a JPEG, PNG, WebP, GIF or TIFF picture.');
  const { width, height, hasAlpha } = await look(data);
  const size = `${width}x${height} pixels`;
  if (width * height > maxPixels) throw refused('too_large', `The picture has ${size}; ${maxPixels} are allowed.`);
  if (Math.min(width, height) < minSide)
    throw refused('too_small', `The picture has ${size}; each side must have at least ${minSide}.`);
  const isOpaque = !hasAlpha || (await unbroken(() => open(data, maxPixels).stats())).isOpaque;
  return write(open(data, maxPixels), isOpaque);
}

async function look(data: Buffer): Promise<Metadata> {
  return unbroken(() => sharp(data, { limitInputPixels: false, failOn: 'error' }).metadata());
}

function open(data: Buffer, maxPixels: number): Sharp {
  return sharp(data, { limitInputPixels: maxPixels, failOn: 'error', sequentialRead: true });
}

/** Sharp leaves all metadata out unless it is told to keep it; colours are brought to sRGB before their profile is left out. */
async function write(picture: Sharp, isOpaque: boolean): Promise<Original> {
  const upright = picture.rotate().toColourspace('srgb');
  const packed = isOpaque
    ? upright.removeAlpha().jpeg({ quality: 95, chromaSubsampling: '4:4:4' })
    : upright.png({ compressionLevel: 6 });
  const { data, info } = await unbroken(() => packed.toBuffer({ resolveWithObject: true }));
  const { width, height } = info;
  return { data, mediaType: isOpaque ? 'image/jpeg' : 'image/png', width, height };
}

async function unbroken<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw refused('broken_picture', 'The picture is cut off or damaged, and cannot be read.', cause);
  }
}

function refused(code: string, detail: string, cause?: unknown): OutsideFailure {
  return new OutsideFailure('permanent', code, detail, { cause });
}
