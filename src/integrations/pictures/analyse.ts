// One look at an original by measuring it: how much work it is, what is wrong with it, which ratio it has. What it shows, nobody
// here can tell: that is left to an analysis by upstream.
import sharp from 'sharp';
import { complexityOf, type Measures } from '../../domain/images/complexity.ts';
import type { Analysis } from '../../domain/images/requirements.ts';
import { OutsideFailure } from '../outside-failure.ts';
import { backgroundOf } from './embedded/background.ts';
import { blurOf, grainOf } from './embedded/grain.ts';
import { labPlanes } from './embedded/perceptual.ts';
import type { Extent, Pixels } from './embedded/pixels.ts';
import { brightness, type Plane } from './embedded/planes.ts';
import { nearestRatio, ratioOf } from './ratio.ts';

const LANDSCAPE = ['1:1', '5:4', '4:3', '3:2', '16:9', '2:1', '21:9'] as const;
const PORTRAIT = ['4:5', '3:4', '2:3', '9:16', '1:2', '9:21'] as const;
const RATIOS = [...LANDSCAPE, ...PORTRAIT] as const;

/** Pixels: of the small copy for what is seen as a whole, and of the part for what is seen up close. */
const SMALL = 512;
const PART = 512;
/** How much brightness changes from one pixel to the next but one, 0-255. */
const EDGE = 24;

export async function analysePicture(original: Buffer): Promise<Analysis> {
  const { size, whole, part, entropy } = await read(original);
  const bright = brightness(whole);
  const closeUp = brightness(part);
  const grain = grainOf(closeUp);
  const measures = {
    shortSide: Math.min(size.width, size.height),
    edges: edgesIn(bright),
    entropy,
    grain,
    blur: blurOf(closeUp, grain),
    colours: coloursIn(whole),
    isPlain: backgroundOf(labPlanes(whole)).busy === null,
  };
  return {
    complexity: complexityOf(measures),
    prompt: null,
    ratio: ratioSeen(size),
    perspective: null,
    subject: null,
    quality: qualityOf(measures, bright),
  };
}

/** A usual ratio that the picture has, to one in a hundred. One that is only near is no wish: nothing is to be cut off for it. */
function ratioSeen({ width, height }: Extent): Analysis['ratio'] {
  const nearest = nearestRatio(RATIOS, width / height);
  return Math.abs(ratioOf(nearest) / (width / height) - 1) <= 0.01 ? nearest : null;
}

type Looks = { readonly size: Extent; readonly whole: Pixels; readonly part: Pixels; readonly entropy: number };

async function read(original: Buffer): Promise<Looks> {
  try {
    const picture = sharp(original, { failOn: 'error' }).flatten({ background: 'white' }).removeAlpha();
    const { autoOrient: size } = await sharp(original).metadata();
    const upright = picture.autoOrient().toColourspace('srgb');
    const [width, height] = [Math.min(PART, size.width), Math.min(PART, size.height)];
    const middle = { left: (size.width - width) >> 1, top: (size.height - height) >> 1, width, height };
    const small = { width: SMALL, height: SMALL, fit: 'inside', withoutEnlargement: true } as const;
    const whole = await upright.clone().resize(small).raw().toBuffer({ resolveWithObject: true });
    const part = await upright.clone().extract(middle).raw().toBuffer({ resolveWithObject: true });
    const { entropy } = await sharp(whole.data, { raw: whole.info }).stats();
    return { size, whole: pixelsOf(whole), part: pixelsOf(part), entropy };
  } catch (cause) {
    throw new OutsideFailure('permanent', 'not_a_picture', 'The original cannot be read.', { cause });
  }
}

function pixelsOf({ data, info: { width, height } }: { data: Buffer; info: Extent }): Pixels {
  return { data, width, height, channels: 3 };
}

function edgesIn({ width, height, values }: Plane): number {
  let edges = 0;
  for (let at = width + 1; at < width * (height - 1) - 1; at += 1) {
    const across = (values[at + 1] ?? 0) - (values[at - 1] ?? 0);
    const down = (values[at + width] ?? 0) - (values[at - width] ?? 0);
    if (Math.hypot(across, down) > EDGE) edges += 1;
  }
  return edges / values.length;
}

/** Of sixteen shades each of red, green and blue, those that at least one pixel in 2,000 has. */
function coloursIn({ data }: Pixels): number {
  const counts = new Uint32Array(4096);
  for (let from = 0; from < data.length; from += 3) {
    const [red, green, blue] = [data[from] ?? 0, data[from + 1] ?? 0, data[from + 2] ?? 0];
    const colour = ((red >> 4) << 8) | ((green >> 4) << 4) | (blue >> 4);
    counts[colour] = (counts[colour] ?? 0) + 1;
  }
  return counts.filter((count) => count >= data.length / 3 / 2000).length;
}

function qualityOf({ blur, grain, shortSide, isPlain }: Measures, { values }: Plane): string {
  const sorted = values.filter((_, at) => at % 8 === 0).sort();
  const at = (share: number) => sorted[Math.floor((sorted.length - 1) * share)] ?? 0;
  const faults = [
    blur > 0.55 ? 'blurred' : [],
    grain > 6.5 ? 'noisy' : [],
    shortSide < 400 ? 'small' : [],
    at(0.5) < 45 ? 'dark' : [],
    at(0.5) > 235 && at(0.05) > 150 ? 'overexposed' : [],
    // A product on paper has few tones, and is not faded for that.
    !isPlain && at(0.99) - at(0.01) < 140 ? 'faded' : [],
  ].flat();
  return faults.length === 0 ? 'good' : faults.join(', ');
}
